"""What PDR says where it stops, and why. It never turns into a pass."""

from __future__ import annotations

import os
import signal
import threading
from typing import Annotated

import pytest
import z3

from raceproof.checker.check import prepare
from raceproof.checker.language import Claim, Model, Steps, always, anything, process
from raceproof.checker.limits import Limits, Progress
from raceproof.checker.symbolic.finite import pdr, spacer
from raceproof.checker.symbolic.finite.pdr import prove_by_pdr
from raceproof.checker.verdict import Undecided
from raceproof.model.peterson import Peterson
from raceproof.model.queue_race import QueueRace
from raceproof.properties.peterson import mutual_exclusion
from raceproof.properties.queue_race import everything_is_done

FOR_EVER = 60.0


class Factors(Model):
    """Two numbers left open, and a product that is too much for linear arithmetic."""

    one: Annotated[int, range(2, 2**26)] = anything
    other: Annotated[int, range(2, 2**26)] = anything

    @process
    def idler(self) -> Steps:
        yield "idle"


@always
def prime(m: Factors) -> bool:
    return m.one * m.other != 2246050322997533


def why(model: Model, claim: Claim, limits: Limits | None = None) -> str:
    prepared = prepare(model, (claim,))
    (verdict,) = prove_by_pdr(prepared.lowered.system, prepared.properties, limits)
    return verdict.why if isinstance(verdict, Undecided) else verdict.name


def test_an_unknown_of_spacer_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(z3.Fixedpoint, "query", lambda *_: z3.unknown)
    monkeypatch.setattr(z3.Fixedpoint, "reason_unknown", lambda *_: "out of luck")

    assert "Spacer gave up: out of luck" == why(Peterson(), mutual_exclusion)


def test_an_effort_that_is_too_small_is_doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    efforts: list[spacer.Effort] = []

    def ask(_: object, __: object, ___: object, effort: spacer.Effort, meter: object) -> spacer.Answer:
        efforts.append(effort)
        if len(efforts) == 5:
            raise KeyboardInterrupt
        return spacer.Unknown("Spacer gave up", exhausted=True)

    monkeypatch.setattr("raceproof.checker.symbolic.finite.pdr.ask", ask)
    first = pdr.FIRST_WORK

    assert "interrupted" == why(Peterson(), mutual_exclusion)
    assert [first, first, 2 * first, 2 * first, 4 * first] == [effort.work for effort in efforts]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(max_seconds=0), "more than 0 seconds"),
        (Limits(max_memory_bytes=1), "more than 0 MiB of memory"),
        (Limits(max_seconds=1), "more than 1 seconds"),
    ],
)
def test_a_limit_is_no_answer(limits: Limits, expected: str) -> None:
    assert expected == why(QueueRace(), everything_is_done, limits)


def test_a_product_is_beyond_linear_arithmetic() -> None:
    assert "Spacer gave up" == why(Factors(), prime)


def test_an_interruption_between_two_questions_is_no_answer() -> None:
    def interrupt(_: Progress) -> None:
        raise KeyboardInterrupt

    assert "interrupted" == why(Peterson(), mutual_exclusion, Limits(on_progress=interrupt))


def test_an_interruption_of_spacer_is_no_answer() -> None:
    timer = threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    said = why(QueueRace(), everything_is_done, Limits(max_seconds=FOR_EVER))
    timer.join()

    assert "interrupted" == said
