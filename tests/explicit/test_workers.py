"""Several workers share a search: what it says does not depend on how many there are."""

from __future__ import annotations

import pytest

from raceproof.checker import Claim, Undecided, no_deadlock
from raceproof.checker.check import Prepared, prepare, run
from raceproof.checker.language import assertions
from raceproof.checker.limits import LimitReached, Limits, Progress
from raceproof.checker.options import Options
from raceproof.checker.verdict import Verdict
from raceproof.model.dns import VARIANTS
from raceproof.model.naive_dining import NaiveDining
from raceproof.model.queue_race import QueueRace
from raceproof.model.two_phase_commit import TwoPhaseCommit
from raceproof.properties import dns, queue_race

pytest.importorskip("llvmlite")


def subjects() -> dict[str, Prepared]:
    return {
        "incident": prepare(VARIANTS["incident"].make(), dns.CLAIMS),
        "fixed": prepare(VARIANTS["fixed"].make(), dns.CLAIMS),
        "queue race": prepare(QueueRace(), [claim for claim in vars(queue_race).values() if isinstance(claim, Claim)]),
        "naive dining": prepare(NaiveDining(), [no_deadlock]),
        "two phase commit": prepare(TwoPhaseCommit(), [assertions], {"ResourceManager": 5}),
    }


SUBJECTS = subjects()


def told(verdict: Verdict) -> tuple[object, ...]:
    path = getattr(verdict, "path", None) or getattr(verdict, "witness", None)
    steps = None if path is None else (path.states, path.commands, path.fault)
    counted = verdict.statistics
    return verdict.name, steps, counted.states, counted.transitions, counted.depth, counted.fired


@pytest.mark.parametrize("reduced", [False, True])
@pytest.mark.parametrize("workers", [2, 3, 7])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_verdicts_counts_and_traces_do_not_depend_on_the_number_of_workers(
    subject: str, workers: int, reduced: bool
) -> None:
    alone, together = (
        run(SUBJECTS[subject], "native", options=Options(number, symmetry=reduced, partial_order=reduced))
        for number in (1, workers)
    )

    assert list(map(told, alone)) == list(map(told, together))


def test_the_verdict_says_how_many_workers_there_were() -> None:
    verdict = run(SUBJECTS["fixed"], "native", options=Options(workers=2))[0]

    assert 2 == verdict.statistics.workers


def test_a_search_without_workers_is_refused() -> None:
    with pytest.raises(ValueError, match="a search needs at least one"):
        Options(workers=0)


def test_a_limit_ends_all_workers_and_the_search_is_undecided() -> None:
    (verdict,) = run(
        SUBJECTS["two phase commit"], "native", limits=Limits(max_states=100), options=Options(2, symmetry=False)
    )

    assert isinstance(verdict, Undecided)
    assert "more than 100 states" == verdict.why


def test_an_interrupt_ends_all_workers_and_says_how_far_they_were() -> None:
    def interrupt(progress: Progress) -> None:
        if progress.depth > 3:
            raise KeyboardInterrupt

    limits = Limits(on_progress=interrupt)
    (verdict,) = run(SUBJECTS["two phase commit"], "native", limits=limits, options=Options(3, symmetry=False))

    assert isinstance(verdict, Undecided)
    assert "interrupted" == verdict.why
    assert 1 < verdict.statistics.states < 8832 or verdict.statistics.depth > 3


def test_a_worker_that_fails_does_not_leave_the_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    from raceproof.checker.explicit.native.memory import Partitions

    def refuse(self: Partitions, worker: int, groups: int, grow: object) -> None:
        raise LimitReached("no more memory for this one")

    monkeypatch.setattr(Partitions, "grow", refuse)
    system = prepare(VARIANTS["incident"].make(), [assertions], {"Enactor": 3, "Plan": 3})
    (verdict,) = run(system, "native", options=Options(2, symmetry=False, partial_order=False))

    assert isinstance(verdict, Undecided)
    assert "no more memory for this one" == verdict.why
