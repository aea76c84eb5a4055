"""The models agree with published specifications to the last state: reference-counts.csv says what TLC counts.

Every row of the table is a test. The temporal claims of the table (nobody starves; what is sent is received) are not
checked here. Only the row that counts orbits is met with symmetry; the others are about every state.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from raceproof.checker.language import Claim, Model
from raceproof.checker.options import Options
from raceproof.model.alternating_bit import AlternatingBit
from raceproof.model.die_hard import DieHard
from raceproof.model.dining import DiningPhilosophers
from raceproof.model.ewd840 import TerminationDetection
from raceproof.model.peterson import Peterson
from raceproof.model.queue_race import QueueRace
from raceproof.model.two_phase_commit import TwoPhaseCommit
from raceproof.properties import alternating_bit, die_hard, dining, ewd840, peterson, queue_race, two_phase_commit

TABLE = Path(__file__).with_name("reference-counts.csv")

COLUMNS = {
    "distinct states": "distinct",
    "generated states": "generated",
    "depth (initial level = 1)": "depth",
    "verdict": "verdict",
    "shortest violation (states)": "shortest",
}

Key = tuple[str, str]
Row = Mapping[str, str]


@dataclass(frozen=True)
class Reference:
    """Our model of a row: in which scope, and which claim is the row's."""

    model: Model
    claim: Claim
    scope: dict[str, int] = field(default_factory=dict)


REFERENCES: dict[Key, Reference] = {
    **{
        ("queue model of the DNS race", f"{enactors} enactors; {plans} plans; threshold 2"): Reference(
            QueueRace(threshold=2), queue_race.active_plan_exists, {"Enactor": enactors, "Plan": plans}
        )
        for enactors, plans in ((2, 5), (3, 5), (2, 8), (2, 2))
    },
    **{
        ("two-phase commit", f"{managers} resource managers"): Reference(
            TwoPhaseCommit(), two_phase_commit.consistency, {"ResourceManager": managers}
        )
        for managers in (3, 5, 8)
    },
    ("die hard", "goal 4"): Reference(DieHard(), die_hard.goal_is_never_reached),
    ("dining philosophers", "5"): Reference(DiningPhilosophers(), dining.exclusive_access, {"Philosopher": 5}),
    ("Peterson's mutual exclusion", "2 processes"): Reference(Peterson(), peterson.mutual_exclusion),
    ("EWD840 termination detection", "3 nodes"): Reference(
        TerminationDetection(), ewd840.detected_only_when_terminated, {"Node": 3}
    ),
    ("alternating bit", "2 data; queues 2"): Reference(
        AlternatingBit(), alternating_bit.receiver_has_the_value_before_the_next, {"Data": 2, "Position": 2}
    ),
}

ORBITS: Key = ("two-phase commit", "5 resource managers; exact symmetry orbits")
"""States that differ only in which resource manager is which count as one."""


def key_of(row: Row) -> Key:
    """The row's model, without what stands in brackets, and its scope."""
    return row["model"].partition(" (")[0], row["scope"]


def read_rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = read_rows()


TESTED = [row for row in ROWS if key_of(row) in REFERENCES]


@pytest.mark.parametrize("row", TESTED, ids=lambda row: ": ".join(key_of(row)))
def test_a_model_agrees_with_its_reference(row: Row, explored: Callable[..., dict[str, str]]) -> None:
    reference = REFERENCES[key_of(row)]
    given = {ours: row[theirs] for theirs, ours in COLUMNS.items() if row[theirs]}

    found = explored(reference.model, reference.claim, reference.scope)

    assert given == {column: found[column] for column in given}


def test_every_row_of_the_table_is_accounted_for() -> None:
    assert {key_of(row) for row in ROWS} == REFERENCES.keys() | {ORBITS}


def test_as_many_orbits_under_the_symmetry_of_the_resource_managers_as_published(
    explored: Callable[..., dict[str, str]],
) -> None:
    (row,) = (row for row in ROWS if key_of(row) == ORBITS)
    reduced = Options(partial_order=False)
    found = explored(TwoPhaseCommit(), two_phase_commit.consistency, {"ResourceManager": 5}, options=reduced)

    assert row["distinct states"] == found["distinct"]


def test_a_row_says_how_short_a_violation_is_exactly_where_there_is_one() -> None:
    violated = {key_of(row) for row in ROWS if row["verdict"] == "violated"}

    assert violated == {key_of(row) for row in ROWS if row["shortest violation (states)"]}
