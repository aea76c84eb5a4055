"""The table of variants and claims: every verdict as expected, every number as before."""

import pytest

from raceproof.checker import Claim, no_deadlock
from raceproof.checker.check import prepare, run
from raceproof.checker.language import assertions
from raceproof.checker.options import Options
from raceproof.model.dns import VARIANTS
from raceproof.properties import dns
from raceproof.properties.dns import CLAIMS, EXPECTED, TABLE_SCOPE

GOLDEN = {
    "incident": (32366, 60538, 41),
    "atomic": (440, 903, 11),
    "recheck-before-lock": (50014, 96998, 43),
    "recheck-after-lock": (18786, 41177, 46),
    "compare-and-swap": (12551, 27118, 41),
    "look-then-delete": (64494, 121913, 54),
    "delete-unreferenced": (22892, 47804, 43),
    "lease": (34393, 76666, 37),
    "lease-fenced": (13519, 31950, 33),
    "single-leader": (185, 252, 24),
    "keep-more": (18867, 36188, 37),
    "tolerant-rollback": (64428, 101563, 56),
    "never-zero": (19438, 41086, 41),
    "fixed": (14969, 32231, 40),
}
"""Distinct states, transitions and depth in the table's scope; the oracle confirms the counts of smaller scopes."""


def test_every_claim_of_the_module_is_in_the_table() -> None:
    assert {claim for claim in vars(dns).values() if isinstance(claim, Claim)} == set(CLAIMS)


def test_every_variant_has_an_expected_verdict_for_every_claim() -> None:
    names = [claim.name for claim in CLAIMS]

    assert dict.fromkeys(VARIANTS, names) == {variant: list(row) for variant, row in EXPECTED.items()}


def test_no_claim_is_expected_to_hold_everywhere_or_nowhere_without_a_reason() -> None:
    guards = {"one_winner_per_epoch", "operator_recovers", "last_plan_goes_live", "old_trees_go"}
    told_apart = {claim.name for claim in CLAIMS if len({EXPECTED[variant][claim.name] for variant in VARIANTS}) == 2}

    assert {claim.name for claim in CLAIMS} - guards == told_apart


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_verdicts_are_as_expected(variant: str) -> None:
    prepared = prepare(VARIANTS[variant].make(), (*CLAIMS, no_deadlock, assertions), TABLE_SCOPE)
    verdicts = run(prepared, options=Options(symmetry=False))
    statistics = verdicts[0].statistics

    assert {**EXPECTED[variant], "no_deadlock": "holds-in-scope", "assertions": "holds-in-scope"} == {
        verdict.claim.name: verdict.name for verdict in verdicts
    }
    assert GOLDEN[variant] == (statistics.states, statistics.transitions, statistics.depth)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_step_is_taken_except_the_repair_of_an_outage_that_never_happens(variant: str) -> None:
    prepared = prepare(VARIANTS[variant].make(), CLAIMS, {**TABLE_SCOPE, "FleetChange": 1, "Plan": 3})
    system = prepared.lowered.system
    fired = run(prepared)[0].statistics.fired
    taken = {system.commands[number].step for number in fired}
    possible = {command.step for command in system.commands}
    never = {system.steps[number].process for number in possible - taken}
    outage = EXPECTED[variant]["never_empty"] == "violated"

    assert (set() if outage else {"operator"}) == never
