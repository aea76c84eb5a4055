"""What a model with an endless ordinal must not do, and what it is told instead."""

from __future__ import annotations

import pytest

from raceproof.checker import (
    Id,
    Limits,
    Model,
    ModelError,
    Ordinal,
    Remembered,
    Steps,
    UsageError,
    always,
    anything,
    check,
    choose,
    each,
    process,
    until,
)
from raceproof.checker.check import prepare
from raceproof.checker.simulation import run as simulate

INSTEAD = "compare and copy its values, and add 1 to the newest; or leave out endless=True"
COMPARE_ONLY = "compare members with each other, and add 1 to the newest to make a newer one"


class Plan(Ordinal, size=3, endless=True):
    """There is always a newer one."""


class Worker(Id, size=2):
    """One of several."""


class Planner(Model):
    """A planner that never stops: what the others are made from."""

    newest: Plan = Plan.none
    oldest: Plan = Plan.none
    tree: dict[Plan, bool] = each(False)

    @process
    def planner(self) -> Steps:
        while True:
            yield "plan"
            self.newest += 1


class AsksForTheLast(Planner):
    @process
    def other(self) -> Steps:
        yield until(lambda: self.newest < Plan.last, "wait")
        self.oldest = self.newest


class Counts(Planner):
    @process
    def other(self) -> Steps:
        yield until(lambda: self.newest < len(Plan), "wait")
        self.oldest = self.newest


class TakesTheDistance(Planner):
    @process
    def other(self) -> Steps:
        yield until(lambda: self.newest - self.oldest < 2, "wait")
        self.oldest = self.newest


class WaitsForAge(Planner):
    @process
    def other(self) -> Steps:
        yield until(lambda: self.oldest + 2 < self.newest, "wait")
        self.oldest = self.newest


class SparesByAge(Planner):
    @process
    def other(self) -> Steps:
        yield "delete"
        for old in Plan:
            if old + 1 < self.newest:
                self.tree[old] = False
            else:
                self.oldest = old


class NamesTheFirst(Planner):
    @process
    def other(self) -> Steps:
        yield until(lambda: self.newest == Plan.first, "wait")
        self.oldest = self.newest


class GivesRowsToAll(Planner):
    @process
    def other(self) -> Steps:
        old = yield choose(Plan, "take any")
        self.tree[old] = True


class JumpsAhead(Planner):
    @process
    def other(self) -> Steps:
        yield "jump"
        self.oldest = self.newest + 2


class StopsInALoop(Planner):
    @process
    def other(self) -> Steps:
        while True:
            yield "begin"
            for old in Plan:
                if old < self.newest:
                    yield "delete one"
                    self.tree[old] = False


class RunsForEach(Planner):
    @process(each=Plan)
    def other(self, plan: Plan) -> Steps:
        yield "begin"
        self.tree[plan] = True


class StartsAnywhere(Planner):
    oldest: Plan = anything


class StartsUnlike(Planner):
    tree: dict[Plan, bool] = each(lambda plan: plan == Plan(2))


class NeverMoves(Planner):
    oldest: Plan = Plan(2)


@always
def whatever(m: Planner) -> bool:
    """True of every state."""
    return True


@always
def third_is_never_made(m: Planner) -> bool:
    """Counts from the start."""
    return m.newest < Plan(3)


