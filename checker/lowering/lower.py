"""Lowering: a model in a scope becomes a transition system, once, exactly.

Every process is explored from place to place: each way from one yield to the next is one command. Nothing is
approximated; a construct that cannot be lowered is an error of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from raceproof.checker.errors import blaming
from raceproof.checker.language.model import Model, actions, domains, processes
from raceproof.checker.language.processes import Action, Member
from raceproof.checker.language.quantifiers import answering
from raceproof.checker.language.scope import Scope, is_open, opening
from raceproof.checker.language.values import Values, values_of
from raceproof.checker.lowering.forking import StepFault, paths, repeated_paths
from raceproof.checker.lowering.instances import Instance, actor_of, elements_of, index_of, instances, of_all
from raceproof.checker.lowering.methods import lint_model
from raceproof.checker.lowering.open import OpenMembers
from raceproof.checker.lowering.outside import check_unchanged, constants_of
from raceproof.checker.lowering.places import control_variable
from raceproof.checker.lowering.process import DONE, ProcessLowering, Way, default_of
from raceproof.checker.lowering.quantifying import SymbolicQuantifier
from raceproof.checker.lowering.source import source_of
from raceproof.checker.lowering.spots import Spot
from raceproof.checker.lowering.store import Slot, SymbolicStore, slots_of
from raceproof.checker.lowering.symbols import Symbol, as_condition, wrap
from raceproof.checker.lowering.translating import translating
from raceproof.checker.system.build import conjunction, disjunction, eq, number, read
from raceproof.checker.system.open import size_variable
from raceproof.checker.system.terms import Parameter, Term, Variable, free_parameters
from raceproof.checker.system.transition import Command, Fault, ProcessInfo, Step, TransitionSystem, Write


@contextmanager
def symbolic(scope: Scope) -> Iterator[None]:
    """Run the author's code over symbols, in a scope; its own exceptions become ModelErrors with their line."""
    token = answering.set(SymbolicQuantifier(as_condition, wrap, lambda term, of: Symbol(term, values_of(of))))
    try:
        with scope.running(), opening(OpenMembers()), translating():
            yield
    finally:
        answering.reset(token)


@dataclass(frozen=True, slots=True)
class Lowered:
    """A transition system, which Python values the locals of its processes stand for, the (process, local) pairs that
    are kept because claims ask for them, and where a process is at each (process, control location)."""

    system: TransitionSystem
    locals: Mapping[Variable, Values]
    observed: frozenset[tuple[str, str]]
    spots: Mapping[tuple[str, int], Spot]


def lower(model: Model, scope: Scope, observed: frozenset[tuple[str, str]] = frozenset()) -> Lowered:
    """The transition system of a model in a scope. `observed` names (process, local) pairs that claims ask for, which
    are kept even where the process itself no longer needs them. Raises ModelError."""
    with blaming(None), symbolic(scope):
        lint_model(model)
        constants = constants_of(model)
        slots = slots_of(model)
        assembly = _Assembly(slots)
        for name, process in processes(model).items():
            keys = _keys_of(process)
            wanted = frozenset(local for owner, local in observed if owner == name)
            lowered = ProcessLowering(model, slots, process, keys, wanted)
            lowered.explore()
            assembly.add_process(lowered)
        for action in actions(model).values():
            assembly.add_action(model, action)
        check_unchanged(model, constants)
        used = list(_used(model, slots, scope))
        sizes = {name: values_of(domain).domain.size for name, domain in used}
        for _, domain in used:
            if is_open(domain):
                assembly.variables[size_variable(values_of(domain).domain)] = (None,)
    return Lowered(assembly.system(type(model).__name__, sizes), assembly.locals, observed, assembly.spots)


def _keys_of(member: Member) -> tuple[Values, ...]:
    with blaming(member.location):
        return tuple(values_of(domain) for domain in member.each)


def _used(model: Model, slots: dict[str, Slot], scope: Scope) -> Iterable[tuple[str, Any]]:
    """The domains that the state and the processes range over, and those that the scope names."""
    known = domains(model)
    used = {values.domain.name for slot in slots.values() for values in (slot.values, *slot.keys)}
    members: list[Member] = [*processes(model).values(), *actions(model).values()]
    used |= {domain.__name__ for member in members for domain in member.each}
    used |= {domain.__name__ for domain in scope.sizes}
    return [(name, known[name]) for name in sorted(used) if name in known]


def _left_open(way: Way, guard: tuple[Term, ...], writes: tuple[Write, ...]) -> tuple[Parameter, ...]:
    """What a command leaves open: what was chosen, who acts, and what its path has taken."""
    found = set(free_parameters(guard)) | set(way.parameters)
    for write in writes:
        found |= free_parameters((*write.index, write.value)) - set(write.over)
    return tuple(sorted(found, key=lambda parameter: parameter.name))


