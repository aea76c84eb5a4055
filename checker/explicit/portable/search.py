"""Breadth-first search over every interleaving of a transition system, in plain Python.

Levels are explored in order, so the first state that breaks a claim is at the end of a shortest path. The visited set
holds the states themselves, no fingerprints, so the count is exact. No parent pointers are kept: a path is rebuilt
backwards from the levels. (Clarke, Grumberg, Peled: "Model Checking", ch. 2; Holzmann: "The Spin Model Checker", 2003.)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from raceproof.checker.explicit.layout import Layout, initial_states
from raceproof.checker.explicit.path import rebuild
from raceproof.checker.explicit.portable.recover import lost_states
from raceproof.checker.explicit.portable.step import PortableStep
from raceproof.checker.explicit.questions import Found, Ledger, ModelGoesWrong, Questions, Sightings
from raceproof.checker.limits import LimitReached, Limits, Meter, memory_bytes
from raceproof.checker.system.build import TRUE
from raceproof.checker.system.ordinals import Ranks, endless_domains
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem
from raceproof.checker.verdict import INTERRUPTED, FaultFound, Path, State, Statistics, Undecided, Verdict

NAME = "portable"

_LOOK_EVERY = 2048


def explore(system: TransitionSystem, claims: Sequence[Property], limits: Limits | None = None) -> tuple[Verdict, ...]:
    """Visit every reachable state, or stop when all claims are settled; one verdict for each claim, in order.

    Raises FaultFound where the model itself goes wrong, ValueError for a system that is not finite.
    """
    if not system.bounded:
        raise ValueError("an explicit search needs a finite scope")
    search = _Search(Questions(system, tuple(claims)), limits or Limits())
    try:
        return search.run()
    except ModelGoesWrong as wrong:
        raise FaultFound(search.path(wrong.found), wrong.message) from wrong


def reachable(system: TransitionSystem, limits: Limits | None = None) -> list[State]:
    """Every reachable state. Raises LimitReached, FaultFound, ValueError for a system that is not finite."""
    everything = Property("every state", ClaimKind.ALWAYS, TRUE, TRUE)
    search = _Search(Questions(system, (everything,)), limits or Limits())
    try:
        (verdict,) = search.run()
    except ModelGoesWrong as wrong:
        raise FaultFound(search.path(wrong.found), wrong.message) from wrong
    if isinstance(verdict, Undecided):
        raise LimitReached(verdict.why)
    return [search.layout.unpack(packed) for level in search.levels for packed in level]


@dataclass(slots=True)
class _Search:
    questions: Questions
    limits: Limits
    layout: Layout = field(init=False)
    step: PortableStep = field(init=False)
    ranks: Callable[[int], int] | None = field(init=False)
    meter: Meter = field(init=False)
    start_up_seconds: float = field(init=False)
    ledger: Ledger = field(init=False)
    levels: list[list[int]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    transitions: int = 0

    def __post_init__(self) -> None:
        started = time.perf_counter()
        self.layout = Layout(self.questions.system)
        self.step = PortableStep(self.questions.system, self.layout)
        self.ranks = packed_ranks(self.layout)
        self.ledger = Ledger(self.questions)
        self.meter = Meter(self.limits)
        self.start_up_seconds = self.meter.started - started

    def run(self) -> tuple[Verdict, ...]:
        why: str | None = None
        try:
            self._levels()
            self._recoverability()
        except LimitReached as limit:
            why = limit.why
        except KeyboardInterrupt:
            why = INTERRUPTED
        except MemoryError:
            why = "out of memory"
        statistics = Statistics(
            NAME,
            len(self.seen),
            self.transitions,
            max(len(self.levels) - 1, 0),
            self.meter.seconds,
            memory_bytes(),
            frozenset(number for number, fired in enumerate(self.step.fired) if fired),
            self.start_up_seconds,
            reductions=tuple(f"ranks of {domain.name}" for domain in endless_domains(self.questions.system)),
        )
        return self.ledger.verdicts(statistics, why, self.path)

    def _levels(self) -> None:
        """Fill the levels, noting the first violation of each claim. Raises LimitReached and ModelGoesWrong."""
        broken = total(self.step.violated, self.questions.state_terms, len(self.questions.by_state))
        level = self._first_level()
        while level:
            self.levels.append(level)
            self._check_states(level, broken)
            if self.ledger.complete or len(self.levels) - 1 == self.limits.max_depth:
                break
            level = self._expand(level)
        if level and not self.ledger.complete and len(self.levels) - 1 == self.limits.max_depth:
            raise LimitReached(f"states more than {self.limits.max_depth} steps away")

    def _first_level(self) -> list[int]:
        level: list[int] = []
        for state in initial_states(self.questions.system):
            packed = self.layout.pack(state)
            packed = self.ranks(packed) if self.ranks else packed
            if packed not in self.seen:
                self.seen.add(packed)
                level.append(packed)
                if len(level) % _LOOK_EVERY == 0:
                    self.meter.look(len(self.seen), 0, 0, len(level))
        return level

    def _check_states(self, level: list[int], broken: Callable[[int], int]) -> None:
        """Note which claims about single states the new level breaks first."""
        wanted = self.ledger.open_states
        if not wanted:
            return
        seen = Sightings()
        for state in level:
            hit = broken(state) & wanted
            while hit:
                seen.see_state((hit & -hit).bit_length() - 1, state)
                hit &= hit - 1
        self.ledger.settle_states(seen, len(self.levels) - 1)

    def _expand(self, level: list[int]) -> list[int]:
        """The states one step further, without those seen before."""
        seen, successors, failed = self.seen, self.step.successors, self.step.failed
        depth, sightings = len(self.levels) - 1, Sightings()
        of_steps = self.ledger.open_steps
        of_claims = len(self.questions.by_step)
        broken_step = total(self.step.violated_step, self.questions.step_terms, of_claims) if of_steps else None
        restless = self.step.violated([self.questions.system.at_rest]) if self.ledger.asks_for_stuck else None
        new: list[int] = []
        self.meter.look(len(seen), self.transitions, depth, len(level))
        for position, state in enumerate(level):
            if position % _LOOK_EVERY == _LOOK_EVERY - 1:
                self.meter.look(len(seen), self.transitions, depth, len(level) - position + len(new))
            out = successors(state)
            self.transitions += len(out)
            if failed:
                for number, wrong in failed:
                    sightings.see_fault(number, wrong)
                failed.clear()
            elif restless and not out and restless(state):
                sightings.see_stuck(state)
            if broken_step:
                for after in out:
                    hit = broken_step(state, after) & of_steps
                    while hit:
                        sightings.see_step((hit & -hit).bit_length() - 1, state)
                        hit &= hit - 1
            for after in map(self.ranks, out) if self.ranks else out:
                if after not in seen:
                    seen.add(after)
                    new.append(after)
        self.ledger.settle(sightings, depth)
        return new

    def _recoverability(self) -> None:
        numbers = self.questions.numbered(ClaimKind.RECOVERABLE)
        if numbers:
            claims = [self.questions.claims[number] for number in numbers]
            lost = lost_states(self.questions.system, self.step, self.levels, claims, self.meter, self.ranks)
            for number, entry in zip(numbers, lost, strict=True):
                if entry:
                    self.ledger.found[number] = Found(*entry)

    def path(self, found: Found) -> Path:
        ways = self._ways(found.state, found.depth)
        return rebuild(self.layout, lambda state, depth: state in ways[depth], found)

    def _ways(self, state: int, depth: int) -> list[set[int]]:
        """The states at each depth on a shortest path to a state."""
        ways = [{state}]
        ranks = self.ranks or (lambda after: after)
        for level in reversed(self.levels[:depth]):
            ways.append({s for s in level if not ways[-1].isdisjoint(map(ranks, self.step.successors(s)))})
        self.step.failed.clear()
        return ways[::-1]


def total(
    compiled: Callable[[Sequence[Term]], Callable[..., int]], terms: Sequence[Term], claims: int
) -> Callable[..., int]:
    """A mask of the terms that do not hold, of which the first `claims` may only be asked where the others hold."""
    broken, unclear = compiled(terms[:claims]), compiled(terms[claims:])
    if len(terms) == claims:
        return broken
    return lambda *states: unclear(*states) << claims or broken(*states)


def packed_ranks(layout: Layout) -> Callable[[int], int] | None:
    """The packed state that stands for a packed state; None where each stands for itself."""
    ranks = Ranks(layout.system)
    return (lambda packed: layout.pack(ranks(layout.unpack(packed)))) if ranks.domains else None
