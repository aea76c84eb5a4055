"""What a for loop goes over: taken one by one, as Python does, and settled where a process stops inside the loop."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Iterator
from typing import Any

from raceproof.checker.errors import Code, mistake
from raceproof.checker.language.domains import is_element
from raceproof.checker.language.scope import DomainType
from raceproof.checker.lowering.forking import current_path
from raceproof.checker.lowering.symbols import Symbol
from raceproof.checker.system.terms import Op

MOST_ITEMS = 10_000


class Items:
    """The items of one for loop that have been taken, and the iterator that has the others."""

    __slots__ = ("_rest", "_taken")

    def __init__(self, iterable: Iterable[Any]) -> None:
        if isinstance(iterable, set | frozenset):
            raise mistake(
                "loops over a set, which has no order",
                "loop over a tuple: the same order in every run",
                code=Code.MEMBERS,
            )
        self._taken: list[Any] = []
        self._rest: Iterator[Any] | None = iter(iterable)

    def __getitem__(self, at: int) -> Any:
        return self._taken[at]

    def reaches(self, at: int) -> bool:
        """Whether there is an item at a position; takes items until there is."""
        while self._rest is not None and len(self._taken) <= at:
            try:
                self._taken.append(next(self._rest))
            except StopIteration:
                self._rest = None
        return at < len(self._taken)

    def settle(self) -> None:
        """Take all items, so that the loop can go on in a later step. Raises ModelError where they depend on the state,
        which others may change meanwhile."""
        path = current_path()
        asked = path.asked
        if self.reaches(MOST_ITEMS):
            raise mistake(
                f"yields inside a loop over more than {MOST_ITEMS} items",
                "loop over fewer things",
                code=Code.TOO_MANY_WAYS,
            )
        if path.asked != asked:
            raise mistake(
                "yields inside a loop that asks the state for its next item",
                "take the items before the loop, as a list, or loop over a domain and test each member with if",
                code=Code.LOOP,
            )
        if not is_fixed(tuple(self._taken)):
            raise mistake(
                "yields inside a loop over values of the state",
                "loop over a domain and test each member with if",
                code=Code.LOOP,
            )

    def key(self, at: int) -> object:
        """What tells this loop apart while item `at` comes next: the item that is under way, and those to come."""
        return key_of(tuple(self._taken[max(at - 1, 0) :]))


class OpenItems:
    """The members of a domain that may have any number, in order, for a loop that yields: where the process is in the
    loop is part of its state, and from one member it goes on to any later one. (Turns that do nothing are skipped.)"""

    __slots__ = ("domain",)

    def __init__(self, domain: DomainType) -> None:
        self.domain = domain

    def key(self, at: int) -> object:
        """What tells this loop apart while a member is under way, or before the first."""
        return (self.domain, at > 0)


def is_fixed(value: Any) -> bool:
    """Whether a value is a constant of the model that may be part of a control location."""
    if isinstance(value, tuple):
        return all(is_fixed(part) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        frozen = value.__hash__ is not None
        return frozen and all(is_fixed(getattr(value, field.name)) for field in dataclasses.fields(value))
    if is_instance(value):
        return True
    known = (int, str, enum.Enum, DomainType, enum.EnumType)
    return value is None or isinstance(value, known) or is_element(value)


def key_of(value: Any) -> object:
    """A constant as a key that does not confuse plan 1 with endpoint 1, or 1 with True."""
    if isinstance(value, tuple):
        return tuple(key_of(part) for part in value)
    return (type(value), value.term if is_instance(value) else value)


INSTANCE = "any "
"""What the names of parameters begin with that stand for who acts."""


def is_instance(value: Any) -> bool:
    """Whether a value stands for who acts, where there may be any number of instances: for one step it is known."""
    if not isinstance(value, Symbol) or value.term.op is not Op.PARAMETER:
        return False
    return value.term.parameter.name.startswith(INSTANCE)
