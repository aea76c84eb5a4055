"""Steps and processes that a violation can do without are left out, and nothing more."""

from __future__ import annotations

from typing import Any

import pytest

from raceproof.checker.check import Prepared
from raceproof.checker.explain import explain_path
from raceproof.checker.explain.course import course
from raceproof.checker.explain.reduce import reduced
from raceproof.checker.oracle.explore import path_of
from raceproof.checker.system.transition import Actor
from raceproof.checker.verdict import Path

SCHEDULE = {
    "worker 1": Actor("worker", (1,)),
    "worker 2": Actor("worker", (2,)),
    "worker 3": Actor("worker", (3,)),
}


def run_of(prepared: Prepared, who: str) -> Path:
    """The path along a schedule such as `1 2 3`, which is not claimed to be a shortest one."""
    (first,) = prepared.oracle().initial_states()
    found = path_of(prepared.lowered.system, first, [SCHEDULE[f"worker {number}"] for number in who.split()])
    return Path(found.system, found.states, found.commands, None, False)


@pytest.fixture(scope="module")
def three(subject: Any) -> Prepared:
    from raceproof.checker.check import prepare

    found = subject("lost_update")
    return prepare(found.make("read-then-write"), found.select(["nothing_is_lost"]), {"Worker": 3})


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("1 2 1 2", ()),
        ("3 1 2 3 1 2", (1, 4)),
        ("1 2 3 1 2", (3,)),
        ("3 3 1 2 1 2", (1, 2)),
    ],
)
def test_what_can_be_left_out_is(three: Prepared, who: str, expected: tuple[int, ...]) -> None:
    path = run_of(three, who)

    found = explain_path(three, "nothing_is_lost", path)

    assert expected == found.dropped
    assert path.length - len(expected) == len(found.trace)


def test_nothing_more_can_be_left_out_one_by_one(three: Prepared) -> None:
    shorter, _ = reduced(course(three, run_of(three, "3 1 2 3 1 2")), three.properties[0])

    again = Path(shorter.path.system, shorter.path.states, shorter.path.commands, None, False)

    assert () == reduced(course(three, again), three.properties[0])[1]


def test_a_shortest_run_is_not_looked_at(three: Prepared) -> None:
    path = run_of(three, "3 1 2 3 1 2")
    shortest = Path(path.system, path.states, path.commands)

    assert () == reduced(course(three, shortest), three.properties[0])[1]


def test_a_state_that_is_lost_stays_the_same_state(violation: Any) -> None:
    prepared, verdict = violation("naive_dining", "left-first", "everyone_can_leave")
    longer = Path(verdict.path.system, verdict.path.states, verdict.path.commands, None, False)

    assert () == explain_path(prepared, "everyone_can_leave", longer).dropped


def test_an_assertion_that_fails_needs_its_last_step(violation: Any) -> None:
    prepared, verdict = violation("shop", "default", "assertions")
    path = verdict.path
    looked = Actor("clerk", (1,)) if path.fault.actor == Actor("clerk", (2,)) else Actor("clerk", (2,))
    actors = [looked, *(command.actor for command in path.commands)]
    (first,) = prepared.oracle().initial_states()
    longer = path_of(path.system, first, actors, path.fault.actor)

    found = explain_path(
        prepared, "assertions", Path(longer.system, longer.states, longer.commands, longer.fault, False)
    )

    assert ((1,), 3) == (found.dropped, len(found.trace))
    assert "oversold" == found.trace.steps[-1].failure
