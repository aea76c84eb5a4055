"""What is a stale decision, and what is none."""

from __future__ import annotations

from typing import Any

import pytest

from raceproof.checker.check import Prepared, prepare
from raceproof.checker.explain import Explanation, explain_path
from raceproof.checker.oracle.explore import path_of
from raceproof.checker.system.transition import Actor


def along(prepared: Prepared, claim: str, process: str, schedule: str) -> Explanation:
    """The explanation of a run in which the instances of a process move in this order; none of it is left out."""
    (first,) = prepared.oracle().initial_states()
    actors = [Actor(process, (int(number),)) for number in schedule.split()]
    return explain_path(prepared, claim, path_of(prepared.lowered.system, first, actors))


def decisions(found: Explanation) -> list[tuple[str, str, str, int, int, int]]:
    return [(d.kind, d.actor, d.entry, d.check, d.overwritten, d.use) for d in found.decisions]


@pytest.fixture(scope="module")
def lock(subject: Any) -> Prepared:
    found = subject("lock")
    return prepare(found.make("check-then-set"), found.select(["mutual_exclusion"]), {"Worker": 3})


def test_who_is_counted_matters_and_who_is_not_does_not(lock: Prepared) -> None:
    found = along(lock, "mutual_exclusion", "worker", "3 1 2 1 2")

    assert [("decision", "worker 2", "taken", 3, 4, 5)] == decisions(found)
    assert [3, 4, 5] == [note.number for note in found.steps if note.matters]
    assert ["worker 1.at", "worker 2.at"] == [read.name for read in found.reads]


def test_a_condition_that_was_asked_again_is_no_longer_relied_on(lock: Prepared) -> None:
    found = along(lock, "mutual_exclusion", "worker", "1 1 1 2 2 2 1 3 1 3")

    assert [("decision", "worker 3", "taken", 8, 9, 10)] == decisions(found)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("1 2 1 2", [("copy", "worker 2", "counter", 2, 3, 4)]),
        ("1 1 2 3 2 3", [("copy", "worker 3", "counter", 4, 5, 6)]),
    ],
)
def test_a_number_that_was_read_too_early(subject: Any, schedule: str, expected: Any) -> None:
    made = subject("lost_update")
    prepared = prepare(made.make("read-then-write"), made.select(["nothing_is_lost"]), {"Worker": 3})

    assert expected == decisions(along(prepared, "nothing_is_lost", "worker", schedule))


def test_where_nothing_newer_is_lost_nothing_is_stale(explanation: Any) -> None:
    found = explanation("dns", "atomic", "rollback_tree_exists")

    assert ([], {}) == (decisions(found), found.marks)


def test_two_decisions_meet_in_the_incident(explanation: Any) -> None:
    found = explanation("dns", "incident", "never_empty")

    assert [
        ("copy", "enactor 1", "newest", 2, 3, 8),
        ("result", "enactor 2", "alias[public]", 6, 8, 11),
    ] == decisions(found)
    assert {
        2: ("check 1",),
        3: ("overwrite 1",),
        8: ("use 1", "overwrite 2"),
        6: ("check 2",),
        11: ("use 2",),
    } == found.marks
    assert [9, 10] == [note.number for note in found.steps if not note.matters]
