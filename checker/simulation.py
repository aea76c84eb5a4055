"""Simulation of a model: random walks, every path replayed through the author's Python before it is shown."""

from __future__ import annotations

from dataclasses import replace

from raceproof.checker.check import Prepared, broken_model, check_bounded, check_finite, with_trace
from raceproof.checker.errors import Code, UsageError
from raceproof.checker.explicit import NativeUnavailable
from raceproof.checker.explicit.simulate import DEFAULT_LENGTH, Simulation, Watch, simulate
from raceproof.checker.limits import Limits
from raceproof.checker.options import SearchEngine
from raceproof.checker.verdict import FaultFound


def run(
    prepared: Prepared,
    seed: int,
    limits: Limits,
    walks: int | None = None,
    length: int = DEFAULT_LENGTH,
    engine: SearchEngine = "explicit",
    watch: Watch | None = None,
) -> Simulation:
    """One verdict for each claim, in order, from random walks: never that a claim holds, but for states that were
    reached. Raises BrokenModel where the model itself goes wrong, UsageError where the scope is not finite or the
    engine cannot be had, InternalError where a path does not replay; ValueError for numbers out of range."""
    check_bounded(prepared, "a simulation")
    check_finite(prepared, "a simulation")
    try:
        done = simulate(prepared.lowered.system, prepared.properties, limits, seed, walks, length, engine, watch)
    except FaultFound as found:
        raise broken_model(prepared, found) from found
    except NativeUnavailable as reason:
        raise UsageError(f"there is no native engine here: {reason}", code=Code.ENGINE) from reason
    pairs = zip(prepared.claims, done.verdicts, strict=True)
    return replace(done, verdicts=tuple(with_trace(prepared, claim, verdict) for claim, verdict in pairs))
