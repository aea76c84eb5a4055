"""One process instance as a real generator: where it waits, what its locals hold, and how to bring it back there.

A generator cannot be copied. To go back to an earlier point a new one is made and driven through the same history: the
shared state before each of its steps, and what each yield was given.
"""

from __future__ import annotations

import ast
import copy
import gc
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any

from raceproof.checker.language.domains import is_element
from raceproof.checker.language.model import Model
from raceproof.checker.language.processes import Member, Process
from raceproof.checker.language.reading import names_stored
from raceproof.checker.language.steps import Choose, Until
from raceproof.checker.lowering.liveness import Names, yield_of
from raceproof.checker.lowering.source import Source, source_of
from raceproof.checker.lowering.spots import hide

_SAMPLES: tuple[Any, ...] = ([], (), range(0), "", "\u0100", {}, {}.values(), {}.items())
_ITERATORS: tuple[type, ...] = (reversed, type(reversed(list[int]())), *(type(iter(each)) for each in _SAMPLES))

_NOBODY: Names = frozenset()
Yielded = str | Until | Choose[Any]


@dataclass(frozen=True, slots=True)
class History:
    """The steps that one process has taken: the shared state before the last one, what it was given, and the rest."""

    before: tuple[int, ...]
    given: Any
    earlier: History | None

    def from_the_start(self) -> list[History]:
        found: list[History] = []
        entry: History | None = self
        while entry is not None:
            found.append(entry)
            entry = entry.earlier
        return found[::-1]


@dataclass(frozen=True, slots=True)
class Thread:
    """A process instance at rest between two of its steps.

    `place` tells points of the program apart, loop positions included, and holds the locals that matter there; `locals`
    has every local by path (`mine`, `clean_up.old`); `line` and `label` say where it waits, None when it is done;
    `watched` has the codes of the locals that claims ask for; `helpers` are the calls under way, `known` the loop
    variables and arguments as the innermost function sees them.
    """

    process: str
    instance: tuple[int, ...]
    history: History | None = field(compare=False, repr=False)
    place: tuple[object, ...]
    label: str | None
    line: int
    idle: bool
    locals: dict[str, Any] = field(compare=False, repr=False, hash=False)
    live: frozenset[str] = field(compare=False, repr=False)
    watched: tuple[int, ...] = ()
    helpers: tuple[str, ...] = field(default=(), compare=False, repr=False)
    known: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False, hash=False)

    @property
    def done(self) -> bool:
        return self.label is None


def describe(
    process: str,
    instance: tuple[int, ...],
    history: History | None,
    model: Model,
    generator: Any,
    yielded: Yielded | None,
) -> Thread:
    """The thread whose generator has just stopped at `yielded`, or has returned (None)."""
    if yielded is None:
        return Thread(process, instance, history, ("done",), None, 0, False, {}, frozenset())
    label = yielded if isinstance(yielded, str) else yielded.label
    idle = not isinstance(yielded, str) and yielded.idle
    place: list[object] = []
    found: dict[str, Any] = {}
    live: set[str] = set()
    helpers: list[str] = []
    known: dict[str, Any] = {}
    path, line = "", 0
    for depth, (inner, source, frame) in enumerate(_frames(model, generator)):
        path += f"{source.name}." if depth else ""
        helpers += [source.name] if depth else []
        line = frame.f_lineno
        matters = _live_at(source, line)
        here = dict(frame.f_locals)
        values = tuple((name, _key(here[name])) for name in sorted(matters) if name in here)
        place.append((source.name, frame.f_lasti, values, _still_to_come(inner)))
        found.update({path + name: value for name, value in here.items() if name != source.arguments[0]})
        live |= {path + name for name in matters}
        hide(known, source)
        fixed = (set(source.arguments[1:]) if depth else set()) | _looping_at(source, line)
        known.update({name: here[name] for name in fixed if name in here})
    return Thread(
        process,
        instance,
        history,
        tuple(place),
        label,
        line,
        idle,
        found,
        frozenset(live),
        helpers=tuple(helpers),
        known=known,
    )


def _still_to_come(generator: Any) -> tuple[object, ...]:
    """What the loops of a generator's frame have left, of those that run over known things.

    Loops over a domain are told apart by their variable. (CPython keeps iterators on the frame's stack, where its
    collector sees them.)
    """
    return tuple(_left_in(generator, generator.gi_yieldfrom))


def _left_in(holder: Any, called: Any) -> Iterator[object]:
    """What the iterators that an object holds have left, also those inside zip, map and generator expressions."""
    held: list[Any] = gc.get_referents(holder)
    for value in held:
        if isinstance(value, _ITERATORS):
            rest: Any = copy.copy(value)
            yield tuple(_key(item) for item in rest)
        elif value is not called and (hasattr(type(value), "__next__") or _is_inside(value, holder)):
            yield tuple(_left_in(value, None))


def _is_inside(value: object, holder: object) -> bool:
    """Whether a value is the tuple in which zip and map keep what they go over."""
    return isinstance(value, tuple) and isinstance(holder, zip | map)


def _frames(model: Model, generator: Any) -> Iterator[tuple[Any, Source, FrameType]]:
    """The process's generator, source and frame, then those of the helper it yields from, and so on."""
    while generator is not None:
        yield generator, _source_of_code(type(model), generator.gi_code), generator.gi_frame  # type: ignore[arg-type]
        generator = generator.gi_yieldfrom


@lru_cache(maxsize=512)
def _source_of_code(cls: type, code: CodeType) -> Source:
    for base in cls.__mro__:
        for value in vars(base).values():
            function = value.function if isinstance(value, Member) else value
            if getattr(function, "__code__", None) is code:
                return source_of(function)
    raise LookupError(f"{code.co_name} is no method of {cls.__name__}")


def _live_at(source: Source, line: int) -> Names:
    """The locals that tell states apart while a process waits at a line: live ones, and those of the loops around."""
    live, loops = _waiting(source.function).get(line, (_NOBODY, _NOBODY))
    return live | loops


def _looping_at(source: Source, line: int) -> Names:
    """The variables of the loops around a line with a yield."""
    return _waiting(source.function).get(line, (_NOBODY, _NOBODY))[1]


@lru_cache(maxsize=512)
def _waiting(function: Callable[..., Any]) -> Mapping[int, tuple[Names, Names]]:
    """For each line with a yield of a function, the locals that are live there, and those of the loops around."""
    source = source_of(function)
    found: dict[int, tuple[Names, Names]] = {}
    for statement, loops in _yields(source.tree, frozenset()):
        at = yield_of(statement)
        if at is not None:
            found[at.lineno] = source.live[statement], loops
    return found


def _yields(node: ast.AST, loops: Names) -> Iterator[tuple[ast.stmt, Names]]:
    """Every yield statement below a node, with the variables of the for loops around it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt) and yield_of(child) is not None:
            yield child, loops
        else:
            inner = loops | names_stored(child.target) if isinstance(child, ast.For) else loops
            yield from _yields(child, inner)


def _key(value: Any) -> object:
    """A hashable stand-in for a value, with its type: plan 1, endpoint 1, 1 and True are four things."""
    if isinstance(value, tuple | list):
        return tuple(_key(part) for part in value)
    if is_element(value):
        return (type(value).__name__, value.number)
    return (type(value).__name__, repr(value))


def start(process: Process, model: Model, elements: tuple[Any, ...]) -> Generator[Yielded, Any, None]:
    """A new generator of a process, before its first statement."""
    found: Generator[Yielded, Any, None] = process.function(model, *elements)
    return found
