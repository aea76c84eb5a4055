"""A stored trace, run again through the author's own Python: does the model still do this?

The schedule is what the file says of who moved and what they chose; everything else in it is compared, nothing in it is
run or loaded.
"""

from __future__ import annotations

from collections.abc import Mapping

from raceproof.checker.check import Prepared, confirms, prepare
from raceproof.checker.cli.subject import Subject, is_about
from raceproof.checker.errors import InternalError, ModelError, UsageError
from raceproof.checker.language import Claim
from raceproof.checker.oracle import Oracle, OracleState, replay
from raceproof.checker.oracle.explore import path_of
from raceproof.checker.oracle.run import AssertFailed
from raceproof.checker.results import Result, StepResult
from raceproof.checker.system.transition import Actor
from raceproof.checker.trace import Trace, TraceStep, show_state, trace_of
from raceproof.checker.verdict import Path


class ModelChanged(Exception):
    """The model does not do what the file says; the text says where they part."""


def rerun(result: Result, subject: Subject) -> tuple[Prepared, Path]:
    """Replay the trace of a result: the model in its scope, and the path. Raises ModelChanged where the model does
    something else, ModelError where it cannot be read at all, InternalError where Python and the lowered system
    disagree."""
    claim, prepared = _prepare(result, subject)
    system = prepared.lowered.system
    oracle = prepared.oracle()
    first = _first(result, prepared, oracle)
    actors, faulty, problem = _follow(result.trace or (), oracle, first)
    try:
        path = path_of(system, first, actors, faulty)
    except LookupError as error:
        raise InternalError(str(error)) from error
    done = replay(oracle, path)
    views = [oracle.views(state) for state in done.states]
    failure = str(done.failure) if done.failure else None
    _compare(result, trace_of(system, path.states, path.commands, path.fault, views, failure))
    if problem:
        raise ModelChanged(problem)
    if not confirms(oracle, claim, done):
        raise ModelChanged(f"the model still takes these steps, but {claim.name} no longer says so at their end")
    return prepared, path


def _prepare(result: Result, subject: Subject) -> tuple[Claim, Prepared]:
    """The model that the file speaks of, with the claims of its run: they decide which locals a state holds."""
    if result.variant not in subject.variants:
        raise ModelChanged(f"{subject.name} has no variant '{result.variant}'")
    model = subject.make(result.variant)
    written = (*subject.claims, *subject.lemmas)
    claims = tuple(claim for claim in written if claim.name in result.claims and is_about(claim, model))
    claim = next((claim for claim in claims if claim.name == result.property), None)
    if claim is None:
        raise ModelChanged(f"{subject.name} has no claim '{result.property}'")
    if claim.kind.value != result.kind:
        raise ModelChanged(f"{claim.name} is a claim of kind {claim.kind.value} now, and was of kind {result.kind}")
    try:
        sizes = {name: size for name, size in result.scope.items() if size is not None}
        return claim, prepare(model, claims, sizes)
    except UsageError as error:
        raise ModelChanged(str(error)) from error


def _first(result: Result, prepared: Prepared, oracle: Oracle) -> OracleState:
    """The initial state that the file shows."""
    system = prepared.lowered.system
    nearest: str | None = None
    for state in oracle.initial_states():
        shown = show_state(system, path_of(system, state, ()).states[0])
        difference = _difference(shown, result.initial or {})
        if difference is None:
            return state
        nearest = nearest or difference
    raise ModelChanged(f"at the start {nearest or 'there is no state at all'}")


def _follow(
    steps: tuple[StepResult, ...], oracle: Oracle, first: OracleState
) -> tuple[list[Actor], Actor | None, str | None]:
    """Take the steps as far as Python lets us: who moved, whose step went wrong as the file says, and what did not go
    as it says."""
    state = first
    actors: list[Actor] = []
    for number, step in enumerate(steps, start=1):
        actor = Actor(step.process, step.instance, step.choice)
        told = f"step {number}: {step.actor} cannot take '{step.label}'"
        if actor not in set(oracle.actors(state)):
            return actors, None, f"{told}: there is no such move"
        try:
            after = oracle.step(state, actor)
        except (AssertFailed, ModelError) as error:
            if step.failure is None or number < len(steps):
                return actors, None, f"{told}: {error}"
            return actors, actor, None
        if after is None:
            return actors, None, f"{told}: it has to wait"
        if step.failure is not None:
            return actors, None, f"step {number}: {step.actor} no longer fails in '{step.label}'"
        actors.append(actor)
        state = after
    return actors, None, None


def _compare(result: Result, trace: Trace) -> None:
    """Raises ModelChanged at the first place where the replay, as far as it went, and the file differ."""
    if (difference := _difference(trace.initial_views, result.initial_views or {})) is not None:
        raise ModelChanged(f"at the start {difference}")
    for number, (real, told) in enumerate(zip(trace.steps, result.trace or (), strict=False), start=1):
        if (difference := _step_difference(real, told)) is not None:
            raise ModelChanged(f"step {number}: {difference}")


def _step_difference(real: TraceStep, told: StepResult) -> str | None:
    """How a step differs from what the file says; its line may have moved."""
    words = {"process": real.process, "step": real.label, "choice": real.choice or "", "failure": real.failure or ""}
    written = {
        "process": told.actor,
        "step": told.label,
        "choice": told.choice_text or "",
        "failure": told.failure or "",
    }
    changes = {change.name: f"{change.before}, then {change.after}" for change in real.changes}
    claimed = {change.name: f"{change.before}, then {change.after}" for change in told.changes}
    for now, then in ((words, written), (real.state, told.state), (changes, claimed), (real.views, told.views)):
        if (difference := _difference(now, then)) is not None:
            return difference
    return None


def _difference(real: Mapping[str, str], told: Mapping[str, str]) -> str | None:
    """The first entry that differs, in words."""
    for name in (*real, *told):
        if real.get(name) != told.get(name):
            now = f"{name} is {real[name]}" if name in real else f"there is no {name}"
            then = f"the file says {told[name]}" if name in told else "the file says nothing of it"
            return f"{now}; {then}"
    return None
