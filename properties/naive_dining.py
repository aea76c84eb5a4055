"""What must hold of the philosophers who take one fork after the other."""

from raceproof.checker.language import always, exists, forall, reachable, recoverable
from raceproof.checker.language import no_deadlock as no_deadlock
from raceproof.model.naive_dining import NaiveDining, Seat


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
def someone_eats(m: NaiveDining) -> bool:
    """Somebody can get both forks."""
    return exists(Seat, lambda s: m.philosopher[s].at("eat"))
