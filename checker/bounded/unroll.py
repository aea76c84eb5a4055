"""Bounded model checking: is there a run of 0, 1, 2, … steps that breaks a claim?

Each depth adds one copy of the step relation to one formula, so the first violation found is at the end of a shortest
path. Nothing is said about longer runs, unless no run is that long: then every run has been covered. (Biere, Cimatti,
Clarke, Zhu: "Symbolic Model Checking without BDDs", TACAS 1999.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import z3

from raceproof.checker.bounded.formula import Formula
from raceproof.checker.limits import LimitReached, Limits, Meter, memory_bytes
from raceproof.checker.system.build import negation
from raceproof.checker.system.transition import ClaimKind, Fault, FaultKind, Property, TransitionSystem
from raceproof.checker.verdict import (
    INTERRUPTED,
    FaultFound,
    HoldsInScope,
    HoldsUpTo,
    Path,
    Statistics,
    Undecided,
    Verdict,
    Violated,
)


def unroll(
    system: TransitionSystem, claims: Sequence[Property], depth: int, limits: Limits | None = None
) -> tuple[Verdict, ...]:
    """Look at every run of at most `depth` steps, a faulty last one included; one verdict for each claim, in order.

    A claim holds up to the depth, or in the scope where no run has that many steps. Of the limits, the number of states
    does not apply: none are counted, and the statistics say 0. Raises FaultFound where the model itself goes wrong,
    ValueError for a system that is not finite, for a command with a parameter and for a negative depth.
    """
    if not system.bounded:
        raise ValueError("a bounded search needs a finite scope")
    if any(command.parameters for command in system.commands):
        raise ValueError("a bounded search cannot give a command's parameters values")
    if depth < 0:
        raise ValueError(f"a bounded search goes to a depth of 0 or more, not {depth}")
    return _Search(system, tuple(claims), depth, limits or Limits()).run()


@dataclass(slots=True)
class _Question:
    """Something to look for in the runs of one length; `settle` is told when one shows it."""

    name: str
    condition: z3.BoolRef
    settle: Callable[[Formula], None]


@dataclass(slots=True)
class _Search:
    system: TransitionSystem
    claims: tuple[Property, ...]
    depth: int
    limits: Limits
    meter: Meter = field(init=False)
    found: dict[int, Path] = field(default_factory=dict)
    checked: int = -1
    complete: bool = False

    def __post_init__(self) -> None:
        self.meter = Meter(self.limits)

    def run(self) -> tuple[Verdict, ...]:
        why: str | None = None
        try:
            self._depths()
        except LimitReached as limit:
            why = limit.why
        except KeyboardInterrupt:
            why = INTERRUPTED
        except MemoryError:
            why = "out of memory"
        if why and self.checked >= 0:
            why = f"{why}; nothing found within {self.checked} steps"
        statistics = Statistics("bounded", 0, 0, max(self.checked, 0), self.meter.seconds, memory_bytes())
        return tuple(self._verdict(number, claim, statistics, why) for number, claim in enumerate(self.claims))

    def _verdict(self, number: int, claim: Property, statistics: Statistics, why: str | None) -> Verdict:
        common = (claim, self.system.scope, statistics)
        if claim.kind is ClaimKind.RECOVERABLE:
            return Undecided(*common, "the bounded engine cannot decide recoverability; use the explicit engine")
        if claim.kind is ClaimKind.REACHABLE:
            if number in self.found:
                return HoldsInScope(*common, witness=self.found[number])
            if self.complete:
                return Violated(*common, None)
            return Undecided(*common, why or f"not reached within {self.depth} steps")
        if number in self.found:
            return Violated(*common, self.found[number])
        if why:
            return Undecided(*common, why)
        return HoldsInScope(*common) if self.complete else HoldsUpTo(*common, self.depth)

    def _depths(self) -> None:
        """Go from depth to depth, noting the first run that settles each claim. Raises LimitReached and FaultFound."""
        formula = Formula(self.system, self.meter)
        while True:
            self._look(formula)
            if self.complete:
                return
            self.checked = formula.depth
            if self._settled() or formula.depth == self.depth:
                return
            if formula.depth == self.limits.max_depth:
                raise LimitReached(f"states more than {self.limits.max_depth} steps away")
            formula.extend()

    def _look(self, formula: Formula) -> None:
        """Ask all questions about the runs of the current length: first whether any has an answer at all."""
        first = [*self._about_last_step(formula), *self._about_last_state(formula)]
        then = [*self._about_faults(formula), *self._about_deadlock(formula)]
        questions = [*first, *then]
        literals = [formula.literal(question.name, question.condition) for question in questions]
        if not literals or not formula.possible(formula.literal("any", z3.Or(literals))):
            for question in questions:
                formula.assert_never(question.condition)
            self.complete = self._worth_asking(formula.depth) and not formula.possible()
            return
        for number, (question, literal) in enumerate(zip(questions, literals, strict=True)):
            if number == len(first) and self._settled():
                return
            if formula.possible(literal):
                question.settle(formula)
            else:
                formula.assert_never(question.condition)

    def _worth_asking(self, depth: int) -> bool:
        """Whether to ask if there is any run of this length, which takes as long as a claim: seldom, and at the end."""
        return depth in (self.depth, self.limits.max_depth) or depth & (depth - 1) == 0

    def _about_last_step(self, formula: Formula) -> Iterator[_Question]:
        if formula.depth:
            yield from self._about_undefined(formula, formula.at_last_step, ClaimKind.EACH_STEP)
            for number, claim in self._open(ClaimKind.EACH_STEP):
                broken = formula.at_last_step(formula.relation.all_of([negation(claim.predicate)]))
                yield _Question(f"step {number}", broken, self._noting([number]))

    def _about_last_state(self, formula: Formula) -> Iterator[_Question]:
        for number, claim in self._open(ClaimKind.ALWAYS, ClaimKind.REACHABLE):
            wanted = claim.predicate if claim.kind is ClaimKind.REACHABLE else negation(claim.predicate)
            condition = formula.at_last_state(formula.relation.all_of([wanted]))
            yield _Question(f"state {number}", condition, self._noting([number]))
        of_states = set(ClaimKind) - {ClaimKind.EACH_STEP}
        yield from self._about_undefined(formula, formula.at_last_state, *of_states)

    def _about_undefined(
        self, formula: Formula, place: Callable[[z3.BoolRef], z3.BoolRef], *kinds: ClaimKind
    ) -> Iterator[_Question]:
        """Whether a claim asks for something that does not exist, also one that is settled."""
        cases = [
            (place(formula.relation.all_of([unclear.condition])), f"{claim.name}: {unclear.message}")
            for claim in self.claims
            if claim.kind in kinds
            for unclear in claim.undefined
        ]

        def settle(formula: Formula) -> None:
            message = next(message for condition, message in cases if formula.holds(condition))
            raise FaultFound(formula.path(), message)

        if cases:
            yield _Question("undefined", z3.Or([condition for condition, _ in cases]), settle)

    def _about_faults(self, formula: Formula) -> Iterator[_Question]:
        """Steps that go wrong in the last state, and are one step more; a fault of the model ends the search."""
        if formula.depth == self.depth:
            return
        faults = self.system.faults
        mistakes = _placed(formula, [fault for fault in faults if fault.kind is not FaultKind.ASSERTION])
        asserted = [number for number, _ in self._open(ClaimKind.ASSERTION)]
        failures = _placed(formula, [fault for fault in faults if fault.kind is FaultKind.ASSERTION])

        def stop(formula: Formula) -> None:
            fault = _enabled(formula, mistakes)
            raise FaultFound(formula.path(fault), fault.message)

        def note(formula: Formula) -> None:
            path = formula.path(_enabled(formula, failures))
            self.found.update(dict.fromkeys(asserted, path))

        if mistakes:
            yield _Question("fault", z3.Or([condition for condition, _ in mistakes]), stop)
        if failures and asserted:
            yield _Question("assertion", z3.Or([condition for condition, _ in failures]), note)

    def _about_deadlock(self, formula: Formula) -> Iterator[_Question]:
        claims = [number for number, _ in self._open(ClaimKind.DEADLOCK)]
        if claims:
            relation = formula.relation
            failing = [relation.all_of(fault.guard) for fault in self.system.faults]
            restless = relation.all_of([negation(self.system.at_rest)])
            stuck = z3.And(z3.Not(z3.Or([relation.enabled, *failing])), restless)
            yield _Question("deadlock", formula.at_last_state(stuck), self._noting(claims))

    def _noting(self, claims: Iterable[int]) -> Callable[[Formula], None]:
        return lambda formula: self.found.update(dict.fromkeys(claims, formula.path()))

    def _open(self, *kinds: ClaimKind) -> list[tuple[int, Property]]:
        """The claims of some kinds that nothing has been found for yet."""
        numbered = enumerate(self.claims)
        return [(number, claim) for number, claim in numbered if claim.kind in kinds and number not in self.found]

    def _settled(self) -> bool:
        """Whether nothing more can be found out; without claims there are still faults to find."""
        return bool(self.claims) and not self._open(*set(ClaimKind) - {ClaimKind.RECOVERABLE})


_Placed = list[tuple[z3.BoolRef, Fault]]


def _placed(formula: Formula, faults: Sequence[Fault]) -> _Placed:
    """When each fault happens in the last state."""
    return [(formula.at_last_state(formula.relation.all_of(fault.guard)), fault) for fault in faults]


def _enabled(formula: Formula, faults: _Placed) -> Fault:
    return next(fault for condition, fault in faults if formula.holds(condition))
