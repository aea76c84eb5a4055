"""What must hold of the DNS automation, and the verdict that is expected of every variant."""

from __future__ import annotations

from raceproof.checker.language import always, each_step, exists, forall, reachable, recoverable
from raceproof.model.dns import DnsAutomation, Enactor, Endpoint, Plan


@always
def never_empty(m: DnsAutomation) -> bool:
    """A name that has been installed never resolves to nothing."""
    return forall(Endpoint, lambda e: not m.is_empty(e))


@always
def live_tree_exists(m: DnsAutomation) -> bool:
    """The tree that a name points to exists: the same event, seen from the control plane."""
    return forall(Endpoint, Plan, lambda e, p: m.alias[e] != p or m.tree[e, p])


@always
def rollback_tree_exists(m: DnsAutomation) -> bool:
    """The tree that a rollback record points to exists, so that an operator can use it."""
    return forall(Endpoint, Plan, lambda e, p: m.rollback[e] != p or m.tree[e, p])


@each_step
def never_goes_back(before: DnsAutomation, after: DnsAutomation) -> bool:
    """No name goes back to an older plan. (Stricter than AWS, who accepted a slightly older plan for a while.)"""
    return forall(Endpoint, lambda e: before.alias[e] <= after.alias[e])


@each_step
def one_winner_per_epoch(before: DnsAutomation, after: DnsAutomation) -> bool:
    """Where endpoints have locks, only an enactor whose reading of the epoch is current writes, and after that no
    reading is. (The operator's repair, with the automation off, is exempt.)"""
    if before.design.lock.is_lease or before.design.atomic:
        return True
    return forall(
        Endpoint,
        lambda e: (
            before.alias[e] == after.alias[e]
            or before.operator.at("repair the name by hand")
            or (
                exists(Enactor, lambda o: before.lock_read[o, e])
                and forall(Enactor, lambda o: not after.lock_read[o, e])
            )
        ),
    )


@recoverable(by=("planner", "enactor", "lease_expires"), given=lambda m: m.may_plan() and not m.switched_off)
def automation_recovers(m: DnsAutomation) -> bool:
    """As long as a newer plan can still come, the automation alone, a lease's timer included, can bring the newest plan
    live everywhere."""
    return m.newest != Plan.none and forall(Endpoint, lambda e: m.alias[e] == m.newest and not m.is_empty(e))


@recoverable(by=("operator",))
def operator_recovers(m: DnsAutomation) -> bool:
    """Whatever has happened, the operator alone can bring every name back."""
    return forall(Endpoint, lambda e: not m.is_empty(e))


@reachable
def last_plan_goes_live(m: DnsAutomation) -> bool:
    """The last plan can become live everywhere: the model is not right by doing nothing."""
    return forall(Endpoint, lambda e: m.alias[e] == Plan.last and not m.is_empty(e))


@reachable
def old_trees_go(m: DnsAutomation) -> bool:
    """The first plan can be live somewhere and its tree be deleted later, with the last plan live."""
    return forall(Endpoint, lambda e: m.alias[e] == Plan.last and m.rollback[e] != Plan.none) and exists(
        Endpoint, lambda e: not m.tree[e, Plan.first]
    )


CLAIMS = (
    never_empty,
    live_tree_exists,
    rollback_tree_exists,
    never_goes_back,
    one_winner_per_epoch,
    automation_recovers,
    operator_recovers,
    last_plan_goes_live,
    old_trees_go,
)

_OUTAGE = (never_empty, live_tree_exists, rollback_tree_exists, never_goes_back)

_BROKEN = {
    "incident": (*_OUTAGE, automation_recovers),
    "atomic": (rollback_tree_exists,),
    "recheck-before-lock": (*_OUTAGE, automation_recovers),
    "recheck-after-lock": (rollback_tree_exists,),
    "compare-and-swap": (rollback_tree_exists,),
    "look-then-delete": (*_OUTAGE, automation_recovers),
    "delete-unreferenced": (never_goes_back,),
    "lease": (*_OUTAGE, automation_recovers),
    "lease-fenced": (rollback_tree_exists,),
    "single-leader": (rollback_tree_exists,),
    "keep-more": (*_OUTAGE, automation_recovers),
    "tolerant-rollback": _OUTAGE,
    "never-zero": (rollback_tree_exists, never_goes_back),
    "fixed": (),
}

EXPECTED: dict[str, dict[str, str]] = {
    variant: {claim.name: "violated" if claim in broken else "holds-in-scope" for claim in CLAIMS}
    for variant, broken in _BROKEN.items()
}
"""The verdict of every claim about every variant, in any scope of at least 2 enactors, 2 endpoints and 4 plans."""

TABLE_SCOPE = {"Enactor": 2, "Endpoint": 2, "Plan": 4}
