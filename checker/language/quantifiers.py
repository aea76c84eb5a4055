"""`forall`, `exists` and `count`: a predicate asked of every member of a domain.

They mean what all(), any() and sum() mean. While a model is being lowered they become one term instead of a fork per
member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from functools import partial
from itertools import product
from typing import Any, Protocol, TypeVar, overload

from raceproof.checker.errors import mistake
from raceproof.checker.language.steps import members

A = TypeVar("A")
B = TypeVar("B")
Question = Callable[[], Any]


class Quantifier(Protocol):
    """How questions over a domain are answered: with real values, or as terms."""

    def forall(self, questions: Sequence[Question]) -> bool: ...
    def exists(self, questions: Sequence[Question]) -> bool: ...
    def count(self, questions: Sequence[Question]) -> int: ...


class _Plain:
    """The meaning, in plain Python."""

    def forall(self, questions: Sequence[Question]) -> bool:
        return all(question() for question in questions)

    def exists(self, questions: Sequence[Question]) -> bool:
        return any(question() for question in questions)

    def count(self, questions: Sequence[Question]) -> int:
        return sum(bool(question()) for question in questions)


answering: ContextVar[Quantifier] = ContextVar("answering", default=_Plain())


@overload
def forall(domain: type[A] | Iterable[A], predicate: Callable[[A], bool], /) -> bool: ...
@overload
def forall(one: type[A] | Iterable[A], two: type[B] | Iterable[B], predicate: Callable[[A, B], bool], /) -> bool: ...
def forall(*domains_and_predicate: Any) -> bool:
    """Whether the predicate holds of every member, or of every pair of members."""
    return answering.get().forall(_questions(domains_and_predicate))


@overload
def exists(domain: type[A] | Iterable[A], predicate: Callable[[A], bool], /) -> bool: ...
@overload
def exists(one: type[A] | Iterable[A], two: type[B] | Iterable[B], predicate: Callable[[A, B], bool], /) -> bool: ...
def exists(*domains_and_predicate: Any) -> bool:
    """Whether the predicate holds of some member, or of some pair of members."""
    return answering.get().exists(_questions(domains_and_predicate))


@overload
def count(domain: type[A] | Iterable[A], predicate: Callable[[A], bool], /) -> int: ...
@overload
def count(one: type[A] | Iterable[A], two: type[B] | Iterable[B], predicate: Callable[[A, B], bool], /) -> int: ...
def count(*domains_and_predicate: Any) -> int:
    """Of how many members, or pairs of members, the predicate holds."""
    return answering.get().count(_questions(domains_and_predicate))


def _questions(arguments: Sequence[Any]) -> list[Question]:
    *domains, predicate = arguments
    if not domains or not callable(predicate) or isinstance(predicate, type):
        raise mistake("the last argument must be the predicate", "write forall(Domain, lambda x: ...)")
    return [partial(predicate, *values) for values in product(*(tuple(members(d)) for d in domains))]
