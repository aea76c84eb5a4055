"""`Model`: a control plane as a class. Annotated attributes are its shared state, generator methods its processes."""

from __future__ import annotations

import ast
import copy
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Final, NoReturn, Protocol, Self, get_args, get_origin

from raceproof.checker.errors import Code, Location, ModelError, author_location, did_you_mean, mistake
from raceproof.checker.language.domains import Id
from raceproof.checker.language.processes import Action, Member, Picture, Process, View
from raceproof.checker.language.reading import names_stored, syntax_of
from raceproof.checker.language.scope import DomainType


class _Anything:
    def __repr__(self) -> str:
        return "anything"


anything: Final[Any] = _Anything()
"""As an initial value: every member of the domain is a possible start."""


@dataclass(frozen=True, slots=True)
class Each:
    """The same initial value for every entry of a table, or a function of the entry's keys."""

    value: Any

    def _refuse(self, *_: Any) -> NoReturn:
        raise mistake(
            "reads or assigns an entry of a table before the model runs",
            "start a whole table at once: self.root = each(lambda endpoint: ...), or a dict with every key",
            code=Code.INITIAL_VALUE,
        )

    __getitem__ = __setitem__ = _refuse


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
        self.places: dict[str, Location | None] = {}

    def read(self, declaration: Declaration) -> Any:
        return self.initial.get(declaration.name, declaration.initial)

    def write(self, declaration: Declaration, value: Any) -> None:
        self.initial[declaration.name] = value
        self.places[declaration.name] = author_location()

    def view(self, process: Process) -> Any:
        raise mistake(f"{process.name} has no state outside of a run", "ask for it in a claim", code=Code.CLAIM_ASKS)


class Model:
    """Base of every model.

    Annotated class attributes with a value are shared state; what `__init__` sets otherwise is constant. Methods
    marked @process run for ever, concurrently; methods marked @action are moves of the environment.
    """

    _declarations: ClassVar[Mapping[str, Declaration]] = {}
    _store: Store

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        found = dict(cls._declarations)
        for declared in _declarations_of(cls, sys._getframe(1).f_locals):
            found[declared.name] = declared
            setattr(cls, declared.name, StateField(declared))
        cls._declarations = found

    def __new__(cls, *_: Any, **__: Any) -> Self:
        model = super().__new__(cls)
        object.__setattr__(model, "_store", _Template())
        return model

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._declarations and not isinstance(self._store, _Template):
            if name in self.__dict__ or hasattr(type(self), name):
                wrong, known = f"'{name}' is a constant of {type(self).__name__}", ""
            else:
                wrong = f"'{name}' is no state of {type(self).__name__}"
                known = did_you_mean(name, self._declarations)
                known = f"{known} If not, " if known.endswith("?") else ""
            raise mistake(
                f"{wrong}, and a step may write state only",
                f"{known}declare it in the class: {name.lstrip('_')}: <domain> = <initial value>",
                code=Code.NOT_STATE,
            )
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or isinstance(vars(self).get("_store"), _Template | None):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        if any(name in inspect.get_annotations(cls) for cls in type(self).__mro__):
            raise mistake(
                f"{type(self).__name__}.{name} has no value",
                f"{name}: <domain> = <initial value> makes it state; set in __init__ it is a constant",
                code=Code.ATTRIBUTE,
            )
        known = did_you_mean(name, [known for known in dir(self) if not known.startswith("_")])
        raise mistake(f"{type(self).__name__} has no attribute '{name}'", known, code=Code.ATTRIBUTE)

    def _repr_html_(self) -> str:
        from raceproof.checker.formats.notebook import html_of_model

        return html_of_model(self)

    def _running_on(self, store: Store) -> Self:
        """A copy of this model whose state lives in `store`."""
        model = copy.copy(self)
        object.__setattr__(model, "_store", store)
        return model


