"""`raceproof explain` on the screen."""

from pathlib import Path
from typing import Any

import pytest

from raceproof.checker.cli.coded import read
from raceproof.checker.codes import GROUPS
from raceproof.checker.errors import Code

SHOWN = """\
RP040: Values are compared with `is`

`is` asks whether two names stand for the same object, not whether they stand
for the same value.

Steps are run over symbols that stand for all the values at once. No object is
ever the value itself, so the answer would always be no.

Compare with `==` or `!=`. Every `Id` and `Ordinal` has a value of its own for
"nobody" and "none yet": `Worker.none`, `Plan.none`.

Wrong:

    class Lock(Model):
        holder: Worker = Worker.none

        @process(each=Worker)
        def worker(self, me: Worker) -> Steps:
            yield "take the lock"
            if self.holder is None:
                self.holder = me

Right:

    class Lock(Model):
        holder: Worker = Worker.none

        @process(each=Worker)
        def worker(self, me: Worker) -> Steps:
            yield "take the lock"
            if self.holder == Worker.none:
                self.holder = me

The model is example.py. Above it stand the names of raceproof.checker,
Annotated, and the domains Worker (an Id, size=2), Plan (an Ordinal, size=3) and
Light (an Enum of RED and GREEN).
"""


@pytest.mark.parametrize("given", ["RP040", "rp040"])
def test_a_code_is_explained(given: str, invoke: Any) -> None:
    ended = invoke("explain", given)

    assert (0, SHOWN, "") == (ended.code, ended.out, ended.errors)


def test_all_codes_are_listed_in_their_groups(invoke: Any) -> None:
    ended = invoke("explain")

    lines = ended.out.splitlines()
    assert (0, "") == (ended.code, ended.errors)
    assert [f"  {code}  {read(code).title}" for code in Code] == [line for line in lines if line.startswith("  RP")]
    assert list(dict.fromkeys(GROUPS.values())) == [line for line in lines if line in GROUPS.values()]
    assert "raceproof explain RP012 tells more of one." == lines[-1]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("PR012", "there is no code 'PR012'; did you mean 'RP012'?"),
        ("everything", "there is no code 'everything'; `raceproof explain` lists them"),
        (
            "traces/a b.json",
            "explain is for the codes of errors; a trace is explained by raceproof why 'traces/a b.json'",
        ),
        ("kept", "explain is for the codes of errors; a trace is explained by raceproof why TRACE.json"),
        ("my_model.py", "explain is for the codes of errors; a trace is explained by raceproof why TRACE.json"),
    ],
)
def test_what_is_no_code_is_refused(given: str, expected: str, invoke: Any) -> None:
    Path("kept").touch()
    ended = invoke("explain", given)

    assert (2, "", f"error[RP109]: {expected}\n") == (ended.code, ended.out, ended.errors)


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_screen(width: int, invoke: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = [line for code in Code for line in invoke("explain", code).out.splitlines()]

    assert [] == [line for line in lines if len(line) > width or line != line.rstrip()]
