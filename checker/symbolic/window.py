"""Runs in which no state comes twice, from an initial state or, in a window, from any state at all.

The last state is an exception: a shortest run to where something breaks has no state twice before its last step.
Without this, induction would never end on a claim that states out of reach break after going round in circles. States
are told apart where the solver has made them equal. (Sheeran, Singh, Stålmarck, "Checking Safety Properties Using
Induction and a SAT-Solver", FMCAD 2000; on demand: Eén and Sörensson, "Temporal Induction by Incremental SAT Solving",
BMC 2003.)
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import z3

from raceproof.checker.bounded.formula import Formula
from raceproof.checker.symbolic.obligations import Obligation


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

    def _tell_apart(self, one: int, other: int) -> None:
        self._solver.add(self._differ(one, other))

    def _differ(self, one: int, other: int) -> z3.BoolRef:
        pairs = zip(self._states[one], self._states[other], strict=True)
        return self.relation.any_of([a != b for a, b in pairs if a is not None and b is not None])


class Window(SimpleRuns):
    """Every way to take `depth` steps from any state; `obligations` can be supposed to hold up to the last step."""

    def __init__(self, like: Formula, obligations: Iterable[Obligation]) -> None:
        super().__init__(like.relation.system, like.meter)
        # What `like` has translated is used again; only where its runs start is not taken over.
        self.context, self.relation = like.context, like.relation
        self._solver = z3.SolverFor("QF_FD", ctx=self.context)
        self._states = [self.relation.slots.symbols("0")]
        self._obligations = tuple(obligations)
        self._proved: list[Obligation] = []
        self._stay_in_domains()

    def extend(self) -> None:
        """Make every window one step longer; of what was its end, the obligations can now be supposed."""
        for obligation in self._obligations:
            if obligation.applies(self):
                self._solver.add(z3.Implies(self.supposed(obligation), z3.Not(obligation.at_end(self))))
        super().extend()
        self._stay_in_domains()
        for obligation in self._proved:
            self.assert_never(obligation.at_end(self))

    def supposed(self, obligation: Obligation) -> z3.BoolRef:
        """The literal that an obligation is not broken before the last state, nor before the last step."""
        return z3.Bool(f"suppose {obligation.name}", self.context)

    def assert_proved(self, obligation: Obligation) -> None:
        """From now on leave out windows in which the obligation is broken: no reachable state is in one."""
        self._proved.append(obligation)
        self._solver.add(self.supposed(obligation))
        self.assert_never(obligation.at_end(self))

    def _stay_in_domains(self) -> None:
        """That the last state's codes are those of a domain, of which a slot's bits can tell more than there are."""
        for stored, domain in zip(self._states[-1], self.relation.slots.domains, strict=True):
            if isinstance(stored, z3.BitVecRef):
                self._solver.add(z3.ULE(stored, domain.greatest - domain.low))
