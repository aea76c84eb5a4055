"""Runs in which no state comes twice, from an initial state or, in a window, from any state at all.

The last state is an exception: a shortest run to a breach has no state twice before its last step, but the step may
lead back. Without this, induction would never end where states out of reach go round in circles before a breach. States
are told apart where the solver has made them equal. (Sheeran, Singh, Stålmarck, "Checking Safety Properties Using
Induction and a SAT-Solver", FMCAD 2000; on demand: Eén and Sörensson, "Temporal Induction by Incremental SAT Solving",
BMC 2003.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import z3

from raceproof.checker.bounded.formula import Formula
from raceproof.checker.symbolic.finite.breaches import Breach
from raceproof.checker.system.terms import Term


class SimpleRuns(Formula):
    """Every run of `depth` steps from an initial state that meets no state twice before its last step."""

    def extend(self) -> None:
        """Make every run one step longer."""
        if self.depth:
            self._tell_apart(self.depth - 1, self.depth)
        super().extend()

    def possible(self, *literals: z3.BoolRef) -> bool:
        """Whether there is a run for which the literals hold; `path` then tells one. Raises as Formula's does."""
        while super().possible(*literals):
            twins = [pair for pair in combinations(range(self.depth), 2) if not self.holds(self._differ(*pair))]
            if not twins:
                return True
            for pair in twins:
                self._tell_apart(*pair)
        return False

    def can_end_in(self, breach: Breach) -> bool:
        """Runs without a step do not end in a step."""
        return self.depth > 0 or not breach.of_step

    def end(self, breach: Breach) -> z3.BoolRef:
        """That the last state, or the step to it, is a breach."""
        template = self.relation.translator.truth(breach.condition)
        return self.at_last_step(template) if breach.of_step else self.at_last_state(template)

    def _tell_apart(self, one: int, other: int) -> None:
        self._solver.add(self._differ(one, other))

    def _differ(self, one: int, other: int) -> z3.BoolRef:
        pairs = zip(self._states[one], self._states[other], strict=True)
        return self.relation.any_of([a != b for a, b in pairs if a is not None and b is not None])


class Window(SimpleRuns):
    """Every way to take `depth` steps from any state; that there is no breach before the last step can be supposed."""

    def __init__(self, like: Formula, breaches: Iterable[Breach]) -> None:
        super().__init__(like.relation.system, like.meter)
        # What `like` has translated is used again; only where its runs start is not taken over.
        self.context, self.relation = like.context, like.relation
        self._solver = z3.SolverFor("QF_FD", ctx=self.context)
        self._states = [self.relation.slots.symbols("0")]
        self._breaches = tuple(breaches)
        self._excluded: list[Breach] = []
        self._stay_in_domains()

    def extend(self) -> None:
        """Make every window one step longer; that there is no breach at what was its end can be supposed now."""
        for breach in self._breaches:
            if self.can_end_in(breach):
                self._solver.add(z3.Implies(self.without(breach), z3.Not(self.end(breach))))
        super().extend()
        self._stay_in_domains()
        for breach in self._excluded:
            self.assert_never(self.end(breach))

    def require(self, condition: Term) -> None:
        """Leave out all windows in whose last state so far a condition does not hold."""
        self._solver.add(self.at_last_state(self.relation.translator.truth(condition)))

    def first_is(self, state: Sequence[int | None], slots: Iterable[int]) -> z3.BoolRef:
        """That some slots of the first state have these codes; what has none may have any."""
        found: list[z3.BoolRef] = []
        for slot in slots:
            stored, code, domain = self._states[0][slot], state[slot], self.relation.slots.domains[slot]
            if isinstance(stored, z3.BitVecRef) and code is not None:
                found.append(stored == code - domain.low)
            elif isinstance(stored, z3.BoolRef) and code is not None:
                found.append(stored if code else z3.Not(stored))
        return z3.And([*found, z3.BoolVal(True, self.context)])

    def without(self, breach: Breach) -> z3.BoolRef:
        """The literal that no state before the last one is a breach, and no step before the last one."""
        return z3.Bool(f"without {breach.name}", self.context)

    def exclude(self, breach: Breach) -> None:
        """Leave out all windows with a breach that no run has, these and all longer ones."""
        self._excluded.append(breach)
        self._solver.add(self.without(breach))
        self.assert_never(self.end(breach))

    def _stay_in_domains(self) -> None:
        """That the last state's codes are those of a domain, of which a slot's bits can tell more than there are."""
        for stored, domain in zip(self._states[-1], self.relation.slots.domains, strict=True):
            if isinstance(stored, z3.BitVecRef):
                self._solver.add(z3.ULE(stored, domain.greatest - domain.low))
