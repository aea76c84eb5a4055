"""Where on its line a mistake is: below the line stands a caret for each character of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from raceproof.checker.cli.coded import PREAMBLE
from raceproof.checker.errors import Location

MODEL = """\
class M(Model):
    holder: Worker = Worker.none
    newest: Plan = Plan.none

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        yield "work"
        {line}
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("if self.holder is None: pass", "   ^^^^^^^^^^^^^^^^^^^"),  # found in the syntax
        ("self.newest == me", "^^^^^^^^^^^^^^^^^"),
        ("self.newest = self.newest + me", "              ^^^^^^^^^^^^^^^^"),  # found by running it over symbols
        ("self.newest = unknown", "              ^^^^^^^"),
        ("é = me; self.newest = é + 1", "                      ^^^^^"),  # more bytes than characters
        ('yield "again"; self.newest += 1', "               ^^^^^^^^^^^"),  # found in a state
    ],
)
def test_a_caret_points_at_the_mistake(line: str, expected: str, invoke: Any) -> None:
    Path("m.py").write_text(PREAMBLE + MODEL.format(line=line), encoding="utf-8")
    number = PREAMBLE.count("\n") + MODEL[: MODEL.index("{line}")].count("\n") + 1
    ended = invoke("check", "m.py", "--scope", "Plan=1")

    assert 2 == ended.code
    assert [f"  --> m.py:{number}", "   |", f"{number} | {line}", f"   | {expected}"] == ended.errors.splitlines()[1:5]


@pytest.mark.parametrize(
    ("line", "expected"), [("e = (1 +)", " |         ^"), ("e = 1 1", " |       ^"), ("é = (1 +)", " |")]
)
def test_a_caret_points_at_a_mistake_of_syntax(line: str, expected: str, invoke: Any) -> None:
    Path("m.py").write_text(f"x = 1\n{line}\n", encoding="utf-8")
    shown = invoke("check", "m.py").errors.splitlines()

    assert "error[RP103]: m.py cannot be loaded: invalid syntax" == shown[0].partition(". ")[0]
    assert [" --> m.py:2", "  |", f"2 | {line}", f" {expected}"] == shown[1:5]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ((4, 6), "^^"),
        ((4, 99), "^^^^^^^^^"),
        ((7, 9), "   ^"),
        ((0, 2), ""),
        ((50, 60), ""),
        (None, ""),
    ],
)
def test_a_caret_stays_below_its_line(columns: tuple[int, int] | None, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text("first\n    ab = 1  # \n", encoding="utf-8")

    assert expected == Location(str(path), 2, columns).caret


def test_two_locations_of_one_line_are_the_same() -> None:
    assert Location("m.py", 2, (1, 2)) == Location("m.py", 2)
    assert 1 == len({Location("m.py", 2, (1, 2)), Location("m.py", 2)})
    assert "Location(file='m.py', line=2)" == repr(Location("m.py", 2, (1, 2)))
