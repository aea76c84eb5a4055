"""What must hold of the queue model of the DNS race."""

from raceproof.checker.language import always, each_step, exists, forall, reachable
from raceproof.checker.language import no_deadlock as no_deadlock
from raceproof.model.queue_race import Enactor, Plan, QueueRace


@always
def active_plan_exists(m: QueueRace) -> bool:
    """The active plan is not deleted."""
    return m.active == Plan.none or not m.deleted[m.active]


@each_step
def never_back_to_an_older_plan(before: QueueRace, after: QueueRace) -> bool:
    """The active plan only ever becomes newer."""
    return before.active <= after.active


@reachable
def everything_is_done(m: QueueRace) -> bool:
    """The last plan is active and every enactor is waiting for work."""
    return m.active == Plan.last and forall(Enactor, lambda e: m.enactor[e].at("take a plan"))


@reachable
def something_is_deleted(m: QueueRace) -> bool:
    """Old plans are deleted at all: without it the main claim says nothing. Needs as many plans as make one old."""
    return exists(Plan, lambda p: m.deleted[p])
