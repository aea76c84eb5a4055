"""What must hold of a lock."""

from raceproof.checker.language import always, count, exists, forall, reachable, recoverable
from raceproof.checker.language import no_deadlock as no_deadlock
from raceproof.model.lock import Lock, Worker


@always
def mutual_exclusion(m: Lock) -> bool:
    """At most one worker works at a time."""
    return count(Worker, lambda w: m.worker[w].at("work")) <= 1


@always
def who_works_has_the_lock(m: Lock) -> bool:
    """The lock is taken while somebody works."""
    return m.taken or not exists(Worker, lambda w: m.worker[w].at("work"))


@reachable
def someone_works(m: Lock) -> bool:
    """The lock lets somebody through."""
    return exists(Worker, lambda w: m.worker[w].at("work"))


@recoverable
def everyone_can_come_to_rest(m: Lock) -> bool:
    """From every state the lock can come free with nobody at work."""
    return not m.taken and forall(Worker, lambda w: m.worker[w].at("wait for the lock"))
