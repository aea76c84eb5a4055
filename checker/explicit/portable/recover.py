"""Recoverability: from which states some continuation still leads to where a claim wants to be (EF of CTL).

Backward reachability over the edges of the explored graph, restricted to the moves that may be counted on. (Emerson and
Clarke, "Using branching time temporal logic to synthesize synchronization skeletons", 1982.)
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from raceproof.checker.explicit.portable.step import PortableStep
from raceproof.checker.limits import Meter
from raceproof.checker.system.transition import Property, TransitionSystem

_LOOK_EVERY = 2048


def lost_states(
    system: TransitionSystem,
    step: PortableStep,
    levels: Sequence[Sequence[int]],
    claims: Sequence[Property],
    meter: Meter,
    ranks: Callable[[int], int] | None = None,
) -> list[tuple[int, int] | None]:
    """For each claim, the smallest of the nearest states (and its depth) that satisfy the premise and from which moves
    of the claim's `by` alone never reach the predicate; None where there is no such state. `levels` is the complete
    graph, `ranks` gives the state that stands for a successor, where that may be another.

    Raises LimitReached.
    """
    order = [state for level in levels for state in level]
    sources, targets, movers = _edges(system, step, order, meter, ranks)
    good = step.violated([claim.predicate for claim in claims])
    given = step.violated([claim.premise for claim in claims])
    misses = [good(state) for state in order]
    outside = [given(state) for state in order]
    names = [process.name for process in system.processes]
    found: list[tuple[int, int] | None] = []
    for bit, claim in enumerate(claims):
        mask = 1 << bit
        start = np.array([not miss & mask for miss in misses], dtype=bool)
        wanted = np.array([not out & mask for out in outside], dtype=bool)
        counted = np.array([claim.by is None or name in claim.by for name in names], dtype=bool)
        kept = counted[movers]
        able = _backwards(start, sources[kept], targets[kept])
        found.append(_first(levels, wanted & ~able))
    return found


def _edges(
    system: TransitionSystem,
    step: PortableStep,
    order: Sequence[int],
    meter: Meter,
    ranks: Callable[[int], int] | None,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Source, target and process of every transition, states and processes as positions."""
    position = {state: number for number, state in enumerate(order)}
    process = {info.name: number for number, info in enumerate(system.processes)}
    mover = [process[command.actor.process] for command in system.commands]
    sources, targets, movers = array("q"), array("q"), array("q")
    labelled = step.labelled
    for number, state in enumerate(order):
        if number % _LOOK_EVERY == 0:
            meter.look(len(order), len(sources), 0, len(order) - number)
        for command, after in labelled(state):
            sources.append(number)
            targets.append(position[ranks(after) if ranks else after])
            movers.append(mover[command])
    return np.asarray(sources, np.int64), np.asarray(targets, np.int64), np.asarray(movers, np.int64)


def _backwards(start: NDArray[np.bool_], sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Every state from which the edges lead to a state of `start`."""
    by_target = np.argsort(targets, kind="stable")
    sources = sources[by_target]
    first = np.searchsorted(targets[by_target], np.arange(start.size + 1))
    able = start.copy()
    frontier = np.flatnonzero(start)
    while frontier.size:
        counts = first[frontier + 1] - first[frontier]
        ends = np.cumsum(counts)
        edges = np.repeat(first[frontier] - (ends - counts), counts) + np.arange(ends[-1] if ends.size else 0)
        before = np.unique(sources[edges])
        frontier = before[~able[before]]
        able[frontier] = True
    return able


def _first(levels: Sequence[Sequence[int]], lost: NDArray[np.bool_]) -> tuple[int, int] | None:
    """The smallest lost state of the first level that has one, and its depth."""
    start = 0
    for depth, level in enumerate(levels):
        here = np.flatnonzero(lost[start : start + len(level)])
        if here.size:
            return min(level[int(position)] for position in here), depth
        start += len(level)
    return None
