"""Mistakes that only some states show: the search ends with the fault, its line and a shortest path to it."""

# pyright: reportPossiblyUnboundVariable=false
from __future__ import annotations

import enum
from typing import Annotated

import pytest

from raceproof.checker import BrokenModel
from raceproof.checker.check import check, prepare
from raceproof.checker.explicit import explore
from raceproof.checker.language import Claim, Id, Model, Ordinal, Steps, action, always, assertions, each, process
from raceproof.checker.verdict import FaultFound, Violated


class Worker(Id, size=2):
    """Somebody who may be nobody."""


class Plan(Ordinal, size=3):
    """A generation."""


class Light(enum.Enum):
    """Two values."""

    RED = 1
    GREEN = 2


@always
def whatever(m: Model) -> bool:
    """True of every state."""
    return True


def fault(model: Model, claim: Claim = whatever) -> tuple[str, str, int]:
    """The message of the fault that the search finds, the line that is wrong, and the number of steps to it."""
    prepared = prepare(model, [claim])
    with pytest.raises(FaultFound) as caught:
        explore(prepared.lowered.system, prepared.properties)
    path = caught.value.path
    location = path.fault.location if path.fault else None
    return caught.value.message, location.text if location else "", path.length


class Overflowing(Model):
    newest: Plan = Plan.none

    @process
    def work(self) -> Steps:
        while True:
            yield "next"
            self.newest += 1


def test_a_value_outside_of_its_domain_is_found() -> None:
    expected = "newest takes a value outside of Plan (none, plan 1 .. plan 3)"

    assert (expected, "self.newest += 1", 4) == fault(Overflowing())


def test_check_shows_what_python_says_of_it_and_how_to_get_there() -> None:
    with pytest.raises(BrokenModel) as caught:
        check(Overflowing(), whatever)

    error = caught.value
    assert error.location is not None
    assert "newest becomes plan 4, which is not in Plan (none, plan 1 .. plan 3)" == error.message
    assert "guard the step, or give Plan a larger size: --scope Plan=..., or scope={Plan: ...}" == error.hint
    assert "self.newest += 1" == error.location.text
    assert 4 == len(error.trace)


class Counting(Model):
    count: Annotated[int, range(3)] = 0

    @action
    def back(self) -> None:
        self.count -= 1


def test_a_number_below_its_range_is_found() -> None:
    assert ("count takes a value outside of 0..2", "self.count -= 1", 1) == fault(Counting())


class Keeping(Model):
    plan: Plan = Plan.none

    @process
    def work(self) -> Steps:
        mine: Plan = Plan.none
        while True:
            yield "next"
            mine = mine + 2


def test_a_local_outside_of_its_domain_is_found_where_it_is_kept() -> None:
    assert ("mine takes a value outside of Plan (none, plan 1 .. plan 3)", 'yield "next"', 2) == fault(Keeping())


class Owned(Model):
    owner: Worker = Worker.none
    held: dict[Worker, bool] = each(False)

    @action
    def hold(self) -> None:
        self.held[self.owner] = True


def test_a_key_that_is_nobody_is_found() -> None:
    expected = "held has no entry for that key; its keys are Worker (worker 1 .. worker 2)"

    assert (expected, "self.held[self.owner] = True", 1) == fault(Owned())


class Nobody(Owned):
    @action
    def hold(self) -> None:
        self.held[Worker.none] = True


def test_none_is_never_a_key() -> None:
    expected = "held has no entry for Worker.none; its keys are Worker (worker 1 .. worker 2)"

    assert (expected, "self.held[Worker.none] = True", 1) == fault(Nobody())


class Emptied(Model):
    newest: Plan = Plan.first

    @action
    def restart(self) -> None:
        self.newest = Plan.none

    @action
    def look_back(self) -> None:
        self.newest = max(plan for plan in Plan if plan <= self.newest)


def test_an_exception_in_some_states_only_is_a_fault_of_these() -> None:
    line = "self.newest = max(plan for plan in Plan if plan <= self.newest)"

    assert "raised ValueError" in fault(Emptied())[0]
    assert (line, 2) == fault(Emptied())[1:]


class Guarded(Emptied):
    @action
    def restart(self) -> None:
        self.newest = Plan.first


def test_an_exception_that_no_state_can_reach_is_none() -> None:
    assert check(Guarded(), whatever).holds


class Unassigned(Model):
    busy: bool = False
    newest: Plan = Plan.none

    @action
    def begin(self) -> None:
        self.busy = True

    @process
    def work(self) -> Steps:
        yield "look"
        if not self.busy:
            seen = self.newest
        self.newest = seen


def test_a_local_without_a_value_in_some_states_is_a_fault_of_these() -> None:
    assert ("uses seen, which has no value here", "self.newest = seen", 2) == fault(Unassigned())


class Asserting(Model):
    busy: bool = False

    @process(each=Worker)
    def work(self, me: Worker) -> Steps:
        yield "enter"
        assert not self.busy, "both are in"
        self.busy = True


def test_a_failed_assert_is_a_violation_and_no_mistake() -> None:
    verdict = check(Asserting(), assertions)

    assert isinstance(verdict, Violated)
    assert verdict.path is not None
    assert verdict.path.fault is not None
    assert ("both are in", 2) == (verdict.path.fault.message, verdict.path.length)


@always
def the_owner_holds(m: Owned) -> bool:
    """Asks for an entry that nobody has."""
    return m.held[m.owner] in (True, False)


class Handing(Owned):
    owner: Worker = Worker.first

    @action
    def hold(self) -> None:
        self.held[Worker.first] = True

    @action
    def drop(self) -> None:
        self.owner = Worker.none


def test_a_claim_that_asks_for_what_does_not_exist_is_a_mistake() -> None:
    expected = "the_owner_holds: held has no entry for that key; its keys are Worker (worker 1 .. worker 2)"

    assert (expected, "", 1) == fault(Handing(), the_owner_holds)
