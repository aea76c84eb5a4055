"""A run to be explained: its states in codes and as Python has them, and the entries of a state by position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from raceproof.checker.check import Prepared, prepare
from raceproof.checker.errors import InternalError
from raceproof.checker.oracle import Oracle, OracleState, Replay, replay
from raceproof.checker.oracle.explore import path_of
from raceproof.checker.system.domain import Kind
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import Actor, Command, Fault, TransitionSystem
from raceproof.checker.trace import Trace, entry_name, show_state, trace_of
from raceproof.checker.verdict import Path, State

Owner = tuple[str, tuple[int, ...]]
"""A process or action, and which of its instances."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a state: its name in the model's words, its variable and key, and for a local or a control location
    whose it is."""

    name: str
    variable: Variable
    codes: tuple[int, ...]
    owner: Owner | None

    @property
    def is_place(self) -> bool:
        """Whether it says where a process is."""
        return self.variable.domain.kind is Kind.LOCATION

    def show(self, code: int) -> str:
        return self.variable.domain.show(code)


@dataclass(frozen=True)
class Course:
    """A path with its model, replayed: `states[t]` is the state after step t, `real[t]` the same as Python has it."""

    prepared: Prepared
    path: Path
    replayed: Replay

    @property
    def system(self) -> TransitionSystem:
        return self.path.system

    @property
    def states(self) -> Sequence[State]:
        return self.path.states

    @property
    def real(self) -> Sequence[OracleState]:
        return self.replayed.states

    @cached_property
    def leaves(self) -> tuple[Command | Fault, ...]:
        """The steps, step t at t - 1; one that goes wrong is the last."""
        return (*self.path.commands, *([self.path.fault] if self.path.fault else []))

    @cached_property
    def interpreter(self) -> Interpreter:
        return Interpreter(self.system)

    @cached_property
    def oracle(self) -> Oracle:
        return self.prepared.oracle()

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What stands at each position of a state."""
        return entries_of(self.system)

    @cached_property
    def trace(self) -> Trace:
        views = [self.oracle.views(state) for state in self.real]
        failure = str(self.replayed.failure or "") or None
        return trace_of(self.system, self.states, self.path.commands, self.path.fault, views, failure)

    @cached_property
    def _commands(self) -> Mapping[Actor, Sequence[Command]]:
        found: dict[Actor, list[Command]] = {}
        for command in self.system.commands:
            found.setdefault(command.actor, []).append(command)
        return found

    def take(self, actor: Actor, state: State) -> tuple[Command, State] | None:
        """The one step that an actor can take with its choice, or None when it is disabled."""
        found = (c for c in self._commands.get(actor, ()) if self.interpreter.allows(c, state))
        command = next(found, None)
        return None if command is None else (command, self.interpreter.apply(command, state))

    def actor(self, number: int) -> Actor:
        return self.leaves[number - 1].actor

    def owner(self, number: int) -> Owner:
        """Who takes a step, whatever is chosen in it."""
        actor = self.actor(number)
        return actor.process, actor.instance

    def name(self, owner: Owner) -> str:
        return self.system.show_actor(Actor(*owner))

    def value(self, position: int, state: State) -> str:
        return self.entries[position].show(state[position])


def entries_of(system: TransitionSystem) -> tuple[Entry, ...]:
    """What stands at each position of a state of a system."""
    owners = {variable: info.name for info in system.processes for variable in (info.control, *info.locals.values())}
    found: list[Entry] = []
    for variable in system.variables:
        process = owners.get(variable)
        for codes in variable.codes():
            owner = None if process is None else (process, codes)
            found.append(Entry(entry_name(system, variable, codes, process), variable, codes, owner))
    return tuple(found)


def course(prepared: Prepared, path: Path, *, anew: bool = False) -> Course:
    """A path replayed through Python, in the scope in which it runs; `anew`: with the claims of `prepared`, as they
    decide which locals a state holds. Raises InternalError where Python disagrees."""
    if anew or path.system is not prepared.lowered.system:
        prepared = prepare(prepared.model, prepared.claims, _sizes(path.system))
        path = _again(prepared, path)
    return Course(prepared, path, replay(prepared.oracle(), path))


def course_of(prepared: Prepared, trace: Trace) -> Course:
    """The run of a trace. Raises LookupError where the model cannot take it."""
    oracle = prepared.oracle()
    system = prepared.lowered.system
    for first in oracle.initial_states():
        if show_state(system, path_of(system, first, ()).states[0]) == trace.initial:
            return course(prepared, along(prepared, first, trace))
    raise LookupError("the trace starts in a state in which the model does not start")


def along(prepared: Prepared, first: OracleState, trace: Trace) -> Path:
    """The path of a trace from its initial state."""
    actors = [step.actor for step in trace.steps if step.failure is None]
    faulty = next((step.actor for step in trace.steps if step.failure is not None), None)
    return path_of(prepared.lowered.system, first, actors, faulty)


def _sizes(system: TransitionSystem) -> Mapping[str, int]:
    return {name: size for name, size in system.scope.items() if size is not None}


def _again(prepared: Prepared, path: Path) -> Path:
    """The same path in another lowering of the same model."""
    system = prepared.lowered.system
    faulty = path.fault.actor if path.fault else None
    for first in prepared.oracle().initial_states():
        if first.shared == path.states[0][: len(first.shared)]:
            found = path_of(system, first, [command.actor for command in path.commands], faulty)
            return Path(system, found.states, found.commands, found.fault, path.shortest)
    raise InternalError("the path starts in a state in which the model does not start")
