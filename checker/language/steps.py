"""What a process may yield, and how a step blocks.

`yield "label"` names a place where any other process may run; `yield until(...)` waits; `x = yield choose(...)` takes
any value. Code between two yields is one atomic step.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from raceproof.checker.errors import Code, mistake, with_article
from raceproof.checker.language.comparing import how_to_call
from raceproof.checker.language.scope import DomainType

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Until:
    """A place at which the process waits for a condition."""

    condition: Callable[[], bool]
    label: str
    idle: bool


@dataclass(frozen=True, slots=True)
class Choose(Generic[T]):
    """A place at which the step takes one of several values, and every one of them is explored."""

    values: type[T] | Iterable[T]
    label: str
    where: Callable[[T], bool] | None
    idle: bool


Steps = Generator["str | Until | Choose[Any]", Any, None]
"""The type of a process: a generator of places."""

StepsReturning = Generator["str | Until | Choose[Any]", Any, T]
"""The type of a helper that returns a value: `found = yield from self.look_up(key)`."""


class Blocked(Exception):
    """Raised by `require` when the step cannot be taken now; raceproof undoes what the step did."""


def until(condition: Callable[[], bool], label: str = "wait", *, idle: bool = False) -> Until:
    """Wait at this yield until the condition holds; it is asked again in every state, so give it as a function.

    `idle=True` says that waiting here for ever is fine: a state in which everyone is done or idles is no deadlock.
    """
    if not callable(condition):
        raise mistake(
            "until() got a value, not a function",
            "write until(lambda: condition), so that it is asked again",
            code=Code.PLACE,
        )
    return Until(condition, _label(label, "until"), idle)


def choose(
    values: type[T] | Iterable[T], label: str, *, where: Callable[[T], bool] | None = None, idle: bool = False
) -> Choose[T]:
    """Take any member of a domain (or of a fixed collection) for which `where` holds in the current state.

    With no such member the process waits. Every choice is explored.
    """
    if where is not None and not callable(where):
        raise mistake(
            "choose() got a value as `where`, not a function",
            "write where=lambda x: ..., asked of each x",
            code=Code.PLACE,
        )
    return Choose(values, _label(label, "choose"), where, idle)


def _label(label: object, what: str) -> str:
    if not isinstance(label, str) or not label:
        raise mistake(
            f"{what}() got {label!r} as its label",
            'the label is the text a trace shows, such as "apply"',
            code=Code.PLACE,
        )
    return label


def require(condition: bool) -> None:
    """Block the whole step unless the condition holds; nothing the step did before counts then."""
    if not truth_of(condition, "require() gets"):
        raise Blocked


def truth_of(value: Any, asked: str) -> Any:
    """The value, if it can be meant as a truth value. Raises ModelError for what is always true, or always false, by
    mistake: a function that was not called, a tuple, a text, None."""
    if value is None:
        raise mistake(f"{asked} None", "the usual cause is a missing `return`", code=Code.TRUTH)
    if callable(value):
        raise mistake(f"{asked} a function, which is always true", how_to_call(value), code=Code.TRUTH)
    if isinstance(value, str | bytes | tuple | list | dict | set | frozenset | Generator | enum.Enum):
        raise mistake(
            f"{asked} {with_article(type(value).__name__)}, not a truth value", "write a comparison", code=Code.TRUTH
        )
    return value


def members(values: Any) -> Iterable[Any]:
    """The values that a domain, `bool`, an Enum, a range or a collection stands for, in order."""
    if values is bool:
        return (False, True)
    if isinstance(values, DomainType | enum.EnumType):
        return iter(values)
    if isinstance(values, type) or not isinstance(values, Iterable):
        name = values.__name__ if isinstance(values, type) else repr(values)
        raise mistake(
            f"{name} has no members", "give a domain, bool, an Enum, a range or a tuple of values", code=Code.MEMBERS
        )
    if isinstance(values, set | frozenset):
        raise mistake(
            "takes values from a set, which has no order",
            "give a tuple: the same order in every run",
            code=Code.MEMBERS,
        )
    return values
