"""Models on which the engines once disagreed, or said what Python does not: found by reading, kept by name."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Annotated, Any

import pytest

from raceproof.checker import (
    BrokenModel,
    Claim,
    Id,
    Model,
    ModelError,
    Ordinal,
    Steps,
    action,
    always,
    anything,
    check,
    count,
    each,
    each_step,
    exists,
    no_deadlock,
    process,
    reachable,
    require,
)
from raceproof.checker.check import ENGINES, prepare, run

Three = Annotated[int, range(3)]


class Who(Id, size=2):
    """Somebody."""


class Age(Ordinal, size=2):
    """How old."""


def said(model: Model, *claims: Claim) -> dict[str, Any]:
    """What each engine says: names and lengths of the verdicts, or the length of the way to where the model breaks."""
    found: dict[str, Any] = {}
    for engine in ENGINES:
        try:
            verdicts = run(prepare(model, claims), engine)  # type: ignore[arg-type]
        except BrokenModel as broken:
            found[engine] = ("broken", len(broken.trace))
        else:
            found[engine] = [(v.name.replace("up-to", "in-scope"), trace_length(v)) for v in verdicts]
    return found


def trace_length(verdict: Any) -> int | None:
    return len(verdict.trace) if getattr(verdict, "trace", None) is not None else None


def alike(model: Model, *claims: Claim) -> Any:
    """What all engines say; they must agree."""
    answers = said(model, *claims)
    assert answers["explicit"] == answers["oracle"]
    assert answers["explicit"] == answers["bounded"]
    return answers["explicit"]


class WritesInAQuestion(Model):
    """A predicate that writes would be run for every member, while Python stops at the first."""

    wanted: Three = anything
    seen: Three = 0

    def look(self, value: int) -> bool:
        self.seen = value + 1
        return self.wanted == value

    @process
    def looking(self) -> Steps:
        yield "look"
        if exists((0, 1), lambda value: self.look(value)):
            self.seen = 0


def test_a_question_that_writes_is_refused() -> None:
    with pytest.raises(ModelError, match="writes seen in a condition"):
        check(WritesInAQuestion(), always(lambda m: m.seen != 1))


class CollectsInAQuestion(Model):
    """A list that a predicate appends to would grow once for every answer that is looked at."""

    flag: bool = False

    @process
    def collecting(self) -> Steps:
        yield "collect"
        seen: list[Who] = []
        self.flag = count(Who, lambda who: self.flag and seen.append(who) == None) == 0  # type: ignore[func-returns-value]  # noqa: E711


def test_a_question_that_changes_a_list_is_refused() -> None:
    with pytest.raises(ModelError, match=r"changes something inside a lambda: \.append\(\)"):
        check(CollectsInAQuestion(), no_deadlock)


class AsksForNobody(Model):
    """The table comes first in the packed state: its entry of none would lie in front of it."""

    table: dict[Who, bool] = each(False)
    who: Who = Who.none

    @process
    def waiting(self) -> Steps:
        yield "wait"


def test_a_claim_that_asks_for_the_entry_of_none_breaks_the_model_in_every_engine() -> None:
    assert ("broken", 0) == alike(AsksForNobody(), always(lambda m: not m.table[m.who]))


class TakesTheDistance(Model):
    """A number minus an ordinal is a plain number, which no ordinal variable takes."""

    age: Age = Age.first

    @process
    def turning(self) -> Steps:
        yield "turn"
        self.age = 3 - self.age  # type: ignore[assignment]


class AddsToNone(Model):
    """An ordinal plus a plain number of the state is an ordinal."""

    age: Age = Age.none
    number: Three = 2

    @process
    def adding(self) -> Steps:
        yield "add"
        self.age = Age.none + self.number


def test_a_number_minus_an_ordinal_is_no_ordinal() -> None:
    with pytest.raises(ModelError, match="age"):
        check(TakesTheDistance(), no_deadlock)


def test_an_ordinal_plus_a_number_of_the_state_is_an_ordinal() -> None:
    assert [("holds-in-scope", 1)] == alike(AddsToNone(), reachable(lambda m: m.age == Age.last))


class LeavesItsDomainUnread(Model):
    """A local that only a claim asks for lies outside of its domain."""

    number: Three = 2

    @process
    def leaving(self) -> Steps:
        kept: Three = 0
        yield "leave"
        kept = self.number + 1  # noqa: F841
        yield "end"


def test_a_local_that_only_a_claim_asks_for_is_checked_too() -> None:
    assert ("broken", 1) == alike(LeavesItsDomainUnread(), always(lambda m: m.leaving.kept < 5))


class GoesTwice(Model):
    """Loops whose turns look alike; only what is left of them tells the places apart."""

    number: Three = 0

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def items(self) -> Any:
        kinds = {
            "reversed": reversed((1, 1)),
            "zip": zip((1, 1), (2, 2), strict=True),
            "text": "aa",
            "values": {1: 1, 2: 1}.values(),
            "generator": (1 for _ in (1, 1)),
        }
        return kinds[self.kind]

    @process
    def going(self) -> Steps:
        for _ in self.items():
            yield "turn"
        self.number = 1
        yield "end"


@pytest.mark.parametrize("kind", ["reversed", "zip", "text", "values", "generator"])
def test_loops_are_told_apart_by_what_is_left_of_them(kind: str) -> None:
    assert [("holds-in-scope", 2)] == alike(GoesTwice(kind), reachable(lambda m: m.number == 1))


class BreaksOrViolates(Model):
    """After two steps one way violates the claim and another breaks the model."""

    number: Three = 0
    bad: bool = False

    @action
    def one(self) -> None:
        require(self.number == 0)
        self.number = 1

    @action
    def two(self) -> None:
        require(self.number == 0)
        self.number = 2

    @action
    def violate(self) -> None:
        require(self.number == 1)
        self.bad = True

    @action
    def leave(self) -> None:
        require(self.number == 2)
        self.number += 1


def test_a_fault_and_a_violation_after_equally_many_steps_are_a_broken_model() -> None:
    assert ("broken", 2) == alike(BreaksOrViolates(), always(lambda m: not m.bad))


class ComesToNobody(Model):
    """A claim about steps asks for the entry of none after the first step."""

    table: dict[Who, bool] = each(False)
    who: Who = Who.first

    @process
    def leaving(self) -> Steps:
        yield "leave"
        self.who = Who.none
        yield "end"


def test_a_claim_about_steps_that_asks_for_nobody_breaks_the_model() -> None:
    assert ("broken", 1) == alike(ComesToNobody(), each_step(lambda before, after: not after.table[after.who]))


def test_a_settled_claim_still_breaks_the_model_later() -> None:
    claim = always(lambda m: m.table[m.who])

    assert ("broken", 1) == alike(ComesToNobody(), claim, no_deadlock)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_assert_in_a_claim_is_an_error_of_the_model(engine: Any) -> None:
    @always
    def asserting(m: ComesToNobody) -> bool:
        assert m.who != Who.none, "nobody is left"
        return True

    with pytest.raises(ModelError, match="nobody is left"):
        check(ComesToNobody(), asserting, engine=engine)


TWO_YIELDS = """
from raceproof.checker import Model, process

class YieldsTwiceOnALine(Model):
    @process
    def yielding(self):
        yield "one"; yield "two"
"""


def test_two_yields_on_one_line_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "two_yields.py"
    path.write_text(TWO_YIELDS, encoding="utf-8")
    module = runpy.run_path(str(path))

    with pytest.raises(ModelError, match="yielding yields twice on one line"):
        check(module["YieldsTwiceOnALine"](), no_deadlock)
