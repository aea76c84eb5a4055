"""A counterexample in the model's words: who did what, what changed, and what the model shows of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from raceproof.checker.errors import Location
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import Actor, Command, Fault, TransitionSystem

Shown = Mapping[str, str]
"""Every entry of a state by its name, `root[public]`, as text, `plan 3`."""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that a step changed, before and after, as text."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step: `actor` took the step `label` at `location`, choosing `choice`.

    `state` is the whole state after it and `views` what the model's @view methods say of it. `failure` says how a step
    went wrong that could not be finished.
    """

    actor: Actor
    process: str
    label: str
    location: Location
    choice: str | None
    changes: tuple[Change, ...]
    state: Shown
    views: Shown
    failure: str | None = None

    def _repr_html_(self) -> str:
        from raceproof.checker.formats.notebook import html_of_state

        return html_of_state(self.state, self.views)


@dataclass(frozen=True, slots=True)
class Trace:
    """A run from an initial state, step by step."""

    initial: Shown
    initial_views: Shown
    steps: tuple[TraceStep, ...]

    def _repr_html_(self) -> str:
        from raceproof.checker.formats.notebook import html_of_trace

        return html_of_trace(self)

    def __len__(self) -> int:
        return len(self.steps)

    def __bool__(self) -> bool:
        """True: a trace of no steps, of a claim that is false at the start, is a trace."""
        return True

    @property
    def processes(self) -> tuple[str, ...]:
        """Who moves, in the order of their first step."""
        return tuple(dict.fromkeys(step.process for step in self.steps))


@dataclass(frozen=True, slots=True)
class Emphasis:
    """What a timeline points out: a few words beside some steps, by number, and the steps that matter less."""

    marks: Mapping[int, Sequence[str]] = field(default_factory=dict)
    faint: frozenset[int] = frozenset()


def trace_of(
    system: TransitionSystem,
    states: Sequence[tuple[int, ...]],
    commands: Sequence[Command],
    fault: Fault | None,
    views: Sequence[Shown],
    failure: str | None = None,
) -> Trace:
    """The trace of a path: `views` has an entry for each of its states; `failure` is what Python said of the fault."""
    shown = [show_state(system, state) for state in states]
    steps = [
        _step(system, command, shown[number], shown[number + 1], views[number + 1], None)
        for number, command in enumerate(commands)
    ]
    if fault:
        steps.append(_step(system, fault, shown[-1], shown[-1], views[-1], failure or fault.message))
    return Trace(shown[0], views[0], tuple(steps))


def _step(
    system: TransitionSystem, leaf: Command | Fault, before: Shown, after: Shown, views: Shown, failure: str | None
) -> TraceStep:
    step = system.steps[leaf.step]
    choice = leaf.actor.choice
    changes = tuple(
        Change(name, before[name], after[name])
        for name in after
        if before[name] != after[name] and not name.endswith(".at")
    )
    shown = None if choice is None or step.choice is None else step.choice.show(choice)
    return TraceStep(
        leaf.actor, system.show_actor(leaf.actor), step.label, step.location, shown, changes, after, views, failure
    )


def show_state(system: TransitionSystem, state: tuple[int, ...]) -> Shown:
    """Every entry of a state as text. Locals read `enactor 1.mine`, shared tables `root[public]`."""
    interpreter = Interpreter(system)
    owners = {variable: info.name for info in system.processes for variable in (info.control, *info.locals.values())}
    found: dict[str, str] = {}
    for variable in system.variables:
        for codes in variable.codes():
            code = state[interpreter.position(variable, codes)]
            found[entry_name(system, variable, codes, owners.get(variable))] = variable.domain.show(code)
    return found


def entry_name(system: TransitionSystem, variable: Variable, codes: tuple[int, ...], owner: str | None) -> str:
    """An entry of a state in the model's words; `owner` is the process whose it is, None for a shared one."""
    if owner is None:
        return variable.show_slot(codes)
    return f"{system.show_actor(Actor(owner, codes))}.{variable.name.removeprefix(f'{owner}.')}"
