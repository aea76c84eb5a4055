"""Rebuilding a shortest path from the levels of a breadth-first search, without parent pointers."""

from __future__ import annotations

from collections.abc import Sequence

from raceproof.checker.explicit.layout import Layout
from raceproof.checker.explicit.step import StepFunction
from raceproof.checker.system.transition import Fault, TransitionSystem
from raceproof.checker.verdict import Path


def rebuild(
    system: TransitionSystem,
    layout: Layout,
    step: StepFunction,
    levels: Sequence[Sequence[int]],
    state: int,
    depth: int,
    *,
    last: tuple[int, int] | None = None,
    fault: Fault | None = None,
) -> Path:
    """The first path of `depth` steps to a state, then the step `last` (command, state after) if there is one.

    For each step the level before is searched for a state that leads there; the first in the order of the search wins,
    so the path does not depend on anything but the system.
    """
    failed = list(step.failed)
    states, commands = [state], []
    for level in reversed(levels[:depth]):
        before, command = _predecessor(step, level, states[-1])
        states.append(before)
        commands.append(command)
    states.reverse()
    commands.reverse()
    if last:
        commands.append(last[0])
        states.append(last[1])
    step.failed[:] = failed
    return Path(
        system,
        tuple(layout.unpack(packed) for packed in states),
        tuple(system.commands[command] for command in commands),
        fault,
    )


def _predecessor(step: StepFunction, level: Sequence[int], state: int) -> tuple[int, int]:
    for before in level:
        if state in step.successors(before):
            return before, next(command for command, after in step.labelled(before) if after == state)
    raise LookupError("a state of a level has no predecessor in the level before")
