"""The examples of the documents run, and print what the documents say. With WRITE_OUTPUTS=1 that is written instead.

A `python` block is a module in a file of its own, named by its first line if that is a comment such as `# lock.py`; it
sees the names of the blocks before it. Its test functions are called. A `sh` block is run by a shell among these files,
on a terminal of 80 columns. A `text` block that follows directly is what either prints; seconds may differ. A block
that starts with `# not run` is skipped.
"""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from raceproof.checker import language, verdict
from raceproof.model import dns
from raceproof.properties import dns as claims

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))]
EXAMPLE = re.compile(
    r"^```(?P<language>python|sh)\n(?P<code>.*?)^```\n(?:\n*```text\n(?P<output>.*?)^```$)?", re.MULTILINE | re.DOTALL
)
SECONDS = re.compile(r"\s+\d+\.\d+\s+s\b(,\s+[\d,]+\s+states/s)?")
MOST_SECONDS = 120
INCIDENT = (ROOT / "docs" / "incident.md").read_text(encoding="utf-8")


def run(code: str, module: ModuleType) -> str:
    """What the code prints when it is run as the module, in the module's own file; its tests are called."""
    Path(str(module.__file__)).write_text(code, encoding="utf-8")
    before = set(vars(module))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(module.__file__), "exec"), vars(module))
        for name in sorted(vars(module).keys() - before):
            if name.startswith("test_"):
                vars(module)[name]()
    return trimmed(printed.getvalue())


def run_in_shell(script: str, folder: Path) -> str:
    """What the script prints, errors included, when it is run in the folder."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "80",
        "NO_COLOR": "1",
    }
    ran = subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=MOST_SECONDS,
    )
    return trimmed(ran.stdout)


def trimmed(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def is_same(told: str, printed: str) -> bool:
    """Whether the two differ in nothing but seconds, what follows from them, and the line breaks around them."""
    return SECONDS.sub("", told) == SECONDS.sub("", printed)


def replay(document: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The document with what its examples print now."""
    known: dict[str, Any] = {}
    monkeypatch.syspath_prepend(folder)
    imported = set(sys.modules)
    numbers = iter(range(1, 1000))

    def fresh(example: re.Match[str]) -> str:
        code, output = example["code"], example["output"]
        if code.startswith("# not run"):
            return example[0]
        printed = run_in_shell(code, folder) if example["language"] == "sh" else run_python(code)
        if output is None or is_same(output, printed):
            return example[0]
        return example[0].replace(f"```text\n{output}```", f"```text\n{printed}```")

    def run_python(code: str) -> str:
        named = re.match(r"# (\w+)\.py\n", code)
        module = ModuleType(f"example_{next(numbers)}")
        module.__file__ = str(folder / f"{named[1] if named else module.__name__}.py")
        for name in (module.__name__, *((named[1],) if named else ())):
            monkeypatch.setitem(sys.modules, name, module)
            imported.add(name)
        vars(module).update({name: value for name, value in known.items() if not name.startswith("__")})
        printed = run(code, module)
        known.update(vars(module))
        for name in set(sys.modules) - imported:  # a file that a command wrote, and may write again
            if Path(getattr(sys.modules[name], "__file__", None) or "/").is_relative_to(folder):
                del sys.modules[name]
        return printed

    return EXAMPLE.sub(fresh, document)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_example_runs_and_prints_what_the_document_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = ROOT / name
    text = document.read_text(encoding="utf-8")

    fresh = replay(text, tmp_path, monkeypatch)
    if os.environ.get("WRITE_OUTPUTS") and fresh != text:
        document.write_text(fresh, encoding="utf-8")

    for drawn in tmp_path.glob("*.svg"):  # a picture that the document shows beside the command which draws it
        picture = document.with_name(drawn.name)
        if os.environ.get("WRITE_OUTPUTS"):
            picture.write_bytes(drawn.read_bytes())
        assert picture.read_bytes() == drawn.read_bytes()
    assert document.read_text(encoding="utf-8") == fresh


def test_an_example_that_prints_something_else_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = "```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n"

    assert document.replace("3", "2") == replay(document, tmp_path, monkeypatch)


def test_a_command_runs_among_the_files_of_the_examples_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = "```python\n# one.py\nx = 1\n```\n```sh\ncat one.py; echo $COLUMNS; exit 3\n```\n\n```text\nold\n```\n"

    assert document.replace("old", "# one.py\nx = 1\n80") == replay(document, tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("printed", "kept"),
    [("in 0.7 s", True), ("in 0.7 s, 1,000 states/s", True), ("in 0.7 ms", False), ("in 7 steps", False)],
)
def test_seconds_alone_may_differ(printed: str, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = f"```sh\necho {printed}\n```\n\n```text\nin 1.2 s\n```\n"

    assert kept == (document == replay(document, tmp_path, monkeypatch))


def test_an_example_sees_those_before_it_and_its_source_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = "```python\n# one.py\ndef f(): ...\n```\n```python\nprint(f.__name__)\n```\n```text\n```\n"

    fresh = replay(document, tmp_path, monkeypatch)

    assert document.replace("```text\n", "```text\nf\n") == fresh
    assert "def f(): ...\n" == inspect.getsource(sys.modules["example_1"].f)


def test_an_example_marked_as_not_run_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = "```python\n# not run\nraise SystemExit\n```\n"

    assert document == replay(document, tmp_path, monkeypatch)


def test_the_language_document_names_everything_there_is() -> None:
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    names = {*language.__all__, *(kind.__name__ for kind in verdict.NAMES), "Limits"} - {"UNBOUNDED", "Claim"}

    assert set() == {name for name in names if not re.search(rf"\b{name}\b", text)}


def test_whatever_the_incident_document_names_is_in_the_model() -> None:
    attributes = re.findall(r"`([A-Z]\w+)\.(\w+)`", INCIDENT)
    names = re.findall(r"`([a-z]+_[a-z_]+|VARIANTS|[A-Z][A-Za-z]+)`", INCIDENT)

    assert [] == [f"{owner}.{name}" for owner, name in attributes if not hasattr(getattr(dns, owner), name)]
    assert [] == [name for name in names if not hasattr(dns, name) and not hasattr(claims, name)]


def test_the_incident_document_names_every_choice_of_a_design() -> None:
    assert [] == [field.name for field in dataclasses.fields(dns.Design) if f"`Design.{field.name}`" not in INCIDENT]
