"""Every broken model is told apart from its fixed twin by the same claim: shortest violation, and golden state counts.

The counts are our own, and running the models as plain Python gives the same ones; reference-counts.csv has those that
others have counted.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from raceproof.checker.check import check
from raceproof.checker.language import Claim, Model
from raceproof.checker.system.transition import ClaimKind
from raceproof.checker.verdict import Violated
from raceproof.model.alternating_bit import AlternatingBit
from raceproof.model.die_hard import DieHard
from raceproof.model.dining import DiningPhilosophers
from raceproof.model.ewd840 import TerminationDetection
from raceproof.model.lock import Lock
from raceproof.model.lost_update import LostUpdate
from raceproof.model.naive_dining import NaiveDining
from raceproof.model.peterson import Peterson
from raceproof.model.queue_race import QueueRace
from raceproof.model.rollout import Rollout
from raceproof.model.two_phase_commit import TwoPhaseCommit
from raceproof.properties import (
    alternating_bit,
    die_hard,
    ewd840,
    lock,
    lost_update,
    naive_dining,
    peterson,
    queue_race,
)
from raceproof.properties import two_phase_commit as commit

Counts = tuple[int, int, int] | None
"""Distinct states, generated states and depth of the whole state space."""

IN_TABLE: Counts = None
"""The counts are in reference-counts.csv, and tested there."""

Explore = Callable[..., dict[str, str]]


@dataclass(frozen=True)
class Twins:
    """A broken model and its fixed twin. `shortest` counts the states of the shortest violation."""

    claim: Claim
    broken: Model
    shortest: int
    broken_counts: Counts
    fixed: Model
    fixed_counts: Counts
    scope: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        sizes = "".join(f", {size} {domain}" for domain, size in self.scope.items())
        return f"{type(self.broken).__name__}.{self.claim.name}{sizes}"


TWINS = (
    Twins(lock.mutual_exclusion, Lock(), 5, (13, 25, 7), Lock(fixed=True), (3, 5, 2)),
    Twins(lock.mutual_exclusion, Lock(), 5, (45, 121, 9), Lock(fixed=True), (4, 7, 2), {"Worker": 3}),
    Twins(lost_update.nothing_is_lost, LostUpdate(), 5, (12, 15, 5), LostUpdate(fixed=True), (11, 15, 5)),
    Twins(
        lost_update.nothing_is_lost, LostUpdate(), 5, (59, 100, 7), LostUpdate(fixed=True), (48, 91, 7), {"Worker": 3}
    ),
    Twins(naive_dining.no_deadlock, NaiveDining(), 4, (14, 28, 4), NaiveDining(fixed=True), (12, 23, 4)),
    Twins(naive_dining.no_deadlock, NaiveDining(), 6, (82, 266, 6), NaiveDining(fixed=True), (70, 220, 6), {"Seat": 5}),
    Twins(naive_dining.everyone_can_leave, NaiveDining(), 4, (14, 28, 4), NaiveDining(fixed=True), (12, 23, 4)),
    Twins(
        queue_race.active_plan_exists,
        QueueRace(),
        12,
        (264, 559, 17),
        QueueRace(fixed=True),
        (177, 385, 16),
        {"Plan": 4},
    ),
    Twins(
        queue_race.never_back_to_an_older_plan,
        QueueRace(),
        7,
        (264, 559, 17),
        QueueRace(fixed=True),
        (177, 385, 16),
        {"Plan": 4},
    ),
    Twins(commit.consistency, TwoPhaseCommit(hasty=True), 10, (459, 2277, 11), TwoPhaseCommit(), IN_TABLE),
    Twins(peterson.mutual_exclusion, Peterson(turn_first=True), 9, (72, 139, 13), Peterson(), IN_TABLE),
    Twins(
        ewd840.detected_only_when_terminated,
        TerminationDetection(forgetful=True),
        6,
        (248, 1708, 7),
        TerminationDetection(),
        IN_TABLE,
    ),
    Twins(
        alternating_bit.receiver_has_the_value_before_the_next,
        AlternatingBit(careless=True),
        4,
        (1640, 11048, 20),
        AlternatingBit(),
        IN_TABLE,
    ),
    Twins(
        alternating_bit.a_value_is_confirmed_only_when_it_has_arrived,
        AlternatingBit(careless=True),
        4,
        (1640, 11048, 20),
        AlternatingBit(),
        IN_TABLE,
    ),
)

SOUND: dict[str, Model] = {
    "alternating_bit": AlternatingBit(),
    "die_hard": DieHard(),
    "dining": DiningPhilosophers(),
    "ewd840": TerminationDetection(),
    "lock": Lock(fixed=True),
    "lost_update": LostUpdate(fixed=True),
    "naive_dining": NaiveDining(fixed=True),
    "peterson": Peterson(),
    "queue_race": QueueRace(fixed=True),
    "rollout": Rollout(fixed=True),
    "two_phase_commit": TwoPhaseCommit(),
}
"""The variant of each model of which every claim in its properties holds."""

FALSE_ON_PURPOSE = {"goal_is_never_reached"}


def claims_of(name: str) -> list[Claim]:
    module = importlib.import_module(f"raceproof.properties.{name}")
    return [value for value in vars(module).values() if isinstance(value, Claim)]


def counts(found: Mapping[str, str]) -> Counts:
    return int(found["distinct"]), int(found["generated"]), int(found["depth"])


@pytest.mark.parametrize("twins", TWINS, ids=lambda twins: twins.name)
def test_a_broken_model_is_violated_in_the_fewest_steps(twins: Twins, explored: Explore) -> None:
    found = explored(twins.broken, twins.claim, twins.scope)

    assert ("violated", str(twins.shortest)) == (found["verdict"], found["shortest"])
    assert twins.broken_counts in (IN_TABLE, counts(found))


@pytest.mark.parametrize("twins", TWINS, ids=lambda twins: twins.name)
def test_its_fixed_twin_holds(twins: Twins, explored: Explore) -> None:
    found = explored(twins.fixed, twins.claim, twins.scope)

    assert ("holds", "") == (found["verdict"], found["shortest"])
    assert twins.fixed_counts in (IN_TABLE, counts(found))


@pytest.mark.parametrize("twins", TWINS, ids=lambda twins: twins.name)
def test_running_the_model_as_plain_python_finds_the_same(twins: Twins, explored: Explore) -> None:
    for model in (twins.broken, twins.fixed):
        assert explored(model, twins.claim, twins.scope, "oracle") == explored(model, twins.claim, twins.scope)


@pytest.mark.parametrize("name", SOUND)
def test_every_claim_holds_of_a_sound_model_unless_it_is_false_on_purpose(name: str) -> None:
    claims = claims_of(name)

    violated = {
        claim.name for claim, verdict in zip(claims, check(SOUND[name], claims), strict=True) if not verdict.holds
    }

    assert FALSE_ON_PURPOSE & {claim.name for claim in claims} == violated


@pytest.mark.parametrize("name", SOUND)
def test_every_model_has_a_claim_that_something_is_reachable(name: str) -> None:
    assert ClaimKind.REACHABLE in {claim.kind for claim in claims_of(name)}


def test_every_toy_has_properties_of_the_same_name() -> None:
    root = Path(__file__).resolve().parents[2]
    missing = [name for name in SOUND if not all((root / f / f"{name}.py").is_file() for f in ("model", "properties"))]

    assert [] == missing


def test_nothing_is_deleted_where_no_plan_is_old_enough() -> None:
    verdict = check(QueueRace(), queue_race.something_is_deleted, scope={"Plan": 2})

    assert not verdict.holds


def test_the_counterexample_of_die_hard_is_the_solution_of_the_puzzle() -> None:
    verdict = check(DieHard(), die_hard.goal_is_never_reached)
    assert isinstance(verdict, Violated)
    assert verdict.trace is not None

    assert [
        "fill the big jug",
        "pour big into small",
        "empty the small jug",
        "pour big into small",
        "fill the big jug",
        "pour big into small",
    ] == [step.label for step in verdict.trace.steps]


TWINNED = (
    "alternating_bit",
    "ewd840",
    "lock",
    "lost_update",
    "naive_dining",
    "peterson",
    "queue_race",
    "rollout",
    "two_phase_commit",
)


@pytest.mark.parametrize("name", TWINNED)
def test_a_model_with_a_broken_twin_lists_both_as_variants(name: str) -> None:
    variants = importlib.import_module(f"raceproof.model.{name}").VARIANTS

    made = [{k: v for k, v in vars(variant.make()).items() if k != "_store"} for variant in variants.values()]

    assert 2 == len(made)
    assert made[0] != made[1]
