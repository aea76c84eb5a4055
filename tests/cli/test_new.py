"""`raceproof new`: a model that holds, is proved, and breaks where it says so."""

from pathlib import Path
from typing import Any

import pytest

from raceproof.checker.cli.starting import BROKEN, TEMPLATE, WHOLE, starting_model

WRITTEN = """\
my_model.py has a model: workers that install versions, and what must hold of them.

Run every interleaving of two workers; everything holds:
    raceproof check my_model.py

Break it: in line 39 write `if mine != self.live:`; the same command shows the shortest way to the
mistake.

Repair it, and prove it for any number of workers and versions:
    raceproof prove my_model.py
"""


def verdicts(printed: str) -> list[str]:
    """The lines with a verdict, without what the claims say."""
    return [" ".join(line.split()[:4]) for line in printed.splitlines() if line[:1] in tuple("✓✗?")]


def test_the_written_model_holds(invoke: Any) -> None:
    written = invoke("new", "my_model.py")
    checked = invoke("check", "my_model.py", "--no-symmetry")

    assert (0, WRITTEN, "") == (written.code, written.out, written.errors)
    assert (0, "MyModel  Version=3 Worker=2") == (checked.code, checked.out.splitlines()[0])
    assert [
        "✓ never_goes_back holds Clients",
        "✓ gets_there reached in",
        "✓ no_deadlock holds Somebody",
        "✓ assertions holds No",
    ] == verdicts(checked.out)


def test_the_marked_line_breaks_it(invoke: Any) -> None:
    invoke("new", "my_model.py")
    path = Path("my_model.py")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[39 - 1] = lines[39 - 1].replace(WHOLE, BROKEN)
    path.write_text("".join(lines), encoding="utf-8")

    checked = invoke("check", "my_model.py")

    assert 1 == checked.code
    assert "✗ never_goes_back violated in" == verdicts(checked.out)[0]
    assert "never_goes_back is violated in 6 steps" in checked.out.splitlines()
    assert "live: version 2 → version 1" in checked.out


def test_the_written_model_is_proved_for_any_number(invoke: Any) -> None:
    invoke("new", "my_model.py")
    proved = invoke("prove", "my_model.py")

    assert 0 == proved.code
    assert ["✓ never_goes_back proved for", "✓ assertions proved for"] == verdicts(proved.out)


def test_the_template_marks_one_line_and_says_what_to_write() -> None:
    marked = [line for line in TEMPLATE.read_text(encoding="utf-8").splitlines() if "To break it" in line]

    assert [f"            {WHOLE}  # look again, in the same step. To break it, write `!=` instead of `>`"] == marked
    assert WHOLE.replace(">", "!=") == BROKEN


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("queue.py", "class Queue(Model):"),
        ("my-own_model2.py", "class MyOwnModel2(Model):"),
        ("DnsPlan.py", "class DnsPlan(Model):"),
        ("worker.py", "class Rollout(Model):"),  # Worker is a domain of the text
        ("2nd.py", "class Rollout(Model):"),
        ("none.py", "class Rollout(Model):"),
        ("été.py", "class Été(Model):"),
    ],
)
def test_the_class_is_named_after_the_file_where_that_is_a_name(file: str, expected: str) -> None:
    text = starting_model(Path(file))

    assert [expected] == [line for line in text.splitlines() if line.endswith("(Model):")]
    assert f"Check it: raceproof check {file}\n" in text
    compile(text, file, "exec")


def test_a_file_name_cannot_end_the_docstring_that_shows_it() -> None:
    text = starting_model(Path('"""\n1 \\ 0.py'))

    assert "Check it: raceproof check FILE.py\n" in text
    compile(text, "model.py", "exec")


def test_a_file_that_exists_is_left_as_it_is(invoke: Any) -> None:
    Path("mine.py").write_text("kept", encoding="utf-8")
    ended = invoke("new", "mine.py")

    assert (2, "", "error[RP106]: mine.py exists and is left as it is: choose another name\n") == (
        ended.code,
        ended.out,
        ended.errors,
    )
    assert "kept" == Path("mine.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("model", "error[RP106]: a model is a Python file, and model is none by its name: write model.py\n"),
        ("models/", "error[RP106]: a model is a Python file, and models/ is none by its name: write models.py\n"),
        (".", "error[RP106]: a model is a Python file, and . is none by its name: write my_model.py\n"),
        (".py", "error[RP106]: a model is a Python file, and .py is none by its name: write my_model.py\n"),
        ("nowhere/model.py", "error[RP106]: nowhere/model.py cannot be written: there is no folder nowhere\n"),
    ],
)
def test_what_cannot_be_written_is_said(invoke: Any, file: str, expected: str) -> None:
    ended = invoke("new", file)

    assert (2, "", expected) == (ended.code, ended.out, ended.errors)
    assert [] == list(Path().iterdir())
