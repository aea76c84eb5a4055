"""Rebuilding a shortest path after a breadth-first search, without parent pointers.

The states on shortest paths to the one that was found are marked backwards, level by level. Then the path is walked
forwards, through the first command that leads to a marked state one level on. So of all shortest paths to a state the
same one is taken, however the search went about it; and where a search visited one state for many that are alike, each
state of the path is a real one, because a command leads to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from raceproof.checker.explicit.layout import Layout, initial_states
from raceproof.checker.explicit.questions import Found
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.ordinals import Ranks
from raceproof.checker.system.transition import Command, Fault, FaultKind
from raceproof.checker.verdict import Path, State

T = TypeVar("T")

OnWay = Callable[[int, int], bool]
"""Whether a packed state, or the one that stands for it, is at a depth on a shortest path to what was found."""


def rebuild(layout: Layout, on_way: OnWay, found: Found) -> Path:
    """A shortest path to what was found, from one state of ranks to the next where there are endless domains. Raises
    LookupError where there is none, which would be a defect."""
    interpreter, ranks = Interpreter(layout.system), Ranks(layout.system)
    starts = map(ranks, initial_states(layout.system))
    states = [_first((state for state in starts if on_way(layout.pack(state), 0)), "first state")]
    commands: list[Command] = []
    for depth in range(found.depth):
        ways = ((command, ranks(after)) for command, after in interpreter.steps(states[-1]))
        command, after = _first((way for way in ways if on_way(layout.pack(way[1]), depth + 1)), "next step")
        commands.append(command)
        states.append(after)
    if found.step_term is not None:
        term, before = found.step_term, states[-1]
        steps = (step for step in interpreter.steps(before) if not interpreter.value(term, before, step[1]))
        command, after = _first(steps, "last step")
        commands.append(command)
        states.append(after)
    fault = _fault(interpreter, states[-1], found.fault) if found.fault else None
    return Path(layout.system, tuple(states), tuple(commands), fault)


def _fault(interpreter: Interpreter, state: State, like: Fault) -> Fault:
    """The first step that goes wrong in a state, of the kind that was found."""
    asserted, room = like.kind is FaultKind.ASSERTION, FaultKind.ROOM
    wrong = (fault for fault in interpreter.faults(state) if fault.kind is not room)
    faults = (fault for fault in wrong if (fault.kind is FaultKind.ASSERTION) is asserted)
    return _first(faults, "fault")


def _first(found: Iterator[T], what: str) -> T:
    try:
        return next(found)
    except StopIteration:
        raise LookupError(f"the path that was found has no {what}") from None
