"""One state of a trace: claims, who can move, and the condition in everybody else's way."""

from __future__ import annotations

from typing import Any

import pytest

from raceproof.checker.check import prepare, run
from raceproof.checker.errors import UsageError
from raceproof.checker.explain import Blocked, Situation, at
from raceproof.checker.verdict import Violated


@pytest.fixture(scope="module")
def shop(subject: Any) -> Any:
    """The states of the run in which a clerk sells what is gone."""
    found = subject("shop")
    prepared = prepare(found.make("default"), found.claims)
    verdict = next(v for v in run(prepared, "portable") if v.claim.name == "assertions")
    assert isinstance(verdict, Violated)
    assert verdict.trace is not None
    trace = verdict.trace
    return lambda step: at(prepared, trace, step)


def moves(found: Situation) -> list[tuple[str, str, list[str], str | None]]:
    return [
        (move.actor, move.label, [f"{c.name}: {c.before} → {c.after}" for c in move.changes], move.failure)
        for move in found.enabled
    ]


def blocked(found: Situation) -> list[tuple[str, str, str | None]]:
    def told(entry: Blocked) -> str | None:
        return None if entry.condition is None else f"{entry.condition.root.text} at {entry.condition.root.place}"

    return [(entry.actor, entry.label, told(entry)) for entry in found.disabled]


def test_who_can_move_and_what_that_changes(shop: Any) -> None:
    expected = [
        ("clerk 1", "look", ["clerk 1.seen: false → true"], None),
        ("clerk 2", "look", ["clerk 2.seen: false → true"], None),
        ("thief", "take one", ["stock: 1 → 0", "taken: false → true"], None),
    ]

    assert expected == moves(shop(0))


def test_who_cannot_move_and_the_first_condition_in_the_way(shop: Any) -> None:
    expected = [
        ("sorter", "sort", "not self.open at shop.py:67"),
        ("close", "close", "self.stock <= 0 at shop.py:73"),
    ]

    assert expected == blocked(shop(0))


def test_a_step_that_goes_wrong_can_be_taken_and_says_how(shop: Any) -> None:
    expected = [
        ("clerk 1", "look", [], None),
        ("clerk 2", "sell", [], "oversold"),
        ("close", "close", ["open: true → false"], None),
    ]

    assert (expected, ("thief",)) == (moves(shop(2)), shop(2).done)


def test_the_claims_of_each_state(shop: Any) -> None:
    def told(step: int) -> dict[str, bool | None]:
        return {claim.claim: claim.holds for claim in shop(step).claims}

    start = {
        "always_closed": False,
        "opens_again": True,
        "stays_open": None,
        "sells_in_order": True,
        "no_deadlock": True,
        "assertions": True,
    }
    assert start == told(0)
    assert {**start, "stays_open": True, "assertions": False} == told(2)
    assert told(2) == told(3)


def test_the_picture_and_the_whole_state(shop: Any) -> None:
    found = shop(2)

    assert ("stock 0", "open") == found.picture
    assert "0" == found.state["stock"]
    assert "sell" == found.state["clerk 2.at"]


@pytest.mark.parametrize("step", [-1, 4])
def test_a_step_that_the_trace_does_not_have_is_refused(shop: Any, step: int) -> None:
    with pytest.raises(UsageError) as refused:
        shop(step)

    assert f"there is no step {step}: the trace has steps 1 to 3, and 0 is its start" == str(refused.value)


def test_who_waits_in_a_deadlock_says_which_condition_is_false(violation: Any) -> None:
    prepared, verdict = violation("naive_dining", "left-first", "no_deadlock")

    found = at(prepared, verdict.trace, 3)

    place = "not self.taken[self.second_fork(me)] at naive_dining.py:33"
    assert [(f"philosopher(seat {n})", "take the other fork", place) for n in (1, 2, 3)] == blocked(found)
    assert ((), False) == (found.enabled, found.claims[0].holds)


def test_a_step_after_an_endless_domain_was_counted_on(violation: Any) -> None:
    prepared, verdict = violation("rollout", "whatever comes", "live_version_is_stored")

    found = at(prepared, verdict.trace, 7)

    assert ("version 1", "false") == (found.state["live"], found.state["stored[version 1]"])
