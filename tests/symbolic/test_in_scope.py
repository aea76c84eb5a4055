"""Proofs of one scope: which engine says what, and what happens where one of them is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from raceproof.checker.check import prepare
from raceproof.checker.errors import InternalError, UsageError
from raceproof.checker.in_scope import prove_in_scope
from raceproof.checker.limits import Limits
from raceproof.checker.verdict import HoldsInScope, Statistics, Undecided, Verdict, Violated
from raceproof.model.die_hard import DieHard
from raceproof.model.peterson import Peterson
from raceproof.model.rollout import Rollout
from raceproof.properties.die_hard import a_jug_is_empty_or_full, goal_is_never_reached
from raceproof.properties.peterson import mutual_exclusion, someone_enters
from raceproof.properties.rollout import live_version_is_stored


def silent(text: str) -> None:
    """Nobody listens."""


def test_every_state_is_searched_and_a_proof_takes_its_place() -> None:
    prepared = prepare(DieHard(), (goal_is_never_reached, a_jug_is_empty_or_full))
    violated, proved = prove_in_scope(prepared, "auto", Limits(), silent)

    assert isinstance(violated, Violated)
    assert violated.trace is not None
    assert 6 == len(violated.trace)
    assert isinstance(proved, HoldsInScope)
    assert "induction" == proved.statistics.engine


def test_a_witness_is_the_searchs_own() -> None:
    prepared = prepare(Peterson(), (mutual_exclusion, someone_enters))
    exclusive, reached = prove_in_scope(prepared, "auto", Limits(), silent)

    assert ["induction", "native"] == [exclusive.statistics.engine, reached.statistics.engine]
    assert isinstance(reached, HoldsInScope)
    assert reached.trace is not None


def test_what_no_proof_confirms_rests_on_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("raceproof.checker.in_scope._asked", lambda prepared, claims, *_: _undecided(prepared, claims))
    (verdict,) = prove_in_scope(prepare(Peterson(), (mutual_exclusion,)), "auto", Limits(), silent)

    assert isinstance(verdict, HoldsInScope)
    assert verdict.statistics.states > 0


def _undecided(prepared: Any, claims: Any) -> tuple[Verdict, ...]:
    statistics = Statistics("induction", 0, 0, 0, 0.0, 0)
    return tuple(Undecided(claim, prepared.lowered.system.scope, statistics, "who knows") for claim in claims)


def test_engines_that_disagree_are_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def lying(prepared: Any, claims: Any, *_: Any) -> tuple[Verdict, ...]:
        return tuple(Violated(v.claim, v.scope, v.statistics, None) for v in _undecided(prepared, claims))

    monkeypatch.setattr("raceproof.checker.in_scope._asked", lying)

    with pytest.raises(InternalError, match="mutual_exclusion holds in every state, and induction finds it violated"):
        prove_in_scope(prepare(Peterson(), (mutual_exclusion,)), "auto", Limits(), silent)


def test_a_limit_is_no_proof() -> None:
    (verdict,) = prove_in_scope(prepare(Peterson(), (mutual_exclusion,)), "induction", Limits(max_depth=3), silent)

    assert isinstance(verdict, Undecided)
    assert "states more than 3 steps away; nothing found within 3 steps" == verdict.why


def test_an_endless_domain_is_for_the_search_alone() -> None:
    prepared = prepare(Rollout(), (live_version_is_stored,))
    (searched,) = prove_in_scope(prepared, "auto", Limits(), silent)

    assert isinstance(searched, Violated)
    with pytest.raises(UsageError, match="induction needs a last one"):
        prove_in_scope(prepared, "induction", Limits(), silent)
