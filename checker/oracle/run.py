"""Running a model as plain Python: real generators, real values, any schedule.

`Oracle(model, scope)` gives initial states and takes steps; a state is a value and can be gone back to. A breakpoint in
the author's code stops in the author's code: step through a schedule in pdb.
"""

from __future__ import annotations

from bdb import BdbQuit
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from raceproof.checker.errors import Code, Location, ModelError, RaceproofError, author_location_of, blaming
from raceproof.checker.language.access import Access
from raceproof.checker.language.model import Model, actions, pictures, processes, views
from raceproof.checker.language.processes import Process
from raceproof.checker.language.scope import Scope
from raceproof.checker.language.steps import Blocked, Choose, Until, members
from raceproof.checker.language.values import Values, type_of, values_of
from raceproof.checker.lowering.choices import choices
from raceproof.checker.lowering.store import slots_of
from raceproof.checker.oracle.looks import Looks
from raceproof.checker.oracle.store import RealStore, check_value
from raceproof.checker.oracle.threads import History, Thread, Yielded, describe, start
from raceproof.checker.system.transition import Actor

_MOST_ALIVE = 4096


class AssertFailed(Exception):
    """An `assert` of the author's failed in a step."""

    def __init__(self, error: AssertionError) -> None:
        super().__init__(str(error) or "assert failed")
        self.location = author_location_of(error)


@dataclass(frozen=True, slots=True)
class OracleState:
    """The codes of the shared variables, and where each process instance waits."""

    shared: tuple[int, ...]
    threads: tuple[Thread, ...]

    @property
    def at_rest(self) -> bool:
        """Whether nobody needs to move: everyone is done or idles."""
        return all(thread.done or thread.idle for thread in self.threads)


