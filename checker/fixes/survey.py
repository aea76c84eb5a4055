"""A survey: the designs of a space and what was decided of each; which sets of protections are enough.

A set is smaller than another where it is a part of it. Nothing else is assumed: a protection may break a design that
satisfies every claim without it, and the survey says which do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from raceproof.checker.fixes.decision import Decision
from raceproof.checker.language.space import Protections


@dataclass(frozen=True)
class Survey:
    """Designs, smaller ones first, and the decisions about those of them that were looked at."""

    sets: Sequence[Protections]
    decisions: Mapping[Protections, Decision]

    def satisfied(self, protections: Protections) -> bool | None:
        """Whether every claim holds of a design; None where that is not known."""
        decision = self.decisions.get(protections)
        return None if decision is None else decision.satisfied

    @cached_property
    def enough(self) -> tuple[Protections, ...]:
        """The sets that satisfy every claim."""
        return tuple(found for found in self.sets if self.satisfied(found))

    @cached_property
    def failing(self) -> tuple[Protections, ...]:
        """The sets that violate a claim."""
        return tuple(found for found in self.sets if self.satisfied(found) is False)

    @cached_property
    def undecided(self) -> tuple[Protections, ...]:
        return tuple(found for found in self.sets if self.satisfied(found) is None)

    @cached_property
    def minimal(self) -> tuple[Protections, ...]:
        """The sets that satisfy every claim while no smaller one is known to."""
        return smallest(self.enough)

    @cached_property
    def smaller(self) -> tuple[Protections, ...]:
        """Every set that is smaller than some minimal one; those that are known violate a claim."""
        found = {part for whole in self.minimal for part in _parts(whole)}
        return tuple(protections for protections in self.sets if protections in found)

    @cached_property
    def broken(self) -> tuple[Protections, ...]:
        """The sets that violate a claim although a smaller one satisfies every claim."""
        return tuple(f for f in self.failing if any(set(enough) < set(f) for enough in self.minimal))

    @cached_property
    def breaking(self) -> Mapping[str, int]:
        """How many sets that satisfy every claim each protection breaks by being added; the most harmful first."""
        enough = set(self.enough)
        found = Counter(name for whole in self.broken for name in whole if without(whole, name) in enough)
        return dict(found.most_common())


def smallest(sets: Sequence[Protections]) -> tuple[Protections, ...]:
    """Of sets that are given smaller ones first, those of which no smaller one is given."""
    found: list[Protections] = []
    for protections in sets:
        if not any(set(smaller) < set(protections) for smaller in found):
            found.append(protections)
    return tuple(found)


def without(protections: Protections, name: str) -> Protections:
    """The set without one of its protections."""
    return tuple(other for other in protections if other != name)


def _parts(whole: Protections) -> set[Protections]:
    """Every smaller set, the empty one included."""
    return {part for size in range(len(whole)) for part in combinations(whole, size)}
