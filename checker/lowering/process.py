"""One process, all its instances: every way from one place to the next, found by exploring place after place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from raceproof.checker.errors import Code, ModelError, author_location_of, blaming, mistake
from raceproof.checker.language.access import Access
from raceproof.checker.language.model import Model, domains
from raceproof.checker.language.processes import Process
from raceproof.checker.language.steps import Blocked, Choose, Until
from raceproof.checker.language.values import Values
from raceproof.checker.lowering.choices import choices
from raceproof.checker.lowering.forking import StepFault, current_path, merge, paths, repeated_paths
from raceproof.checker.lowering.instances import Instance, actor_of, elements_of, index_of, instances
from raceproof.checker.lowering.liveness import Names, yield_of
from raceproof.checker.lowering.places import Local, Place, Places
from raceproof.checker.lowering.spots import Spot, ended, spot_of
from raceproof.checker.lowering.store import Slot, SymbolicStore
from raceproof.checker.lowering.symbols import Symbol, as_condition
from raceproof.checker.lowering.translating import translating
from raceproof.checker.lowering.walk import mistake_at
from raceproof.checker.system.build import le, number, parameter, read, truth
from raceproof.checker.system.domain import Kind
from raceproof.checker.system.terms import Parameter, Term, Variable
from raceproof.checker.system.transition import Actor, Step, Write


@dataclass(frozen=True, slots=True)
class Way:
    """One path of one instance from a place to the next, before control locations are numbered for good. `ended` are
    the locals of helpers, by path, that claims ask for and whose call the way leaves behind."""

    actor: Actor
    instance: Instance
    source: int
    target: int
    guard: tuple[Term, ...]
    writes: tuple[Write, ...]
    fault: StepFault | None
    parameters: tuple[Parameter, ...]
    ended: Names = frozenset()


DONE = -1
"""The place of a process that has returned, until places are numbered for good."""


@dataclass(slots=True)
class ProcessLowering:
    """The places of one process, the ways between them, and for each instance where it starts."""

    model: Model
    slots: dict[str, Slot]
    process: Process
    keys: tuple[Values, ...]
    observed: frozenset[str]
    places: Places = field(init=False)
    ways: list[Way] = field(default_factory=list)
    steps: dict[int, Step] = field(default_factory=dict)
    starts: dict[Instance, tuple[int, dict[Variable, int]]] = field(default_factory=dict)
    reached: dict[tuple[int, Instance], None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = Places(self.process, tuple(key.domain for key in self.keys), self.observed, domains(self.model))  # pyright: ignore[reportArgumentType]

    def explore(self) -> None:
        pending: list[tuple[Place, Instance]] = []

        def reach(place: Place, instance: Instance) -> int:
            if (place.code, instance) not in self.reached:
                self.reached[place.code, instance] = None
                pending.append((place, instance))
            return place.code

        for instance in instances(self.keys):
            with blaming(self.process.location), translating():
                place, values = self._start(instance)
            code = reach(place, instance) if place else DONE
            self.starts[instance] = (code, values)
        while pending:
            place, instance = pending.pop(0)
            with blaming(place.source.location(place.statement)), translating():
                ways = list(self._ways(place, instance))
            for way, arrived in ways:
                if arrived:
                    reach(arrived, instance)
                self.ways.append(way)

    def locations(self) -> tuple[dict[tuple[int, Instance], int], list[Step]]:
        """The control location of each place of each instance, and the step that starts from each location.

        Places of several instances that differ in nothing but who the instance is are one location: so instances that
        behave alike look alike.
        """
        locations: dict[tuple[int, Instance], int] = {}
        numbers: dict[object, int] = {}
        steps: list[Step] = []
        for code, instance in sorted(self.reached, key=_order):
            step = replace(self.steps[code], code=None)
            key = (self.places.likeness(self.places.found[code], self._elements(instance)), step)
            if key not in numbers:
                numbers[key] = len(steps)
                steps.append(replace(step, code=len(steps)))
            locations[code, instance] = numbers[key]
        return locations, steps

    def spots(self, locations: Mapping[tuple[int, Instance], int]) -> dict[int, Spot]:
        """Where a process waits, for each control location: what is known there for all its instances."""
        found: dict[int, Spot] = {}
        for (code, instance), location in locations.items():
            spot = spot_of(self.places.found[code], self._elements(instance))
            found[location] = found[location].shared(spot) if location in found else spot
        return found

    def _elements(self, instance: Instance) -> tuple[Any, ...]:
        return elements_of(self.keys, instance)

    def _start(self, instance: Instance) -> tuple[Place | None, dict[Variable, int]]:
        """Run to the first yield: it may only set locals to constants."""
        store = SymbolicStore(self.slots, Access.START)

        def run() -> tuple[Place, dict[Variable, int]] | None:
            walk = self.places.start(self.model._running_on(store), self._elements(instance))
            if not walk.run():
                return None
            place, stored = self.places.arrive(walk)
            return place, {local.variable: term.value for local, term in stored.items()}

        for _, outcome in paths(run, keep_blocked=True):
            if isinstance(outcome, StepFault):
                hint = "this happens before the first yield"
                raise ModelError(outcome.message, hint=hint, location=outcome.location, code=Code.FIRST_YIELD)
            if isinstance(outcome, Blocked):
                message, hint = f"{self.process.name} blocks before its first yield", "move require(...) behind a yield"
                raise ModelError(message, hint=hint, location=author_location_of(outcome), code=Code.FIRST_YIELD)
            return outcome if outcome else (None, {})
        raise mistake(f"{self.process.name} has no way to its first yield", code=Code.FIRST_YIELD)

    def _ways(self, place: Place, instance: Instance) -> Iterator[tuple[Way, Place | None]]:
        """Every way to go on from a place."""
        index = index_of(instance)
        offered: list[tuple[int | None, Any]] = [(None, None)]
        parameters: tuple[Parameter, ...] = ()

        def waiting(store: SymbolicStore) -> tuple[Any, Any]:
            walk = self.places.resume(place, self.model._running_on(store), self._elements(instance), index)
            found = walk.waiting_at()
            store.access = Access.LOOK
            argument = getattr(found, "value").value  # noqa: B009 - a yield statement, by construction
            return walk, None if argument is None else walk.source.evaluate(argument, walk.scopes[-1])

        def look() -> Any:
            return waiting(SymbolicStore(self.slots))[1]

        yielded = self._what_waits(look)
        first = place.code not in self.steps
        self._note_step(place, yielded)
        if isinstance(yielded, Choose):
            values, pairs = choices(yielded)
            if values.domain.bounded or pairs:
                offered = list(pairs)
            else:
                parameters = (Parameter(f"{self.process.name}.choice{place.code}", values.domain.of_members),)
                offered = [(None, Symbol(parameter(parameters[0]), values))]
        for code, value in offered:
            actor = actor_of(self.process.name, instance, code)

            def run(value: Any = value) -> tuple[Place | None, tuple[Write, ...], Names]:
                store = SymbolicStore(self.slots)
                walk, at = waiting(store)
                if parameters:
                    current_path().assume(le(number(1), value.term))
                self._pass(at, value)
                store.access = Access.STEP
                walk.resume(value)
                if not walk.run():
                    return None, (*store.writes(), *self._forget(place, index, {})), frozenset()
                arrived, stored = self.places.arrive(walk)
                kept = {local.variable: term for local, term in stored.items()}
                changed = (
                    Write(variable, index, term) for variable, term in kept.items() if term is not read(variable, index)
                )
                set_anew = [variable.name.partition(".")[2] for variable in kept]
                left = ended(self.observed, place, walk, set_anew)
                return arrived, (*store.writes(), *changed, *self._forget(place, index, kept)), left

            for path, outcome in repeated_paths(run) if first else paths(run):
                for guard, fault in path.faults:
                    yield Way(actor, instance, place.code, DONE, guard, (), fault, parameters), None
                if isinstance(outcome, StepFault):
                    yield Way(actor, instance, place.code, DONE, path.guard, (), outcome, parameters), None
                else:
                    arrived, writes, left = outcome
                    to = arrived.code if arrived else DONE
                    yield Way(actor, instance, place.code, to, path.guard, writes, None, parameters, left), arrived

    def _pass(self, yielded: Any, value: Any) -> None:
        """Go on only where what the process waits for holds."""
        condition = None
        if isinstance(yielded, Until):
            condition = yielded.condition
        elif isinstance(yielded, Choose) and yielded.where:
            where = yielded.where
            condition = lambda: where(value)
        if condition:
            path = current_path()
            path.assume(merge(condition, as_condition, path.facts))

    def _what_waits(self, look: Callable[[], Any]) -> Any:
        """What the process yields here, which must be the same in every state."""
        outcomes = [outcome for _, outcome in paths(look)]
        for outcome in outcomes:
            if isinstance(outcome, StepFault):
                hint = "a yield may not go wrong"
                raise ModelError(outcome.message, hint=hint, location=outcome.location, code=Code.UNSETTLED_YIELD)
            if _said(outcome) != _said(outcomes[0]):
                raise mistake(
                    "yields one thing or another, as the state has it",
                    "put the condition into until(lambda: ...), or yield on both sides of an if",
                    code=Code.UNSETTLED_YIELD,
                )
        if not outcomes:
            hint = "write until(lambda: ...) instead of require(...)"
            raise mistake("blocks while it says what it waits for", hint, code=Code.UNSETTLED_YIELD)
        return outcomes[0]

    def _note_step(self, place: Place, yielded: Any) -> None:
        location = place.source.location(yield_of(place.statement) or place.statement)
        kept = frozenset(local.variable.name for _, _, local in place.stored)
        name = self.process.name
        match yielded:
            case str() if yielded:
                step = Step(name, yielded, location, place.code, kept=kept)
            case Until(label=label, idle=idle):
                step = Step(name, label, location, place.code, bool(idle), kept=kept)
            case Choose(label=label, idle=idle):
                step = Step(name, label, location, place.code, bool(idle), choices(yielded)[0].domain, kept)
            case _:
                raise mistake_at(Code.PLACE, location, *_no_label(self.process.name, yielded))
        known = self.steps.setdefault(place.code, step)
        if known != step:
            differs = "the label" if known.label != step.label else "what there is to choose"
            raise mistake_at(
                Code.UNSETTLED_YIELD,
                location,
                f"{differs} at this yield is not the same for every {self.process.name}",
                "say the same for all of them: a trace shows who acts, and `where` may ask",
            )

    def _forget(self, place: Place, index: tuple[Term, ...], kept: dict[Variable, Term]) -> Iterator[Write]:
        """Set locals that no longer matter to their default, so that they do not tell states apart."""
        for _, _, local in place.stored:
            if local.variable not in kept:
                yield Write(local.variable, index, default_of(local))


def _order(reached: tuple[int, Instance]) -> tuple[int, tuple[int, ...]]:
    """Places in the order in which they were found, instances in theirs."""
    code, instance = reached
    return code, tuple(0 if isinstance(part, Parameter) else part for part in instance)


def default_of(local: Local) -> Term:
    """What a local holds while it holds nothing of interest."""
    default = local.values.domain.default
    return truth(bool(default)) if local.values.domain.kind is Kind.BOOL else number(default)


def _said(yielded: Any) -> object:
    """What makes two things that are yielded the same."""
    match yielded:
        case Until(label=label, idle=idle):
            return ("until", label, idle)
        case Choose(label=label, idle=idle):
            return ("choose", label, idle, tuple(code for code, _ in choices(yielded)[1]))
        case str():
            return yielded
        case _:
            return type(yielded)


def _no_label(name: str, yielded: Any) -> tuple[str, str]:
    """What is wrong with a yielded value that names no place, and what to write instead."""
    if isinstance(yielded, Symbol):
        return f"{name} yields a value of the state", 'write yield until(lambda: ..., "label") to wait for a condition'
    if callable(yielded) and not isinstance(yielded, type):
        return f"{name} yields a function", 'write yield until(lambda: ..., "label") to wait for a condition'
    if isinstance(yielded, type):
        return f"{name} yields {yielded.__name__}", f'write yield choose({yielded.__name__}, "label") to take a value'
    given = "nothing" if yielded is None else repr(yielded)
    return (
        f"{name} yields {given}",
        'yield a label, until(lambda: ...) or choose(Domain, ...): for example yield "apply"',
    )
