"""The values that `choose` offers, with codes that name them in commands, schedules and traces."""

from __future__ import annotations

import enum
from typing import Any

from raceproof.checker.errors import Code, mistake
from raceproof.checker.language.scope import DomainType
from raceproof.checker.language.steps import Choose, members
from raceproof.checker.language.values import Values, type_of, values_of
from raceproof.checker.system.domain import Domain, Kind

MOST_CHOICES = 100_000

Pairs = list[tuple[int, Any]]


def choices(chosen: Choose[Any]) -> tuple[Values, Pairs]:
    """The domain of the choice and its (code, value) pairs: codes of the domain that all values are of, if there is
    one, and else their positions in the collection.

    Raises ModelError for a collection that depends on the state or is too large; no pairs for an unbounded domain.
    """
    if chosen.values is bool or isinstance(chosen.values, DomainType | enum.EnumType):
        values = values_of(chosen.values)
        if not values.domain.bounded:
            return values, []
        return values, [(code, values.decode(code)) for code in values.domain.members]
    found: list[Any] = []
    for value in members(chosen.values):
        if len(found) == MOST_CHOICES:
            raise mistake(
                f"choose() offers more than {MOST_CHOICES} values", "choose from fewer", code=Code.TOO_MANY_WAYS
            )
        if hasattr(type(value), "term"):
            raise mistake(
                "choose() offers values of the state",
                "choose from a domain: choose(Domain, label, where=lambda x: ...)",
                code=Code.MEMBERS,
            )
        found.append(value)
    return _coded(found)


def _coded(found: list[Any]) -> tuple[Values, Pairs]:
    kinds = {type(value) for value in found}
    if kinds == {int}:
        low, high = min(found), max(found)
        return Values(int, Domain(f"{low}..{high}", Kind.INT, low, high)), [(value, value) for value in _once(found)]
    if len(kinds) == 1 and type_of(found[0]) is not None:
        values = values_of(type_of(found[0]))
        return values, [(values.encode(value), value) for value in _once(found)]
    labels = tuple(repr(value) for value in found)
    return Values(None, Domain("choice", Kind.ENUM, 0, len(found) - 1, labels)), list(enumerate(found))


def _once(found: list[Any]) -> list[Any]:
    return list(dict.fromkeys(found))
