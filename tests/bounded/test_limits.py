"""What the bounded engine says where it stops: how far it looked, and why no farther. It never turns into a pass."""

import os
import signal
import threading
from dataclasses import replace
from typing import Annotated

import pytest
import z3

from raceproof.checker.bounded import unroll
from raceproof.checker.check import prepare
from raceproof.checker.language import (
    Claim,
    Model,
    Ordinal,
    Steps,
    always,
    anything,
    no_deadlock,
    process,
    reachable,
    recoverable,
    until,
)
from raceproof.checker.limits import Limits, Progress
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.terms import Parameter, Variable
from raceproof.checker.system.transition import Property, TransitionSystem
from raceproof.checker.verdict import HoldsInScope, HoldsUpTo, Undecided, Verdict, Violated

FOR_EVER = 60.0


class Version(Ordinal, size=5):
    pass


class Climb(Model):
    """Five steps up, then the process is done."""

    at: Version = Version.none

    @process
    def climber(self) -> Steps:
        for _ in Version:
            yield "climb"
            self.at += 1


class Spin(Model):
    """Steps for ever, two states."""

    on: bool = False

    @process
    def spinner(self) -> Steps:
        while True:
            yield until(lambda: True, "spin")
            self.on = not self.on


class Factors(Model):
    """Two numbers left open, whose product takes a solver longer than any test."""

    one: Annotated[int, range(2, 2**26)] = anything
    other: Annotated[int, range(2, 2**26)] = anything

    @process
    def idler(self) -> Steps:
        yield "idle"


@always
def below_the_top(m: Climb) -> bool:
    return m.at < Version.last


@always
def never_above_the_top(m: Climb) -> bool:
    return m.at <= Version.last


@reachable
def top(m: Climb) -> bool:
    return m.at == Version.last


@reachable
def nowhere(m: Climb) -> bool:
    return m.at > Version.last


@recoverable
def back_to_off(m: Spin) -> bool:
    return not m.on


@always
def a_truth_value(m: Spin) -> bool:
    return m.on or not m.on


@reachable
def on(m: Spin) -> bool:
    return m.on


@reachable
def off_and_on(m: Spin) -> bool:
    return m.on and not m.on


@always
def prime(m: Factors) -> bool:
    return m.one * m.other != 2246050322997533


def lowered(model: Model, *claims: Claim) -> tuple[TransitionSystem, tuple[Property, ...]]:
    prepared = prepare(model, claims)
    return prepared.lowered.system, prepared.properties


def look(model: Model, claim: Claim, depth: int, limits: Limits | None = None) -> Verdict:
    (verdict,) = unroll(*lowered(model, claim), depth, limits)
    return verdict


def why(verdict: Verdict) -> str:
    return verdict.why if isinstance(verdict, Undecided) else verdict.name


def test_a_violation_one_step_too_far_is_not_seen() -> None:
    verdict = look(Climb(), below_the_top, 4)

    assert isinstance(verdict, HoldsUpTo)
    assert (4, 4) == (verdict.depth, verdict.statistics.depth)
    assert "violated" == look(Climb(), below_the_top, 5).name


def test_the_statistics_count_no_states() -> None:
    statistics = look(Spin(), a_truth_value, 3).statistics

    assert ("bounded", 0, 0, 3) == (
        statistics.engine,
        statistics.states,
        statistics.transitions,
        statistics.depth,
    )


@pytest.mark.parametrize("claim", [never_above_the_top, no_deadlock], ids=lambda claim: claim.name)
def test_where_no_run_is_longer_everything_has_been_covered(claim: Claim) -> None:
    assert isinstance(look(Climb(), claim, 5), HoldsUpTo)
    assert isinstance(look(Climb(), claim, 6), HoldsInScope)


def test_what_no_run_reaches_is_reachable_nowhere() -> None:
    assert "not reached within 5 steps" == why(look(Climb(), nowhere, 5))

    verdict = look(Climb(), nowhere, 6)

    assert isinstance(verdict, Violated)
    assert None is verdict.path


def test_a_state_out_of_reach_is_undecided() -> None:
    assert "not reached within 4 steps" == why(look(Climb(), top, 4))
    assert "not reached within 7 steps" == why(look(Spin(), off_and_on, 7))


def test_a_state_in_reach_has_a_witness() -> None:
    verdict = look(Spin(), on, 7)

    assert isinstance(verdict, HoldsInScope)
    assert verdict.witness is not None
    assert 1 == verdict.witness.length


