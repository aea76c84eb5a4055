"""The screens that the README shows are what the commands print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from raceproof.checker.cli.main import program

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCREENS = re.findall(r"```text\n(.*?)\n```", README, re.DOTALL)


def printed(*arguments: str, columns: int) -> str:
    """What the command prints on a terminal of that width, without blanks at line ends."""
    result = CliRunner().invoke(program, list(arguments), env={"COLUMNS": str(columns), "NO_COLOR": "1"})
    return "\n".join(line.rstrip() for line in result.output.splitlines())


def test_the_outage_is_what_make_outage_prints() -> None:
    assert SCREENS[0] in printed("check", "dns", "--property", "never_empty", "--scope", "Enactor=3", columns=100)


def test_the_table_is_what_make_outage_prints() -> None:
    assert SCREENS[1] in printed("table", "dns", columns=100)


def test_the_first_model_prints_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = next(block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "class Tally" in block)
    (tmp_path / "tally.py").write_text(source, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert SCREENS[2] in printed("check", "tally.py", columns=96)
