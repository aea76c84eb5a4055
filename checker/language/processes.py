"""`@process`, `@action` and `@view`: which methods of a model move, and what it shows of itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeVar, overload

from raceproof.checker.errors import Location, ModelError
from raceproof.checker.language.domains import DomainType
from raceproof.checker.language.steps import Steps

F = TypeVar("F", bound=Callable[..., Any])
Fairness = Literal["weak", "strong"]


class Instance(Protocol):
    """What a claim may ask of one instance of a process: `m.enactor[e].at("apply")`, `m.enactor[e].mine`."""

    def at(self, label: str) -> bool:
        """Whether the process waits at a place with this label. Raises ModelError for an unknown one."""

    @property
    def done(self) -> bool:
        """Whether the process has returned."""

    def __getattr__(self, name: str) -> Any:
        """The value of a local of the process; its domain's default while it has not been set."""

    def __getitem__(self, element: Any) -> Instance:
        """The instance of one member of the process's domain."""


class Member:
    """A method that a decorator has marked: its function, name and the domains of its instances."""

    def __init__(self, function: Callable[..., Any], each: tuple[Any, ...]) -> None:
        self.function = function
        self.each = each
        self.name = function.__name__
        self.__doc__ = function.__doc__
        code = function.__code__
        self.location = Location(code.co_filename, code.co_firstlineno)
        expected = 1 + len(each)
        if code.co_argcount != expected or code.co_kwonlyargcount:
            who = ", ".join(domain.__name__ for domain in each)
            raise ModelError(
                f"{self.name} takes {code.co_argcount} arguments instead of {expected}",
                hint=f"(self, one argument each for {who})" if each else "(self) alone, or say each=Domain",
                location=self.location,
            )


class Process(Member):
    """A generator method that runs for ever beside the others, once for each member of `each`."""

    def __init__(self, function: Callable[..., Any], each: tuple[Any, ...], fair: Fairness | None) -> None:
        super().__init__(function, each)
        self.fair = fair
        if not inspect.isgeneratorfunction(function):
            raise ModelError(
                f"the process {self.name} has no yield",
                hint="a process yields where others may run; use @action for a single step of the environment",
                location=self.location,
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
            )

    def __get__(self, model: Any, owner: type) -> Any:
        return self if model is None else self.function.__get__(model, owner)


class View(Member):
    """A method that says something about a state for people: traces show what it returns, and when it changes."""

    def __get__(self, model: Any, owner: type) -> Any:
        return self if model is None else self.function.__get__(model, owner)


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


def view(function: Callable[[Any], str]) -> View:
    """Mark a method that describes a state in one short line; traces show it whenever it changes."""
    return View(function, ())


def _sized(function: Any, domains: tuple[Any, ...]) -> tuple[Any, ...]:
    for domain in domains:
        if not isinstance(domain, DomainType):
            raise ModelError(
                f"each={domain!r} is no domain",
                hint="declare class Worker(Id) and write each=Worker",
                location=Location(function.__code__.co_filename, function.__code__.co_firstlineno),
            )
    return domains
