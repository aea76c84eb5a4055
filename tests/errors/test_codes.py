"""Every error of a model or a call has a code, every code is used, and a screen shows it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from raceproof.checker.check import BrokenModel
from raceproof.checker.errors import Code, ModelError, RaceproofError, UsageError, mistake
from raceproof.checker.symbolic.certificate import CertificateRefused

CHECKER = Path(__file__).resolve().parents[2] / "checker"
MADE_BY = ("ModelError", "UsageError", "mistake")
PASSED_ON = {"code", "error.code"}
"""What a place may pass on: the code that it was given, or that of the error that it tells in other words."""


def called(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MADE_BY:
            yield node


def code_of(call: ast.Call) -> str | None:
    return next((ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg == "code"), None)


def without_code(source: str) -> list[int]:
    """The lines of a source that make an error without a code."""
    allowed = {f"Code.{code.name}" for code in Code} | PASSED_ON
    return [call.lineno for call in called(ast.parse(source)) if code_of(call) not in allowed]


def test_every_place_that_makes_an_error_gives_it_a_code() -> None:
    found = [
        f"{path.relative_to(CHECKER)}:{line}"
        for path in sorted(CHECKER.rglob("*.py"))
        for line in without_code(path.read_text(encoding="utf-8"))
    ]

    assert [] == found


def test_a_place_without_a_code_is_found() -> None:
    source = (
        'raise ModelError("a", hint="b", code=Code.STATE)\n'
        'raise UsageError("a")\n'
        'raise mistake("a", "b")\n'
        'raise mistake("a", code=Code.NO_SUCH_CODE)\n'
        'raise mistake("a", code=error.code)\n'
    )

    assert [2, 3, 4] == without_code(source)


def test_every_code_is_used() -> None:
    used = {
        node.attr
        for path in CHECKER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Code"
    }

    assert [] == [code.name for code in Code if code.name not in used]


def test_errors_carry_their_code() -> None:
    made: list[tuple[RaceproofError, Code | None]] = [
        (ModelError("a", code=Code.STATE), Code.STATE),
        (UsageError("a", code=Code.SIZE), Code.SIZE),
        (mistake("a", code=Code.LOOP), Code.LOOP),
        (CertificateRefused("a"), Code.CERTIFICATE),
        (UsageError("a"), None),
    ]

    assert [code for _, code in made] == [error.code for error, _ in made]


def test_the_code_survives_the_trace_that_is_added(invoke: Any) -> None:
    error = BrokenModel(ModelError("a", code=Code.OUT_OF_DOMAIN), None)  # type: ignore[arg-type]

    assert Code.OUT_OF_DOMAIN == error.code


def test_an_error_is_shown_with_its_code(invoke: Any) -> None:
    ended = invoke("check", "dsn")

    assert (
        2,
        "error[RP100]: there is no built-in model 'dsn' (a model of your own is given as path.py or path.py:Class); "
        "did you mean 'dns'?\n",
    ) == (ended.code, ended.errors)


def test_what_is_no_mistake_of_anybodys_has_no_code(invoke: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("raceproof.checker.cli.listing.perform", full)

    assert "error: [Errno 28] No space left on device\n" == invoke("list").errors
