"""A run without the steps that it can do without: processes first, then steps, each time taken again.

What is left still breaks the same claim, and no single step can be left out of it. A run that a search has found by
levels is a shortest one already.
"""

from __future__ import annotations

from collections.abc import Sequence

from raceproof.checker.explain.course import Course, course
from raceproof.checker.explicit.layout import Layout
from raceproof.checker.explicit.shorten import Reached, Replayer, path_of, shorten
from raceproof.checker.explicit.walking import Walked
from raceproof.checker.system.build import negation
from raceproof.checker.system.transition import Actor, ClaimKind, Property

MOST_EFFORT = 300_000
"""Steps that are taken again for one run, at most: some seconds."""


def reduced(run: Course, prop: Property, *, most_effort: int = MOST_EFFORT) -> tuple[Course, tuple[int, ...]]:
    """A run that breaks the claim with as few of the steps as can be found, and the numbers of those it leaves out. A
    shortest run is what it is. Raises InternalError where Python does not take the shorter one."""
    if run.path.shortest or not run.path.commands:
        return run, ()
    layout = Layout(run.system)
    replayer = Replayer(run.system, layout)
    numbers = {id(command): number for number, command in enumerate(run.system.commands)}
    walked = Walked(tuple(map(layout.pack, run.states)), tuple(numbers[id(command)] for command in run.path.commands))
    reached = _reached(run, prop, replayer, walked.states[-1])
    for owner in dict.fromkeys(map(run.owner, range(1, len(run.path.commands) + 1))):
        actors = [(replayer.actors[number], run.system.commands[number].actor) for number in walked.commands]
        without = [number for number, actor in actors if (actor.process, actor.instance) != owner]
        walked = replayer.follow(walked.states[0], without, reached) or walked
    walked = shorten(replayer, walked, reached, most_effort)
    fault = run.path.fault and replayer.fault_in(walked.states[-1], run.path.fault)
    kept = _places([run.system.commands[number].actor for number in walked.commands], run)
    dropped = tuple(number for number in range(1, len(run.path.commands) + 1) if number not in kept)
    return (course(run.prepared, path_of(layout, walked, fault)), dropped) if dropped else (run, ())


def _reached(run: Course, prop: Property, replayer: Replayer, last: int) -> Reached:
    """Whether a run may end in a step. That a state is lost for good is known only of the one that was found."""
    match prop.kind:
        case ClaimKind.RECOVERABLE:
            return lambda _, after: after == last
        case ClaimKind.DEADLOCK:
            return replayer.is_stuck
        case ClaimKind.ASSERTION:
            assert run.path.fault is not None, "a failed assertion ends in a fault"
            return replayer.fails(run.path.fault)
        case _:
            return replayer.breaks(prop.predicate, [negation(wrong.condition) for wrong in prop.undefined])


def _places(actors: Sequence[Actor], run: Course) -> set[int]:
    """The numbers of the steps of a run that a shorter one consists of, the earliest that will do."""
    found: set[int] = set()
    number = 0
    for actor in actors:
        number = next(n for n in range(number + 1, len(run.path.commands) + 1) if run.actor(n) == actor)
        found.add(number)
    return found
