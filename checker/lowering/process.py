"""One process, all its instances: every way from one place to the next, found by exploring place after place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from raceproof.checker.errors import ModelError, author_location_of, mistake
from raceproof.checker.language.access import Access
from raceproof.checker.language.model import Model
from raceproof.checker.language.processes import Process
from raceproof.checker.language.steps import Choose, Until
from raceproof.checker.language.values import Values
from raceproof.checker.lowering.choices import choices
from raceproof.checker.lowering.forking import StepFault, current_path, merge, paths
from raceproof.checker.lowering.liveness import yield_of
from raceproof.checker.lowering.places import Place, Places
from raceproof.checker.lowering.store import Slot, SymbolicStore
from raceproof.checker.lowering.symbols import Symbol, as_condition
from raceproof.checker.system.build import le, number, parameter, read, truth
from raceproof.checker.system.domain import Kind
from raceproof.checker.system.terms import Parameter, Term, Variable
from raceproof.checker.system.transition import Actor, FaultKind, Step, Write


@dataclass(frozen=True, slots=True)
class Way:
    """One path of one instance from a place to the next, before control locations are numbered for good."""

    actor: Actor
    source: int
    target: int
    guard: tuple[Term, ...]
    writes: tuple[Write, ...]
    fault: StepFault | None
    parameters: tuple[Parameter, ...]


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
    starts: dict[tuple[int, ...], tuple[int, dict[Variable, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = Places(self.process, tuple(key.domain for key in self.keys), self.observed)

    def explore(self) -> None:
        pending: list[tuple[Place, tuple[int, ...]]] = []
        seen: set[tuple[int, tuple[int, ...]]] = set()

        def reach(place: Place, instance: tuple[int, ...]) -> int:
            if (place.code, instance) not in seen:
                seen.add((place.code, instance))
                pending.append((place, instance))
            return place.code

        for instance in product(*(key.domain.members for key in self.keys)):
            place, values = self._start(instance)
            code = reach(place, instance) if place else DONE
            self.starts[instance] = (code, values)
        while pending:
            place, instance = pending.pop(0)
            for way, arrived in self._ways(place, instance):
                if arrived:
                    reach(arrived, instance)
                self.ways.append(way)

    def _elements(self, instance: tuple[int, ...]) -> tuple[Any, ...]:
        return tuple(key.decode(code) for key, code in zip(self.keys, instance, strict=True))

    def _start(self, instance: tuple[int, ...]) -> tuple[Place | None, dict[Variable, int]]:
        """Run to the first yield: it may only set locals to constants."""
        store = SymbolicStore(self.slots, Access.START)

        def run() -> tuple[Place, dict[Variable, int]] | None:
            walk = self.places.start(self.model._running_on(store), self._elements(instance))
            if not walk.run():
                return None
            place, stored = self.places.arrive(walk)
            return place, {local.variable: term.value for local, term in stored.items()}

        for _, outcome in paths(run):
            if isinstance(outcome, StepFault):
                raise ModelError(outcome.message, hint="this happens before the first yield", location=outcome.location)
            return outcome if outcome else (None, {})
        raise mistake(f"{self.process.name} blocks before its first yield", "move require(...) behind a yield")

    def _ways(self, place: Place, instance: tuple[int, ...]) -> Iterator[tuple[Way, Place | None]]:
        """Every way to go on from a place."""
        index = tuple(number(code) for code in instance)
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

        yielded = next(outcome for _, outcome in paths(look))
        self._note_step(place, yielded)
        if isinstance(yielded, Choose):
            values, pairs = choices(yielded)
            if values.domain.bounded:
                offered = list(pairs)
            else:
                parameters = (Parameter(f"{self.process.name}.choice{place.code}", values.domain),)
                offered = [(None, Symbol(parameter(parameters[0]), values))]
        for code, value in offered:
            actor = Actor(self.process.name, instance, code)

            def run(value: Any = value) -> tuple[Place | None, tuple[Write, ...]]:
                store = SymbolicStore(self.slots)
                walk, at = waiting(store)
                if parameters:
                    current_path().assume(le(number(1), value.term))
                self._pass(at, value)
                store.access = Access.STEP
                walk.resume(value)
                if not walk.run():
                    return None, (*store.writes(), *self._forget(place, index, {}))
                arrived, stored = self.places.arrive(walk)
                kept = {local.variable: term for local, term in stored.items()}
                changed = (
                    Write(variable, index, term) for variable, term in kept.items() if term is not read(variable, index)
                )
                return arrived, (*store.writes(), *changed, *self._forget(place, index, kept))

            for path, outcome in paths(asserting(run)):
                if isinstance(outcome, StepFault):
                    yield Way(actor, place.code, DONE, path.guard, (), outcome, parameters), None
                else:
                    arrived, writes = outcome
                    code_after = arrived.code if arrived else DONE
                    yield Way(actor, place.code, code_after, path.guard, writes, None, parameters), arrived

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

    def _note_step(self, place: Place, yielded: Any) -> None:
        location = place.source.location(yield_of(place.statement) or place.statement)
        match yielded:
            case str() if yielded:
                step = Step(self.process.name, yielded, location, place.code)
            case Until(label=label, idle=idle):
                step = Step(self.process.name, label, location, place.code, bool(idle))
            case Choose(label=label, idle=idle):
                step = Step(self.process.name, label, location, place.code, bool(idle), choices(yielded)[0].domain)
            case _:
                given = "nothing" if yielded is None else repr(yielded)
                raise ModelError(
                    f"{self.process.name} yields {given}",
                    hint='yield a label, until(lambda: ...) or choose(Domain, ...): for example yield "apply"',
                    location=location,
                )
        self.steps[place.code] = step

    def _forget(self, place: Place, index: tuple[Term, ...], kept: dict[Variable, Term]) -> Iterator[Write]:
        """Set locals that no longer matter to their default, so that they do not tell states apart."""
        for _, _, local in place.stored:
            if local.variable not in kept:
                default = local.values.domain.default
                value = truth(bool(default)) if local.values.domain.kind is Kind.BOOL else number(default)
                yield Write(local.variable, index, value)


def asserting(run: Any) -> Any:
    """The same code, with a failed assert as a fault of the step."""

    def checked_run() -> Any:
        try:
            return run()
        except AssertionError as error:
            raise StepFault(FaultKind.ASSERTION, str(error) or "assert failed", author_location_of(error)) from error

    return checked_run
