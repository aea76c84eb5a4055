"""Which part of a condition decides, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import pytest

from raceproof.checker import count, exists, forall
from raceproof.checker.explain import Reason
from raceproof.checker.explain.reasons import why


class Light(Enum):
    RED = 0
    GREEN = 1


NUMBERS = (1, 2, 3)


def is_small(number: int) -> bool:
    """A helper of several statements."""
    limit: int = 2
    if number < 0:
        return True
    bound = limit
    return number < bound


def is_tame(number: int) -> bool:
    if number > 2:
        return False
    return number > -5


def sums(number: int) -> bool:
    total = 0
    for each in NUMBERS:
        total += each
    return total < number


def told(reason: Reason | None, depth: int = 0) -> list[str]:
    """A reason as lines: what was asked, what came of it, the values, further members."""
    if reason is None:
        return ["unclear"]
    values = "".join(f" {name}={value}" for name, value in reason.values)
    also = f" also {' '.join(reason.also)}" if reason.also else ""
    line = f"{'  ' * depth}{reason.text}: {str(reason.holds).lower()}{values}{also}"
    return [line, *(part for inner in reason.because for part in told(inner, depth + 1))]


CASES: tuple[tuple[Callable[[int], bool], int, list[str]], ...] = (
    (lambda n: n > 1, 1, ["n > 1: false n=1"]),
    (lambda n: n > 1 and n > 2 and n > 3, 2, ["n > 1 and n > 2 and n > 3: false", "  n > 2: false n=2"]),
    (lambda n: n > 1 and n > 2, 3, ["n > 1 and n > 2: true", "  n > 1: true n=3", "  n > 2: true n=3"]),
    (lambda n: n > 1 or n > 2, 0, ["n > 1 or n > 2: false", "  n > 1: false n=0", "  n > 2: false n=0"]),
    (lambda n: n > 1 or n > 2, 3, ["n > 1 or n > 2: true", "  n > 1: true n=3"]),
    (lambda n: not n > 1, 3, ["not n > 1: false n > 1=true n=3"]),
    (lambda n: not (n > 1 and n < 9), 3, ["not (n > 1 and n < 9): false", "  n > 1: true n=3", "  n < 9: true n=3"]),
    (
        lambda n: n > 2 if n < 5 else n > 7,
        1,
        ["n > 2 if n < 5 else n > 7: false", "  n < 5: true n=1", "  n > 2: false n=1"],
    ),
    (
        lambda n: forall(NUMBERS, lambda k: k != n and k != 3),
        2,
        [
            "forall(NUMBERS, lambda k: k != n and k != 3): false also 3",
            "  k != n and k != 3: false k=2",
            "    k != n: false k=2 n=2",
        ],
    ),
    (lambda n: forall(NUMBERS, lambda k: k != n), 7, ["forall(NUMBERS, lambda k: k != n): true"]),
    (
        lambda n: exists(NUMBERS, lambda k: k > n),
        2,
        ["exists(NUMBERS, lambda k: k > n): true", "  k > n: true k=3 n=2"],
    ),
    (
        lambda n: exists((1, 2), lambda k: k > n),
        2,
        ["exists((1, 2), lambda k: k > n): false", "  k > n: false k=1 n=2", "  k > n: false k=2 n=2"],
    ),
    (
        lambda n: count(NUMBERS, lambda k: k > 1) <= n,
        1,
        [
            "count(NUMBERS, lambda k: k > 1) <= n: false count(NUMBERS, …)=2 n=1",
            "  k > 1: true k=2",
            "  k > 1: true k=3",
        ],
    ),
    (
        lambda n: forall(NUMBERS, is_small),
        0,
        ["forall(NUMBERS, is_small): false also 3", "  number < bound: false NUMBERS=2 number=2 bound=2"],
    ),
    (lambda n: is_small(n), 5, ["is_small(n): false", "  number < bound: false number=5 bound=2"]),
    (lambda n: is_tame(n), 3, ["is_tame(n): false", "  number > 2: true number=3"]),
    (lambda n: sums(n), 3, ["sums(n): false n=3"]),
    (lambda n: Light(n) == Light.GREEN, 0, ["Light(n) == Light.GREEN: false Light(n)=RED n=0 Light.GREEN=GREEN"]),
    (lambda n: 1 // n > 0, 0, ["unclear"]),
    (
        lambda n: (
            n > 1  # a condition may stand on several lines
            and n > 2
        ),
        2,
        ["n > 1 # a condition may stand on several lines and n > 2: false", "  n > 2: false n=2"],
    ),
)


@pytest.mark.parametrize(("condition", "number", "expected"), CASES)
def test_the_parts_that_decide(condition: Callable[[int], bool], number: int, expected: list[str]) -> None:
    assert expected == told(why(condition, number))


def test_two_lambdas_on_a_line_are_told_apart() -> None:
    one, two = (lambda n: n > 1), (lambda n: n > 2)

    assert (["n > 1: true n=2"], ["n > 2: false n=2"]) == (told(why(one, 2)), told(why(two, 2)))


def test_the_innermost_part_is_the_last_that_decides() -> None:
    reason = why(lambda n: forall(NUMBERS, lambda k: k > 1 or k > n), 4)

    assert reason is not None
    assert ("k > n", False) == (reason.root.text, reason.root.holds)
