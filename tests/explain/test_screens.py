"""Every explanation as a screen shows it, byte for byte: read the model beside it. With WRITE_OUTPUTS=1 the files are
written instead."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from raceproof.checker.explain import Explanation

SCREENS = Path(__file__).parent / "screens"

CASES = (
    ("dns", "incident", "never_empty"),
    ("dns", "incident", "automation_recovers"),
    ("dns", "look-then-delete", "never_empty"),
    ("dns", "recheck-before-lock", "never_empty"),
    ("dns", "lease", "never_empty"),
    ("dns", "atomic", "rollback_tree_exists"),
    ("lost_update", "read-then-write", "nothing_is_lost"),
    ("lock", "check-then-set", "mutual_exclusion"),
    ("queue_race", "unchecked", "active_plan_exists"),
    ("peterson", "turn-first", "mutual_exclusion"),
    ("naive_dining", "left-first", "no_deadlock"),
    ("naive_dining", "left-first", "everyone_can_leave"),
    ("rollout", "whatever comes", "live_version_is_stored"),
    ("rollout", "whatever comes", "never_back_to_an_older_version"),
    ("shop", "default", "always_closed"),
    ("shop", "default", "opens_again"),
    ("shop", "default", "stays_open"),
    ("shop", "default", "assertions"),
)


@pytest.mark.parametrize(("model", "variant", "claim"), CASES)
def test_an_explanation_is_what_the_file_holds(
    explanation: Any, drawn: Callable[[Explanation], str], model: str, variant: str, claim: str
) -> None:
    path = SCREENS / f"{model}-{variant.replace(' ', '-')}-{claim}.txt"

    actual = drawn(explanation(model, variant, claim))

    if os.environ.get("WRITE_OUTPUTS"):
        path.write_text(actual, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == actual


@pytest.mark.parametrize(("model", "variant", "claim"), CASES)
def test_no_line_ends_in_spaces_or_is_wider_than_the_screen(
    explanation: Any, drawn: Callable[[Explanation], str], model: str, variant: str, claim: str
) -> None:
    lines = drawn(explanation(model, variant, claim)).splitlines()

    assert [] == [line for line in lines if line != line.rstrip() or len(line) > 100]
