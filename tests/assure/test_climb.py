"""The climb: which rung each claim reaches, and what stops it."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from raceproof.checker import Id, Model, ModelError, Steps, UsageError, always, process
from raceproof.checker.assure import engines
from raceproof.checker.assure.engines import EngineName
from raceproof.checker.assure.rungs import Rung
from raceproof.checker.check import Prepared
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options
from raceproof.checker.verdict import Verdict


class Worker(Id, size=2):
    """Somebody who works."""


class Purse(Model):
    """There is room for what two workers bring."""

    coins: Annotated[int, range(3)] = 0

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        yield "bring a coin"
        self.coins += 1


@always
def no_debts(m: Purse) -> bool:
    """There is never less than nothing."""
    return m.coins >= 0


@always
def at_most_one(m: Purse) -> bool:
    """At most one coin, which one worker keeps to."""
    return m.coins <= 1


@always
def poor(m: Purse) -> bool:
    """No coin at all."""
    return m.coins == 0


def test_every_claim_of_a_correct_model_reaches_its_highest_rung(climb: Any) -> None:
    over = climb(proofs=True)

    assert {
        "mutual_exclusion": (Rung.PROVED, ("z3", "cvc5")),
        "two_jobs": (Rung.REACHED, ("native", "portable", "oracle", "bounded")),
        "comes_free": (Rung.EXHAUSTED, ("native", "portable")),
        "no_deadlock": (Rung.PROVED_HERE, ("native", "portable", "oracle", "induction", "pdr")),
        "assertions": (Rung.PROVED, ("z3", "cvc5")),
    } == {standing.claim.name: (standing.rung, standing.engines) for standing in over.found.standings}
    assert () == over.found.disagreements
    assert (("Job", "Worker"), {}) == (over.found.opened, over.found.closed)


def test_the_largest_scope_that_was_searched_is_known(climb: Any) -> None:
    largest = climb().standing("mutual_exclusion").largest

    assert ((("Job", 2), ("Worker", 3)), 12, True) == (largest.scope, largest.states, largest.exhausted)


def test_a_violation_is_shown_in_the_smallest_scope_that_has_it(climb: Any) -> None:
    standing = climb(racy=True).standing("mutual_exclusion")

    assert (Rung.VIOLATED, (("Job", 1), ("Worker", 2)), True) == (
        standing.rung,
        standing.event.scope,
        standing.smallest,
    )
    assert 4 == len(standing.event.verdicts["mutual_exclusion"].trace.steps)
    assert ("native", "portable", "oracle", "bounded") == standing.engines


def test_a_claim_that_is_violated_climbs_no_further(climb: Any) -> None:
    standing = climb(racy=True, proofs=True).standing("mutual_exclusion")

    assert (None, ()) == (standing.proof, standing.proved_here)


def test_what_happens_in_the_default_scope_happens_in_a_smaller_one(climb: Any) -> None:
    exercise = climb(racy=True).found.exercise

    assert (("Job", 1), ("Worker", 1)) == exercise.visit.scope
    assert ["ask for more", "take the lock", "wait", "work"] == sorted(branch.step for branch in exercise.taken)
    assert frozenset() == exercise.never


def test_a_violation_beyond_the_default_scope_is_found(climb: Any) -> None:
    over = climb(Purse(), [at_most_one], usual={"Worker": 1}, most={"Worker": 2})
    standing = over.standing("at_most_one")

    assert (Rung.VIOLATED, (("Worker", 2),), True) == (standing.rung, standing.event.scope, standing.smallest)
    assert standing.verdict.holds


def test_a_scope_in_which_the_model_goes_wrong_is_left_out(climb: Any) -> None:
    over = climb(Purse(), [no_debts], usual={"Worker": 2}, most={"Worker": 4})

    assert {(("Worker", 3),): "coins becomes 3, which is not in 0..2"} == {
        scope: why.partition(": ")[2] or why for scope, why in over.found.wrong.items()
    }
    assert (("Worker", 2),) == over.standing("no_debts").largest.scope


def test_a_default_scope_in_which_the_model_goes_wrong_is_an_error(climb: Any) -> None:
    with pytest.raises(ModelError, match="coins becomes 3"):
        climb(Purse(), [no_debts], usual={"Worker": 3}, most={"Worker": 3})


def test_a_limit_is_never_a_pass(climb: Any) -> None:
    over = climb(max_states=2)

    assert Rung.NOTHING is over.standing("comes_free").rung
    assert Rung.PROVED_HERE is over.standing("mutual_exclusion").rung
    assert None is over.found.exercise


def test_what_the_bounded_engine_finds_counts_where_a_search_did_not_come_so_far(climb: Any) -> None:
    standing = climb(racy=True, max_states=2).standing("mutual_exclusion")

    assert (Rung.VIOLATED, (("Job", 2), ("Worker", 2)), False) == (
        standing.rung,
        standing.event.scope,
        standing.smallest,
    )
    assert "bounded" in standing.engines
    assert 4 == len(standing.event.verdicts["mutual_exclusion"].trace.steps)


def test_an_interruption_keeps_what_is_known(climb: Any) -> None:
    def ask(
        engine: EngineName, prepared: Prepared, limits: Limits, options: Options, depth: int
    ) -> tuple[Verdict, ...]:
        if engine == "induction":
            raise KeyboardInterrupt
        return engines.ask(engine, prepared, limits, options, depth)

    over = climb(ask=ask, proofs=True)

    assert over.found.interrupted
    assert Rung.EXHAUSTED is over.standing("mutual_exclusion").rung
    assert "k-induction" == over.told[-1]


def test_an_interruption_at_once_leaves_everything_undecided(climb: Any) -> None:
    def ask(
        engine: EngineName, prepared: Prepared, limits: Limits, options: Options, depth: int
    ) -> tuple[Verdict, ...]:
        raise KeyboardInterrupt

    over = climb(ask=ask)

    assert (True, (), {Rung.NOTHING}) == (
        over.found.interrupted,
        over.found.visits,
        {standing.rung for standing in over.found.standings},
    )


def test_the_rungs_are_climbed_in_order(climb: Any) -> None:
    told = list(dict.fromkeys(climb(proofs=True).told))

    assert [
        "the default scope",
        "smaller scopes",
        "larger scopes",
        "every engine, in",
        "bounded depth",
        "k-induction",
        "property-directed reachability",
        "proofs for every size",
    ] == told


def test_without_machine_code_python_explores_everything(climb: Any) -> None:
    def ask(
        engine: EngineName, prepared: Prepared, limits: Limits, options: Options, depth: int
    ) -> tuple[Verdict, ...]:
        if engine == "native":
            raise UsageError("there is no native engine here: llvmlite cannot be loaded")
        return engines.ask(engine, prepared, limits, options, depth)

    over = climb(racy=True, ask=ask)

    assert ("portable", "oracle", "bounded") == over.standing("mutual_exclusion").engines
    assert ("there is no native engine here: llvmlite cannot be loaded",) == over.found.notes


def test_without_growing_domains_there_is_one_scope(climb: Any) -> None:
    over = climb(Purse(), [poor], usual={}, most={})

    assert [()] == [visit.scope for visit in over.found.visits]
    assert (Rung.VIOLATED, True) == (over.standing("poor").rung, over.standing("poor").smallest)
