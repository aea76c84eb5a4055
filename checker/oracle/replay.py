"""Replaying a path of the lowered system through the author's own Python, state by state.

No counterexample is shown before this has been done. A difference is a bug of raceproof, and says so loudly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from raceproof.checker.errors import InternalError, ModelError
from raceproof.checker.language.values import Values
from raceproof.checker.oracle.run import AssertFailed, Oracle, OracleState
from raceproof.checker.oracle.threads import Thread
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import Actor, ProcessInfo, TransitionSystem
from raceproof.checker.verdict import Path, State


@dataclass(frozen=True, slots=True)
class Replay:
    """What Python did along a path: a state before each step and one at the end, and how the last step went wrong."""

    states: tuple[OracleState, ...]
    failure: AssertFailed | ModelError | None


def replay(oracle: Oracle, path: Path) -> Replay:
    """Run the author's generators along the schedule of a path. Raises InternalError where Python and the lowered
    system disagree on a state, on what is enabled, or on what goes wrong."""
    system = path.system
    shared = sum(slot.variable.size for slot in oracle.store.slots.values())
    first = next((s for s in oracle.initial_states() if s.shared == path.states[0][:shared]), None)
    if first is None:
        raise InternalError("the path starts in a state in which the model does not start")
    states = [first]
    compare(oracle, system, first, path.states[0])
    for number, command in enumerate(path.commands):
        after = _step(oracle, system, states[-1], command.actor)
        states.append(after)
        compare(oracle, system, after, path.states[number + 1])
    failure = _fail(oracle, system, states[-1], path.fault.actor) if path.fault else None
    return Replay(tuple(states), failure)


def _step(oracle: Oracle, system: TransitionSystem, state: OracleState, actor: Actor) -> OracleState:
    try:
        after = oracle.step(state, actor)
    except (AssertFailed, ModelError) as error:
        raise InternalError(f"the step of {system.show_actor(actor)} fails in Python only: {error}") from error
    if after is None:
        raise InternalError(f"the step of {system.show_actor(actor)} is disabled in Python")
    return after


def _fail(oracle: Oracle, system: TransitionSystem, state: OracleState, actor: Actor) -> AssertFailed | ModelError:
    try:
        oracle.step(state, actor)
    except (AssertFailed, ModelError) as error:
        return error
    raise InternalError(f"the step of {system.show_actor(actor)} goes wrong in the lowered system only")


def compare(oracle: Oracle, system: TransitionSystem, real: OracleState, lowered: State) -> None:
    """Raises InternalError unless the two states agree on shared variables, control locations and live locals."""
    interpreter = Interpreter(system)
    if real.shared != lowered[: len(real.shared)]:
        raise InternalError(f"shared variables differ: Python has {real.shared}, the lowered system {lowered}")
    for thread in real.threads:
        info = system.by_name[thread.process]
        assert info.control is not None
        code = lowered[interpreter.position(info.control, thread.instance)]
        step = next((s for s in system.steps if s.process == thread.process and s.code == code), None)
        here = (step.label, step.location.line) if step else (None, 0)
        if here != (thread.label, thread.line):
            raise InternalError(f"{thread.process} waits at {(thread.label, thread.line)} in Python and at {here}")
        _compare_watched(oracle, interpreter, thread, info, lowered)
        for path in thread.live & thread.locals.keys() & info.locals.keys():
            variable = info.locals[path]
            watched = (thread.process, path) in oracle.observed
            if not watched and (step is None or variable.name not in step.kept):
                continue  # an argument that is known at this place, or that is a local of the caller's
            held = lowered[interpreter.position(variable, thread.instance)]
            if _code(oracle.looks.locals, thread.process, path, thread.locals[path], variable) != held:
                raise InternalError(f"{thread.process}.{path} is {thread.locals[path]!r} in Python only")


def _compare_watched(
    oracle: Oracle, interpreter: Interpreter, thread: Thread, info: ProcessInfo, lowered: State
) -> None:
    """Raises InternalError unless the locals that claims ask for agree, also where they are not set."""
    paths = [path for process, path in oracle.observed if process == thread.process]
    for path, code in zip(paths, thread.watched, strict=True):
        held = lowered[interpreter.position(info.locals[path], thread.instance)]
        if held != code:
            raise InternalError(f"{thread.process}.{path} is {code} in Python and {held} in the lowered system")


def _code(locals: Mapping[tuple[str, str], Values], process: str, path: str, value: object, variable: Variable) -> int:
    values = locals.get((process, path))
    if values is None:
        raise InternalError(f"{variable.name} has no known values")
    return values.encode(value)
