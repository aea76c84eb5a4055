"""`raceproof resume`: searches that were killed at any moment end with the same counts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from raceproof.checker.options import CHECKPOINT_FILE

pytest.importorskip("llvmlite")

MAIN = "import sys; from raceproof.checker.cli.main import main; main()"
SEARCH = ("dns", "--scope", "Enactor=3", "--property", "no_deadlock", "--no-symmetry")
STATES, TRANSITIONS, DEPTH = 3_895_775, 9_281_880, 55


def raceproof(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", MAIN, *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


def kill_after_some_checkpoints(number: int, *words: str, folder: Path) -> None:
    """Kill the command once it has replaced its checkpoint so many times, or let it end."""
    running = subprocess.Popen([sys.executable, "-c", MAIN, *words], cwd=folder, stdout=subprocess.DEVNULL)
    file, seen = folder / "run" / CHECKPOINT_FILE, set[int]()
    while running.poll() is None and len(seen) < number:
        try:
            seen.add(file.stat().st_mtime_ns)
        except FileNotFoundError:
            time.sleep(0.001)
    running.send_signal(signal.SIGKILL)
    running.wait()


def result(text: str) -> dict[str, Any]:
    (found,) = json.loads(text)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_search_that_is_killed_again_and_again_ends_with_the_right_counts(tmp_path: Path, workers: str) -> None:
    every = ("--checkpoint-every", "0.001")
    kill_after_some_checkpoints(2, "check", *SEARCH, "--checkpoint", "run", *every, folder=tmp_path)
    for number in (2, 3):
        kill_after_some_checkpoints(number, "resume", "run", "--workers", workers, *every, folder=tmp_path)

    done = raceproof("resume", "run", "--checkpoint-every", "60", "--json", "-", folder=tmp_path)

    assert 0 == done.returncode, done.stderr
    found = result(done.stdout)
    assert (STATES, TRANSITIONS, DEPTH) == (found["states"], found["transitions"], found["depth"])
    assert "holds-in-scope" == found["verdict"]


def test_a_search_that_stops_at_a_limit_says_how_to_go_on(tmp_path: Path) -> None:
    done = raceproof("check", *SEARCH, "--checkpoint", "run", "--max-states", "1000", folder=tmp_path)

    assert 3 == done.returncode
    assert "note: to go on from here: raceproof resume run" in done.stdout


def test_a_checkpoint_is_not_overwritten_by_a_new_search(tmp_path: Path) -> None:
    raceproof("check", *SEARCH, "--checkpoint", "run", "--max-states", "1000", folder=tmp_path)

    done = raceproof("check", *SEARCH, "--checkpoint", "run", folder=tmp_path)

    assert 2 == done.returncode
    assert "there is a checkpoint in run; raceproof resume run goes on from it" in done.stderr


def test_a_model_in_a_file_has_to_be_named_again(tmp_path: Path) -> None:
    source = (Path(__file__).parents[2] / "model" / "lost_update.py").read_text()
    (tmp_path / "mine.py").write_text(source)
    raceproof("check", "mine.py", "--checkpoint", "run", "--max-states", "3", folder=tmp_path)

    unnamed, named = raceproof("resume", "run", folder=tmp_path), raceproof("resume", "run", "mine.py", folder=tmp_path)

    assert 2 == unnamed.returncode
    assert "name the model: raceproof resume run MODEL.py" in unnamed.stderr
    assert named.returncode in (0, 1), named.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("resume", "run"), "there is no checkpoint in run"),
        (("check", "--checkpoint-every", "5"), "say where with --checkpoint DIR"),
        (("check", "--checkpoint", "run", "--engine", "bounded"), "the bounded engine writes no checkpoints"),
        (("check", "--checkpoint", "run", "--variant", "fixed", "--variant", "lease"), "choose one --variant"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_searched(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = raceproof(*words, folder=tmp_path)

    assert 2 == done.returncode
    assert said in done.stderr


def test_a_checkpoint_cannot_be_written_where_one_may_not_write(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        (tmp_path / "run").write_text("a file, not a folder")
    else:
        (tmp_path / "run").mkdir(mode=0o500)

    done = raceproof("check", *SEARCH, "--checkpoint", "run", folder=tmp_path)

    assert 2 == done.returncode
    assert "run" in done.stderr
