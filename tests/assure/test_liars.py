"""Engines that lie: every one is found out, on whatever rung it stands, and named beside the one it contradicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from raceproof.checker.assure import engines
from raceproof.checker.assure.engines import Ask, EngineName
from raceproof.checker.assure.rungs import Rung
from raceproof.checker.check import Prepared
from raceproof.checker.errors import InternalError
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options
from raceproof.checker.verdict import FaultFound, HoldsInScope, HoldsUpTo, Path, Verdict, Violated

Lie = Callable[[Verdict], Verdict]


def lying(liar: EngineName, lie: Lie) -> Ask:
    """The engines, of which one does not say what it has found."""

    def ask(
        engine: EngineName, prepared: Prepared, limits: Limits, options: Options, depth: int
    ) -> tuple[Verdict, ...]:
        verdicts = engines.ask(engine, prepared, limits, options, depth)
        return tuple(map(lie, verdicts)) if engine == liar else verdicts

    return ask


def hides_violations(verdict: Verdict) -> Verdict:
    if isinstance(verdict, Violated) and verdict.path:
        return HoldsInScope(verdict.claim, verdict.scope, verdict.statistics)
    return verdict


def looks_away(verdict: Verdict) -> Verdict:
    if isinstance(verdict, Violated):
        return HoldsUpTo(verdict.claim, verdict.scope, verdict.statistics, 9)
    return verdict


def forgets_a_state(verdict: Verdict) -> Verdict:
    return replace(verdict, statistics=replace(verdict.statistics, states=verdict.statistics.states - 1))


def forgets_a_branch(verdict: Verdict) -> Verdict:
    fired = frozenset(sorted(verdict.statistics.fired)[:1])
    return replace(verdict, statistics=replace(verdict.statistics, fired=fired))


def takes_a_detour(verdict: Verdict) -> Verdict:
    if isinstance(verdict, Violated) and verdict.path:
        path = verdict.path
        longer = Path(path.system, (*path.states, path.states[-1]), (*path.commands, path.commands[-1]))
        return replace(verdict, path=longer)
    return verdict


def sees_ghosts(verdict: Verdict) -> Verdict:
    if isinstance(verdict, HoldsInScope) and verdict.claim.name == "mutual_exclusion":
        return Violated(verdict.claim, verdict.scope, verdict.statistics, None)
    return verdict


@pytest.mark.parametrize("liar", ["native", "portable", "oracle"])
def test_hiding_a_violation_is_found_out(climb: Any, liar: EngineName) -> None:
    over = climb(racy=True, ask=lying(liar, hides_violations))

    (*_, found) = [found for found in over.found.disagreements if found.claim == "mutual_exclusion"]
    assert {"holds", "violated in 4 steps"} == {found.first.said, found.second.said}
    assert liar in (found.first.engine, found.second.engine)
    assert Rung.DISPUTED is over.standing("mutual_exclusion").rung
    assert Rung.REACHED is over.standing("two_jobs").rung


def test_looking_away_is_found_out(climb: Any) -> None:
    over = climb(racy=True, ask=lying("bounded", looks_away))

    found = over.found.disagreements[0]
    assert ("mutual_exclusion", "bounded") == (found.claim, found.second.engine)
    assert ["violated in 4 steps", "no violation within 9 steps"] == [found.first.said, found.second.said]
    assert "bounded mutual_exclusion at Job=1 Worker=2" == found.second.command


def test_a_path_that_is_too_long_is_found_out(climb: Any) -> None:
    over = climb(racy=True, ask=lying("bounded", takes_a_detour))

    assert {("violated in 4 steps", "violated in 5 steps")} == {
        (found.first.said, found.second.said) for found in over.found.disagreements
    }


@pytest.mark.parametrize("prover", ["induction", "pdr"])
def test_a_prover_that_sees_ghosts_is_found_out(climb: Any, prover: EngineName) -> None:
    over = climb(ask=lying(prover, sees_ghosts))

    assert {("holds", prover)} == {(found.first.said, found.second.engine) for found in over.found.disagreements[:1]}
    assert Rung.DISPUTED is over.standing("mutual_exclusion").rung
    assert Rung.PROVED_HERE is over.standing("no_deadlock").rung


@pytest.mark.parametrize("liar", ["native", "portable", "oracle"])
def test_a_state_too_few_is_found_out_and_no_claim_is_trusted(climb: Any, liar: EngineName) -> None:
    over = climb(ask=lying(liar, forgets_a_state))

    assert {None} == {found.claim for found in over.found.disagreements}
    assert {Rung.DISPUTED} == {standing.rung for standing in over.found.standings}


def test_a_branch_too_few_is_found_out(climb: Any) -> None:
    over = climb(ask=lying("portable", forgets_a_branch))

    assert ["9 states, 18 transitions, depth 3, 1 branch"] == list(
        {found.second.said for found in over.found.disagreements if dict(found.first.scope) == {"Job": 2, "Worker": 2}}
    )


def test_a_model_that_goes_wrong_for_one_engine_only_is_a_disagreement(climb: Any) -> None:
    def ask(
        engine: EngineName, prepared: Prepared, limits: Limits, options: Options, depth: int
    ) -> tuple[Verdict, ...]:
        if engine == "induction":
            raise FaultFound(Path(prepared.lowered.system, ((),), ()), "boom")
        return engines.ask(engine, prepared, limits, options, depth)

    found = climb(ask=ask).found.disagreements[0]

    assert "the model itself goes wrong: boom" == found.second.said


def test_a_path_that_python_does_not_confirm_is_a_disagreement_with_python(climb: Any) -> None:
    def ask(
        engine: EngineName, prepared: Prepared, limits: Limits, options: Options, depth: int
    ) -> tuple[Verdict, ...]:
        if engine == "native":
            raise InternalError("Python does not confirm the counterexample to mutual_exclusion")
        return engines.ask(engine, prepared, limits, options, depth)

    over = climb(ask=ask)

    found = over.found.disagreements[0]
    assert ("native", "python") == (found.first.engine, found.second.engine)
    assert {Rung.DISPUTED} == {standing.rung for standing in over.found.standings}
    assert ["the default scope"] == list(dict.fromkeys(over.told))
