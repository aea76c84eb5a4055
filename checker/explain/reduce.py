"""A run without the steps that it can do without: processes first, then single steps, each time taken again.

What is left still breaks the same claim, and nothing more can be left out of it one by one. (Zeller and Hildebrandt,
"Simplifying and isolating failure-inducing input", IEEE Transactions on Software Engineering 28(2), 2002.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from raceproof.checker.explain.conjuncts import leaves
from raceproof.checker.explain.course import Course, course
from raceproof.checker.system.transition import ClaimKind, Command, Fault, Property
from raceproof.checker.verdict import Path, State

MOST_STEPS = 20_000


def reduced(run: Course, prop: Property, *, most_steps: int = MOST_STEPS) -> tuple[Course, tuple[int, ...]]:
    """A run that breaks the claim with as few of the steps as can be found, and the numbers of those it leaves out. A
    shortest run is what it is. The search ends when it has taken `most_steps` steps. Raises InternalError where Python
    does not take the shorter one."""
    if run.path.shortest:
        return run, ()
    kept, best, taken = list(range(1, len(run.leaves) + 1)), run.path, 0
    for without in _candidates(run, kept):
        if taken >= most_steps:
            break
        path, steps = _breaks(run, prop, without)
        taken += steps
        if path is not None:
            kept[:], best = without, path
    if best is run.path:
        return run, ()
    return course(run.prepared, best), tuple(number for number in range(1, len(run.leaves) + 1) if number not in kept)


def _candidates(run: Course, kept: list[int]) -> Iterator[list[int]]:
    """Shorter schedules, from what is kept when each is asked for: the caller changes that as it succeeds."""
    for owner in dict.fromkeys(run.owner(number) for number in kept):
        yield [number for number in kept if run.owner(number) != owner]
    size = len(kept)
    while kept:
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


def _breaks(run: Course, prop: Property, numbers: Sequence[int]) -> tuple[Path | None, int]:
    """The run that takes only these steps, if it can be taken and breaks the claim at its end; how many it took."""
    states: list[State] = [run.states[0]]
    commands: list[Command] = []
    for number in numbers:
        if number > len(run.path.commands):
            break
        taken = run.take(run.actor(number), states[-1])
        if taken is None:
            return None, len(commands) + 1
        commands.append(taken[0])
        states.append(taken[1])
    fault = _fault(run, states[-1]) if len(run.leaves) in numbers else None
    path = Path(run.system, tuple(states), tuple(commands), fault, False)
    return (path if fault or _is_broken(run, prop, states) else None), len(commands)


def _fault(run: Course, state: State) -> Fault | None:
    """The step that goes wrong at the end of the run, if it does so in a state."""
    like = run.path.fault
    faults = (fault for fault in run.system.faults if like and (fault.actor, fault.kind) == (like.actor, like.kind))
    return next((fault for fault in faults if run.interpreter.allows(fault, state)), None)


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
