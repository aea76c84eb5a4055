"""Questions: what a search asks of every state and step, and the ledger of what it has seen, level by level.

Of everything that a level shows the smallest state counts, as a packed number. So what is found depends neither on the
order in which a level was visited nor on how many workers shared it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from raceproof.checker.limits import LimitReached
from raceproof.checker.system.build import negation
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import ClaimKind, Fault, FaultKind, Property, TransitionSystem
from raceproof.checker.verdict import HoldsInScope, Path, Statistics, Undecided, Verdict, Violated

_BY_STATE = (ClaimKind.ALWAYS, ClaimKind.REACHABLE)


@dataclass(frozen=True)
class Questions:
    """The claims, sorted by what they are asked of. Numbers are positions in `claims`."""

    system: TransitionSystem
    claims: tuple[Property, ...]

    def numbered(self, *kinds: ClaimKind) -> tuple[int, ...]:
        """The claims of these kinds."""
        return tuple(number for number, claim in enumerate(self.claims) if claim.kind in kinds)

    @cached_property
    def by_state(self) -> tuple[int, ...]:
        return self.numbered(*_BY_STATE)

    @cached_property
    def by_step(self) -> tuple[int, ...]:
        return self.numbered(ClaimKind.EACH_STEP)

    @cached_property
    def state_terms(self) -> tuple[Term, ...]:
        """What must hold of each state: one term for each claim of `by_state`, then that claims are defined in it."""
        return (
            *(_expected(self.claims[number]) for number in self.by_state),
            *(term for term, _ in self.undefined(of_steps=False)),
        )

    @cached_property
    def step_terms(self) -> tuple[Term, ...]:
        """What must hold of each step: one term for each claim of `by_step`, then that those claims are defined."""
        return (
            *(self.claims[number].predicate for number in self.by_step),
            *(term for term, _ in self.undefined(of_steps=True)),
        )

    def undefined(self, *, of_steps: bool) -> tuple[tuple[Term, str], ...]:
        """For claims about steps, or about states: when all that they ask for exists, and what to say where not."""
        return tuple(
            (negation(unclear.condition), f"{claim.name}: {unclear.message}")
            for claim in self.claims
            if (claim.kind is ClaimKind.EACH_STEP) is of_steps
            for unclear in claim.undefined
        )


def _expected(claim: Property) -> Term:
    """What the search looks for the opposite of: a reachable claim is settled by the first state that satisfies it."""
    return negation(claim.predicate) if claim.kind is ClaimKind.REACHABLE else claim.predicate


@dataclass(slots=True)
class Sightings:
    """What expanding a level has shown; the smallest of each kind. `states` is about the states that it led to, by
    position in `state_terms`; `steps` about the states before, by position in `step_terms`; `faults` by fault."""

    states: dict[int, int] = field(default_factory=dict)
    steps: dict[int, int] = field(default_factory=dict)
    faults: dict[int, int] = field(default_factory=dict)
    stuck: int | None = None

    def see_state(self, bit: int, state: int) -> None:
        self.states[bit] = min(state, self.states.get(bit, state))

    def see_step(self, bit: int, before: int) -> None:
        self.steps[bit] = min(before, self.steps.get(bit, before))

    def see_fault(self, fault: int, state: int) -> None:
        self.faults[fault] = min(state, self.faults.get(fault, state))

    def add(self, other: Sightings) -> None:
        """Take over what another has seen."""
        for bit, state in other.states.items():
            self.see_state(bit, state)
        for bit, state in other.steps.items():
            self.see_step(bit, state)
        for fault, state in other.faults.items():
            self.see_fault(fault, state)
        if other.stuck is not None:
            self.see_stuck(other.stuck)

    def see_stuck(self, state: int) -> None:
        self.stuck = state if self.stuck is None else min(state, self.stuck)


@dataclass(frozen=True, slots=True)
class Found:
    """Where a path ends: in a packed state at a depth, then perhaps with a step of which a term does not hold, or one
    that goes wrong."""

    state: int
    depth: int
    step_term: Term | None = None
    fault: Fault | None = None


class ModelGoesWrong(Exception):
    """A state was found in which the model itself, or what a claim asks for, goes wrong."""

    def __init__(self, found: Found, message: str) -> None:
        super().__init__(message)
        self.found = found
        self.message = message


@dataclass(slots=True)
class Ledger:
    """The first violation of each claim, by number (or the first witness, where something should be reachable)."""

    questions: Questions
    found: dict[int, Found] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether there is nothing left to look for."""
        claims = self.questions.claims
        return bool(claims) and len(self.found) == len(claims)

    @property
    def open_states(self) -> int:
        """A bit for each of `state_terms` that is still asked."""
        return self._open(self.questions.by_state, len(self.questions.state_terms))

    @property
    def open_steps(self) -> int:
        """A bit for each of `step_terms` that is still asked."""
        return self._open(self.questions.by_step, len(self.questions.step_terms))

    def _open(self, numbers: tuple[int, ...], terms: int) -> int:
        settled = sum(1 << bit for bit, number in enumerate(numbers) if number in self.found)
        return ((1 << terms) - 1) & ~settled

    @property
    def asks_for_stuck(self) -> bool:
        return any(number not in self.found for number in self.questions.numbered(ClaimKind.DEADLOCK))

    def settle(self, seen: Sightings, depth: int) -> None:
        """Enter what expanding the level at `depth` has shown. Raises ModelGoesWrong, and LimitReached where a state
        remembers as many members of an endless domain as there is room for and makes one more."""
        self._faults(seen, depth)
        self._steps(seen, depth)
        if seen.stuck is not None:
            for number in self.questions.numbered(ClaimKind.DEADLOCK):
                self.found.setdefault(number, Found(seen.stuck, depth))
        self.settle_states(seen, depth + 1)
        self._room(seen)

    def settle_states(self, seen: Sightings, depth: int) -> None:
        """Enter what was seen of the states at `depth` themselves. Raises ModelGoesWrong."""
        numbers = self.questions.by_state
        unclear = [(state, bit) for bit, state in seen.states.items() if bit >= len(numbers)]
        if unclear:
            state, bit = min(unclear)
            message = self.questions.undefined(of_steps=False)[bit - len(numbers)][1]
            raise ModelGoesWrong(Found(state, depth), message)
        for bit, state in seen.states.items():
            self.found.setdefault(numbers[bit], Found(state, depth))

    def _faults(self, seen: Sightings, depth: int) -> None:
        faults = self.questions.system.faults
        harmless = FaultKind.ASSERTION, FaultKind.ROOM
        wrong = [(state, n) for n, state in seen.faults.items() if faults[n].kind not in harmless]
        if wrong:
            state, number = min(wrong)
            raise ModelGoesWrong(Found(state, depth, fault=faults[number]), faults[number].message)
        failed = [(state, n) for n, state in seen.faults.items() if faults[n].kind is FaultKind.ASSERTION]
        if failed:
            state, number = min(failed)
            for claim in self.questions.numbered(ClaimKind.ASSERTION):
                self.found.setdefault(claim, Found(state, depth, fault=faults[number]))

    def _room(self, seen: Sightings) -> None:
        faults = self.questions.system.faults
        for number in seen.faults:
            if faults[number].kind is FaultKind.ROOM and not self.complete:
                raise LimitReached(faults[number].message)

    def _steps(self, seen: Sightings, depth: int) -> None:
        numbers = self.questions.by_step
        unclear = [(state, bit) for bit, state in seen.steps.items() if bit >= len(numbers)]
        if unclear:
            state, bit = min(unclear)
            term, message = self.questions.undefined(of_steps=True)[bit - len(numbers)]
            raise ModelGoesWrong(Found(state, depth, term), message)
        for bit, state in seen.steps.items():
            self.found.setdefault(numbers[bit], Found(state, depth, self.questions.step_terms[bit]))

    def verdicts(self, statistics: Statistics, why: str | None, path: Callable[[Found], Path]) -> tuple[Verdict, ...]:
        """One verdict for each claim; `why` says what kept the search from the end, if anything did."""
        return tuple(self._verdict(number, statistics, why, path) for number in range(len(self.questions.claims)))

    def _verdict(self, number: int, statistics: Statistics, why: str | None, path: Callable[[Found], Path]) -> Verdict:
        claim, found = self.questions.claims[number], self.found.get(number)
        common = (claim, self.questions.system.scope, statistics)
        if claim.kind is ClaimKind.REACHABLE:
            if found:
                return HoldsInScope(*common, witness=path(found))
            return Undecided(*common, why) if why else Violated(*common, None)
        if found:
            return Violated(*common, path(found))
        return Undecided(*common, why) if why else HoldsInScope(*common)
