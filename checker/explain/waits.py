"""Who waits for whom where nobody can move: what each one waits for, and who made it so."""

from __future__ import annotations

from collections.abc import Iterator

from raceproof.checker.explain.conditions import attempt
from raceproof.checker.explain.conjuncts import leaves, waited_for
from raceproof.checker.explain.findings import Wait
from raceproof.checker.explain.flow import Flow
from raceproof.checker.oracle.threads import Thread
from raceproof.checker.system.transition import Actor


def waits(flow: Flow) -> tuple[Wait, ...]:
    """What everyone waits for at the end of a course who neither idles nor is done; nothing where somebody can move."""
    course, state = flow.course, flow.course.real[-1]
    if any(attempt(course.oracle, state, actor).possible for actor in list(course.oracle.actors(state))):
        return ()
    return tuple(_wait(flow, thread) for thread in state.threads if not thread.done and not thread.idle)


def _wait(flow: Flow, thread: Thread) -> Wait:
    course = flow.course
    last = len(course.states) - 1
    owner = (thread.process, thread.instance)
    places = {step.code: step for step in course.system.steps if step.process == thread.process}
    info = course.system.by_name[thread.process]
    assert info.control is not None
    here = places[course.states[-1][course.interpreter.position(info.control, thread.instance)]]
    actor = next(actor for actor in course.oracle.actors(course.real[-1]) if (actor.process, actor.instance) == owner)
    condition = attempt(course.oracle, course.real[-1], actor).blocking
    found = sorted(_awaited(flow, actor), key=lambda position: (-flow.last_write(position, last), position))
    position = next(iter(found), None)
    since = 0 if position is None else flow.last_write(position, last)
    return Wait(
        course.name(owner),
        here.label,
        here.location.short,
        condition,
        "" if position is None else course.entries[position].name,
        "" if position is None else course.value(position, course.states[-1]),
        course.name(course.owner(since)) if since else None,
        since,
    )


def _awaited(flow: Flow, actor: Actor) -> Iterator[int]:
    """The shared entries that decide that an actor has to wait."""
    course = flow.course
    for leaf in leaves(course):
        if (leaf.actor.process, leaf.actor.instance) == (actor.process, actor.instance):
            yield from (p for p in waited_for(course, leaf) if course.entries[p].owner is None)
