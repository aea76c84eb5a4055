"""`forall`, `exists` and `count`: a predicate asked of every member of a domain.

They mean what all(), any() and sum() mean. While a model is being lowered they become one term instead of a fork per
member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import product
from typing import Any, Protocol, TypeVar, overload

from raceproof.checker.errors import Code, mistake
from raceproof.checker.language.scope import DomainType, is_open, opened
from raceproof.checker.language.steps import members

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Question:
    """A predicate asked of some members; those in `over` stand for any members of their domains."""

    predicate: Callable[..., Any]
    values: tuple[Any, ...]
    over: tuple[Any, ...] = ()

    def __call__(self) -> Any:
        return self.predicate(*self.values)


class Quantifier(Protocol):
    """How questions over a domain are answered: with real values, or as terms."""

    def forall(self, questions: Sequence[Question]) -> bool: ...
    def exists(self, questions: Sequence[Question]) -> bool: ...
    def count(self, questions: Sequence[Question]) -> int: ...
    def greatest(self, domain: Any, questions: Sequence[Question]) -> Any: ...


class _Plain:
    """The meaning, in plain Python."""

    def forall(self, questions: Sequence[Question]) -> bool:
        return all(question() for question in questions)

    def exists(self, questions: Sequence[Question]) -> bool:
        return any(question() for question in questions)

    def count(self, questions: Sequence[Question]) -> int:
        return sum(bool(question()) for question in questions)

    def greatest(self, domain: Any, questions: Sequence[Question]) -> Any:
        return next((question.values[0] for question in reversed(questions) if question()), domain.none)


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


def greatest(domain: type[A], predicate: Callable[[A], bool], /) -> A:
    """The last member of a domain of which the predicate holds, or its `none` where it holds of none."""
    if not isinstance(domain, DomainType):
        raise mistake(
            "greatest() looks through a domain", "write greatest(Domain, lambda x: ...)", code=Code.QUANTIFIER
        )
    found: A = answering.get().greatest(domain, _questions((domain, predicate)))
    return found


def _questions(arguments: Sequence[Any]) -> list[Question]:
    *domains, predicate = arguments
    if not domains or not callable(predicate) or isinstance(predicate, type):
        raise mistake(
            "the last argument must be the predicate", "write forall(Domain, lambda x: ...)", code=Code.QUANTIFIER
        )
    if not any(is_open(domain) for domain in domains):
        return [Question(predicate, values) for values in product(*(tuple(members(d)) for d in domains))]
    return list(_open_questions(predicate, domains))


def _open_questions(predicate: Callable[..., Any], domains: Sequence[Any]) -> Iterator[Question]:
    """With one member that stands for all where there may be any number."""
    lists = [
        (opened().some(domain, position),) if is_open(domain) else tuple(members(domain))
        for position, domain in enumerate(domains)
    ]
    for values in product(*lists):
        over = tuple(value for value, domain in zip(values, domains, strict=True) if is_open(domain))
        yield Question(predicate, values, over)
