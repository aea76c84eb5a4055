"""What must hold of the philosophers who hand each other clean forks; that nobody starves is a temporal claim."""

from raceproof.checker.language import always, exists, forall, reachable, recoverable
from raceproof.checker.language import no_deadlock as no_deadlock
from raceproof.model.dining import DiningPhilosophers, Philosopher, right_of


@always
def exclusive_access(m: DiningPhilosophers) -> bool:
    """Neighbours never eat at the same time."""
    return forall(Philosopher, lambda p: not (m.philosopher[p].at("eat") and m.philosopher[right_of(p)].at("eat")))


@always
def forks_stay_with_neighbours(m: DiningPhilosophers) -> bool:
    """Whoever eats holds both forks next to it."""
    return forall(
        Philosopher,
        lambda p: not m.philosopher[p].at("eat") or (m.holder[p] == p and m.holder[right_of(p)] == p),
    )


@reachable
def someone_thinks(m: DiningPhilosophers) -> bool:
    """Somebody can eat, for only who has eaten thinks."""
    return exists(Philosopher, lambda p: m.philosopher[p].at("think"))


@recoverable
def the_last_one_can_eat(m: DiningPhilosophers) -> bool:
    """Whatever happens, the last philosopher can still come to eat."""
    return m.philosopher[Philosopher.last].at("eat")
