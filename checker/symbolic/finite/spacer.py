"""One question to Spacer, Z3's engine for Horn clauses: can a breach be reached?

It answers with an invariant that excludes it, or that it can, and neither is to be believed as it stands. (Komuravelli,
Gurfinkel, Chaki, "SMT-Based Model Checking for Recursive Programs", CAV 2014; it goes back to Bradley, "SAT-Based Model
Checking without Unrolling", VMCAI 2011, and to Hoder and Bjørner, "Generalized Property Directed Reachability", SAT
2012.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import z3

from raceproof.checker.limits import LimitReached, Meter
from raceproof.checker.symbolic.finite.breaches import Breach
from raceproof.checker.symbolic.finite.horn import Horn
from raceproof.checker.symbolic.finite.integer_terms import Value
from raceproof.checker.symbolic.finite.watch import Watch

# Clauses that preprocessing merges or cuts come back in an invariant that has little to do with what was asked.
_AS_GIVEN = {"xform.inline_eager": False, "xform.inline_linear": False, "xform.slice": False}


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work Spacer does before it gives up, in Z3's units (some millions take a second), and in what way.

    What takes minutes in one way often takes a second in another, and there is no telling which; so one tries several.
    `pushing` chases one suspicion through all frames before it looks at the next, which finds long paths sooner.
    """

    work: int
    pushing: bool = False
    seed: int = 0

    @property
    def options(self) -> dict[str, bool | int]:
        return {"rlimit": self.work, "spacer.push_pob": self.pushing, "spacer.random_seed": self.seed}


@dataclass(frozen=True, slots=True)
class Excluded:
    """All reached states meet `invariant`, and no state that does is a breach; found with so many frames."""

    invariant: z3.BoolRef
    frames: int


@dataclass(frozen=True, slots=True)
class Reached:
    """Some reached state is a breach."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Spacer does not know; more effort may help where this one is `exhausted`."""

    why: str
    exhausted: bool


Answer: TypeAlias = Excluded | Reached | Unknown


def ask(horn: Horn, breach: Breach, known: Sequence[z3.BoolRef], effort: Effort, meter: Meter) -> Answer:
    """Ask whether a breach can be reached, where all reached states are `known` to meet some conditions.

    Raises Inexpressible, LimitReached where a limit of the whole search is reached, KeyboardInterrupt.
    """
    meter.look(0, 0, 0, 0)
    arguments = horn.arguments(horn.state)
    reached = z3.Function("reached", *(value.sort() for value in arguments), z3.BoolSort(horn.context))
    goal = z3.Function("goal", z3.BoolSort(horn.context))
    fixedpoint = z3.Fixedpoint(ctx=horn.context)
    for option, value in {"engine": "spacer", **_AS_GIVEN, **effort.options}.items():
        fixedpoint.set(option, value)
    fixedpoint.register_relation(reached, goal)
    fixedpoint.declare_var(*arguments, *horn.choices)
    here = (reached(*arguments), horn.in_domains(horn.state), *known)
    fixedpoint.rule(reached(*arguments), (horn.initial,))
    for move in horn.moves:
        fixedpoint.rule(reached(*horn.arguments(move.terms.after)), (*here, move.given))
    for condition in horn.conditions(breach):
        fixedpoint.rule(goal(), (*here, condition))
    with Watch(horn.context, meter) as watch:
        answer, why = _query(fixedpoint, goal())
    if watch.why:
        raise LimitReached(watch.why)
    if answer == z3.sat:
        return Reached()
    if answer == z3.unsat:
        return Excluded(invariant_of(fixedpoint, reached, arguments), fixedpoint.get_num_levels(reached))
    if "canceled" in why:  # not by the watch, so from the keyboard
        raise KeyboardInterrupt
    told = f": {why}" if why != "ok" else ""
    return Unknown(f"Spacer gave up{told}", exhausted="resource limit" in why)


def _query(fixedpoint: z3.Fixedpoint, goal: z3.BoolRef) -> tuple[z3.CheckSatResult, str]:
    """Whether the goal can be derived, and why that is unknown."""
    try:
        return fixedpoint.query(goal), fixedpoint.reason_unknown()
    except z3.Z3Exception as error:
        reason = error.args[0]
        return z3.unknown, reason.decode() if isinstance(reason, bytes) else str(reason)


def invariant_of(fixedpoint: z3.Fixedpoint, reached: z3.FuncDeclRef, arguments: Sequence[Value]) -> z3.BoolRef:
    """What Spacer says to hold of every reached state."""
    return z3.substitute_vars(fixedpoint.get_cover_delta(-1, reached), *arguments)
