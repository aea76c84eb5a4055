"""Surveys: which sets are enough, which are smallest, which break; compared with asking for each by brute force."""

import random
from itertools import combinations

import pytest

from raceproof.checker.fixes.decision import ClaimDecision, Decision
from raceproof.checker.fixes.survey import Survey, without
from raceproof.checker.language.space import Protections

NAMES = ("a", "b", "c", "d")
SETS: tuple[Protections, ...] = tuple(part for size in range(5) for part in combinations(NAMES, size))
HOLDS, BROKEN, OPEN = (
    ClaimDecision("claim", "always", verdict) for verdict in ("holds-in-scope", "violated", "undecided")
)


def decision(*claims: ClaimDecision) -> Decision:
    return Decision("0" * 64, claims, "native", 1, 1, 1, 0.0)


def random_survey(seed: int) -> Survey:
    chance = random.Random(seed)
    found = {part: decision(chance.choice((HOLDS, BROKEN, BROKEN, OPEN))) for part in SETS if chance.random() < 0.9}
    return Survey(SETS, found)


@pytest.mark.parametrize("seed", range(50))
def test_the_smallest_sets_are_those_without_a_smaller_one_that_is_enough(seed: int) -> None:
    survey = random_survey(seed)
    enough = {part for part, found in survey.decisions.items() if found.claims == (HOLDS,)}

    assert {p for p in enough if not any(set(q) < set(p) for q in enough)} == set(survey.minimal)


@pytest.mark.parametrize("seed", range(50))
def test_what_is_smaller_than_a_smallest_set_is_listed_once_and_is_not_enough(seed: int) -> None:
    survey = random_survey(seed)

    assert [p for p in SETS if any(set(p) < set(q) for q in survey.minimal)] == list(survey.smaller)
    assert set() == set(survey.smaller) & set(survey.enough)


@pytest.mark.parametrize("seed", range(50))
def test_a_set_is_broken_where_a_smaller_one_is_enough(seed: int) -> None:
    survey = random_survey(seed)
    broken = [p for p in survey.failing if any(set(q) < set(p) for q in survey.enough)]

    assert broken == list(survey.broken)
    assert {
        name: sum(name in p and without(p, name) in survey.enough for p in broken)
        for name in NAMES
        if any(name in p and without(p, name) in survey.enough for p in broken)
    } == dict(survey.breaking)


@pytest.mark.parametrize("seed", range(50))
def test_every_set_is_enough_or_fails_or_is_undecided(seed: int) -> None:
    survey = random_survey(seed)

    assert sorted(SETS) == sorted((*survey.enough, *survey.failing, *survey.undecided))


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ((HOLDS, HOLDS), True),
        ((HOLDS, BROKEN), False),
        ((HOLDS, OPEN), None),
        ((OPEN, BROKEN), False),
        ((ClaimDecision("claim", "always", "proved"), HOLDS), True),
        ((ClaimDecision("claim", "always", "holds-up-to"), HOLDS), None),
    ],
)
def test_a_design_is_enough_where_every_claim_is_shown_to_hold(
    claims: tuple[ClaimDecision, ...], expected: bool | None
) -> None:
    assert expected == decision(*claims).satisfied


def test_the_shortest_violation_comes_first_and_one_without_a_trace_last() -> None:
    never, long, short = (
        ClaimDecision(name, "always", "violated", steps) for name, steps in (("a", None), ("b", 7), ("c", 3))
    )

    assert (short, long, never) == decision(never, HOLDS, long, short).violated
