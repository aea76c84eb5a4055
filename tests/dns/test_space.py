"""The design space of the DNS automation: what is in it, and which sets of protections are enough."""

import dataclasses
from typing import Any

import pytest

from raceproof.checker import assertions, no_deadlock
from raceproof.checker.check import prepare
from raceproof.checker.fixes.decision import Decision, decide
from raceproof.checker.fixes.fingerprint import fingerprint
from raceproof.checker.language.space import Protections, written
from raceproof.checker.limits import Limits
from raceproof.model.dns import SPACE, VARIANTS, Design, DnsAutomation, Lock
from raceproof.properties.dns import CLAIMS, TABLE_SCOPE

SMALLEST = (
    ("recheck-after-lock", "look-then-delete"),
    ("recheck-after-lock", "delete-unreferenced"),
    ("compare-and-swap", "look-then-delete"),
    ("compare-and-swap", "delete-unreferenced"),
    ("look-then-delete", "lease-fenced"),
    ("look-then-delete", "single-leader"),
    ("delete-unreferenced", "lease-fenced"),
    ("delete-unreferenced", "single-leader"),
    ("delete-unreferenced", "atomic"),
)
"""What `raceproof fixes dns` finds, of all 832 sets."""

SMALLER: tuple[Protections, ...] = ((), *dict.fromkeys((name,) for found in SMALLEST for name in found))


def decided(protections: Protections) -> Decision:
    return decide(prepare(SPACE.model(protections), (*CLAIMS, no_deadlock, assertions), TABLE_SCOPE), Limits())


def violated(protections: Protections) -> dict[str, int | None]:
    return {claim.property: claim.steps for claim in decided(protections).violated}


def test_the_space_has_every_set_of_protections_that_can_be_had_together() -> None:
    freshness, clean_up, lock, rollback, never_zero, keep, clean_up_locked = 4, 3, 4, 2, 2, 2, 2
    steps = freshness * clean_up * lock * rollback * never_zero * keep * clean_up_locked
    atomic = (clean_up - 1) * lock * rollback * never_zero * keep

    assert steps + atomic == len(SPACE.sets)


@pytest.mark.parametrize("excluded", SPACE.protections["atomic"].excludes)
@pytest.mark.parametrize("others", [{}, {"lock": Lock.LEASE, "keep": 1}], ids=str)
def test_what_a_critical_section_excludes_would_change_nothing_in_it(excluded: str, others: dict[str, Any]) -> None:
    def found(**choices: Any) -> str:
        model = DnsAutomation(Design(atomic=True, **others, **choices))
        return fingerprint(prepare(model, CLAIMS, {"Plan": 3}))

    assert found() == found(**SPACE.protections[excluded].choices)


def test_what_is_no_protection_stays_as_in_the_incident() -> None:
    chosen = {choice for protection in SPACE.protections.values() for choice in protection.choices}

    assert {"clean_up_at_once", "operator_stops_first"} == {f.name for f in dataclasses.fields(Design)} - chosen


def test_the_baseline_is_the_incident() -> None:
    assert () == SPACE.find(VARIANTS["incident"].make())


def test_a_variant_of_one_protection_has_its_name() -> None:
    found = {name: SPACE.find(variant.make()) for name, variant in VARIANTS.items()}

    assert {
        **{name: (name,) for name in VARIANTS},
        "incident": (),
        "fixed": ("compare-and-swap", "delete-unreferenced"),
    } == found


def test_every_protection_but_one_is_a_variant_by_itself() -> None:
    assert {"clean-up-locked"} == SPACE.protections.keys() - VARIANTS.keys()


@pytest.mark.parametrize("protections", SMALLEST, ids=written)
def test_a_smallest_set_satisfies_every_claim(protections: Protections) -> None:
    assert {} == violated(protections)


@pytest.mark.parametrize("protections", SMALLER, ids=written)
def test_a_smaller_set_violates_a_claim(protections: Protections) -> None:
    assert decided(protections).satisfied is False


def test_compare_and_swap_alone_leaves_the_rollback_record_in_danger() -> None:
    assert {"rollback_tree_exists": 11} == violated(("compare-and-swap",))


def test_a_protection_may_break_what_holds_without_it() -> None:
    assert {} == violated(("recheck-after-lock", "delete-unreferenced"))
    assert {"never_goes_back": 9} == violated(("recheck-after-lock", "delete-unreferenced", "lease"))
