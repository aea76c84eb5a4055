"""The queue model of the DNS race: several enactors take plans off one queue and put them into force.

A planner publishes one plan after the other into a queue. Each of several enactors takes the plan at the head, is
delayed for however long, makes the plan the active one, and later deletes every plan much older than its own. Nobody
looks whether a newer plan is active by now, so a slow enactor can bring back an old plan that a fast one then deletes.
This is the small model of the DynamoDB outage of 19 October 2025 that is in circulation for TLA+; the state counts of
ours agree with it. `raceproof.model.dns` is the large one.
"""

from raceproof.checker.language import Id, Model, Ordinal, Steps, Variant, each, process, until


class Enactor(Id, size=2):
    """One of several interchangeable workers that put plans into force."""


class Plan(Ordinal, size=5):
    """A generation of DNS records; Plan.none is "no plan yet"."""


class QueueRace(Model):
    """Plans are taken in order, but applied whenever the enactor that took them gets round to it.

    A plan is old for an enactor that is `threshold` or more generations ahead of it. With `fixed`, an enactor looks at
    the newest plan ever applied in the same step in which it applies its own, and drops a plan that comes too late.
    """

    newest: Plan = Plan.none  # the last plan that the planner has put into the queue
    taken: Plan = Plan.none  # the last plan that left the queue: it holds those after `taken`, up to `newest`
    active: Plan = Plan.none  # the plan that customers get
    highest: Plan = Plan.none  # the newest plan that was ever active
    deleted: dict[Plan, bool] = each(False)

    def __init__(self, *, fixed: bool = False, threshold: int = 2) -> None:
        self.fixed = fixed
        self.threshold = threshold

    @process(fair="weak")
    def planner(self) -> Steps:
        """Publishes the plans one by one, and is done after the last."""
        while True:
            yield until(lambda: self.newest < Plan.last, "publish a plan", idle=True)
            self.newest += 1

    @process(each=Enactor, fair="weak")
    def enactor(self, me: Enactor) -> Steps:
        """Takes a plan, applies it some time later, and some time after that deletes what is old."""
        while True:
            yield until(lambda: self.taken < self.newest, "take a plan", idle=True)
            self.taken += 1
            mine = self.taken
            yield "apply the plan"
            if self.deleted[mine]:
                continue
            if self.fixed and mine <= self.highest:
                continue
            self.active = mine
            self.highest = max(self.highest, mine)
            yield "delete old plans"
            for old in Plan:
                if old <= mine - self.threshold:
                    self.deleted[old] = True


VARIANTS = {
    "unchecked": Variant("An enactor applies the plan that it holds, however late.", lambda: QueueRace()),
    "checked": Variant("It drops a plan that comes too late.", lambda: QueueRace(fixed=True)),
}
