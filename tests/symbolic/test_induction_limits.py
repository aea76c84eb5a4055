"""What induction says where it stops: how far it got, and why no farther. It never turns into a pass."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from typing import Annotated

import pytest
import z3

from raceproof.checker.check import prepare
from raceproof.checker.language import (
    Claim,
    Model,
    Ordinal,
    Steps,
    always,
    anything,
    process,
    reachable,
    recoverable,
    until,
)
from raceproof.checker.limits import Limits, Progress
from raceproof.checker.symbolic.finite.induction import prove_by_induction
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.terms import Parameter, Variable
from raceproof.checker.system.transition import Property, TransitionSystem
from raceproof.checker.verdict import Undecided, Verdict

FOR_EVER = 60.0


class Version(Ordinal, size=5):
    pass


class Release(Ordinal, size=3, endless=True):
    pass


class Ring(Model):
    """Round and round, two at a time; the odd numbers are never met, but that takes some steps to see."""

    at: Annotated[int, range(12)] = 0

    @process
    def walker(self) -> Steps:
        while True:
            yield until(lambda: True, "walk")
            self.at = self.at + 2 if self.at < 10 else 0 if self.at == 10 else 11


class Factors(Model):
    """Two numbers left open, whose product takes a solver longer than any test."""

    one: Annotated[int, range(2, 2**26)] = anything
    other: Annotated[int, range(2, 2**26)] = anything

    @process
    def idler(self) -> Steps:
        yield "idle"


class Releases(Model):
    """There is always a newer one."""

    newest: Release = Release.none

    @process
    def publisher(self) -> Steps:
        while True:
            yield "publish"
            self.newest += 1


@always
def never_eleven(m: Ring) -> bool:
    return m.at != 11


@always
def never_four(m: Ring) -> bool:
    return m.at != 4


@reachable
def eleven(m: Ring) -> bool:
    return m.at == 11


@recoverable
def back_at_zero(m: Ring) -> bool:
    return m.at == 0


@always
def prime(m: Factors) -> bool:
    return m.one * m.other != 2246050322997533


@always
def something(m: Releases) -> bool:
    return m.newest >= Release.none


def lowered(model: Model, *claims: Claim) -> tuple[TransitionSystem, tuple[Property, ...]]:
    prepared = prepare(model, claims)
    return prepared.lowered.system, prepared.properties


def prove(model: Model, claim: Claim, limits: Limits | None = None, most_steps: int = 32) -> Verdict:
    (verdict,) = prove_by_induction(*lowered(model, claim), limits, most_steps=most_steps)
    return verdict


def why(verdict: Verdict) -> str:
    return verdict.why if isinstance(verdict, Undecided) else verdict.name


def test_the_statistics_tell_the_engine_and_the_steps_of_the_proof() -> None:
    statistics = prove(Ring(), never_eleven).statistics

    assert ("induction", 0, 0, 6) == (statistics.engine, statistics.states, statistics.transitions, statistics.depth)


@pytest.mark.parametrize("claim", [never_eleven, eleven], ids=lambda claim: claim.name)
def test_too_few_steps_are_no_answer(claim: Claim) -> None:
    expected = "not proved by induction over 5 steps; nothing found within 5 steps"

    assert expected == why(prove(Ring(), claim, most_steps=5))


def test_recoverability_is_left_to_the_explicit_engine() -> None:
    assert "induction cannot decide recoverability; use the explicit engine" == why(prove(Ring(), back_at_zero))


def test_no_time_is_no_answer() -> None:
    assert "more than 0 seconds" == why(prove(Ring(), never_eleven, Limits(max_seconds=0)))


def test_no_memory_is_no_answer() -> None:
    assert "more than 0 MiB of memory" == why(prove(Ring(), never_eleven, Limits(max_memory_bytes=1)))


def test_a_question_that_takes_too_long_is_given_up() -> None:
    assert "more than 0.3 seconds" == why(prove(Factors(), prime, Limits(max_seconds=0.3)))


def test_a_limit_on_the_depth_is_no_pass() -> None:
    expected = "states more than 3 steps away; nothing found within 3 steps"

    assert expected == why(prove(Ring(), never_eleven, Limits(max_depth=3)))


def test_what_was_found_before_a_limit_stands() -> None:
    verdicts = prove_by_induction(*lowered(Ring(), never_eleven, never_four), Limits(max_depth=3))

    assert ["undecided", "violated"] == [verdict.name for verdict in verdicts]


def test_an_interruption_between_two_questions_is_no_answer() -> None:
    def interrupt(progress: Progress) -> None:
        if progress.depth == 3:
            raise KeyboardInterrupt

    assert "interrupted; nothing found within 2 steps" == why(
        prove(Ring(), never_eleven, Limits(on_progress=interrupt))
    )


def test_an_interruption_of_z3_is_no_answer() -> None:
    system, claims = lowered(Factors(), prime)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    (verdict,) = prove_by_induction(system, claims, Limits(max_seconds=FOR_EVER))
    timer.join()

    assert "interrupted" == why(verdict)


def test_an_unknown_of_z3_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(z3.Solver, "check", lambda *_: z3.unknown)
    monkeypatch.setattr(z3.Solver, "reason_unknown", lambda *_: "out of luck")

    assert "Z3 gave up: out of luck" == why(prove(Ring(), never_eleven))


def test_an_unbounded_system_is_refused() -> None:
    system, claims = lowered(Ring(), eleven)
    number = Variable("number", (), Domain("number", Kind.INT, 0, None))
    unbounded = replace(system, variables=(*system.variables, number), initial={**system.initial, number: (0,)})

    with pytest.raises(ValueError, match="induction needs a finite scope"):
        prove_by_induction(unbounded, claims)


def test_an_endless_domain_is_refused() -> None:
    with pytest.raises(ValueError, match="induction needs a last Release, and there is none"):
        prove(Releases(), something)


def test_an_open_parameter_is_refused() -> None:
    system, claims = lowered(Ring(), eleven)
    amount = Parameter("amount", Domain("small", Kind.INT, 0, 2))
    opened = replace(system, commands=tuple(replace(command, parameters=(amount,)) for command in system.commands))

    with pytest.raises(ValueError, match="induction cannot give a command's parameters values"):
        prove_by_induction(opened, claims)


def test_less_than_one_step_is_refused() -> None:
    with pytest.raises(ValueError, match="induction goes over 1 step or more, not 0"):
        prove(Ring(), eleven, most_steps=0)
