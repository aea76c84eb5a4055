"""What must hold of a counter that several workers increment."""

from raceproof.checker.language import always, count, exists, forall, reachable
from raceproof.checker.language import no_deadlock as no_deadlock
from raceproof.model.lost_update import LostUpdate, Worker


@always
def nothing_is_lost(m: LostUpdate) -> bool:
    """The counter shows as many additions as there are workers that are done."""
    return m.counter == count(Worker, lambda w: m.worker[w].done)


@reachable
def everyone_is_done(m: LostUpdate) -> bool:
    """All workers get through."""
    return forall(Worker, lambda w: m.worker[w].done)


@reachable
def someone_holds_an_old_number(m: LostUpdate) -> bool:
    """A worker is about to write although the counter has changed since it looked."""
    return exists(Worker, lambda w: m.worker[w].at("write") and m.worker[w].seen != m.counter)