@pytest.mark.parametrize(
    ("model", "message", "hint", "line"),
    [
        (AsksForTheLast(), "Plan is endless: it has no last member", COMPARE_ONLY, "Plan.last"),
        (
            Counts(),
            "Plan cannot be endless: 'wait' does not depend on the order of Plans alone",
            INSTEAD,
            "len(Plan)",
        ),
        (
            TakesTheDistance(),
            "Plan cannot be endless: 'wait' calculates with a Plan in a comparison",
            INSTEAD,
            "until(lambda: self.newest - self.oldest < 2",
        ),
        (
            WaitsForAge(),
            "Plan cannot be endless: 'wait' calculates with a Plan in a comparison",
            INSTEAD,
            "until(lambda: self.oldest + 2 < self.newest",
        ),
        (
            SparesByAge(),
            "Plan cannot be endless: 'delete' does not depend on the order of Plans alone",
            INSTEAD,
            'yield "delete"',
        ),
        (
            NamesTheFirst(),
            "Plan cannot be endless: 'wait' does not depend on the order of Plans alone",
            INSTEAD,
            "self.newest == Plan.first",
        ),
        (
            GivesRowsToAll(),
            "Plan cannot be endless: 'take any' gives a row of tree to a Plan that nobody remembers",
            INSTEAD,
            "choose(Plan",
        ),
        (
            JumpsAhead(),
            "Plan cannot be endless: 'jump' adds something other than 1 to a Plan",
            INSTEAD,
            'yield "jump"',
        ),
        (
            StopsInALoop(),
            "Plan cannot be endless: 'delete one' is a place of its own for each member that a loop has come to",
            "do it in one step, or take one after the other with choose(Plan, ..., where=...)",
            'yield "delete one"',
        ),
        (
            RunsForEach(),
            "Plan cannot be endless: other runs once for each of its members",
            "let one process serve them all, with choose(Plan, ..., where=...)",
            None,
        ),
        (
            StartsAnywhere(),
            "Plan cannot be endless: oldest starts as anything",
            "start it as Plan.none",
            None,
        ),
        (
            StartsUnlike(),
            "Plan cannot be endless: the rows of tree do not all start alike",
            "start every row alike",
            None,
        ),
        (
            NeverMoves(),
            "Plan cannot be endless: oldest is always the same member",
            "start it as Plan.none",
            None,
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Model) else "",
)
def test_a_model_that_needs_more_than_the_order_is_refused(
    model: Model, message: str, hint: str, line: str | None
) -> None:
    with pytest.raises(ModelError) as caught:
        check(model, whatever)

    assert (message, hint) == (caught.value.message, caught.value.hint)
    if line:
        assert caught.value.location
        assert line in caught.value.location.text


def test_a_claim_that_counts_from_the_start_is_refused() -> None:
    with pytest.raises(ModelError) as caught:
        check(Planner(), third_is_never_made)

    wrong = "Plan cannot be endless: third_is_never_made does not depend on the order of Plans alone"
    assert wrong == caught.value.message


@pytest.mark.parametrize("engine", ["bounded", "oracle"])
def test_an_engine_that_needs_a_last_member_says_so(engine: str) -> None:
    with pytest.raises(UsageError) as caught:
        check(Planner(), whatever, engine=engine)  # type: ignore[call-overload]

    assert f"Plan is endless, and the {engine} engine needs a last one; the explicit engine does not" == str(
        caught.value
    )


def test_random_walks_need_a_last_member() -> None:
    with pytest.raises(UsageError) as caught:
        simulate(prepare(Planner(), [whatever]), 0, Limits(), walks=1)

    assert "Plan is endless, and a simulation needs a last one; the explicit engine does not" == str(caught.value)


@pytest.mark.parametrize(
    ("scope", "wrong"),
    [
        ({Plan: 0}, "the size of Plan is 0; of an endless domain at least 1 must be remembered"),
        ({Worker: Remembered(2)}, "Worker cannot be endless: only an Ordinal can"),
    ],
)
def test_a_size_that_makes_no_sense_is_refused(scope: dict[object, int], wrong: str) -> None:
    with pytest.raises(UsageError) as caught:
        prepare(Planner(), [whatever], scope)

    assert wrong == str(caught.value)


class Copies(Planner):
    """Everything that only compares and copies."""

    rank: dict[Worker, Plan] = each(Plan.none)
    parent: dict[Plan, Plan] = each(Plan.none)

    @process
    def planner(self) -> Steps:
        while True:
            yield "plan"
            before = self.newest
            self.newest = before + 1
            self.parent[self.newest] = before
            self.tree[self.newest] = True

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: self.newest > self.rank[me], "follow")
            self.rank[me] = max(self.rank[me], self.newest)
            old = yield choose(Plan, "forget", where=lambda p: p < self.newest and self.tree[p], idle=True)
            self.tree[old] = False
            self.parent[old] = Plan.none
            for plan in Plan:
                if self.parent[plan] == old:
                    self.parent[plan] = Plan.none


def test_comparing_copying_and_choosing_among_what_is_remembered_is_all_right() -> None:
    verdict = check(Copies(), whatever, scope={Plan: 3}, limits=Limits(max_states=10_000))

    assert "more than 3 plans are remembered at once; raise --scope Plan=3" == getattr(verdict, "why", verdict.name)
