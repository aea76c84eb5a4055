"""Places: the control locations of a process, and which locals are stored while it waits at each.

Two visits of a yield are the same place when the stacks of frames agree: the same loops at the same positions, the same
helpers called from the same lines with the same known arguments. What differs between visits otherwise is state.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from raceproof.checker.errors import Code, ModelError, blaming, with_article
from raceproof.checker.language.processes import Process
from raceproof.checker.language.reading import names_stored
from raceproof.checker.language.values import Values, type_of, values_of
from raceproof.checker.lowering.checking import checked
from raceproof.checker.lowering.forking import current_path
from raceproof.checker.lowering.items import Items, OpenItems, is_fixed, key_of
from raceproof.checker.lowering.liveness import Names
from raceproof.checker.lowering.passing import is_static, passed
from raceproof.checker.lowering.source import Source, bind, source_of
from raceproof.checker.lowering.spots import asked_for, open_loops
from raceproof.checker.lowering.symbols import Symbol
from raceproof.checker.lowering.table import SymbolicTable
from raceproof.checker.lowering.walk import Block, Call, For, Frame, Scope, Walk, While, mistake_at, scope_of
from raceproof.checker.system.build import le, number, read
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.terms import Term, Variable

MOST_PLACES = 20_000


@dataclass(frozen=True, slots=True)
class Local:
    """A local of a process that is state, with the values it may hold."""

    variable: Variable
    values: Values


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One control location: the frames to go on from, known names for each call, and which locals are stored."""

    code: int
    frames: tuple[Frame, ...]
    known: tuple[dict[str, Any], ...]
    stored: tuple[tuple[int, str, Local], ...]

    @property
    def statement(self) -> ast.stmt:
        block = self.frames[-1]
        assert isinstance(block, Block)
        return block.body[block.at]

    @property
    def source(self) -> Source:
        return next(frame.source for frame in reversed(self.frames) if isinstance(frame, Call))


_Activation = tuple[Call, ast.stmt, Names]
"""A call under way, the statement of it that is being executed, and its loop variables."""

_Stored = Mapping[tuple[int, str], tuple[Local, Term]]
"""What is stored so far, by depth and name."""


