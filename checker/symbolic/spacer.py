"""One question to Spacer, Z3's engine for Horn clauses: can any state that is reached be a breach?

It answers with an invariant that excludes all of them, or that one can be reached, and neither is to be believed as it
stands. (Komuravelli, Gurfinkel, Chaki, "SMT-Based Model Checking for Recursive Programs", CAV 2014; it goes back to
Bradley, "SAT-Based Model Checking without Unrolling", VMCAI 2011, and to Hoder and Bjørner, "Generalized Property
Directed Reachability", SAT 2012.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import z3

from raceproof.checker.limits import LimitReached, Meter
from raceproof.checker.symbolic.breaches import Breach
from raceproof.checker.symbolic.horn import Horn
from raceproof.checker.symbolic.integer_terms import Value
from raceproof.checker.symbolic.watch import Watch

# Clauses that are merged or cut by preprocessing come back as an invariant that nobody wants to read.
_AS_GIVEN = ("xform.inline_eager", "xform.inline_linear", "xform.slice")


@dataclass(frozen=True, slots=True)
class Excluded:
    """No state that is reached is a breach, since all meet `invariant`; found with so many frames."""

    invariant: z3.BoolRef
    frames: int


@dataclass(frozen=True, slots=True)
class Reached:
    """Some state that is reached is a breach."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Spacer does not know."""

    why: str


Answer: TypeAlias = Excluded | Reached | Unknown


def ask(
    horn: Horn, breaches: Sequence[Breach], known: Sequence[z3.BoolRef], meter: Meter, seconds: float | None = None
) -> Answer:
    """Ask whether a breach can be reached, where all reached states are `known` to meet some conditions.

    Raises LimitReached where a limit of the whole search is reached, KeyboardInterrupt.
    """
    meter.look(0, 0, 0, 0)
    arguments = horn.arguments(horn.state)
    reached = z3.Function("reached", *(value.sort() for value in arguments), z3.BoolSort(horn.context))
    breach = z3.Function("breach", z3.BoolSort(horn.context))
    fixedpoint = _clauses(horn, breaches, known, reached, breach)
    if seconds is not None:
        fixedpoint.set("timeout", max(int(seconds * 1000), 1))
    started = meter.seconds
    with Watch(horn.context, meter) as watch:
        try:
            answer = fixedpoint.query(breach())
            why = fixedpoint.reason_unknown()
        except z3.Z3Exception as error:
            answer, why = z3.unknown, str(error)
    if watch.why:
        raise LimitReached(watch.why)
    if answer == z3.sat:
        return Reached()
    if answer == z3.unsat:
        return Excluded(invariant_of(fixedpoint, reached, arguments), fixedpoint.get_num_levels(reached))
    if seconds is not None and meter.seconds - started >= seconds:
        return Unknown("out of time")
    if "canceled" in why:  # by nobody here, so from the keyboard
        raise KeyboardInterrupt
    return Unknown(f"Spacer gave up: {why}")


def _clauses(
    horn: Horn,
    breaches: Sequence[Breach],
    known: Sequence[z3.BoolRef],
    reached: z3.FuncDeclRef,
    breach: z3.FuncDeclRef,
) -> z3.Fixedpoint:
    fixedpoint = z3.Fixedpoint(ctx=horn.context)
    fixedpoint.set("engine", "spacer")
    for option in _AS_GIVEN:
        fixedpoint.set(option, False)
    arguments = horn.arguments(horn.state)
    fixedpoint.register_relation(reached, breach)
    fixedpoint.declare_var(*arguments, *horn.choices)
    here = (reached(*arguments), horn.in_domains(horn.state), *known)
    fixedpoint.rule(reached(*arguments), (horn.initial,))
    for move in horn.moves:
        fixedpoint.rule(reached(*horn.arguments(move.terms.after)), (*here, move.given))
    for condition in (condition for one in breaches for condition in horn.conditions(one)):
        fixedpoint.rule(breach(), (*here, condition))
    return fixedpoint


def invariant_of(fixedpoint: z3.Fixedpoint, reached: z3.FuncDeclRef, arguments: Sequence[Value]) -> z3.BoolRef:
    """What Spacer says to hold of every state that is reached."""
    return z3.substitute_vars(fixedpoint.get_cover_delta(-1, reached), *arguments)
