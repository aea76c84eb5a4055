"""Runs the command line in this process, on small models in files of their own."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from raceproof.checker.cli.main import program

LOCK = '''"""A lock that two workers share."""

from raceproof.checker import Id, Model, Steps, Variant, always, count, process, reachable, until, view


class Worker(Id, size=2):
    """Somebody who works."""


class Lock(Model):
    """Look whether it is free, then take it.

    More about it.
    """

    taken: bool = False

    def __init__(self, *, fixed: bool = False) -> None:
        self.fixed = fixed

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: not self.taken, "wait")
            if not self.fixed:
                yield "take the lock"
            self.taken = True
            yield "work"
            self.taken = False

    @view
    def the_lock(self) -> str:
        return "taken" if self.taken else "free"


@always
def mutual_exclusion(m: Lock) -> bool:
    """At most one worker works."""
    return count(Worker, lambda w: m.worker[w].at("work")) <= 1


@reachable
def someone_works(m: Lock) -> bool:
    """The lock lets somebody through."""
    return count(Worker, lambda w: m.worker[w].at("work")) == 1


VARIANTS = {
    "racy": Variant("Look, then take.", Lock),
    "fixed": Variant("Look and take in one step.", lambda: Lock(fixed=True), proposed_by="Dijkstra"),
}
EXPECTED = {"racy": {"mutual_exclusion": "violated"}}
TABLE_SCOPE = {"Worker": 3}
'''

COUNTER = '''"""A counter."""

from raceproof.checker import Model, Ordinal, Steps, always, process, reachable, until


class Number(Ordinal, size=3):
    """What it counts to."""


class Counter(Model):
    """Counts up, and stops."""

    value: Number = Number.none

    @process
    def count(self) -> Steps:
        while True:
            yield until(lambda: self.value < Number.last, "count", idle=True)
            self.value += 1


@always
def counts_no_further(m: Counter) -> bool:
    """The value is a number."""
    return m.value <= Number.last


@reachable
def gets_to_the_end(m: Counter) -> bool:
    """The last number is reached."""
    return m.value == Number.last
'''


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    errors: str


Invoke = Callable[..., Ended]


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Invoke]:
    """Run a command in an empty folder with a screen of 100 columns; modules it loads are forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)

    def run(*arguments: str) -> Ended:
        result = CliRunner().invoke(program, arguments, prog_name="raceproof")
        return Ended(result.exit_code, result.stdout, result.stderr)

    yield run
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None)
        if file and Path(file).is_relative_to(tmp_path):
            del sys.modules[name]


@pytest.fixture
def lock(tmp_path: Path) -> str:
    """The file name of a lock with a broken and a fixed variant."""
    (tmp_path / "lock_toy.py").write_text(LOCK, encoding="utf-8")
    return "lock_toy.py"


@pytest.fixture
def counter(tmp_path: Path) -> str:
    """The file name of a model of which everything holds: four states in a row."""
    (tmp_path / "counter_toy.py").write_text(COUNTER, encoding="utf-8")
    return "counter_toy.py"
