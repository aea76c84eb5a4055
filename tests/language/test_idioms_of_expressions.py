"""Expressions that authors write: each means what it means in Python, and holds of as many states as expected."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Annotated, Any

import pytest

from raceproof.checker.language import Id, Model, Ordinal, action, anything, count, each, exists, forall, require

Digit = Annotated[int, range(3)]


class Endpoint(Id, size=2):
    """A name that is on or off."""


class Plan(Ordinal, size=3):
    """A generation."""


class Light(enum.Enum):
    """Three values without an order."""

    RED = 1
    AMBER = 2
    GREEN = 3


class Asked(Model):
    """Starts in any of 3 × 3 × 3 × 3 × 4 = 324 ways; where the answer is yes, one more state follows."""

    a: Digit = anything
    b: Digit = anything
    light: Light = anything
    plan: Plan = anything
    on: dict[Endpoint, bool] = each(anything)
    answered: bool = False

    def __init__(self, question: Callable[[Any], Any]) -> None:
        self.question = question

    @action
    def answer(self) -> None:
        require(not self.answered)
        require(self.question(self))
        self.answered = True


ALL = 324
QUESTIONS: dict[str, tuple[Callable[[Any], Any], int]] = {
    "and": (lambda m: m.a == 1 and m.b == 2, ALL // 9),
    "or": (lambda m: m.a == 1 or m.b == 2, ALL * 5 // 9),
    "not": (lambda m: not m.a == 1, ALL * 2 // 3),  # noqa: SIM201
    "not of a number": (lambda m: not m.a, ALL // 3),
    "the truth of a number": (lambda m: m.a, ALL * 2 // 3),
    "and that gives a number": (lambda m: m.a and m.b, ALL * 4 // 9),
    "or that gives the other": (lambda m: (m.a or m.b) == 2, ALL * 4 // 9),
    "a chained comparison": (lambda m: 0 < m.a < m.b, ALL // 9),
    "a long chain": (lambda m: 0 <= m.a <= m.b < 3, ALL * 6 // 9),
    "a constant on the left": (lambda m: 2 == m.a, ALL // 3),
    "a conditional expression": (lambda m: (m.a if m.on[Endpoint.first] else m.b) == 2, ALL // 3),
    "in a tuple": (lambda m: m.light in (Light.RED, Light.GREEN), ALL * 2 // 3),
    "not in a tuple": (lambda m: m.light not in (Light.RED, Light.GREEN), ALL // 3),
    "in a list of ordinals": (lambda m: m.plan in [Plan.first, Plan.last], ALL * 2 // 3),
    "in a range": (lambda m: m.a in range(1, 3), ALL * 2 // 3),
    "in a domain": (lambda m: m.plan in Plan, ALL),
    "all over a domain": (lambda m: all(m.on[e] for e in Endpoint), ALL // 4),
    "any over a domain": (lambda m: any(m.on[e] for e in Endpoint), ALL * 3 // 4),
    "all over values": (lambda m: all(m.on.values()), ALL // 4),
    "any over items": (lambda m: any(held for _, held in m.on.items()), ALL * 3 // 4),
    "sum of truth values": (lambda m: sum(m.on.values()) == 1, ALL // 2),
    "sum with a condition": (lambda m: sum(1 for e in Endpoint if m.on[e]) == 1, ALL // 2),
    "length of a list with a condition": (lambda m: len([e for e in Endpoint if m.on[e]]) == 2, ALL // 4),
    "the first that is on": (
        lambda m: next((e for e in Endpoint if m.on[e]), Endpoint.none) == Endpoint.last,
        ALL // 4,
    ),
    "forall": (lambda m: forall(Endpoint, lambda e: m.on[e]), ALL // 4),
    "exists": (lambda m: exists(Endpoint, lambda e: m.on[e]), ALL * 3 // 4),
    "count": (lambda m: count(Endpoint, lambda e: m.on[e]) == 1, ALL // 2),
    "forall pairs": (lambda m: forall(Endpoint, Endpoint, lambda e, f: m.on[e] == m.on[f]), ALL // 2),
    "max of two": (lambda m: max(m.a, m.b) == 2, ALL * 5 // 9),
    "min of two and a constant": (lambda m: min(m.a, m.b, 1) == 0, ALL * 5 // 9),
    "max of a comprehension": (lambda m: max(x for x in (m.a, m.b)) == 0, ALL // 9),
    "addition": (lambda m: m.a + m.b == 2, ALL // 3),
    "distance": (lambda m: abs(m.a - m.b) == 1, ALL * 4 // 9),
    "product": (lambda m: m.a * m.b == 2, ALL * 2 // 9),
    "remainder": (lambda m: m.a % 2 == 0, ALL * 2 // 3),
    "whole division": (lambda m: m.a // 2 == 1, ALL // 3),
    "negative numbers": (lambda m: -m.a // 2 == -1, ALL * 2 // 3),
    "sum of two truth values": (lambda m: m.on[Endpoint.first] + m.on[Endpoint.last] == 1, ALL // 2),
    "truth values that differ": (lambda m: m.on[Endpoint.first] != m.on[Endpoint.last], ALL // 2),
    "truth values with ^": (lambda m: m.on[Endpoint.first] ^ m.on[Endpoint.last], ALL // 2),
    "truth values with & and |": (lambda m: (m.a == 1) & (m.b == 1) | (m.b == 2), ALL * 4 // 9),
    "a comparison as a number": (lambda m: (m.a == 1) == m.b, ALL * 3 // 9),
    "the distance of ordinals": (lambda m: Plan.last - m.plan == 1, ALL // 3),
    "the next ordinal": (lambda m: m.plan + 1 == Plan.last, ALL // 3),
    "an ordinal and a number": (lambda m: m.plan > m.a, ALL * 6 // 9),
    "the largest of some ordinals": (lambda m: max(p for p in Plan if p <= m.plan) == Plan.first, ALL // 3),
    "an Enum": (lambda m: m.light == Light.AMBER, ALL // 3),
    "an Enum on the left": (lambda m: Light.AMBER == m.light, ALL // 3),
    "an entry by a key of the state": (lambda m: [m.on[e] for e in Endpoint if m.on[e]] == [True], ALL // 2),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_expression_holds_of_as_many_states_as_in_python(name: str, states: Callable[..., int]) -> None:
    question, expected = QUESTIONS[name]

    assert ALL + expected == states(Asked(question))
