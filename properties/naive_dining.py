"""What must hold of the philosophers who take one fork after the other."""

from raceproof.checker.language import always, exists, forall, lemma, reachable, recoverable
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


def has(m: NaiveDining, who: Seat, fork: Seat) -> bool:
    """Whether a philosopher has taken a fork and not put it back."""
    first, both = m.philosopher[who].at("take the other fork"), m.philosopher[who].at("eat")
    return (fork == m.first_fork(who) and (first or both)) or (fork == m.second_fork(who) and both)


@lemma
def what_somebody_has_is_not_on_the_table(m: NaiveDining) -> bool:
    """A fork that somebody has is taken."""
    return forall(Seat, Seat, lambda who, fork: not has(m, who, fork) or m.taken[fork])


@lemma
def no_two_have_the_same_fork(m: NaiveDining) -> bool:
    """A fork that somebody has nobody else has."""
    return forall(
        Seat,
        Seat,
        lambda one, two: one == two or forall(Seat, lambda fork: not has(m, one, fork) or not has(m, two, fork)),
    )


@recoverable
def everyone_can_leave(m: NaiveDining) -> bool:
    """From every state all forks can be put back on the table."""
    return forall(Seat, lambda s: not m.taken[s])


@reachable
def someone_eats(m: NaiveDining) -> bool:
    """Somebody can get both forks."""
    return exists(Seat, lambda s: m.philosopher[s].at("eat"))