@dataclass(slots=True)
class Places:
    """The places of one process, found one by one, and the locals they store.

    `observed` locals, by path (`mine`, `clean_up.old`), are stored wherever their call is under way; `domains` are what
    annotations may name besides what their function sees.
    """

    process: Process
    keys: tuple[Domain, ...]
    observed: frozenset[str]
    domains: Mapping[str, Any]
    found: list[Place] = field(default_factory=list)
    locals: dict[str, Local] = field(default_factory=dict)
    _by_key: dict[object, Place] = field(default_factory=dict)

    def start(self, model: Any, instance: tuple[Any, ...]) -> Walk:
        """The process of one instance, before its first statement."""
        source = source_of(self.process.function)
        arguments = tuple(zip(source.arguments[1:], instance, strict=True))
        frames: list[Frame] = [Call(source, arguments, None), Block(tuple(source.tree.body), 0)]
        return Walk(frames, [scope_of(source, model, arguments)])

    def resume(self, place: Place, model: Any, instance: tuple[Any, ...], index: tuple[Term, ...]) -> Walk:
        """The process of one instance, waiting at a place: stored locals are symbols of the state."""
        scopes: list[Scope] = []
        turning: set[tuple[int, str]] = set()
        for frame in place.frames:
            match frame:
                case Call(source=source, caller=caller):
                    known = place.known[len(scopes)]
                    scopes.append(scope_of(source, model, known.items()))
                    if caller is None:
                        scopes[-1].update(zip(source.arguments[1:], instance, strict=True))
                case For(node=node, items=Items() as items, at=at) if at > 0:
                    bind(node.target, items[at - 1], scopes[-1], self._source_at(place, len(scopes)))
                case For(node=ast.For(target=ast.Name(id=target)), items=OpenItems(), at=at) if at > 0:
                    turning.add((len(scopes) - 1, target))
                case _:
                    pass
        for depth, name, local in place.stored:
            held = read(local.variable, index)
            scopes[depth][name] = Symbol(held, local.values)
            if (depth, name) in turning and local.variable.domain.low == 0:
                current_path().assume(le(number(1), held))  # inside the loop it is a member; a claim may see it before
        for local in self.watched:
            name = local.variable.name.removeprefix(f"{self.process.name}.")
            if "." not in name:
                scopes[0].setdefault(name, Symbol(read(local.variable, index), local.values))
        return Walk(list(place.frames), scopes)

    @property
    def watched(self) -> list[Local]:
        """The locals that claims ask for, as far as they have been found: kept wherever the process is."""
        paths = (f"{self.process.name}.{name}" for name in sorted(self.observed))
        return [self.locals[path] for path in paths if path in self.locals]

    def _source_at(self, place: Place, depth: int) -> Source:
        return [frame.source for frame in place.frames if isinstance(frame, Call)][depth - 1]

    def arrive(self, walk: Walk) -> tuple[Place, dict[Local, Term]]:
        """The place where a walk has stopped, and what its stored locals get. Raises ModelError for a local that is
        no state; StepFault on the path on which a local lies outside of its domain."""
        for frame in walk.frames:
            if isinstance(frame, For) and isinstance(frame.items, Items):
                with blaming(walk.source.location(walk.waiting_at())):
                    frame.items.settle()
        values: dict[tuple[int, str], tuple[Local, Term]] = {}
        known: list[dict[str, Any]] = []
        activations, loops_on = self._activations(walk), open_loops(walk)
        for depth, (call, statement, loops) in enumerate(activations):
            scope = walk.scopes[depth]
            known.append({})
            live = call.source.live[statement] - loops | loops_on[depth]
            asked = asked_for(self.observed, walk.calls[: depth + 1])
            for name in sorted((live | asked) - (set(call.source.arguments) if depth == 0 else set())):
                if name not in scope:
                    continue
                outer = self._outer(activations, known, depth, name, values) if depth and name not in asked else None
                is_known = not outer and self._is_known(activations, known, depth, name, scope)
                if outer:
                    values[depth, name] = outer
                elif is_known and name in live:
                    known[-1][name] = scope[name]
                if not outer and (not is_known or (depth and name in asked)):
                    local = self._local(walk.calls[: depth + 1], name, scope[name], statement)
                    with blaming(call.source.location(statement)):
                        values[depth, name] = local, checked(scope[name], local.values, name)
        lives = [call.source.live[at] - loops | loops_on[depth] for depth, (call, at, loops) in enumerate(activations)]
        stored = tuple(
            (depth, name, local)
            for (depth, name), (local, _) in values.items()
            if name in lives[depth] and name not in known[depth]
        )
        return self._place(walk, known, stored), dict(values.values())

    def _outer(
        self, activations: Sequence[_Activation], known: list[dict[str, Any]], depth: int, name: str, values: _Stored
    ) -> tuple[Local, Term] | None:
        """The local of the caller that a helper's argument is, where the call just names it. (What is known at a place
        may be stored too, for a claim that asks for it; it is known all the same.)"""
        node = passed(activations[depth][0]).get(name)
        if not isinstance(node, ast.Name) or node.id in activations[depth - 1][2] | known[depth - 1].keys():
            return None
        return values.get((depth - 1, node.id))

    def _is_known(
        self, activations: Sequence[_Activation], known: list[dict[str, Any]], depth: int, name: str, scope: Scope
    ) -> bool:
        """Whether a local is a constant of the place: an argument that is written as one, or what is never state."""
        call = activations[depth][0]
        written = passed(call) if depth else {}
        if name in written and is_fixed(scope[name]):
            node = written[name]
            caller, _, loops = activations[depth - 1]
            names = loops | known[depth - 1].keys() | (set(caller.source.arguments[1:]) if depth == 1 else set())
            model = scope[call.source.arguments[0]]
            return node is None or is_static(node, caller.source, frozenset(names), model)
        return self._is_constant(call.source, name, scope[name])

    def _activations(self, walk: Walk) -> list[_Activation]:
        """Each call under way, the statement of it that is being executed, and its loop variables."""
        found: list[_Activation] = []
        for frame in walk.frames:
            if isinstance(frame, Call):
                if found and frame.caller is not None:
                    found[-1] = (found[-1][0], frame.caller, found[-1][2])
                found.append((frame, walk.waiting_at(), frozenset()))
            elif isinstance(frame, For) and isinstance(frame.items, Items) and frame.at > 0:
                call, statement, loops = found[-1]
                found[-1] = (call, statement, loops | names_stored(frame.node.target))
        return found

    def _is_constant(self, source: Source, name: str, value: Any) -> bool:
        if isinstance(value, Symbol) or type_of(value) is not None or name in source.annotated:
            return False
        return not isinstance(value, int) and is_fixed(value)

    def _local(self, calls: list[Call], name: str, value: Any, statement: ast.stmt) -> Local:
        path = ".".join((*(call.source.name for call in calls), name))
        if path in self.locals:
            return self.locals[path]
        source = calls[-1].source
        known = isinstance(value, Symbol) and value.values is not None and name in source.arguments
        annotation = None if known else source.annotation(name, self.domains)
        if annotation is None and not isinstance(value, Symbol):
            annotation = type_of(value)
        if annotation is not None:
            with blaming(source.location(source.annotated.get(name, statement))):
                values = values_of(annotation)
        elif isinstance(value, Symbol) and value.values:
            values = value.values
        else:
            raise self._mistake(Code.LOCAL, calls[-1], statement, *_not_kept(name, value))
        if path.partition(".")[2] in self.observed and values.domain.has_none:
            values = Values(values.python, replace(values.domain, low=0))  # a claim may ask before there is a member
        local = Local(Variable(path, self.keys, values.domain), values)
        self.locals[path] = local
        return local

    def _place(self, walk: Walk, known: list[dict[str, Any]], stored: tuple[tuple[int, str, Local], ...]) -> Place:
        key = self._key(walk.frames, known, stored, {})
        place = self._by_key.get(key)
        if place is None:
            if len(self.found) >= MOST_PLACES:
                message = f"{self.process.name} has more than {MOST_PLACES} places"
                hint = "a for loop with a yield is unrolled: loop over fewer things, or keep the position in a variable"
                raise self._mistake(Code.TOO_MANY_WAYS, walk.calls[-1], walk.waiting_at(), message, hint)
            place = Place(len(self.found), tuple(walk.frames), tuple(known), stored)
            self.found.append(place)
            self._by_key[key] = place
        return place

    def likeness(self, place: Place, instance: tuple[Any, ...]) -> object:
        """What a place of one instance has in common with another's that differs in nothing but who the instance is."""
        own = {key_of(element): position for position, element in enumerate(instance)}
        return self._key(place.frames, place.known, place.stored, own)

    def _key(
        self,
        frames: Sequence[Frame],
        known: Sequence[Mapping[str, Any]],
        stored: Sequence[tuple[int, str, Local]],
        own: Mapping[object, int],
    ) -> object:
        """What tells places apart. `own` are values to be taken for the position that is given for them."""
        return (
            tuple(self._frame_key(frame) for frame in frames),
            tuple(
                tuple((name, own.get(key_of(value), key_of(value))) for name, value in sorted(names.items()))
                for names in known
            ),
            tuple((depth, name, local.variable.name) for depth, name, local in stored),
        )

    def _frame_key(self, frame: Frame) -> object:
        match frame:
            case Block(body=body, at=at):
                return (body, at)
            case While(node=node):
                return node
            case For(node=node, items=items, at=at):
                return (node, items.key(at))
            case Call(source=source, caller=caller):
                return (source.name, caller)

    def _mistake(self, code: Code, call: Call, statement: ast.stmt, message: str, hint: str) -> ModelError:
        return mistake_at(code, call.source.location(statement), message, hint)


def _not_kept(name: str, value: Any) -> tuple[str, str]:
    """What is wrong with a value that cannot be part of the state, and what to do instead."""
    kept = f"{name} is kept across this yield and is"
    if isinstance(value, int | Symbol):
        return f"{kept} an int without bounds", f"annotate it: {name}: Annotated[int, range(0, 5)] = ..."
    if isinstance(value, SymbolicTable):
        return f"{kept} a table", "ask the model for it after the yield: self.table[key]"
    if callable(value):
        return f"{kept} a function", "make it a method of the model"
    kind = with_article(type(value).__name__)
    return f"{kept} {kind}", "keep values of a domain; what a list or set gathers belongs in a table of the state"


def control_variable(process: str, keys: tuple[Domain, ...], labels: tuple[str, ...]) -> Variable:
    """Where a process is: the code of a place, or the last code for one that has returned."""
    domain = Domain(f"{process} place", Kind.LOCATION, 0, len(labels) - 1, labels)
    return Variable(f"{process}.at", keys, domain)
