"""What must hold of the philosophers who take one fork after the other."""

from raceproof.checker.language import always, forall, no_deadlock, reachable, recoverable
from raceproof.model.naive_dining import NaiveDining, Seat

__all__ = ["everyone_can_leave", "everyone_has_a_fork_but_one", "forks_are_not_shared", "no_deadlock"]


@always
def forks_are_not_shared(m: NaiveDining) -> bool:
    """Whoever eats has taken both forks: no neighbour eats."""
    return forall(
        Seat,
        Seat,
        lambda one, two: (
            not (m.philosopher[one].at("eat") and m.philosopher[two].at("eat"))
            or one == two
            or m.second_fork(one) != m.first_fork(two)
        ),
    )


@recoverable
def everyone_can_leave(m: NaiveDining) -> bool:
    """From every state all forks can be put back on the table."""
    return forall(Seat, lambda s: not m.taken[s])


@reachable
def everyone_has_a_fork_but_one(m: NaiveDining) -> bool:
    """All forks but one can be taken while nobody eats: the last step before a deadlock."""
    return True
