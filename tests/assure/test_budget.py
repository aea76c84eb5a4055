"""How seconds are shared among the rungs."""

from __future__ import annotations

from dataclasses import dataclass

from raceproof.checker.assure.budget import LEAST_SECONDS, Budget, Part


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_part_gets_its_share_of_what_is_left_when_it_begins() -> None:
    clock = Clock()
    budget = Budget(60.0, 10, clock=clock)
    weights = sum(part.weight for part in Part)

    assert 60.0 * Part.DEFAULT.weight / weights == budget.left(Part.DEFAULT)

    clock.now += 1.0
    later = weights - Part.DEFAULT.weight

    assert 59.0 * Part.SMALLER.weight / later == budget.left(Part.SMALLER)


def test_the_last_part_gets_all_that_is_left() -> None:
    clock = Clock()
    budget = Budget(60.0, 10, clock=clock)
    clock.now += 50.0

    assert 10.0 == budget.limits(Part.PROVE).max_seconds
    assert not budget.is_spent(Part.PROVE)

    clock.now += 10.0

    assert budget.is_spent(Part.PROVE)
    assert LEAST_SECONDS == budget.limits(Part.PROVE).max_seconds


def test_the_other_limits_are_those_of_every_search() -> None:
    limits = Budget(60.0, 10, 2**30).limits(Part.GROW)

    assert (10, 2**30) == (limits.max_states, limits.max_memory_bytes)
