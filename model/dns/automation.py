"""DynamoDB's DNS automation of 19 October 2025 in us-east-1: a planner, enactors, and the operator who repaired it.

Sources: [AWS] aws.amazon.com/message/101925; [T] the talk DAT453 at re:Invent 2025; [PE] an interview with an AWS
network engineer, Pragmatic Engineer, 17 December 2025. What the public record does not say is a parameter of `Design`,
or is marked as an assumption.
"""

from __future__ import annotations

from raceproof.checker.language import (
    Id,
    Model,
    Ordinal,
    Steps,
    action,
    each,
    exists,
    greatest,
    picture,
    process,
    require,
    until,
    view,
)
from raceproof.checker.language.steps import Until
from raceproof.model.dns.design import CleanUp, Design, Freshness, Lock, Rollback
from raceproof.model.dns.picture import drawn
from raceproof.model.dns.plans import addresses


class Enactor(Id, size=2):
    """One of several interchangeable workers; AWS ran three, one in each availability zone. [AWS]"""


class Endpoint(Id, size=2, names=("public", "fips", "ipv6", "account")):
    """A DNS name of the service, with a zone, a lock and record trees of its own. [T]"""


class Plan(Ordinal, size=4):
    """A generation of DNS records. Plan.none is "no plan yet"."""


class FleetChange(Ordinal, size=0):
    """How often the load balancers may change under the plans: a budget, none by default."""


