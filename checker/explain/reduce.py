"""A run without the steps that it can do without: processes first, then single steps, each time taken again.

What is left still breaks the same claim, and nothing more can be left out of it one by one. (Zeller and Hildebrandt,
"Simplifying and isolating failure-inducing input", IEEE Transactions on Software Engineering 28(2), 2002.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from raceproof.checker.explain.conjuncts import leaves
from raceproof.checker.explain.course import Course, course
from raceproof.checker.system.transition import ClaimKind, Command, Property
from raceproof.checker.verdict import Path, State

_MOST_TRIALS = 2_000


def reduced(run: Course, prop: Property) -> tuple[Course, tuple[int, ...]]:
    """A run that breaks the claim with as few of the steps as can be found, and the numbers of those it leaves out. A
    shortest run is what it is. Raises InternalError where Python does not take the shorter one."""
    if run.path.shortest or run.path.fault is not None:
        return run, ()
    kept = list(range(1, len(run.leaves) + 1))
    for trials, without in enumerate(_candidates(run, kept)):
        if trials >= _MOST_TRIALS:
            break
        if _breaks(run, prop, without) is not None:
            kept[:] = without
    path = _breaks(run, prop, kept)
    if path is None or len(kept) == len(run.leaves):
        return run, ()
    dropped = tuple(number for number in range(1, len(run.leaves) + 1) if number not in kept)
    return course(run.prepared, path), dropped


def _candidates(run: Course, kept: list[int]) -> Iterator[list[int]]:
    """Shorter schedules, from what is kept when each is asked for: the caller changes that as it succeeds."""
    for owner in dict.fromkeys(run.owner(number) for number in kept):
        yield [number for number in kept if run.owner(number) != owner]
    size = len(kept)
    while size:
        size = min(size, len(kept))
        before = len(kept)
        start = len(kept) - size
        while start >= 0:
            yield [*kept[:start], *kept[start + size :]]
            start -= size
            start = min(start, len(kept) - size)
        if size == 1 and len(kept) == before:
            return
        size = max(1, size // 2)


def _breaks(run: Course, prop: Property, numbers: Sequence[int]) -> Path | None:
    """The run that takes only these steps, if it can be taken and breaks the claim at its end."""
    states: list[State] = [run.states[0]]
    commands: list[Command] = []
    for number in numbers:
        taken = run.take(run.actor(number), states[-1])
        if taken is None:
            return None
        commands.append(taken[0])
        states.append(taken[1])
    return Path(run.system, tuple(states), tuple(commands), None, False) if _is_broken(run, prop, states) else None


def _is_broken(run: Course, prop: Property, states: Sequence[State]) -> bool:
    """Whether a claim is false at the end of a run. That a state is lost for good is known only of the one that was
    found."""
    interpreter, last = run.interpreter, states[-1]
    match prop.kind:
        case ClaimKind.ALWAYS:
            return not interpreter.value(prop.predicate, last)
        case ClaimKind.EACH_STEP:
            return len(states) > 1 and not interpreter.value(prop.predicate, states[-2], last)
        case ClaimKind.DEADLOCK:
            stuck = not interpreter.value(run.system.at_rest, last)
            return stuck and not any(interpreter.allows(leaf, last) for leaf in leaves(run))
        case ClaimKind.RECOVERABLE:
            return last == run.states[-1]
        case _:
            return False
