"""The DNS automation with a planner that never stops: what is said of its designs holds for any number of plans.

Clean-up deletes all old trees of a name in one transaction here: where it stops after each tree, the place at which it
stops counts plans, and there is no end to them.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from raceproof.checker import Model, ModelError, Remembered, Undecided, Violated, check
from raceproof.checker.options import Options
from raceproof.model.dns import VARIANTS, DnsAutomation
from raceproof.properties.dns import (
    automation_recovers,
    live_tree_exists,
    never_empty,
    never_goes_back,
    one_winner_per_epoch,
    operator_recovers,
    rollback_tree_exists,
)

CLAIMS = (
    never_empty,
    live_tree_exists,
    rollback_tree_exists,
    never_goes_back,
    one_winner_per_epoch,
    automation_recovers,
    operator_recovers,
)
SCOPE = {"Enactor": 2, "Endpoint": 1, "Plan": Remembered(6)}


def at_once(variant: str) -> DnsAutomation:
    model = VARIANTS[variant].make()
    assert isinstance(model, DnsAutomation)
    return DnsAutomation(replace(model.design, clean_up_at_once=True))


@pytest.mark.parametrize(
    ("variant", "lengths", "states"),
    [
        ("incident", (9, 9, 9, 8, None, 9, None), 1046),
        ("recheck-after-lock", (None, None, 11, None, None, None, None), 1068),
        ("compare-and-swap", (None, None, 9, None, None, None, None), 642),
        ("single-leader", (None, None, 10, None, None, None, None), 22),
        ("never-zero", (None, None, 9, 8, None, None, None), 814),
        ("fixed", (None,) * 7, 760),
    ],
)
def test_the_designs_are_decided_for_any_number_of_plans(
    variant: str, lengths: tuple[int | None, ...], states: int
) -> None:
    verdicts = check(at_once(variant), CLAIMS, scope=SCOPE, options=Options(symmetry=False))

    assert lengths == tuple(len(v.trace) if isinstance(v, Violated) and v.trace else None for v in verdicts)
    assert not [v for v in verdicts if isinstance(v, Undecided)]
    assert states == verdicts[0].statistics.states


def test_the_outage_is_as_long_as_with_four_plans() -> None:
    endless, four = (check(at_once("incident"), never_empty, scope={**SCOPE, "Plan": n}) for n in (Remembered(6), 4))

    assert isinstance(endless, Violated)
    assert isinstance(four, Violated)
    assert len(four.trace or ()) == len(endless.trace or ())


@pytest.mark.parametrize(
    ("model", "what"),
    [
        (
            VARIANTS["incident"].make(),
            "'delete an old tree' is a place of its own for each member that a loop has come to",
        ),
        (at_once("keep-more"), "'delete the old trees' does not depend on the order of Plans alone"),
    ],
)
def test_a_design_that_counts_plans_is_refused(model: Model, what: str) -> None:
    with pytest.raises(ModelError) as caught:
        check(model, never_empty, scope=SCOPE)

    assert f"Plan cannot be endless: {what}" == caught.value.message
