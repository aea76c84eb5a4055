"""Checkpoints: a search that was killed goes on, and ends as if nothing had been; nothing else is gone on from."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from raceproof.checker import Undecided, UsageError
from raceproof.checker.check import Prepared, prepare, run
from raceproof.checker.limits import Limits, Progress
from raceproof.checker.options import CHECKPOINT_FILE, Checkpoint, Options
from raceproof.checker.verdict import Verdict
from raceproof.model.dns import VARIANTS
from raceproof.properties import dns

pytest.importorskip("llvmlite")

from raceproof.checker.explicit.native import checkpoint

SCOPE = {"Enactor": 2, "Endpoint": 2, "Plan": 4}


def prepared(**scope: int) -> Prepared:
    return prepare(VARIANTS["incident"].make(), dns.CLAIMS, {**SCOPE, **scope})


SUBJECT = prepared()


def options(folder: Path, *, workers: int = 1, resume: bool = False, every: float = 3600.0) -> Options:
    saved = Checkpoint(str(folder), every, resume, "as asked")
    return Options(workers, symmetry=False, partial_order=False, checkpoint=saved)


def told(verdict: Verdict) -> tuple[object, ...]:
    path = getattr(verdict, "path", None) or getattr(verdict, "witness", None)
    counted = verdict.statistics
    states = None if path is None else path.states
    return verdict.name, states, counted.states, counted.transitions, counted.depth, counted.fired


def interrupted(folder: Path, depth: int, *, workers: int = 1, resume: bool = False) -> None:
    """Run until a depth, and stop there as Ctrl-C does."""

    def stop(progress: Progress) -> None:
        if progress.depth >= depth:
            raise KeyboardInterrupt

    limits = Limits(on_progress=stop)
    verdicts = run(SUBJECT, "native", limits=limits, options=options(folder, workers=workers, resume=resume))
    assert any(isinstance(verdict, Undecided) for verdict in verdicts)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    interrupted(tmp_path, 20)
    return tmp_path


def plain() -> list[tuple[object, ...]]:
    return [told(v) for v in run(SUBJECT, "native", options=Options(symmetry=False, partial_order=False))]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_a_search_that_was_interrupted_ends_with_the_same_verdicts_counts_and_traces(saved: Path, workers: int) -> None:
    resumed = run(SUBJECT, "native", options=options(saved, workers=workers, resume=True))

    assert plain() == list(map(told, resumed))


def test_it_may_be_interrupted_again_and_again_by_any_number_of_workers(tmp_path: Path) -> None:
    interrupted(tmp_path, 7)
    interrupted(tmp_path, 15, workers=2, resume=True)
    interrupted(tmp_path, 30, workers=3, resume=True)
    interrupted(tmp_path, 40, resume=True)

    assert plain() == [told(v) for v in run(SUBJECT, "native", options=options(tmp_path, resume=True))]


def test_checkpoints_written_all_the_time_do_not_change_what_a_search_says(tmp_path: Path) -> None:
    assert plain() == [told(v) for v in run(SUBJECT, "native", options=options(tmp_path, every=0.0))]


def test_the_checkpoint_of_a_search_that_has_ended_is_gone(saved: Path) -> None:
    run(SUBJECT, "native", options=options(saved, resume=True))

    assert [] == list(saved.iterdir())


def test_a_limit_leaves_a_checkpoint_to_go_on_from(tmp_path: Path) -> None:
    run(SUBJECT, "native", limits=Limits(max_states=5000), options=options(tmp_path))

    assert plain() == [told(v) for v in run(SUBJECT, "native", options=options(tmp_path, resume=True))]


def test_a_checkpoint_says_how_its_search_was_asked_for(saved: Path) -> None:
    assert "as asked" == checkpoint.read_header(saved).told


# What is refused


@contextmanager
def refused(match: str) -> Iterator[None]:
    with pytest.raises(UsageError, match=match):
        yield


def test_a_folder_without_a_checkpoint_is_refused(tmp_path: Path) -> None:
    with refused("there is no checkpoint in"):
        run(SUBJECT, "native", options=options(tmp_path, resume=True))


@pytest.mark.parametrize("place", [0, 40, 5000, -1])
def test_a_damaged_byte_anywhere_is_noticed(saved: Path, place: int) -> None:
    path = saved / CHECKPOINT_FILE
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)

    with refused("is damaged|cannot read|not a checkpoint"):
        run(SUBJECT, "native", options=options(saved, resume=True))


@pytest.mark.parametrize("kept", [0, 10, 35, 200, 100_000])
def test_a_file_that_was_cut_off_is_refused(saved: Path, kept: int) -> None:
    path = saved / CHECKPOINT_FILE
    path.write_bytes(path.read_bytes()[:kept])

    with refused("is damaged|not a checkpoint"):
        run(SUBJECT, "native", options=options(saved, resume=True))


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT_FILE).write_bytes(b"\x7fELF" + bytes(1000))

    with refused("is not a checkpoint that this raceproof can read"):
        run(SUBJECT, "native", options=options(tmp_path, resume=True))


@pytest.mark.parametrize(
    "other",
    [
        prepared(Plan=3),
        prepare(VARIANTS["fixed"].make(), dns.CLAIMS, SCOPE),
        prepare(VARIANTS["incident"].make(), dns.CLAIMS[:3], SCOPE),
    ],
    ids=["another scope", "another variant", "other claims"],
)
def test_the_checkpoint_of_another_search_is_refused(saved: Path, other: Prepared) -> None:
    with refused("is of another search"):
        run(other, "native", options=options(saved, resume=True))


# When the disk is full


def test_a_full_disk_ends_the_search_and_leaves_the_checkpoint_before_as_it_was(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (saved / CHECKPOINT_FILE).read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    verdicts = run(SUBJECT, "native", options=options(saved, resume=True, every=0.0))

    assert {"the checkpoint cannot be written (No space left on device); the one before it is as it was"} == {
        verdict.why for verdict in verdicts if isinstance(verdict, Undecided)
    }
    assert before == (saved / CHECKPOINT_FILE).read_bytes()
    assert [CHECKPOINT_FILE] == [path.name for path in saved.iterdir()]