def declarations(model: Model) -> dict[str, Declaration]:
    """The state variables, with the initial values that this instance's `__init__` may have set."""
    store = model._store
    if not isinstance(store, _Template):
        return dict(model._declarations)
    return {
        name: replace(d, initial=store.initial.get(name, d.initial), location=store.places.get(name, d.location))
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
    shown = _members_of(type(model), View)
    return {name: view for name, view in shown.items() if not isinstance(view, Picture)}


def pictures(model: Model) -> dict[str, Picture]:
    """What the model draws of a state, in the order of declaration."""
    return _members_of(type(model), Picture)


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
        module = sys.modules.get(cls.__module__)
        for value in vars(module).values() if module else ():
            if isinstance(value, DomainType) and value.__module__ != Id.__module__:
                found[value.__name__] = value
    for declaration in model._declarations.values():
        for used in (*declaration.key_types, declaration.value_type):
            if isinstance(used, DomainType):
                found[used.__name__] = used
    members: list[Process | Action] = [*processes(model).values(), *actions(model).values()]
    for member in members:
        found.update({used.__name__: used for used in member.each if isinstance(used, DomainType)})
    return found


def _declarations_of(cls: type, names: Mapping[str, Any]) -> Iterator[Declaration]:
    """The state that the body of a class declares; `names` are those around it. Raises ModelError."""
    annotations = inspect.get_annotations(cls)
    lines = _Lines(cls)
    for name, annotation in annotations.items():
        if not name.startswith("_") and name in vars(cls):
            location = lines.of(name)
            declared = _declaration(cls, name, _evaluated(cls, name, annotation, names, location), location)
            if declared:
                yield declared
    for name, inherited in cls._declarations.items():  # type: ignore[attr-defined]
        value = vars(cls).get(name, inherited)
        if name in annotations or value is inherited:
            continue
        location = lines.of(name)
        if isinstance(value, Member | property) or inspect.isroutine(value):
            message, hint = f"{cls.__name__}.{name} hides the state variable {name}", "give it another name"
            raise ModelError(message, hint=hint, location=location, code=Code.STATE)
        yield replace(inherited, initial=value, location=location)


def _evaluated(cls: type, name: str, annotation: Any, names: Mapping[str, Any], location: Location | None) -> Any:
    """What an annotation stands for, also where `from __future__ import annotations` has made it a text."""
    if not isinstance(annotation, str):
        return annotation
    module = sys.modules.get(cls.__module__)
    try:
        return eval(annotation, vars(module) if module else {}, {**names, **vars(cls)})
    except Exception as error:
        raise ModelError(
            f"the annotation of {cls.__name__}.{name} cannot be read: {error}",
            hint="define the domain above the model, and do not hide it behind TYPE_CHECKING",
            location=location,
            code=Code.STATE,
        ) from error


def _declaration(cls: type, name: str, annotation: Any, location: Location | None) -> Declaration | None:
    """The state variable that an annotated attribute with a value declares; None for a constant."""
    if get_origin(annotation) is ClassVar or annotation is ClassVar:
        return None
    keys: tuple[Any, ...] = ()
    value_type = annotation
    if get_origin(annotation) is dict:
        key, value_type = get_args(annotation) if len(get_args(annotation)) == 2 else (None, None)
        keys = get_args(key) if get_origin(key) is tuple else (key,)
    wrong: tuple[str, str] | None = None
    if annotation is dict or value_type is None:
        wrong = "a table without its domains", "write dict[Endpoint, Plan]"
    elif get_origin(value_type) is dict:
        wrong = "a table of tables", "write dict[tuple[Endpoint, Plan], bool] and ask table[endpoint, plan]"
    if wrong:
        raise ModelError(f"{cls.__name__}.{name} is {wrong[0]}", hint=wrong[1], location=location, code=Code.STATE)
    return Declaration(name, value_type, keys, vars(cls)[name], location)


class _Lines:
    """Where the body of a class gives names a value, as far as its source can be read."""

    def __init__(self, cls: type) -> None:
        self.cls = cls

    @cached_property
    def _body(self) -> list[ast.stmt]:
        try:
            return getattr(syntax_of(self.cls), "body", [])
        except (OSError, TypeError, SyntaxError):
            return []

    def of(self, name: str) -> Location | None:
        """The line of a name."""
        for statement in self._body:
            defined = isinstance(statement, ast.FunctionDef) and statement.name == name
            if defined or (isinstance(statement, ast.Assign | ast.AnnAssign) and name in names_stored(statement)):
                return Location.of(inspect.getsourcefile(self.cls) or "", statement)
        return author_location()
