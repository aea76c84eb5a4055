"""The values that `choose` offers, with codes that name them in commands, schedules and traces."""

from __future__ import annotations

import enum
from typing import Any

from raceproof.checker.errors import mistake
from raceproof.checker.language.domains import DomainType
from raceproof.checker.language.steps import Choose, members
from raceproof.checker.language.values import Values, values_of
from raceproof.checker.system.domain import Domain, Kind

MOST_CHOICES = 100_000


def choices(chosen: Choose[Any]) -> tuple[Values, list[tuple[int, Any]]]:
    """The domain of the choice and its (code, value) pairs; for a fixed collection the codes are positions.

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
            raise mistake(f"choose() offers more than {MOST_CHOICES} values", "choose from fewer")
        if hasattr(value, "term"):
            raise mistake(
                "choose() offers values of the state",
                "choose from a domain: choose(Domain, label, where=lambda x: ...)",
            )
        found.append(value)
    labels = tuple(repr(value) for value in found)
    return Values(None, Domain("choice", Kind.ENUM, 0, len(found) - 1, labels)), list(enumerate(found))
