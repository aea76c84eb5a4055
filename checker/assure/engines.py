"""The engines on the ladder, all asked in the same way: a prepared model in, a verdict for each claim out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from raceproof.checker.check import Prepared, run, with_trace
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options
from raceproof.checker.symbolic.finite.induction import prove_by_induction
from raceproof.checker.symbolic.finite.pdr import prove_by_pdr
from raceproof.checker.verdict import Undecided, Verdict

EngineName = Literal["explicit", "native", "portable", "oracle", "bounded", "induction", "pdr", "parametric"]
PLAIN = Options(symmetry=False)
"""Every state is visited, so that states and steps can be compared."""

REDUCED = Options()

ALL_REDUCTIONS = Options(partial_order=True)

Ask = Callable[[EngineName, Prepared, Limits, Options, int], tuple[Verdict, ...]]
"""An engine, a model with claims, limits, how to search, how deep to look: a verdict for each claim, in order."""


class Interrupted(Exception):
    """Somebody has interrupted an engine."""


def ask(engine: EngineName, prepared: Prepared, limits: Limits, options: Options, depth: int) -> tuple[Verdict, ...]:
    """Ask one engine. Raises what it raises: ModelError, UsageError where it cannot be had, InternalError where Python
    does not confirm a path."""
    system, properties = prepared.lowered.system, prepared.properties
    match engine:
        case "induction":
            return _with_traces(prepared, prove_by_induction(system, properties, limits))
        case "parametric":
            raise ValueError("a proof for every size is not about one scope")
        case "pdr":
            return _with_traces(prepared, prove_by_pdr(system, properties, limits))
        case _:
            return run(prepared, engine, depth, limits, options)


def _with_traces(prepared: Prepared, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    return tuple(with_trace(prepared, claim, verdict) for claim, verdict in zip(prepared.claims, verdicts, strict=True))


def was_interrupted(verdicts: tuple[Verdict, ...]) -> bool:
    """Whether an engine ended because somebody interrupted it."""
    return any(isinstance(verdict, Undecided) and verdict.interrupted for verdict in verdicts)
