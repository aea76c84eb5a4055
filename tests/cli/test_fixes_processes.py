"""The processes that share the designs of a space: they are interrupted, killed, and left alone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

PROGRAM = [sys.executable, "-c", "from raceproof.checker.cli.main import main; main()"]

SLOW = '''"""Some designs, one after the other."""

import multiprocessing
import os

from raceproof.checker import Id, Model, Steps, Variant, always, process
from raceproof.checker.language import Protection, Space


class Worker(Id, size=2):
    """Somebody."""


class Slow(Model):
    """Every worker does what its design says."""

    done: bool = False

    def __init__(self, **choices: bool) -> None:
        self.choices = choices
        if choices.get("deadly"):
            os._exit(9)

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        for name in self.choices:
            yield name
        yield "work"
        self.done = True


@always
def all_is_well(m: Slow) -> bool:
    """It is."""
    return not m.done or m.done


VARIANTS = {"plain": Variant("Without anything.", Slow)}
SPACE = Space(Slow, {f"p{number}": Protection("More to do.", {f"p{number}": True}) for number in range(10)})
'''


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The file name of a model with a thousand designs."""
    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    (tmp_path / "slow_toy.py").write_text(SLOW, encoding="utf-8")
    return "slow_toy.py"


def begun(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """A survey that has decided something, in a process group of its own."""
    running = subprocess.Popen(
        [*PROGRAM, "fixes", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    decisions = folder / "cache" / "decisions"
    while running.poll() is None and not (decisions.is_dir() and list(decisions.glob("*.json"))):
        time.sleep(0.01)
    return running


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    listed = Path(f"/proc/{process}/task/{process}/children")
    if not listed.exists():
        pytest.skip("needs /proc/PID/task/PID/children")
    return [int(number) for number in listed.read_text().split()]


def is_running(process: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_an_interrupted_survey_says_what_it_knows_and_goes_on_from_there(
    invoke: Any, slow: str, tmp_path: Path
) -> None:
    with begun(tmp_path, slow, "--workers", "1") as running:
        os.killpg(running.pid, signal.SIGINT)
        out, errors = running.communicate()
    again = invoke("fixes", slow, "--variant", "plain")

    assert (3, "") == (running.returncode, errors)
    assert "1,024 sets of 10 protections: " in out
    assert "Undecided, not looked at yet: " in out
    assert "Interrupted, and what is known is kept. To go on: raceproof fixes slow_toy.py --workers 1\n" in out
    assert "native: 1 design, 1 of them different, 1 of these known from before, " in again.out


def test_no_process_is_left_when_a_survey_is_interrupted(slow: str, tmp_path: Path) -> None:
    with begun(tmp_path, slow, "--workers", "2") as running:
        started = children(running.pid)
        os.killpg(running.pid, signal.SIGINT)
        running.communicate()

    assert started
    while any(map(is_running, started)):
        time.sleep(0.01)


def test_no_process_is_left_when_a_survey_is_killed(slow: str, tmp_path: Path) -> None:
    with begun(tmp_path, slow, "--workers", "2") as running:
        started = children(running.pid)
        running.kill()
        running.communicate()

    assert started
    while any(map(is_running, started)):
        time.sleep(0.01)


def test_a_design_whose_process_ends_is_undecided_and_the_others_are_not(
    invoke: Any, slow: str, tmp_path: Path
) -> None:
    source = (tmp_path / slow).read_text().replace("range(10)", "range(2)").replace('{f"p{number}"', "{NAMES[number]")
    (tmp_path / slow).write_text(source.replace("SPACE =", 'NAMES = ("deadly", "kind")\nSPACE ='))

    ended = invoke("fixes", slow)

    assert 3 == ended.code
    assert "4 sets of 2 protections: all 3 claims hold of 2, not of 0, 2 undecided." in ended.out
    assert "Undecided, its process has ended with status 9: 2 designs" in ended.out


def test_a_design_whose_process_is_killed_is_undecided(invoke: Any, slow: str, tmp_path: Path) -> None:
    source = (tmp_path / slow).read_text().replace("range(10)", "range(1)").replace('{f"p{number}"', '{"deadly"')
    killing = "os.kill(os.getpid(), 9)"
    (tmp_path / slow).write_text(source.replace("os._exit(9)", killing))

    ended = invoke("fixes", slow)

    assert 3 == ended.code
    assert "Undecided, its process was ended by SIGKILL, perhaps because memory was short: 1 design" in ended.out


def test_processes_that_cannot_begin_are_an_error_and_not_tried_for_ever(
    invoke: Any, slow: str, tmp_path: Path
) -> None:
    source = (tmp_path / slow).read_text()
    deadly = 'if multiprocessing.current_process().name != "MainProcess":\n    os._exit(9)\n'
    (tmp_path / slow).write_text(source.replace("class Worker", f"{deadly}\n\nclass Worker", 1))

    ended = invoke("fixes", slow)

    assert 70 == ended.code
    assert "a process that was to search designs could not begin: its process has ended with status 9" in ended.errors


def test_a_model_that_cannot_be_found_again_is_an_error(invoke: Any, slow: str, tmp_path: Path) -> None:
    source = (tmp_path / slow).read_text()
    broken = 'if multiprocessing.current_process().name != "MainProcess":\n    raise ValueError("not here")\n'
    (tmp_path / slow).write_text(source.replace("class Worker", f"{broken}\n\nclass Worker", 1))

    ended = invoke("fixes", slow)

    assert 70 == ended.code
    assert "not here" in ended.errors
