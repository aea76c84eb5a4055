"""How the tests of the models explore: one claim, every state, counted in the columns of reference-counts.csv."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import pytest

from raceproof.checker.check import Engine, prepare, run
from raceproof.checker.explicit.layout import initial_states
from raceproof.checker.language import Claim, Model, always
from raceproof.checker.options import Options
from raceproof.checker.verdict import Undecided, Violated

Outcome = dict[str, str]

WHOLE = Options(symmetry=False, partial_order=False)
"""Every state is visited."""


class Explore(Protocol):
    """The type of `explored`."""

    def __call__(
        self,
        model: Model,
        claim: Claim,
        scope: Mapping[str, int],
        engine: Engine = "explicit",
        options: Options = WHOLE,
    ) -> Outcome: ...


@always
def whatever(m: Model) -> bool:
    """True of every state: no search for its violation stops early, so that all states are counted."""
    return True


@pytest.fixture(scope="session")
def explored() -> Explore:
    """What an engine finds out about one claim of a model in a scope.

    `generated` counts the initial states and every successor, `depth` counts the initial states as 1, and a violation
    is measured in states, as TLC does it.
    """

    def explore(
        model: Model,
        claim: Claim,
        scope: Mapping[str, int],
        engine: Engine = "explicit",
        options: Options = WHOLE,
    ) -> Outcome:
        prepared = prepare(model, [claim, whatever], scope)
        verdict, _ = run(prepared, engine, options=options)
        assert not isinstance(verdict, Undecided), verdict.why
        statistics = verdict.statistics
        first = sum(1 for _ in initial_states(prepared.lowered.system))
        path = verdict.path if isinstance(verdict, Violated) else None
        return {
            "distinct": str(statistics.states),
            "generated": str(first + statistics.transitions),
            "depth": str(statistics.depth + 1),
            "verdict": "holds" if verdict.holds else "violated",
            "shortest": str(len(path.states)) if path else "",
        }

    return explore