class DnsAutomation(Model):
    """The planner writes plans, enactors install them in Route 53 and delete old ones, an operator repairs."""

    newest: Plan = Plan.none
    """The latest plan that the planner has published. Plans are never withdrawn. [AWS]"""

    applied: Plan = Plan.none
    """The newest plan known to be applied at every endpoint: what the one freshness check compares with. [AWS]"""

    alias: dict[Endpoint, Plan] = each(Plan.none)
    """The tree that each name points to. [T]"""

    rollback: dict[Endpoint, Plan] = each(Plan.none)
    """The tree that was active before: set in the same transaction as the alias. [T]"""

    tree: dict[tuple[Endpoint, Plan], bool] = each(False)
    """Whether the records of a plan exist in an endpoint's zone. [T]"""

    lock_read: dict[tuple[Enactor, Endpoint], bool] = each(False)
    """Whether nobody has written since the enactor read the endpoint's lock: all that comparing epochs can tell. [T]"""

    lease: Enactor = Enactor.none
    """Who holds the plan-wide lock, in the designs that have one."""

    token: Enactor = Enactor.none
    """Who took the plan-wide lock last: the only one whose fencing token is current."""

    switched_off: bool = False
    """Whether the operator has stopped the automation. [AWS]"""

    fleet_changes: FleetChange = FleetChange.none
    """How many times the fleet has changed so far."""

    good_from: Plan = Plan.none
    """Plans older than this were made for a fleet that is gone: they are stale."""

    def __init__(self, design: Design | None = None) -> None:
        self.design = design or Design()

    @process(fair="weak")
    def planner(self) -> Steps:
        """Watches the load balancers and periodically writes a new plan. [AWS]"""
        while True:
            yield until(lambda: self.may_plan() and not self.switched_off, "write the next plan", idle=True)
            self.newest += 1

    def may_plan(self) -> bool:
        """Whether there can be a plan after the newest one."""
        return Plan.endless or self.newest < Plan.last

    @process(each=Enactor, fair="weak")
    def enactor(self, me: Enactor) -> Steps:
        """Takes the latest plan, checks once that it is newer than what was applied, walks the endpoints, cleans up.

        Between any two steps it may be delayed for however long. [AWS: "unusual delays"]
        """
        mine: Plan = Plan.none
        while True:
            yield until(lambda: self.may_start(me, mine), "pick up the latest plan", idle=True)
            mine = self.newest
            if self.design.lock.is_lease:
                self.lease = me
                self.token = me
            if mine > self.applied:
                if self.design.atomic:
                    yield self.on("apply everywhere and clean up")
                    self.apply_and_clean_up(mine)
                else:
                    for endpoint in Endpoint:
                        yield from self.install(me, endpoint, mine)
                    if self.may_write(me):
                        self.applied = max(self.applied, mine)
                        yield from self.clean_up(me, mine)
            if self.lease == me:
                self.lease = Enactor.none

    def may_start(self, me: Enactor, mine: Plan) -> bool:
        """Whether there is something new to do for this enactor."""
        if self.design.lock == Lock.LEADER and me != Enactor.first:
            return False
        return self.newest > mine and self.lease == Enactor.none and not self.switched_off

    def on(self, label: str) -> Until:
        """A place at which the enactor may be delayed for ever, and stays when the automation is switched off."""
        return until(lambda: not self.switched_off, label, idle=True)

    def install(self, me: Enactor, endpoint: Endpoint, mine: Plan) -> Steps:
        """Build the plan's tree at one endpoint and flip the name to it, retrying until it succeeds. [AWS, T]"""
        while True:
            if self.design.freshness == Freshness.BEFORE_LOCK:
                yield self.on("check the plan again")
                if mine <= self.alias[endpoint]:
                    return
            if not self.design.lock.is_lease:
                yield self.on("read the lock")
                self.lock_read[me, endpoint] = True
            if self.design.freshness == Freshness.AFTER_LOCK:
                yield self.on("check the plan again")
                if mine <= self.alias[endpoint]:
                    self.lock_read[me, endpoint] = False
                    return
            yield self.on("install")
            if self.design.lock.is_compared and not self.lock_read[me, endpoint]:
                continue  # lost the compare-and-swap: back off, try this endpoint again
            self.lock_read[me, endpoint] = False
            if self.is_done(me, endpoint, mine):
                return
            if self.rollback_is_broken(endpoint):
                continue  # the transaction fails as a whole, now and ever after
            self.flip(endpoint, mine)
            return

    def is_done(self, me: Enactor, endpoint: Endpoint, mine: Plan) -> bool:
        """Whether the transaction has nothing to do: the name is there already, or this plan must not go in.

        Assumption: installing the plan that the name points to already changes nothing (the work is idempotent [AWS]).
        """
        if self.design.freshness == Freshness.IN_TRANSACTION and mine <= self.alias[endpoint]:
            return True
        return self.alias[endpoint] == mine or not self.may_write(me)

    def may_write(self, me: Enactor) -> bool:
        """Whether storage accepts a write: a fenced lease refuses all but the last holder's."""
        return self.design.lock != Lock.FENCED_LEASE or self.token == me

    def rollback_is_broken(self, endpoint: Endpoint) -> bool:
        """Whether the rollback record would have to point to a tree that is gone: then no install succeeds. [AWS, T]"""
        return self.design.rollback == Rollback.STRICT and self.is_empty(endpoint)

    def flip(self, endpoint: Endpoint, mine: Plan) -> None:
        """The transaction, all or nothing: new epoch, new tree, alias, rollback record. [T]"""
        if not self.is_empty(endpoint):
            self.rollback[endpoint] = self.alias[endpoint]
        self.alias[endpoint] = mine
        self.tree[endpoint, mine] = True
        self.next_epoch(endpoint)

    def next_epoch(self, endpoint: Endpoint) -> None:
        """The transaction replaces the lock's record: whoever has read it before loses the comparison. [T]"""
        for enactor in Enactor:
            self.lock_read[enactor, endpoint] = False

    def clean_up(self, me: Enactor, mine: Plan) -> Steps:
        """Delete the trees of plans significantly older than the one just applied. By age, not by use. [AWS]"""
        for endpoint in Endpoint:
            if self.design.clean_up_at_once:
                yield from self.delete_trees(me, endpoint, mine, Plan.none)
            else:
                for old in Plan:
                    if old + self.design.keep < mine:
                        if self.design.clean_up == CleanUp.LOOK_THEN_DELETE:
                            yield self.on("look whether an old tree is in use")
                            if self.is_referenced(endpoint, old):
                                continue
                        yield from self.delete_trees(me, endpoint, mine, old)

    def delete_trees(self, me: Enactor, endpoint: Endpoint, mine: Plan, only: Plan) -> Steps:
        """One transaction that deletes the tree of one plan, or (none) of every plan that is old enough."""
        while True:
            if self.design.clean_up_takes_lock:
                yield self.on("read the lock")
                self.lock_read[me, endpoint] = True
            yield self.on("delete an old tree" if only != Plan.none else "delete the old trees")
            if self.design.clean_up_takes_lock:
                if not self.lock_read[me, endpoint]:
                    continue
                self.next_epoch(endpoint)
            for old in Plan:
                if old + self.design.keep < mine and only in (old, Plan.none):
                    self.delete(me, endpoint, old)
            return

    def delete(self, me: Enactor, endpoint: Endpoint, old: Plan) -> None:
        """Delete one old tree, unless the design's transaction refuses."""
        refused = not self.may_write(me)
        if self.design.clean_up == CleanUp.UNREFERENCED:
            refused = refused or self.is_referenced(endpoint, old)
        if self.design.never_zero:
            refused = refused or self.alias[endpoint] == old
        if not refused:
            self.tree[endpoint, old] = False

    def apply_and_clean_up(self, mine: Plan) -> None:
        """Everything an enactor does, as one critical section."""
        if mine > self.applied:
            for endpoint in Endpoint:
                if not self.rollback_is_broken(endpoint):
                    self.flip(endpoint, mine)
                for old in Plan:
                    if old + self.design.keep < mine:
                        self.delete(Enactor.first, endpoint, old)
            self.applied = mine

    def is_referenced(self, endpoint: Endpoint, plan: Plan) -> bool:
        """Whether the name or its rollback record points to the plan's tree."""
        return self.alias[endpoint] == plan or self.rollback[endpoint] == plan

    def is_empty(self, endpoint: Endpoint) -> bool:
        """Whether the name is installed and resolves to nothing: it points to a tree that is gone."""
        live = self.alias[endpoint]
        return live != Plan.none and not self.tree[endpoint, live]

    @process
    def operator(self) -> Steps:
        """Finds the cause (00:38), stops the automation, and points each empty name at a tree that exists (02:25).

        On 20 October that was the rollback tree [PE, AWS]. Assumption: where that is gone too, the newest that exists.
        """
        yield until(lambda: exists(Endpoint, self.is_empty), "find the cause", idle=True)
        if self.design.operator_stops_first:
            yield "switch the automation off"
            self.switched_off = True
        for endpoint in Endpoint:
            yield "repair the name by hand"
            if self.is_empty(endpoint):
                self.repair(endpoint)

    def repair(self, endpoint: Endpoint) -> None:
        """Point a name at its rollback tree, or at the newest tree there is."""
        chosen: Plan = greatest(Plan, lambda plan: self.tree[endpoint, plan])
        good = self.rollback[endpoint]
        if good != Plan.none and self.tree[endpoint, good]:
            chosen = good
        self.alias[endpoint] = chosen
        self.next_epoch(endpoint)

    @action
    def lease_expires(self) -> None:
        """The plan-wide lock times out, whatever its holder is doing. (Only in designs that have one.)"""
        require(self.design.lock.is_lease and self.lease != Enactor.none)
        self.lease = Enactor.none

    @action
    def fleet_is_replaced(self) -> None:
        """Load balancers change: every plan so far is stale, and only a newer one is good. (Within the budget.)"""
        require(self.fleet_changes < FleetChange.last and self.newest < Plan.last)
        self.fleet_changes += 1
        self.good_from = self.newest + 1

    @view(each=Endpoint)
    def clients_resolve(self, endpoint: Endpoint) -> str:
        """The addresses and weights that a client that asks for the name is told."""
        live = self.alias[endpoint]
        if live == Plan.none:
            return "not installed yet"
        if not self.tree[endpoint, live]:
            return "EMPTY"
        told = " ".join(f"{address}/{weight}" for address, weight in addresses(live.number, endpoint.number))
        return f"{told} (stale)" if live < self.good_from else told

    @picture(each=Endpoint)
    def of_names(self, endpoint: Endpoint) -> str:
        """Where a name points, the way back, and the trees in its zone."""
        return drawn(self, endpoint, Plan)
