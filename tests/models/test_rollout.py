"""The roll-out, which has no last version: exact counts of its states of ranks, broken and fixed."""

from __future__ import annotations

import pytest

from raceproof.checker import Claim, Violated, check
from raceproof.checker.check import Engine, prepare, run
from raceproof.checker.options import Options
from raceproof.model.rollout import Rollout
from raceproof.properties import rollout

Counts = tuple[int, int, int]
"""Distinct states, transitions and depth."""

WHOLE = Options(symmetry=False, partial_order=False)


@pytest.mark.parametrize("engine", ["portable", "native"])
@pytest.mark.parametrize(("fixed", "counts"), [(False, (174, 508, 14)), (True, (100, 286, 11))])
def test_there_are_finitely_many_states_for_any_number_of_versions(fixed: bool, counts: Counts, engine: Engine) -> None:
    statistics = run(prepare(Rollout(fixed=fixed), [rollout.newest_version_goes_live]), engine, options=WHOLE)[
        0
    ].statistics

    assert counts == (statistics.states, statistics.transitions, statistics.depth)


def test_more_room_than_is_needed_changes_nothing() -> None:
    found = [
        check(Rollout(fixed=True), rollout.newest_version_goes_live, scope={"Version": size}).statistics
        for size in (5, 6, 8)
    ]

    assert 1 == len({(statistics.states, statistics.transitions, statistics.depth) for statistics in found})


@pytest.mark.parametrize(
    ("claim", "steps"), [(rollout.live_version_is_stored, 7), (rollout.never_back_to_an_older_version, 6)]
)
def test_the_claims_tell_the_broken_roll_out_from_its_fixed_twin(claim: Claim, steps: int) -> None:
    broken, fixed = (check(Rollout(fixed=fixed), claim) for fixed in (False, True))

    assert isinstance(broken, Violated)
    assert (steps, True) == (len(broken.trace or ()), fixed.holds)


def test_what_holds_for_two_workers_holds_for_three() -> None:
    claims = (rollout.live_version_is_stored, rollout.newest_version_goes_live)

    assert [True, True] == [v.holds for v in check(Rollout(fixed=True), claims, scope={"Worker": 3})]
