"""The unrolled formula and the one solver that holds it: every run of the current length, asked about with literals.

Terms are translated once, over template symbols, and renamed for each depth. What has been asked and is impossible is
asserted as impossible, so that later depths need not find it out again. (Eén and Sörensson, "Temporal Induction by
Incremental SAT Solving", BMC 2003.) `SolverFor("QF_FD")` blasts bits and keeps what it learns.
"""

from __future__ import annotations

import z3

from raceproof.checker.bounded.relation import Relation
from raceproof.checker.bounded.slots import Slots, Stored
from raceproof.checker.limits import LimitReached, Meter, memory_bytes
from raceproof.checker.system.transition import Command, Fault, TransitionSystem
from raceproof.checker.verdict import Path


class Formula:
    """Every run of `depth` steps from an initial state."""

    def __init__(self, system: TransitionSystem, meter: Meter) -> None:
        self.meter = meter
        self.context = z3.Context()
        self.relation = Relation(Slots(system, self.context))
        self._solver = z3.SolverFor("QF_FD", ctx=self.context)
        self._states: list[tuple[Stored, ...]] = [self.relation.slots.symbols("0")]
        self._selectors: list[z3.BitVecRef] = []
        self._model: z3.ModelRef | None = None
        self._solver.add(self.relation.slots.initial(self._states[0]))

    @property
    def depth(self) -> int:
        return len(self._selectors)

    def extend(self) -> None:
        """Make every run one step longer."""
        self._selectors.append(self.relation.selector_named(f"selector@{self.depth}"))
        self._states.append(self.relation.slots.symbols(str(self.depth)))
        self._solver.add(self.at_last_step(self.relation.step))

    def at_last_state(self, condition: z3.BoolRef) -> z3.BoolRef:
        """A template over `before`, in the last state of the run."""
        return z3.substitute(condition, *self._renaming(self.depth))

    def at_last_step(self, condition: z3.BoolRef) -> z3.BoolRef:
        """A template over `before`, `after` and `selector`, of the last step of the run."""
        return z3.substitute(condition, *self._renaming_of_step(self.depth - 1))

    def literal(self, name: str, meaning: z3.BoolRef) -> z3.BoolRef:
        """A new literal that implies `meaning` when it is assumed."""
        literal = z3.Bool(f"{name}@{self.depth}", self.context)
        self._solver.add(z3.Implies(literal, meaning))
        return literal

    def assert_never(self, condition: z3.BoolRef) -> None:
        """Tell the solver what it has found to be impossible."""
        self._solver.add(z3.Not(condition))

    def possible(self, *literals: z3.BoolRef) -> bool:
        """Whether there is a run for which the literals hold; `path` then tells one.

        Raises LimitReached, also where Z3 gives up, and KeyboardInterrupt.
        """
        self.meter.look(0, 0, self.depth, 0)
        self._set_limits()
        try:
            answer = self._solver.check(*literals)
            why = "" if answer != z3.unknown else self._solver.reason_unknown()
        except z3.Z3Exception as error:
            answer, why = z3.unknown, str(error)
        if answer == z3.unknown:
            self._give_up(why)
        self._model = self._solver.model() if answer == z3.sat else None
        return self._model is not None

    def holds(self, condition: z3.BoolRef) -> bool:
        """Whether a condition is true of the run that was found possible."""
        assert self._model is not None
        return bool(z3.is_true(self._model.eval(condition, model_completion=True)))

    def path(self, fault: Fault | None = None) -> Path:
        """The run that was found possible, with a step that goes wrong in its last state."""
        assert self._model is not None
        relation = self.relation
        states = tuple(relation.slots.read_back(self._model, state) for state in self._states)
        return Path(relation.system, states, tuple(map(self._fired, range(self.depth))), fault)

    def _fired(self, depth: int) -> Command:
        """The command that leads from one depth to the next in the run that was found possible."""
        assert self._model is not None
        relation, renaming = self.relation, self._renaming_of_step(depth)
        lane = int(self._model.eval(self._selectors[depth], model_completion=True).as_long())
        fired = (n for n in relation.lanes[lane] if self.holds(z3.substitute(relation.fires[n], *renaming)))
        return relation.system.commands[next(fired)]

    def _renaming(self, depth: int) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
        pairs = zip(self.relation.before, self._states[depth], strict=True)
        return [(template, symbol) for template, symbol in pairs if template is not None and symbol is not None]

    def _renaming_of_step(self, depth: int) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
        pairs = zip(self.relation.after, self._states[depth + 1], strict=True)
        after = [(template, symbol) for template, symbol in pairs if template is not None and symbol is not None]
        return [*self._renaming(depth), *after, (self.relation.selector, self._selectors[depth])]

    def _set_limits(self) -> None:
        """Give Z3 what is left of the time and of the memory, of which it counts its own allocations only."""
        limits = self.meter.limits
        if limits.max_seconds is not None:
            self._solver.set("timeout", max(int((limits.max_seconds - self.meter.seconds) * 1000), 1))
        if limits.max_memory_bytes is not None:
            own = z3.Z3_get_estimated_alloc_size()
            self._solver.set("max_memory", max((limits.max_memory_bytes - memory_bytes() + own) >> 20, 1))

    def _give_up(self, why: str) -> None:
        limits = self.meter.limits
        if "keyboard" in why:
            raise KeyboardInterrupt
        if limits.max_seconds is not None and "timeout" in why:
            raise LimitReached(f"more than {limits.max_seconds:g} seconds")
        if limits.max_memory_bytes is not None and ("memory" in why or "no reason" in why):
            raise LimitReached(f"more than {limits.max_memory_bytes / 2**20:,.0f} MiB of memory")
        raise LimitReached(f"Z3 gave up: {why}")