def test_recoverability_is_left_to_the_explicit_engine() -> None:
    expected = "the bounded engine cannot decide recoverability; use the explicit engine"

    assert expected == why(look(Spin(), back_to_off, 3))


def test_no_time_is_no_answer() -> None:
    assert "more than 0 seconds" == why(look(Spin(), a_truth_value, 3, Limits(max_seconds=0)))


def test_no_memory_is_no_answer() -> None:
    assert "more than 0 MiB of memory" == why(look(Spin(), a_truth_value, 3, Limits(max_memory_bytes=1)))


def test_a_question_that_takes_too_long_is_given_up() -> None:
    assert "more than 0.3 seconds" == why(look(Factors(), prime, 1, Limits(max_seconds=0.3)))


def test_a_limit_on_the_depth_is_no_pass() -> None:
    limits = Limits(max_depth=3)

    assert "states more than 3 steps away; nothing found within 3 steps" == why(look(Climb(), below_the_top, 9, limits))
    assert "holds-up-to" == look(Climb(), below_the_top, 3, limits).name


def test_what_was_found_before_a_limit_stands() -> None:
    first, second = unroll(*lowered(Spin(), on, a_truth_value), 9, Limits(max_depth=2))

    assert ("holds-in-scope", "undecided") == (first.name, second.name)


def test_an_interruption_between_two_questions_is_no_answer() -> None:
    def interrupt(progress: Progress) -> None:
        if progress.depth == 2:
            raise KeyboardInterrupt

    assert "interrupted; nothing found within 1 steps" == why(
        look(Spin(), a_truth_value, 9, Limits(on_progress=interrupt))
    )


def test_an_interruption_of_z3_is_no_answer() -> None:
    system, claims = lowered(Factors(), prime)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    (verdict,) = unroll(system, claims, 1, Limits(max_seconds=FOR_EVER))
    timer.join()

    assert "interrupted" == why(verdict)


@pytest.mark.parametrize(
    ("reason", "limits", "expected"),
    [
        ("(incomplete (theory difference))", Limits(), "Z3 gave up: (incomplete (theory difference))"),
        ("(sat.giveup max. memory exceeded)", Limits(max_memory_bytes=2**40), "more than 1,048,576 MiB of memory"),
        ("timeout", Limits(max_seconds=FOR_EVER), "more than 60 seconds"),
        ("interrupted from keyboard", Limits(), "interrupted"),
    ],
)
def test_an_unknown_of_z3_is_no_answer(
    reason: str, limits: Limits, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(z3.Solver, "check", lambda *_: z3.unknown)
    monkeypatch.setattr(z3.Solver, "reason_unknown", lambda *_: reason)

    assert expected == why(look(Spin(), a_truth_value, 3, limits))


def test_an_exception_of_z3_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise z3.Z3Exception("out of luck")

    monkeypatch.setattr(z3.Solver, "check", fail)

    assert "Z3 gave up: out of luck" == why(look(Spin(), a_truth_value, 3))


def test_a_system_that_cannot_start_has_been_covered() -> None:
    system, claims = lowered(Spin(), on, a_truth_value)
    empty = Variable("nobody", (), Domain("Nobody", Kind.ID, 0, 0))
    without_start = replace(system, variables=(*system.variables, empty), initial={**system.initial, empty: (None,)})

    assert ["violated", "holds-in-scope"] == [verdict.name for verdict in unroll(without_start, claims, 3)]


def test_an_unbounded_system_is_refused() -> None:
    prepared = prepare(Climb(), (top,), {Version: 5})
    system, claims = prepared.lowered.system, prepared.properties
    endless = Variable("endless", (), Domain("Endless", Kind.INT, 0, None))
    unbounded = replace(system, variables=(*system.variables, endless), initial={**system.initial, endless: (0,)})

    with pytest.raises(ValueError, match="a bounded search needs a finite scope"):
        unroll(unbounded, claims, 3)


def test_an_open_parameter_is_refused() -> None:
    system, claims = lowered(Spin(), on)
    amount = Parameter("amount", Domain("small", Kind.INT, 0, 2))
    opened = replace(system, commands=tuple(replace(command, parameters=(amount,)) for command in system.commands))

    with pytest.raises(ValueError, match="a bounded search cannot give a command's parameters values"):
        unroll(opened, claims, 3)


def test_a_negative_depth_is_refused() -> None:
    with pytest.raises(ValueError, match="to a depth of 0 or more, not -1"):
        look(Spin(), on, -1)