class _Assembly:
    """Collects lowered processes and actions, and numbers their control locations for good."""

    def __init__(self, slots: dict[str, Slot]) -> None:
        self.slots = slots
        self.variables: dict[Variable, tuple[int | None, ...]] = {s.variable: s.initial for s in slots.values()}
        self.steps: list[Step] = []
        self.commands: list[Command] = []
        self.faults: list[Fault] = []
        self.processes: list[ProcessInfo] = []
        self.at_rest: list[Term] = []
        self.locals: dict[Variable, Values] = {}
        self.spots: dict[tuple[str, int], Spot] = {}

    def add_process(self, lowered: ProcessLowering) -> None:
        locations, steps = lowered.locations()
        self.spots |= {(lowered.process.name, at): spot for at, spot in lowered.spots(locations).items()}
        done = len(steps)
        control = control_variable(lowered.process.name, lowered.places.keys, (*(step.label for step in steps), "done"))
        first = len(self.steps)
        self.steps += steps
        self._add_initial(control, lowered, lambda place, instance: locations.get((place, instance), done))
        resting = [done, *(place for place, step in enumerate(steps) if step.idle)]
        for instance in lowered.starts:
            here = read(control, index_of(instance))
            self.at_rest.append(of_all(instance, disjunction(eq(here, number(code)) for code in resting)))
        for way in lowered.ways:
            index = index_of(way.instance)
            here = read(control, index)
            source = locations[way.source, way.instance]
            target = locations.get((way.target, way.instance), done)
            guard = (eq(here, number(source)), *way.guard)
            moved = [Write(control, index, number(target))] if source != target else []
            forgotten = self._forgotten(lowered, way, index)
            self._add_way(way, first + source, guard, (*moved, *way.writes, *forgotten))
        self.processes.append(
            ProcessInfo(
                lowered.process.name,
                lowered.places.keys,
                control,
                {path.partition(".")[2]: local.variable for path, local in lowered.places.locals.items()},
                lowered.process.fair,
            )
        )

    def _forgotten(self, lowered: ProcessLowering, way: Way, index: tuple[Term, ...]) -> Iterator[Write]:
        """A process that is done has no locals any more, not even those that claims ask for; nor has a helper that has
        returned."""
        written = {write.variable for write in way.writes}
        for local in lowered.places.watched:
            path = local.variable.name.partition(".")[2]
            if way.target == DONE or (path in way.ended and local.variable not in written):
                yield Write(local.variable, index, default_of(local))

    def _add_initial(
        self, control: Variable, lowered: ProcessLowering, location: Callable[[int, Instance], int]
    ) -> None:
        starts = lowered.starts
        self.locals.update({local.variable: local.values for local in lowered.places.locals.values()})
        self.variables[control] = tuple(location(place, instance) for instance, (place, _) in starts.items())
        for local in lowered.places.locals.values():
            default = local.values.domain.default
            self.variables[local.variable] = tuple(held.get(local.variable, default) for _, held in starts.values())

    def add_action(self, model: Model, action: Action) -> None:
        keys = _keys_of(action)
        source = source_of(action.function)
        self.steps.append(Step(action.name, action.name.replace("_", " "), source.location(source.tree)))
        self.processes.append(ProcessInfo(action.name, tuple(key.domain for key in keys), None))
        seen = False
        for instance in instances(keys):
            elements, actor = elements_of(keys, instance), actor_of(action.name, instance)

            def run(elements: tuple[Any, ...] = elements) -> tuple[Write, ...]:
                store = SymbolicStore(self.slots)
                action.function(model._running_on(store), *elements)
                return tuple(store.writes())

            with blaming(action.location), translating():
                found = list(paths(run)) if seen else repeated_paths(run)
            seen = True
            for path, outcome in found:
                for guard, wrong in path.faults:
                    self._add_way(Way(actor, instance, 0, 0, guard, (), wrong, ()), len(self.steps) - 1, guard, ())
                fault, writes = (outcome, ()) if isinstance(outcome, StepFault) else (None, outcome)
                way = Way(actor, instance, 0, 0, path.guard, writes, fault, ())
                self._add_way(way, len(self.steps) - 1, path.guard, writes)

    def _add_way(self, way: Way, step: int, guard: tuple[Term, ...], writes: tuple[Write, ...]) -> None:
        if way.fault:
            fault = way.fault
            self.faults.append(Fault(way.actor, step, guard, fault.kind, fault.message, fault.location))
        else:
            self.commands.append(Command(way.actor, step, guard, writes, _left_open(way, guard, writes)))

    def system(self, name: str, sizes: dict[str, int | None]) -> TransitionSystem:
        return TransitionSystem(
            name,
            tuple(self.variables),
            self.variables,
            tuple(self.steps),
            tuple(self.commands),
            tuple(self.faults),
            tuple(self.processes),
            conjunction(self.at_rest),
            sizes,
        )
