"""Small models on which engines once disagreed: found by random models, kept by name."""

from __future__ import annotations

from typing import Annotated

import pytest

from raceproof.checker import (
    Claim,
    Id,
    Model,
    Steps,
    StepsReturning,
    always,
    assertions,
    choose,
    exists,
    no_deadlock,
    process,
    until,
)
from raceproof.checker.check import Engine, Prepared, prepare, run
from raceproof.checker.options import Options

PLAIN = Options(symmetry=False, partial_order=False)
Three = Annotated[int, range(3)]


class Who(Id, size=2):
    """Somebody."""


class PassesAConstantOrALocal(Model):
    """A helper gets a number that is known on one way to its yield and state on the other."""

    flag: bool = False

    @process(each=Who)
    def flipper(self, me: Who) -> Steps:
        while True:
            yield "flip"
            self.flag = not self.flag

    @process
    def caller(self) -> Steps:
        number: Three = 1
        yield "begin"
        if not self.flag:
            number = yield choose(range(3), "pick", where=lambda n: n != 0)
        number = yield from self.helper(number, 1)
        yield "end"
        self.flag = number == 2

    def helper(self, given: Three, more: Three) -> StepsReturning[int]:
        yield "help"
        return (given + more) % 3 if self.flag else more


class CallsTwice(Model):
    """A helper's argument is known in one call, the caller's local in another, and state of its own in a third."""

    number: Three = 0

    @process
    def caller(self) -> Steps:
        kept: Three = 0
        yield "start"
        kept = yield from self.helper(1)
        kept = yield from self.helper(kept)
        kept = yield from self.helper((self.number + kept) % 3)
        yield "end"
        self.number = kept

    def helper(self, given: Three) -> StepsReturning[int]:
        yield "help"
        return given


class CanOnlyFail(Model):
    """The only step that is left fails an assert: that is no deadlock."""

    flag: bool = False

    @process
    def failing(self) -> Steps:
        yield "fail"
        assert self.flag
        yield "go on"


class ReadsAgain(Model):
    """A local that a claim asks for is set again on a later turn of the loop."""

    number: Three = 0

    @process(each=Who)
    def worker(self, me: Who) -> Steps:
        while True:
            yield until(lambda: self.number < 2, "read", idle=True)
            seen: Three = self.number
            yield "write"
            self.number = max(seen, self.number) + (1 if self.number < 2 else 0)


class ReturnsAtOnce(Model):
    """A claim that is false in the initial state has a trace of no steps."""

    flag: bool = False

    @process
    def nothing(self) -> Steps:
        yield "nothing"


@always
def somebody_has_seen_nothing(m: ReadsAgain) -> bool:
    """False as soon as both have seen something."""
    return exists(Who, lambda w: m.worker[w].seen == 0)


@always
def still_zero(m: CallsTwice) -> bool:
    """False at the end."""
    return m.number == 0


@always
def flagged(m: ReturnsAtOnce) -> bool:
    """False from the start."""
    return m.flag


CASES: dict[str, tuple[Model, tuple[Claim, ...], list[str]]] = {
    "a helper's argument that is known on one way only": (PassesAConstantOrALocal(), (), []),
    "a helper's argument that is kept in three ways": (CallsTwice(), (still_zero,), ["violated"]),
    "a failing assert as the only step": (CanOnlyFail(), (no_deadlock, assertions), ["holds-in-scope", "violated"]),
    "a local that a claim asks for": (ReadsAgain(), (somebody_has_seen_nothing,), ["violated"]),
    "a trace of no steps": (ReturnsAtOnce(), (flagged,), ["violated"]),
}


def prepared(case: str) -> Prepared:
    model, claims, _ = CASES[case]
    return prepare(model, (*claims, always(lambda m: True)))


@pytest.mark.parametrize("engine", ["portable", "native"])
@pytest.mark.parametrize("case", CASES)
def test_python_itself_and_the_explicit_search_count_the_same(case: str, engine: Engine) -> None:
    both: tuple[Engine, Engine] = (engine, "oracle")
    explicit, oracle = (run(prepared(case), each, options=PLAIN)[-1].statistics for each in both)

    assert (explicit.states, explicit.transitions, explicit.depth) == (oracle.states, oracle.transitions, oracle.depth)


@pytest.mark.parametrize("engine", ["explicit", "portable", "oracle", "bounded"])
@pytest.mark.parametrize("case", CASES)
def test_every_engine_says_the_same(case: str, engine: str) -> None:
    said = [verdict.name for verdict in run(prepared(case), engine)]  # type: ignore[arg-type]
    expected = [*CASES[case][2], "holds-in-scope"]

    assert expected == [name.replace("holds-up-to", "holds-in-scope") for name in said]
