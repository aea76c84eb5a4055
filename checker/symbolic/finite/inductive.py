"""Whether an invariant is one: it holds at the start, every command keeps it, and it excludes what must not happen.

The engine that has found an invariant has no part in this: a plain solver in a context of its own, and clauses made
anew. (Floyd, "Assigning Meanings to Programs", 1967; Manna and Pnueli, "Temporal Verification of Reactive Systems:
Safety", 1995.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import z3

from raceproof.checker.limits import LimitReached, Meter
from raceproof.checker.symbolic.finite.breaches import Breach
from raceproof.checker.symbolic.finite.horn import Horn
from raceproof.checker.symbolic.finite.watch import Watch
from raceproof.checker.system.transition import TransitionSystem

Shown = tuple[str, z3.BoolRef]
"""What is shown, in words, and the condition on a state that must be impossible."""


@dataclass
class InductiveCheck:
    """Checks invariants of one system. Those that have passed are known from then on."""

    system: TransitionSystem
    meter: Meter
    known: list[z3.BoolRef] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._horn = Horn(self.system, z3.Context())

    def objection(self, invariant: z3.BoolRef, breach: Breach) -> str | None:
        """What is wrong with an invariant that should exclude a breach; None where nothing is, and it is known
        from now on. Raises LimitReached and KeyboardInterrupt."""
        horn = self._horn
        own = invariant.translate(horn.context)
        for objection, condition in self._shown(z3.And(horn.in_domains(horn.state), *self.known, own), breach):
            answer, why = self._answer(condition)
            if answer == z3.unknown:
                return f"Z3 cannot tell: {why}"
            if answer == z3.sat:
                return objection
        self.known.append(own)
        return None

    def _shown(self, invariant: z3.BoolRef, breach: Breach) -> Iterator[Shown]:
        horn, system = self._horn, self.system
        yield "it does not hold at the start", z3.And(horn.initial, z3.Not(invariant))
        symbols = horn.arguments(horn.state)
        for move in horn.moves:
            pairs = zip(symbols, horn.arguments(move.terms.after), strict=True)
            taken = f"{system.show_actor(move.command.actor)}: {system.steps[move.command.step].label}"
            lost = z3.Not(z3.substitute(invariant, *pairs))
            yield f"it is lost in the step {taken!r}", z3.And(invariant, move.given, lost)
        for condition in horn.conditions(breach):
            yield "it does not exclude what must not happen", z3.And(invariant, condition)

    def _answer(self, condition: z3.BoolRef) -> tuple[z3.CheckSatResult, str]:
        """Whether a state can meet a condition, and why that is unknown."""
        self.meter.look(0, 0, 0, 0)
        solver = z3.Solver(ctx=self._horn.context)
        solver.add(condition)
        with Watch(self._horn.context, self.meter) as watch:
            try:
                answer, why = solver.check(), solver.reason_unknown()
            except z3.Z3Exception as error:
                answer, why = z3.unknown, str(error)
        if watch.why:
            raise LimitReached(watch.why)
        if answer == z3.unknown and "keyboard" in why:
            raise KeyboardInterrupt
        return answer, why
