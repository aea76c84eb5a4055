"""Random transition systems: both explicit searches say exactly the same, and count what the interpreter counts."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from raceproof.checker.explicit import NativeUnavailable
from raceproof.checker.limits import Limits
from raceproof.checker.system.build import TRUE
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem

Said = Callable[..., Any]
Counted = Callable[[TransitionSystem, int], tuple[int, int, int] | None]


def load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


random_systems = load(Path(__file__).parent / "random_systems.py", "random_systems")
SEEDS = st.integers(0, 2**32)
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
SOME, FEWER = (settings(max_examples=settings().max_examples // part, phases=NO_SHRINKING) for part in (3, 6))
WHOLE = Property("keeps the search going", ClaimKind.ALWAYS, TRUE, TRUE)


@SOME
@given(seed=SEEDS)
def test_both_searches_say_the_same_of_small_systems(seed: int, said: Said) -> None:
    system, claims = random_systems.small(seed)
    limits = Limits(max_depth=40)

    assert said("portable", system, claims, limits) == said("native", system, claims, limits)


@FEWER
@given(seed=SEEDS)
def test_they_count_what_the_interpreter_counts(seed: int, said: Said, counted: Counted) -> None:
    system, claims = random_systems.small(seed)
    expected = counted(system, 2000)
    assume(expected)
    asked = (WHOLE, *(replace(claim, undefined=()) for claim in claims))
    portable, native = (said(engine, replace(system, faults=()), asked) for engine in ("portable", "native"))

    assert portable == native
    assert expected == native[0][:3]


@FEWER
@given(seed=SEEDS)
def test_both_searches_say_the_same_of_wide_systems(seed: int, said: Said) -> None:
    system, claims = random_systems.wide(seed)
    limits = Limits(max_depth=5)
    try:
        actual = said("native", system, claims, limits)
    except NativeUnavailable:
        assume(False)

    assert said("portable", system, claims, limits) == actual
