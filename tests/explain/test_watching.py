"""Watching a step changes nothing, and sees the conditions in the order in which they are asked."""

from __future__ import annotations

import sys
from typing import Any

from raceproof.checker.check import prepare
from raceproof.checker.explain.conditions import attempt
from raceproof.checker.system.transition import Actor

THIEF, CLERK, CLOSE = Actor("thief"), Actor("clerk", (1,)), Actor("close")


def test_a_condition_that_acts_is_asked_once(subject: Any) -> None:
    prepared = prepare(subject("shop").make("default"), ())
    oracle = prepared.oracle()
    (first,) = oracle.initial_states()

    watched = attempt(oracle, first, THIEF)

    fresh = prepared.oracle()
    (start,) = fresh.initial_states()
    plain = fresh.step(start, THIEF)
    assert watched.after is not None
    assert plain is not None
    assert plain.shared == watched.after.shared
    assert [("self.stock > 0", True, False)] == [
        (condition.reason.text, condition.reason.holds, condition.demanded) for condition in watched.conditions
    ]


def test_only_the_step_itself_is_watched(subject: Any) -> None:
    oracle = prepare(subject("shop").make("default"), ()).oracle()
    (state,) = oracle.initial_states()
    for actor in (CLERK, CLERK, CLERK):
        after = oracle.step(state, actor)
        assert after is not None
        state = after
    oracle = prepare(subject("shop").make("default"), ()).oracle()  # it has to be brought back to where it waits

    watched = attempt(oracle, state, CLERK)

    assert [("seen", False)] == [(condition.reason.text, condition.reason.holds) for condition in watched.conditions]


def test_the_first_false_demand_blocks(subject: Any) -> None:
    oracle = prepare(subject("shop").make("default"), ()).oracle()
    (first,) = oracle.initial_states()

    watched = attempt(oracle, first, CLOSE)

    assert not watched.possible
    assert watched.blocking is not None
    assert ("self.stock <= 0", "shop.py:73") == (watched.blocking.text, watched.blocking.place)


def test_whoever_traced_before_traces_again(subject: Any) -> None:
    oracle = prepare(subject("shop").make("default"), ()).oracle()
    (first,) = oracle.initial_states()
    before = sys.gettrace()

    attempt(oracle, first, THIEF)

    assert before is sys.gettrace()
