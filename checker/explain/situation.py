"""`at`: one state of a trace: which claims hold there, who can move, and what keeps everybody else from it."""

from __future__ import annotations

from collections.abc import Iterator

from raceproof.checker.check import Prepared, confirms
from raceproof.checker.errors import Code, ModelError, UsageError
from raceproof.checker.explain.conditions import Attempt, attempt
from raceproof.checker.explain.conjuncts import asked_of
from raceproof.checker.explain.course import Course, course_of
from raceproof.checker.explain.findings import Blocked, ClaimHere, Move, Reason, Situation
from raceproof.checker.language.claims import Claim
from raceproof.checker.oracle import Replay
from raceproof.checker.oracle.run import AssertFailed
from raceproof.checker.oracle.threads import Thread
from raceproof.checker.system.transition import Actor, ClaimKind, Step
from raceproof.checker.trace import Change, Trace, show_state


def at(prepared: Prepared, trace: Trace, step: int) -> Situation:
    """The state after a step of a trace, 0 for the start; a step that goes wrong leaves the state as it is. Raises
    UsageError for a step that the trace does not have, LookupError where the model cannot take the trace."""
    run = course_of(prepared, trace)
    last = len(run.states) - 1
    if not 0 <= step <= len(trace):
        raise UsageError(
            f"there is no step {step}: the trace has steps 1 to {len(trace)}, and 0 is its start", code=Code.NO_TRACE
        )
    return situation(run, min(step, last), step)


def situation(run: Course, time: int, step: int) -> Situation:
    """What is possible in the state `time` of a course."""
    state = run.real[time]
    tried = _attempts(run, time)
    enabled = tuple(move for where, attempts in tried for move in _moves(run, time, where, attempts))
    disabled = tuple(
        Blocked(run.name(_owner(attempts)), where.label, where.location.short, where.idle, _first(attempts))
        for where, attempts in tried
        if not any(found.possible for _, found in attempts)
    )
    return Situation(
        step,
        show_state(run.system, run.states[time]),
        run.oracle.views(state),
        tuple(_claim(run, claim, time) for claim in run.prepared.claims),
        enabled,
        disabled,
        tuple(run.name((thread.process, thread.instance)) for thread in state.threads if thread.done),
        tuple(run.oracle.pictures(state)),
    )


_Tried = tuple[Step, list[tuple[Actor, Attempt]]]
"""A step of one instance, with what came of each of its choices."""


def _attempts(run: Course, time: int) -> list[_Tried]:
    """Everybody's next step. An action that this variant of the model does not have at all is left out."""
    state = run.real[time]
    threads = {(thread.process, thread.instance): thread for thread in state.threads}
    possible = {command.actor.process for command in run.system.commands}
    found: dict[tuple[str, tuple[int, ...]], _Tried] = {}
    for actor in list(run.oracle.actors(state)):
        owner = (actor.process, actor.instance)
        if owner in threads or actor.process in possible:
            where = _step_of(run, actor, threads.get(owner))
            _, attempts = found.setdefault(owner, (where, []))
            attempts.append((actor, attempt(run.oracle, state, actor)))
    return list(found.values())


def _step_of(run: Course, actor: Actor, thread: Thread | None) -> Step:
    """The step of the author's that an actor would take."""
    here = None if thread is None else (thread.label, thread.line)
    steps = (step for step in run.system.steps if step.process == actor.process)
    return next(step for step in steps if here is None or here == (step.label, step.location.line))


def _owner(attempts: list[tuple[Actor, Attempt]]) -> tuple[str, tuple[int, ...]]:
    actor, _ = attempts[0]
    return actor.process, actor.instance


def _first(attempts: list[tuple[Actor, Attempt]]) -> Reason | None:
    """What blocks somebody: where there is something to choose, what blocks the first choice."""
    return attempts[0][1].blocking


def _moves(run: Course, time: int, where: Step, attempts: list[tuple[Actor, Attempt]]) -> Iterator[Move]:
    before = run.states[time]
    for actor, found in attempts:
        if not found.possible:
            continue
        choice = None if actor.choice is None or where.choice is None else where.choice.show(actor.choice)
        taken = run.take(actor, before)
        changes = () if taken is None else tuple(_changes(run, before, taken[1]))
        failure = None if found.failure is None else str(found.failure)
        yield Move(
            run.name((actor.process, actor.instance)), where.label, where.location.short, choice, changes, failure
        )


def _changes(run: Course, before: tuple[int, ...], after: tuple[int, ...]) -> Iterator[Change]:
    for entry, old, new in zip(run.entries, before, after, strict=True):
        if old != new and not entry.is_place:
            yield Change(entry.name, entry.show(old), entry.show(new))


def _claim(run: Course, claim: Claim, time: int) -> ClaimHere:
    states = run.real[: time + 1]
    oracle, reason = run.oracle, None
    holds: bool | None = None
    try:
        match claim.kind:
            case ClaimKind.EACH_STEP:
                if time:
                    holds = oracle.ask(claim.predicate, *states[-2:])
                    reason = asked_of(oracle, claim, *states[-2:])
            case ClaimKind.DEADLOCK:
                holds = not confirms(oracle, claim, Replay(tuple(states), None))
            case ClaimKind.ASSERTION:
                failures = (attempt(oracle, states[-1], actor).failure for actor in list(oracle.actors(states[-1])))
                holds = not any(isinstance(failure, AssertFailed) for failure in failures)
            case _:
                holds = oracle.ask(claim.predicate, states[-1])
                reason = asked_of(oracle, claim, states[-1])
    except ModelError:
        holds, reason = None, None
    return ClaimHere(claim.name, claim.kind.value, holds, reason)