class Oracle:
    """A model in a scope, as Python runs it.

    `locals` tells which values the locals of processes hold, by (process, path): for claims that ask for one before it
    is set. `observed` are those that claims ask for: they tell states apart even where the process is done with them.
    """

    def __init__(
        self,
        model: Model,
        scope: Scope,
        locals: Mapping[tuple[str, str], Values] | None = None,
        observed: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.scope = scope
        self.observed = tuple(sorted(observed))
        self.looks = Looks(type(model), locals or {})
        with scope.running():
            self.store = RealStore(slots_of(model), self.looks.view)
            self._keys = {
                member.name: tuple(values_of(domain) for domain in member.each)
                for member in (*processes(model).values(), *actions(model).values())
            }
        self.model = model._running_on(self.store)
        self._alive: dict[int, tuple[Thread, Any, Yielded]] = {}

    @contextmanager
    def _running(self) -> Iterator[None]:
        """Within the scope; the author's own exceptions become ModelErrors with their line."""
        with self.scope.running():
            try:
                yield
            except (RaceproofError, Blocked, AssertFailed, KeyboardInterrupt, BdbQuit):
                raise
            except AssertionError as error:
                raise AssertFailed(error) from error
            except Exception as error:
                location = author_location_of(error)
                raise ModelError(
                    f"raised {type(error).__name__}: {error}", location=location, code=Code.EXCEPTION
                ) from error

    def initial_states(self) -> Iterator[OracleState]:
        """Every initial state. Raises ModelError where a process does more than set locals before its first yield."""
        with self._running():
            threads = tuple(
                self._begin(process, instance)
                for process in processes(self.model).values()
                for instance in product(*(key.domain.members for key in self._keys[process.name]))
            )
        options = [
            tuple(slot.variable.domain.members) if code is None else (code,)
            for slot in self.store.slots.values()
            for code in slot.initial
        ]
        for shared in product(*options):
            yield OracleState(shared, threads)

    def actors(self, state: OracleState) -> Iterator[Actor]:
        """Everyone who may have a step to take, with each choice; `step` tells whether it is enabled."""
        with self._running():
            for thread in state.threads:
                if not thread.done:
                    _, yielded = self._revive(thread)
                    offered = choices(yielded)[1] if isinstance(yielded, Choose) else [(None, None)]
                    yield from (Actor(thread.process, thread.instance, code) for code, _ in offered)
            for action in actions(self.model).values():
                for instance in product(*(key.domain.members for key in self._keys[action.name])):
                    yield Actor(action.name, instance)

    def step(self, state: OracleState, actor: Actor) -> OracleState | None:
        """The state after the actor's step, or None when the step is disabled.

        Raises AssertFailed, or ModelError where the step goes wrong.
        """
        with self._running():
            self.store.codes = state.shared
            try:
                if actor.process in processes(self.model):
                    return self._step_process(state, actor)
                return self._step_action(state, actor)
            except Blocked:
                return None

    def _step_action(self, state: OracleState, actor: Actor) -> OracleState:
        action = actions(self.model)[actor.process]
        self.store.access = Access.STEP
        action.function(self.model, *self._elements(actor.process, actor.instance))
        return OracleState(self.store.codes, state.threads)

    def _step_process(self, state: OracleState, actor: Actor) -> OracleState | None:
        at = next(i for i, t in enumerate(state.threads) if (t.process, t.instance) == (actor.process, actor.instance))
        thread = state.threads[at]
        if thread.done:
            return None
        generator, yielded = self._revive(thread)
        self.store.codes = state.shared
        given = self._given(yielded, actor.choice)
        if not self._passes(yielded, given):
            return None
        self._alive.pop(id(thread), None)
        self.store.access = Access.STEP
        after = self._advance(generator, given)
        history = History(state.shared, given, thread.history)
        moved = self._settle(thread.process, thread.instance, history, generator, after)
        return OracleState(self.store.codes, (*state.threads[:at], moved, *state.threads[at + 1 :]))

    def _given(self, yielded: Yielded, choice: int | None) -> Any:
        if not isinstance(yielded, Choose):
            return None
        return next((value for code, value in choices(yielded)[1] if code == choice), None)

    def _passes(self, yielded: Yielded, given: Any) -> bool:
        """Whether what the process waits for holds now."""
        self.store.access = Access.LOOK
        if isinstance(yielded, Until):
            return bool(yielded.condition())
        if isinstance(yielded, Choose) and yielded.where:
            return bool(yielded.where(given))
        return True

    def _begin(self, process: Process, instance: tuple[int, ...]) -> Thread:
        self.store.access = Access.START
        generator = start(process, self.model, self._elements(process.name, instance))
        return self._settle(process.name, instance, None, generator, self._advance(generator, None))

    def _advance(self, generator: Any, given: Any) -> Yielded | None:
        try:
            found: Yielded = generator.send(given)
        except StopIteration:
            return None
        return found

    def _settle(
        self, name: str, instance: tuple[int, ...], history: History | None, generator: Any, yielded: Yielded | None
    ) -> Thread:
        """The thread that a generator has come to; its live locals must lie in their domains."""
        thread = describe(name, instance, history, self.model, generator, yielded)
        kept = thread.live | {local for process, local in self.observed if process == name}
        file = processes(self.model)[name].location.file
        for path in kept & thread.locals.keys():
            value = thread.locals[path]
            known = self.looks.locals.get((name, path))
            kind = type_of(value)
            if known or kind is not None:
                with blaming(Location(file, thread.line)):
                    check_value(value, known or values_of(kind), path)
        thread = replace(thread, watched=tuple(self._watched(thread)))
        if yielded is not None:
            self._keep(thread, generator, yielded)
        return thread

    def _watched(self, thread: Thread) -> Iterator[int]:
        """The codes of the locals that claims ask for; their domain's default while they are not set."""
        for process, name in self.observed:
            if process == thread.process:
                values = self.looks.locals[process, name]
                held = thread.locals
                yield values.encode(held[name]) if name in held else values.domain.default

    def _keep(self, thread: Thread, generator: Any, yielded: Yielded) -> None:
        """Remember a generator for the next step from here; the oldest is forgotten, and made anew when needed."""
        if len(self._alive) >= _MOST_ALIVE:
            self._alive.pop(next(iter(self._alive)))
        self._alive[id(thread)] = (thread, generator, yielded)

    def _revive(self, thread: Thread) -> tuple[Any, Yielded]:
        """A generator that waits where the thread does: the one it came from, or a new one driven there."""
        alive = self._alive.get(id(thread))
        if alive and alive[0] is thread:
            return alive[1], alive[2]
        process = processes(self.model)[thread.process]
        self.store.access = Access.START
        generator = start(process, self.model, self._elements(thread.process, thread.instance))
        yielded = self._advance(generator, None)
        self.store.access = Access.STEP
        for entry in thread.history.from_the_start() if thread.history else []:
            self.store.codes = entry.before
            yielded = self._advance(generator, entry.given)
        assert yielded is not None, "a thread that is done cannot be revived"
        self._keep(thread, generator, yielded)
        return generator, yielded

    def wake(self, thread: Thread) -> None:
        """Have the generator of a thread that is not done at hand: the next step from there then runs nothing else."""
        with self._running():
            self._revive(thread)

    def _elements(self, name: str, instance: tuple[int, ...]) -> tuple[Any, ...]:
        return tuple(key.decode(code) for key, code in zip(self._keys[name], instance, strict=True))

    def ask(self, predicate: Any, *states: OracleState) -> bool:
        """What a claim's predicate says of a state, or of the states before and after a step."""
        with self._running():
            models = [self._look(state) for state in states]
            try:
                return bool(predicate(*models))
            except AssertionError as error:
                raise ModelError(
                    str(error) or "assert failed", location=author_location_of(error), code=Code.EXCEPTION
                ) from error

    def views(self, state: OracleState) -> dict[str, str]:
        """What the model's @view methods say of a state, by name and member: `clients resolve public`."""
        found: dict[str, str] = {}
        with self._running():
            model = self._look(state)
            for name, view in views(self.model).items():
                for elements in product(*(tuple(members(domain)) for domain in view.each)):
                    shown = " ".join((name.replace("_", " "), *map(str, elements)))
                    found[shown] = str(view.function(model, *elements))
        return found

    def pictures(self, state: OracleState) -> list[str]:
        """The lines that the model's @picture methods draw of a state."""
        with self._running():
            model = self._look(state)
            drawn = [
                str(picture.function(model, *elements))
                for picture in pictures(self.model).values()
                for elements in product(*(tuple(members(domain)) for domain in picture.each))
            ]
        return [line.rstrip() for text in drawn for line in text.splitlines()]

    def _look(self, state: OracleState) -> Model:
        looks = Looks(type(self.model), self.looks.locals, state.threads, self._keys)
        store = RealStore(self.store.slots, looks.view, self.store.keys)
        store.codes = state.shared
        store.access = Access.LOOK
        return self.model._running_on(store)
