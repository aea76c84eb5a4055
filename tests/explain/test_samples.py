"""When all is well: shortest runs that take every step which can be taken."""

from __future__ import annotations

from typing import Any

import pytest

from raceproof.checker.check import prepare, run
from raceproof.checker.cli.runs import steps_of
from raceproof.checker.explain import samples


@pytest.mark.parametrize(
    ("model", "variant", "expected"),
    [
        ("lock", "test-and-set", [(2, ["wait for the lock (lock.py:30)", "work (lock.py:34)"])]),
        ("lost_update", "compare-and-swap", [(2, ["read (lost_update.py:34)", "write (lost_update.py:36)"])]),
        (
            "rollout",
            "only newer",
            [
                (
                    4,
                    [
                        "publish (rollout.py:35)",
                        "store the newest version (rollout.py:42)",
                        "make it live (rollout.py:45)",
                        "delete old versions (rollout.py:48)",
                    ],
                )
            ],
        ),
    ],
)
def test_the_runs_and_what_they_reach(subject: Any, model: str, variant: str, expected: Any) -> None:
    found = samples(prepare(subject(model).make(variant), ()))

    assert expected == [(len(sample.trace), list(sample.reaches)) for sample in found]


@pytest.mark.parametrize(
    ("model", "variant"), [("two_phase_commit", "careful"), ("ewd840", "remembering"), ("dns", "fixed")]
)
def test_every_step_that_is_possible_is_reached_once(subject: Any, model: str, variant: str) -> None:
    made = subject(model)
    variant = variant if variant in made.variants else list(made.variants)[-1]
    prepared = prepare(made.make(variant), made.select([]))
    fired = run(prepared, "portable")[0].statistics.fired
    system = prepared.lowered.system
    possible = {
        f"{system.steps[number].label} ({system.steps[number].location.short})"
        for number in {system.commands[command].step for command in fired}
    }

    found = samples(prepared, fired)

    reached = [step for sample in found for step in sample.reaches]
    assert sorted(possible) == sorted(reached)
    assert set(reached) <= set(steps_of(system))


def test_a_search_that_may_not_go_far_shows_what_it_saw(subject: Any) -> None:
    found = samples(prepare(subject("dns").make("fixed"), ()), most_states=2)

    assert [(1, ("write the next plan (automation.py:90)",))] == [(len(s.trace), s.reaches) for s in found]
