"""Breadth-first search over every interleaving of a transition system.

Levels are explored in order, so the first state that breaks a claim is at the end of a shortest path. The visited set
holds the states themselves, no fingerprints, so the count is exact. No parent pointers are kept: a path is rebuilt
backwards from the levels. (Clarke, Grumberg, Peled: "Model Checking", ch. 2; Holzmann: "The Spin Model Checker", 2003.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from raceproof.checker.explicit.layout import Layout, initial_states
from raceproof.checker.explicit.path import rebuild
from raceproof.checker.explicit.recover import lost_states
from raceproof.checker.explicit.step import PortableStep, StepFunction
from raceproof.checker.limits import LimitReached, Limits, Meter, memory_bytes
from raceproof.checker.system.build import negation
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import ClaimKind, Fault, FaultKind, Property, TransitionSystem
from raceproof.checker.verdict import (
    FaultFound,
    HoldsInScope,
    Path,
    Statistics,
    Undecided,
    Verdict,
    Violated,
)

_LOOK_EVERY = 2048

_BY_STATE = (ClaimKind.ALWAYS, ClaimKind.REACHABLE)


def explore(system: TransitionSystem, claims: Sequence[Property], limits: Limits | None = None) -> tuple[Verdict, ...]:
    """Visit every reachable state, or stop when all claims are settled; one verdict for each claim, in order.

    Raises FaultFound where the model itself goes wrong, ValueError for a system that is not finite.
    """
    if not system.bounded:
        raise ValueError("an explicit search needs a finite scope")
    search = _Search(system, tuple(claims), limits or Limits())
    return search.run()


@dataclass(slots=True)
class _Search:
    system: TransitionSystem
    claims: tuple[Property, ...]
    limits: Limits
    layout: Layout = field(init=False)
    step: StepFunction = field(init=False)
    meter: Meter = field(init=False)
    levels: list[list[int]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    transitions: int = 0
    found: dict[int, Path | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.layout = Layout(self.system)
        self.step = PortableStep(self.system, self.layout)
        self.meter = Meter(self.limits)

    def run(self) -> tuple[Verdict, ...]:
        why: str | None = None
        try:
            self._levels()
            self._recoverability()
        except LimitReached as limit:
            why = limit.why
        except KeyboardInterrupt:
            why = "interrupted"
        except MemoryError:
            why = "out of memory"
        statistics = Statistics(
            "explicit",
            len(self.seen),
            self.transitions,
            max(len(self.levels) - 1, 0),
            self.meter.seconds,
            memory_bytes(),
            frozenset(number for number, fired in enumerate(self.step.fired) if fired),
        )
        return tuple(self._verdict(number, claim, statistics, why) for number, claim in enumerate(self.claims))

    def _verdict(self, number: int, claim: Property, statistics: Statistics, why: str | None) -> Verdict:
        common = (claim, self.system.scope, statistics)
        if claim.kind is ClaimKind.REACHABLE:
            if number in self.found:
                return HoldsInScope(*common, witness=self.found[number])
            return Undecided(*common, why) if why else Violated(*common, None)
        if number in self.found:
            return Violated(*common, self.found[number])
        return Undecided(*common, why) if why else HoldsInScope(*common)

    def _numbered(self, *kinds: ClaimKind) -> list[tuple[int, Property]]:
        return [(number, claim) for number, claim in enumerate(self.claims) if claim.kind in kinds]

    def _stopped_early(self) -> bool:
        return bool(self.claims) and len(self.found) == len(self.claims)

    def _levels(self) -> None:
        """Fill the levels, noting the first violation of each claim. Raises LimitReached and FaultFound."""
        by_state = self._numbered(*_BY_STATE)
        broken = self.step.violated([_expected(claim) for _, claim in by_state])
        unclear = self._unclear()
        level = self._first_level()
        while level:
            self.levels.append(level)
            if unclear:
                for state in filter(unclear, level):
                    self._claim_fault(state)
            self._check_states(level, broken, by_state)
            if self._stopped_early() or len(self.levels) - 1 == self.limits.max_depth:
                break
            level = self._expand(level)
        if level and not self._stopped_early() and len(self.levels) - 1 == self.limits.max_depth:
            raise LimitReached(f"states more than {self.limits.max_depth} steps away")

    def _first_level(self) -> list[int]:
        level: list[int] = []
        for state in initial_states(self.system):
            packed = self.layout.pack(state)
            if packed not in self.seen:
                self.seen.add(packed)
                level.append(packed)
                if len(level) % _LOOK_EVERY == 0:
                    self.meter.look(len(self.seen), 0, 0, len(level))
        return level

    def _check_states(
        self, level: list[int], broken: Callable[[int], int], by_state: list[tuple[int, Property]]
    ) -> None:
        """Note which claims about single states the new level breaks first."""
        wanted = sum(1 << bit for bit, (number, _) in enumerate(by_state) if number not in self.found)
        if not wanted:
            return
        for state in level:
            hit = broken(state) & wanted
            if hit:
                for bit, (number, _) in enumerate(by_state):
                    if hit >> bit & 1:
                        self.found[number] = self._path(state, len(self.levels) - 1)
                wanted &= ~hit
                if not wanted:
                    return

    def _expand(self, level: list[int]) -> list[int]:
        """The states one step further, without those seen before."""
        seen, successors, failed = self.seen, self.step.successors, self.step.failed
        depth = len(self.levels) - 1
        of_steps = self._numbered(ClaimKind.EACH_STEP)
        broken_step = self.step.violated_step([claim.predicate for _, claim in of_steps]) if of_steps else None
        unclear_step = self._unclear_step()
        stuck_claims = self._numbered(ClaimKind.DEADLOCK)
        restless = self.step.violated([self.system.at_rest]) if stuck_claims else None
        new: list[int] = []
        self.meter.look(len(seen), self.transitions, depth, len(level))
        for position, state in enumerate(level):
            if position % _LOOK_EVERY == _LOOK_EVERY - 1:
                self.meter.look(len(seen), self.transitions, depth, len(level) - position + len(new))
            out = successors(state)
            self.transitions += len(out)
            stuck = not out and not failed
            if failed:
                self._note_faults(depth)
            if stuck and restless and restless(state):
                for number, _ in stuck_claims:
                    if number not in self.found:
                        self.found[number] = self._path(state, depth)
            if unclear_step:
                for number, after in enumerate(out):
                    if unclear_step(state, after):
                        self._claim_fault(state, self.step.labelled(state)[number])
            if broken_step:
                self._check_steps(state, out, depth, broken_step, of_steps)
            for after in out:
                if after not in seen:
                    seen.add(after)
                    new.append(after)
        return new

    def _check_steps(
        self,
        state: int,
        out: list[int],
        depth: int,
        broken_step: Callable[[int, int], int],
        of_steps: list[tuple[int, Property]],
    ) -> None:
        for position, after in enumerate(out):
            hit = broken_step(state, after)
            for bit, (number, _) in enumerate(of_steps):
                if hit >> bit & 1 and number not in self.found:
                    self.found[number] = self._path(state, depth, last=self.step.labelled(state)[position])
                    self.step.failed.clear()

    def _note_faults(self, depth: int) -> None:
        """Failed asserts are violations of the claim about them; any other fault ends the search."""
        for number, state in self.step.failed:
            fault = self.system.faults[number]
            path = self._path(state, depth, fault=fault)
            asserted = self._numbered(ClaimKind.ASSERTION)
            if fault.kind is not FaultKind.ASSERTION:
                raise FaultFound(path, fault.message)
            for claim, _ in asserted:
                self.found.setdefault(claim, path)
        self.step.failed.clear()

    def _unclear(self) -> Callable[[int], int] | None:
        terms = [term for term, _ in self._undefined(of_steps=False)]
        return self.step.violated(terms) if terms else None

    def _unclear_step(self) -> Callable[[int, int], int] | None:
        terms = [term for term, _ in self._undefined(of_steps=True)]
        return self.step.violated_step(terms) if terms else None

    def _undefined(self, *, of_steps: bool) -> list[tuple[Term, str]]:
        """For claims about steps, or about states: when all that they ask for exists, and what to say where not."""
        return [
            (negation(unclear.condition), f"{claim.name}: {unclear.message}")
            for claim in self.claims
            if (claim.kind is ClaimKind.EACH_STEP) is of_steps
            for unclear in claim.undefined
        ]

    def _claim_fault(self, state: int, last: tuple[int, int] | None = None) -> None:
        """A claim asks for something that does not exist in this state, or in the step `last` from it."""
        for defined, message in self._undefined(of_steps=last is not None):
            hit = self.step.violated_step([defined])(state, last[1]) if last else self.step.violated([defined])(state)
            if hit:
                raise FaultFound(self._path(state, len(self.levels) - 1, last=last), message)

    def _recoverability(self) -> None:
        claims = self._numbered(ClaimKind.RECOVERABLE)
        if claims:
            lost = lost_states(self.system, self.step, self.levels, [claim for _, claim in claims], self.meter)
            for (number, _), entry in zip(claims, lost, strict=True):
                if entry:
                    self.found[number] = self._path(*entry)

    def _path(self, state: int, depth: int, *, last: tuple[int, int] | None = None, fault: Fault | None = None) -> Path:
        return rebuild(self.system, self.layout, self.step, self.levels, state, depth, last=last, fault=fault)


def _expected(claim: Property) -> Term:
    """What the search looks for the opposite of: a reachable claim is settled by the first state that satisfies it."""
    return negation(claim.predicate) if claim.kind is ClaimKind.REACHABLE else claim.predicate
