"""`@process`, `@action`, `@view` and `@picture`: which methods of a model move, and what it shows of itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeVar, overload

from raceproof.checker.errors import Code, ModelError, definition_of, mistake
from raceproof.checker.language.scope import DomainType
from raceproof.checker.language.steps import Steps

F = TypeVar("F", bound=Callable[..., Any])
Fairness = Literal["weak", "strong"]


class Instance(Protocol):
    """What a claim may ask of one instance of a process: `m.enactor[e].at("apply")`, `m.enactor[e].mine`; and of a call
    of a helper that is under way in it: `m.enactor[e].clean_up.at("delete")`, `m.enactor[e].clean_up.old`."""

    def at(self, label: str, **known: Any) -> bool:
        """Whether the process waits at a place with this label; where that is in a loop, or in a helper, whether these
        loop variables and arguments have these values there. Raises ModelError for an unknown place or name."""
        ...

    @property
    def done(self) -> bool:
        """Whether the process has returned."""
        ...

    def __getattr__(self, name: str) -> Any:
        """The value of a local of the process; its domain's default while it has not been set."""
        ...

    def __getitem__(self, element: Any) -> Instance:
        """The instance of one member of the process's domain."""
        ...


class Member:
    """A method that a decorator has marked: its function, name and the domains of its instances."""

    def __init__(self, function: Callable[..., Any], each: tuple[Any, ...]) -> None:
        if not inspect.isfunction(function):
            decorator = type(self).__name__.lower()
            name = getattr(function, "__name__", repr(function))
            hint = f"write @{decorator}(each={name})" if isinstance(function, type) else f"put @{decorator} above a def"
            raise mistake(f"@{decorator} got {name}, which is no method", hint, code=Code.DECLARATION)
        self.function = function
        self.each = each
        self.name = function.__name__
        self.__doc__ = function.__doc__
        code = function.__code__
        self.location = definition_of(function)
        expected = 1 + len(each)
        others = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
        if code.co_argcount != expected or code.co_kwonlyargcount or code.co_flags & others:
            given = len(inspect.signature(function).parameters)
            who = ", ".join(domain.__name__ for domain in each)
            raise ModelError(
                f"{self.name} takes {given} argument{'' if given == 1 else 's'} instead of {expected}",
                hint=f"write (self, and one for each of {who})" if each else "write (self), or say each=Domain",
                location=self.location,
                code=Code.DECLARATION,
            )


class Process(Member):
    """A generator method that runs for ever beside the others, once for each member of `each`."""

    def __init__(self, function: Callable[..., Any], each: tuple[Any, ...], fair: Fairness | None) -> None:
        super().__init__(function, each)
        if fair not in (None, "weak", "strong"):
            hint = 'write fair="weak" or fair="strong"'
            raise ModelError(f"fair={fair!r} is no fairness", hint=hint, location=self.location, code=Code.DECLARATION)
        self.fair = fair
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            raise ModelError(
                f"the process {self.name} is asynchronous",
                hint="write def, and yield where another process may run",
                location=self.location,
                code=Code.YIELDS,
            )
        if not inspect.isgeneratorfunction(function):
            raise ModelError(
                f"the process {self.name} has no yield",
                hint="a process yields where others may run; use @action for a single step of the environment",
                location=self.location,
                code=Code.YIELDS,
            )

    def __get__(self, model: Any, owner: type) -> Instance:
        return self if model is None else model._store.view(self)  # type: ignore[return-value]


class Action(Member):
    """A method that the environment may call in any state: one atomic step, disabled where `require` fails."""

    def __init__(self, function: Callable[..., Any], each: tuple[Any, ...]) -> None:
        super().__init__(function, each)
        if inspect.isgeneratorfunction(function):
            raise ModelError(
                f"the action {self.name} has a yield",
                hint="an action is one step; use @process for something that takes several",
                location=self.location,
                code=Code.YIELDS,
            )

    def __get__(self, model: Any, owner: type) -> Any:
        return self if model is None else self.function.__get__(model, owner)


class View(Member):
    """A method that says something about a state for people: traces show what it returns, and when it changes."""

    def __get__(self, model: Any, owner: type) -> Any:
        return self if model is None else self.function.__get__(model, owner)


class Picture(View):
    """A view of several lines, which is shown of single states, and not in traces."""


@overload
def process(function: Callable[[Any], Steps], /) -> Process: ...
@overload
def process(
    *, each: type | tuple[type, ...] = (), fair: Fairness | None = None
) -> Callable[[Callable[..., Steps]], Process]: ...
def process(
    function: Callable[..., Any] | None = None,
    /,
    *,
    each: type | tuple[type, ...] = (),
    fair: Fairness | None = None,
) -> Process | Callable[[Callable[..., Any]], Process]:
    """Mark a generator method as a process; with `each=Domain`, one runs for each member, which it is given.

    `fair` is the assumption under which temporal claims are checked: "weak" or "strong".
    """
    domains = each if isinstance(each, tuple) else (each,)
    if function is not None:
        return Process(function, (), None)
    return lambda decorated: Process(decorated, _sized(decorated, domains), fair)


@overload
def action(function: F, /) -> F: ...
@overload
def action(*, each: type | tuple[type, ...]) -> Callable[[F], F]: ...
def action(function: Any = None, /, *, each: type | tuple[type, ...] = ()) -> Any:
    """Mark a method as a move of the environment that may happen in any state in which it does not block."""
    domains = each if isinstance(each, tuple) else (each,)
    if function is not None:
        return Action(function, ())
    return lambda decorated: Action(decorated, _sized(decorated, domains))


@overload
def view(function: Callable[[Any], str], /) -> View: ...
@overload
def view(*, each: type | tuple[type, ...]) -> Callable[[Callable[..., str]], View]: ...
def view(
    function: Callable[..., str] | None = None, /, *, each: type | tuple[type, ...] = ()
) -> View | Callable[[Callable[..., str]], View]:
    """Mark a method that describes a state, or with `each` one member's part of it, in one short line; traces show the
    line whenever it changes."""
    domains = each if isinstance(each, tuple) else (each,)
    if function is not None:
        return View(function, ())
    return lambda decorated: View(decorated, _sized(decorated, domains))


@overload
def picture(function: Callable[[Any], str], /) -> Picture: ...
@overload
def picture(*, each: type | tuple[type, ...] = ()) -> Callable[[Callable[..., str]], Picture]: ...
def picture(
    function: Callable[..., str] | None = None, /, *, each: type | tuple[type, ...] = ()
) -> Picture | Callable[[Callable[..., str]], Picture]:
    """Mark a method that draws a state, or with `each` one member's part of it, as text of a few lines; explanations
    show it of the states that they are about."""
    domains = each if isinstance(each, tuple) else (each,)
    if function is not None:
        return Picture(function, ())
    return lambda decorated: Picture(decorated, _sized(decorated, domains))


def _sized(function: Any, domains: tuple[Any, ...]) -> tuple[Any, ...]:
    for domain in domains:
        if not isinstance(domain, DomainType):
            raise ModelError(
                f"each={getattr(domain, '__name__', repr(domain))} is no domain",
                hint="declare class Worker(Id) and write each=Worker",
                location=definition_of(function) if inspect.isfunction(function) else None,
                code=Code.DECLARATION,
            )
    return domains
