"""Violations of models that can be read, found once, and what a screen shows of their explanations."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from raceproof.checker.check import Prepared, prepare, run
from raceproof.checker.cli.screens.explained import Explained
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.subject import Subject, find
from raceproof.checker.explain import Explanation, explain
from raceproof.checker.verdict import Violated

SHOP = str(Path(__file__).parent / "shop.py")

Violation = Callable[[str, str, str], tuple[Prepared, Violated]]


@cache
def _subject(model: str) -> Subject:
    return find(SHOP if model == "shop" else model)


@cache
def _violation(model: str, variant: str, claim: str) -> tuple[Prepared, Violated]:
    subject = _subject(model)
    prepared = prepare(subject.make(variant), subject.select([claim]))
    (verdict,) = run(prepared, "portable")
    assert isinstance(verdict, Violated)
    return prepared, verdict


@pytest.fixture(scope="session")
def violation() -> Violation:
    """A violated claim about a variant of a model, by their names; `shop` is the one in this folder."""
    return _violation


@cache
def _explanation(model: str, variant: str, claim: str) -> Explanation:
    return explain(*_violation(model, variant, claim))


@pytest.fixture(scope="session")
def explanation() -> Callable[[str, str, str], Explanation]:
    """Why a claim is violated, by the same names."""
    return _explanation


@pytest.fixture(scope="session")
def subject() -> Callable[[str], Subject]:
    """A model by its name."""
    return _subject


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Callable[[Explanation], str]:
    """What a screen of 100 columns shows of an explanation."""
    monkeypatch.setenv("COLUMNS", "100")

    def shown(found: Explanation) -> str:
        buffer = io.StringIO()
        Explained(Screen(buffer)).show(found)
        return buffer.getvalue()

    return shown
