"""`raceproof check --audit-reductions`: what each reduction leaves, and that it changes nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from raceproof.checker.explicit import audit
from raceproof.checker.explicit.audit import Trial, differences
from raceproof.checker.options import Options
from raceproof.checker.system.build import TRUE
from raceproof.checker.system.transition import ClaimKind, Property
from raceproof.checker.verdict import HoldsInScope, Statistics, Undecided, Verdict, Violated

Invoke = Callable[..., Any]


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_an_audit_shows_what_each_reduction_leaves(invoke: Invoke, lock: str) -> None:
    ended = invoke("check", lock, "--variant", "fixed", "--audit-reductions", "--scope", "Worker=3")
    shown = lines(ended.out)

    assert 0 == ended.code
    assert "Audit of the reductions: Lock · fixed Worker=3" == shown[0]
    assert "✓ nothing 4 6 1 as many as counted in Python" in shown
    assert "✓ symmetry (Worker) 2 4 1 as many as counted in Python" in shown


def test_a_violation_is_no_difference(invoke: Invoke, lock: str) -> None:
    assert 0 == invoke("check", lock, "--audit-reductions").code


def test_an_audit_of_a_large_scope_asks_for_a_smaller_one(invoke: Invoke, lock: str) -> None:
    ended = invoke("check", lock, "--audit-reductions", "--max-states", "3")

    assert 2 == ended.code
    assert "choose a smaller scope (--scope), or raise --max-states" in " ".join(ended.errors.split())


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--engine", "bounded"), "the bounded engine has no reductions to audit"),
        (("--json", "-"), "prints a table and nothing else"),
    ],
)
def test_what_cannot_be_audited_is_refused(invoke: Invoke, lock: str, options: Sequence[str], text: str) -> None:
    ended = invoke("check", lock, "--audit-reductions", *options)

    assert 2 == ended.code
    assert text in " ".join(ended.errors.split())


def test_a_reduction_that_leaves_another_number_of_states_is_an_internal_error(
    invoke: Invoke, lock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Trial("symmetry", Options(partial_order=False), lambda system, claims: 17)
    monkeypatch.setattr(audit, "TRIALS", (wrong,))
    ended = invoke("check", lock, "--audit-reductions")

    assert 70 == ended.code
    assert "symmetry: 8 states were visited, 17 were counted" in " ".join(ended.errors.split())


def test_the_command_to_see_it_again_says_what_was_switched_off(invoke: Invoke, lock: str, tmp_path: Path) -> None:
    ended = invoke("check", lock, "--no-symmetry", "--json", "out.json")
    (first, *_) = msgspec.json.decode((tmp_path / "out.json").read_bytes())

    assert "--no-symmetry" in ended.out.rpartition("Reproduce:")[2]
    assert "--no-symmetry" in first["command"]
    assert not [reduction for reduction in first["reductions"] if "symmetry" in reduction]


CLAIM = Property("fine", ClaimKind.ALWAYS, TRUE, TRUE)


def statistics(*reductions: str) -> Statistics:
    return Statistics("native", 1, 1, 1, 0.0, 0, reductions=reductions)


def holds(*reductions: str) -> Verdict:
    return HoldsInScope(CLAIM, {}, statistics(*reductions))


def test_another_verdict_is_a_difference() -> None:
    broken = Violated(CLAIM, {}, statistics("symmetry (Who)"), None)
    unknown = Undecided(CLAIM, {}, statistics("symmetry (Who)"), "more than 3 states")

    assert [] == list(differences([holds()], [holds("symmetry (Who)")]))
    assert ["fine is holds-in-scope, reduced violated"] == list(differences([holds()], [broken]))
    assert ["fine is holds-in-scope, reduced undecided"] == list(differences([holds()], [unknown]))
