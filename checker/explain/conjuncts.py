"""Where a claim is false: which part of it, of which member, and the entries of the state that this part asks for."""

from __future__ import annotations

from collections.abc import Iterator

from raceproof.checker.explain.conditions import attempt
from raceproof.checker.explain.course import Course
from raceproof.checker.explain.findings import Reason
from raceproof.checker.explain.flow import Flow, Positions, decisive
from raceproof.checker.explain.reasons import why
from raceproof.checker.language.claims import Claim
from raceproof.checker.oracle import Oracle, OracleState
from raceproof.checker.system.transition import ClaimKind, Command, Fault, Property

Wanted = frozenset[tuple[int, int]]
"""Positions of a state, and the step after which they are looked at."""


def asked_of(oracle: Oracle, claim: Claim, *states: OracleState) -> Reason | None:
    """Why a claim's predicate is true or false of a state, or of the two around a step."""
    with oracle.scope.running():
        return why(claim.predicate, *(oracle._look(state) for state in states))


def conjunct(course: Course, claim: Claim) -> Reason | None:
    """Why a claim is false at the end of a course; None where it is no matter of a predicate."""
    match claim.kind:
        case ClaimKind.DEADLOCK:
            return None
        case ClaimKind.ASSERTION:
            fault = course.path.fault
            return None if fault is None else attempt(course.oracle, course.real[-1], fault.actor).blocking
        case ClaimKind.EACH_STEP:
            return asked_of(course.oracle, claim, *course.real[-2:])
        case _:
            return asked_of(course.oracle, claim, course.real[-1])


def wanted(flow: Flow, prop: Property) -> Wanted:
    """What a violation comes from: what the false part of the claim reads, and where a state is lost for good, what the
    last step has changed, as before it there was a way."""
    course, found = flow.course, reads(flow, prop)
    last = len(course.states) - 1
    if prop.kind is ClaimKind.RECOVERABLE and last:
        changed = {p for p in flow.taken[-1].written if flow.changed(p, last) and course.entries[p].owner is None}
        found |= {(position, last) for position in changed}
    return found


def reads(flow: Flow, prop: Property) -> Wanted:
    """What the false part of a claim reads at the end of a course."""
    course = flow.course
    last = len(course.states) - 1
    match prop.kind:
        case ClaimKind.DEADLOCK:
            return frozenset((position, last) for position in blocking(course))
        case ClaimKind.ASSERTION:
            return frozenset((position, last) for position in flow.taken[-1].asked)
        case ClaimKind.EACH_STEP:
            _, before, after = decisive(course.interpreter, prop.predicate, course.states[-2], course.states[-1])
            return frozenset((p, last - 1) for p in before) | frozenset((p, last) for p in after)
        case _:
            _, found, _ = decisive(course.interpreter, prop.predicate, course.states[-1])
            return frozenset((position, last) for position in found)


def blocking(course: Course) -> Positions:
    """What the steps that cannot be taken in the last state of a course wait for."""
    found: Positions = frozenset()
    for leaf in leaves(course):
        found |= waited_for(course, leaf)
    return found


def leaves(course: Course) -> Iterator[Command | Fault]:
    """Every way in which a step can go, right or wrong."""
    yield from course.system.commands
    yield from course.system.faults


def waited_for(course: Course, leaf: Command | Fault) -> Positions:
    """What the first false condition of a step reads in the last state; nothing, where its process is elsewhere."""
    state, interpreter = course.states[-1], course.interpreter
    for part in leaf.guard:
        holds, read, _ = decisive(interpreter, part, state)
        if not holds:
            return frozenset() if any(course.entries[p].is_place for p in read) else read
    return frozenset()
