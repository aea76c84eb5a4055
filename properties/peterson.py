"""What must hold of Peterson's algorithm."""

from raceproof.checker.language import always, count, exists, forall, reachable
from raceproof.checker.language import no_deadlock as no_deadlock
from raceproof.model.peterson import Peterson, Side


def inside(m: Peterson, side: Side) -> bool:
    """Whether a side has entered and not left."""
    return m.side[side].at("critical section") or m.side[side].at("leave")


@always
def mutual_exclusion(m: Peterson) -> bool:
    """At most one side is in the critical section."""
    return count(Side, lambda s: inside(m, s)) <= 1


@always
def flags_tell_who_is_about(m: Peterson) -> bool:
    """Whoever is in the critical section has said so."""
    return forall(Side, lambda s: m.wants[s] or not inside(m, s))


@reachable
def someone_enters(m: Peterson) -> bool:
    """The critical section can be entered."""
    return exists(Side, lambda s: m.side[s].at("critical section"))


@reachable
def both_ask(m: Peterson) -> bool:
    """Both sides can want to enter at the same time."""
    return forall(Side, lambda s: m.wants[s])
