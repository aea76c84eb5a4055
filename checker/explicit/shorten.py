"""Shortening a path that a random walk has found: what it ends in stays, what it does not need goes.

First its loops go. Then steps are left out, many at a time and finally one by one, and who can no longer move is passed
over; what still ends in the same kind of finding is kept. The result is a path from which no single step can be
left out, which need not be a shortest one. (Delta debugging: Zeller, Hildebrandt, "Simplifying and isolating
failure-inducing input", IEEE TSE 28(2), 2002.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from raceproof.checker.explicit.layout import Layout
from raceproof.checker.explicit.portable.step import PortableStep
from raceproof.checker.explicit.walking import Walked
from raceproof.checker.system.terms import Op, Term, subterms
from raceproof.checker.system.transition import Fault, FaultKind, TransitionSystem
from raceproof.checker.verdict import Path

MOST_EFFORT = 1_000_000
"""Steps that are taken again for one path, at most; one from a state that is new counts for several."""

_NEW_STATE_EFFORT = 20


class Expanded(NamedTuple):
    """What a state leads to, by actor: the command and the state after it; and the steps that go wrong in it."""

    moves: dict[int, tuple[int, int]]
    faults: tuple[int, ...]


Reached = Callable[[int | None, int], bool]
"""Whether a path may end in a step from one packed state (None at the start of the path) to another."""


@dataclass
class Replayer:
    """Takes schedules again in the compiled Python of a system. States are remembered with what they lead to."""

    system: TransitionSystem
    layout: Layout
    effort: int = 0
    _known: dict[int, Expanded] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.step = PortableStep(self.system, self.layout)
        self.successors, self.failed = self.step.labelled, self.step.failed
        actors = {actor: number for number, actor in enumerate({command.actor for command in self.system.commands})}
        self.actors = [actors[command.actor] for command in self.system.commands]

    def expand(self, state: int) -> Expanded:
        found = self._known.get(state)
        if found is None:
            moves = {self.actors[command]: (command, after) for command, after in self.successors(state)}
            found = self._known[state] = Expanded(moves, tuple(sorted(number for number, _ in self.failed)))
            self.failed.clear()
            self.effort += _NEW_STATE_EFFORT
        return found

    def follow(self, start: int, schedule: Sequence[int], reached: Reached) -> Walked | None:
        """The path along a schedule of actors, without those who cannot move, to where it first may end; or None."""
        states, commands = [start], list[int]()
        if reached(None, start):
            return Walked((start,), ())
        for actor in schedule:
            move = self.expand(states[-1]).moves.get(actor)
            self.effort += 1
            if move is None:
                continue
            commands.append(move[0])
            states.append(move[1])
            if reached(states[-2], states[-1]):
                return Walked(tuple(states), tuple(commands))
        return None

    # What a path may end in

    def breaks(self, term: Term, defined: Sequence[Term]) -> Reached:
        """A state of which the term does not hold, or a step, where it is about steps; and all that it asks for, which
        the terms of `defined` say, is there."""
        terms = (term, *defined)
        if not any(node.op is Op.READ_AFTER for node in subterms(terms)):
            broken, unclear = self.step.violated([term]), self.step.violated(defined)
            return lambda _, after: not unclear(after) and bool(broken(after))
        broken_step, unclear_step = self.step.violated_step([term]), self.step.violated_step(defined)
        return lambda before, after: (
            before is not None and not unclear_step(before, after) and bool(broken_step(before, after))
        )

    def is_stuck(self, _: int | None, state: int) -> bool:
        """Nobody can move, and somebody should."""
        found = self.expand(state)
        if found.moves or found.faults:
            return False
        return bool(self.step.violated([self.system.at_rest])(state))

    def fails(self, like: Fault) -> Reached:
        """A state with a step that goes wrong as this one does: by an assert, or by a mistake in the model."""
        return lambda _, state: self.fault_in(state, like) is not None

    def fault_in(self, state: int, like: Fault) -> Fault | None:
        """The first step of the kind that goes wrong in a state."""
        asserted = like.kind is FaultKind.ASSERTION
        faults = (self.system.faults[number] for number in self.expand(state).faults)
        return next((fault for fault in faults if (fault.kind is FaultKind.ASSERTION) is asserted), None)


def shorten(replayer: Replayer, walked: Walked, reached: Reached, most_effort: int = MOST_EFFORT) -> Walked:
    """A path, no longer, that ends in the same kind of finding."""
    replayer.effort = 0
    found = _again(replayer, without_loops(walked, keep_last=_is_of_step(walked, reached)), reached)
    chunk = max(len(found.commands) // 2, 1)
    while chunk:
        start, shorter = 0, False
        while start < len(found.commands) and replayer.effort < most_effort:
            schedule = [replayer.actors[command] for command in found.commands]
            del schedule[start : start + chunk]
            candidate = replayer.follow(found.states[0], schedule, reached)
            if candidate is not None and len(candidate.commands) < len(found.commands):
                found, shorter = candidate, True
            else:
                start += chunk
        if replayer.effort >= most_effort:
            break
        if chunk > 1:
            chunk //= 2
        elif not shorter:
            break
    return _again(replayer, without_loops(found, keep_last=_is_of_step(found, reached)), reached)


def _is_of_step(walked: Walked, reached: Reached) -> bool:
    """Whether a path ends in a finding about its last step, and not about its last state alone."""
    return bool(walked.commands) and not reached(None, walked.states[-1])


def _again(replayer: Replayer, walked: Walked, reached: Reached) -> Walked:
    """A path up to where it may end first."""
    schedule = [replayer.actors[command] for command in walked.commands]
    found = replayer.follow(walked.states[0], schedule, reached)
    if found is None:
        raise LookupError("the walk does not end in what was found, when it is taken again")
    return found


def without_loops(walked: Walked, *, keep_last: bool) -> Walked:
    """The path without what happens between a state and its return; `keep_last` keeps the last step in any case."""
    end = len(walked.states) - keep_last
    last = {state: place for place, state in enumerate(walked.states[:end])}
    states, commands, place = list[int](), list[int](), 0
    while place < end:
        place = last[walked.states[place]]
        states.append(walked.states[place])
        if place < len(walked.commands):
            commands.append(walked.commands[place])
        place += 1
    if keep_last:
        states.append(walked.states[-1])
    return Walked(tuple(states), tuple(commands))


def path_of(layout: Layout, walked: Walked, fault: Fault | None = None) -> Path:
    """A walk as a path of the system, of which nothing is known."""
    commands = tuple(layout.system.commands[number] for number in walked.commands)
    return Path(layout.system, tuple(map(layout.unpack, walked.states)), commands, fault, shortest=False)
