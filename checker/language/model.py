"""`Model`: a control plane as a class. Annotated attributes are its shared state, generator methods its processes."""

from __future__ import annotations

import copy
import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol, Self, get_args, get_origin

from raceproof.checker.errors import Location, ModelError, author_location, did_you_mean, mistake
from raceproof.checker.language.domains import DomainType
from raceproof.checker.language.processes import Action, Process, View


class _Anything:
    def __repr__(self) -> str:
        return "anything"


anything: Final[Any] = _Anything()
"""As an initial value: every member of the domain is a possible start."""


@dataclass(frozen=True, slots=True)
class Each:
    """The same initial value for every entry of a table, or a function of the entry's keys."""

    value: Any


def each(value: Any) -> Any:
    """Start every entry of a table with `value`; a function is called with the entry's keys."""
    return Each(value)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One state variable: its annotation, key types (none for a plain variable) and initial value."""

    name: str
    value_type: Any
    key_types: tuple[Any, ...]
    initial: Any
    location: Location | None


class Store(Protocol):
    """Where the state of a running model is: real values in the oracle, terms while lowering."""

    def read(self, declaration: Declaration) -> Any: ...
    def write(self, declaration: Declaration, value: Any) -> None: ...
    def view(self, process: Process) -> Any: ...


class StateField:
    """The descriptor behind a state attribute: reads and writes go to the store of the run."""

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration

    def __get__(self, model: Model | None, owner: type) -> Any:
        return self if model is None else model._store.read(self.declaration)

    def __set__(self, model: Model, value: Any) -> None:
        model._store.write(self.declaration, value)


class _Template:
    """The store of a model that is not running: it remembers the initial values that `__init__` set."""

    def __init__(self) -> None:
        self.initial: dict[str, Any] = {}

    def read(self, declaration: Declaration) -> Any:
        return self.initial.get(declaration.name, declaration.initial)

    def write(self, declaration: Declaration, value: Any) -> None:
        self.initial[declaration.name] = value

    def view(self, process: Process) -> Any:
        raise mistake(f"{process.name} has no state outside of a run", "ask for it in a claim")


class Model:
    """Base of every model.

    Annotated class attributes with a value are shared state; what `__init__` sets otherwise is constant. Methods
    marked @process run for ever, concurrently; methods marked @action are moves of the environment.
    """

    _declarations: ClassVar[Mapping[str, Declaration]] = {}
    _store: Store

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        frame = sys._getframe(1)
        module = vars(sys.modules[cls.__module__])
        try:
            annotations = inspect.get_annotations(cls, globals=module, locals=dict(frame.f_locals), eval_str=True)
        except NameError as error:
            raise mistake(
                f"an annotation of {cls.__name__} is unknown: {error}", "define the domain above the model"
            ) from error
        found = dict(cls._declarations)
        for name, annotation in annotations.items():
            declared = _declaration(cls, name, annotation)
            if declared:
                found[name] = declared
                setattr(cls, name, StateField(declared))
        cls._declarations = found

    def __new__(cls, *_: Any, **__: Any) -> Self:
        model = super().__new__(cls)
        object.__setattr__(model, "_store", _Template())
        return model

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._declarations and not isinstance(self._store, _Template):
            known = (
                f"'{name}' is a constant" if name in self.__dict__ else f"'{name}' is no state of {type(self).__name__}"
            )
            raise mistake(
                f"{known}, and a step may write state only",
                f"declare it in the class, {name}: <domain> = <initial value>; {did_you_mean(name, self._declarations)}",
            )
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or isinstance(vars(self).get("_store"), _Template | None):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        raise mistake(f"{type(self).__name__} has no attribute '{name}'", did_you_mean(name, self._public()))

    def _public(self) -> list[str]:
        return [name for name in dir(self) if not name.startswith("_")]

    def _running_on(self, store: Store) -> Self:
        """A copy of this model whose state lives in `store`."""
        model = copy.copy(self)
        object.__setattr__(model, "_store", store)
        return model


def declarations(model: Model) -> dict[str, Declaration]:
    """The state variables, with the initial values that this instance's `__init__` may have set."""
    store = model._store
    initial = store.initial if isinstance(store, _Template) else {}
    return {
        name: Declaration(d.name, d.value_type, d.key_types, initial.get(name, d.initial), d.location)
        for name, d in model._declarations.items()
    }


def processes(model: Model) -> dict[str, Process]:
    """The processes in the order in which the class declares them, inherited ones first."""
    return _members_of(type(model), Process)


def actions(model: Model) -> dict[str, Action]:
    """The environment's moves in the order in which the class declares them, inherited ones first."""
    return _members_of(type(model), Action)


def views(model: Model) -> dict[str, View]:
    """What the model shows of a state besides its variables, in the order of declaration."""
    return _members_of(type(model), View)


def _members_of(cls: type, kind: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, kind):
                found[name] = value
            elif name in found:
                del found[name]
    return found


def domains(model: Model) -> dict[str, DomainType]:
    """The domains a scope may size, by name: those of the state, of the processes and of the model's module."""
    found: dict[str, DomainType] = {}
    for cls in reversed(type(model).__mro__):
        for value in vars(sys.modules[cls.__module__]).values():
            if isinstance(value, DomainType) and value.__module__ != DomainType.__module__:
                found[value.__name__] = value
    for declaration in model._declarations.values():
        for used in (*declaration.key_types, declaration.value_type):
            if isinstance(used, DomainType):
                found[used.__name__] = used
    members: list[Process | Action] = [*processes(model).values(), *actions(model).values()]
    for member in members:
        found.update({used.__name__: used for used in member.each if isinstance(used, DomainType)})
    return found


def _declaration(cls: type, name: str, annotation: Any) -> Declaration | None:
    """The state variable that an annotated attribute declares; None for a constant."""
    if name.startswith("_") or get_origin(annotation) is ClassVar or annotation is ClassVar:
        return None
    if name not in vars(cls):
        return None
    keys: tuple[Any, ...] = ()
    value_type = annotation
    if get_origin(annotation) is dict:
        key, value_type = get_args(annotation)
        keys = get_args(key) if get_origin(key) is tuple else (key,)
    if get_origin(value_type) is dict:
        raise _declaration_error(
            cls, name, "a table of tables", "write dict[tuple[Endpoint, Plan], bool] and ask table[endpoint, plan]"
        )
    if get_origin(value_type) in (list, set, tuple, frozenset) or value_type in (list, set, str, float, object):
        text = getattr(value_type, "__name__", str(value_type))
        raise _declaration_error(
            cls, name, f"a {text}, which is no domain",
            "state is bool, an Enum, an Id, an Ordinal, Annotated[int, range(a, b)], or a dict of those; "
            "a set is dict[Domain, bool]; constants belong in __init__ or are ClassVar",
        )  # fmt: skip
    return Declaration(name, value_type, keys, vars(cls)[name], _line_of(cls, name))


def _declaration_error(cls: type, name: str, what: str, hint: str) -> ModelError:
    return ModelError(f"{cls.__name__}.{name} is {what}", hint=hint, location=_line_of(cls, name))


def _line_of(cls: type, name: str) -> Location | None:
    """The line of the class body that declares `name`, as far as the source can be read."""
    here = author_location()
    try:
        lines, start = inspect.getsourcelines(cls)
    except (OSError, TypeError):
        return here
    for offset, text in enumerate(lines):
        if text.strip().startswith((f"{name}:", f"{name} :")):
            return Location(inspect.getsourcefile(cls) or "", start + offset)
    return here
