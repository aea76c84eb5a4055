"""Orbits: the states that differ only in who is who, and how the one that stands for them is found.

Where everything that knows a domain either belongs to one member alone or is a single place that names one, members are
sorted by what belongs to them and by which places name them: who is not told apart by that is not told apart by
anything, so equally named states are found for all states of an orbit and for no others. Otherwise all renamings are
tried for the smallest packed state, and where there are too many of them, the domain's members are told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from raceproof.checker.explicit.layout import WORD, Layout
from raceproof.checker.explicit.symmetry import Symmetries
from raceproof.checker.system.domain import Domain
from raceproof.checker.system.terms import Variable

MOST_RENAMINGS = 120
"""All renamings of five members."""


@dataclass(frozen=True, slots=True)
class Block:
    """The field of bits that belongs to one member alone: the word, its first bit there, the number of bits."""

    code: int
    word: int
    shift: int
    bits: int


@dataclass(frozen=True)
class Plan:
    """How the representative of a state is found: the domains whose blocks are sorted, and those that all renamings are
    tried of."""

    layout: Layout
    symmetries: Symmetries

    @cached_property
    def domains(self) -> tuple[Domain, ...]:
        """The symmetric domains that a state tells something of, without those that have too many renamings to try."""
        known = self.layout.positions
        kept = [domain for domain in self.symmetries.domains if any(mentions(variable, [domain]) for variable in known)]
        while orbit_size([domain for domain in kept if not self._is_sorted(domain, kept)]) > MOST_RENAMINGS:
            searched = [domain for domain in kept if not self._is_sorted(domain, kept)]
            kept.remove(max(searched, key=lambda domain: len(domain.members)))
        return tuple(kept)

    @property
    def sorted(self) -> list[Domain]:
        return [domain for domain in self.domains if self._is_sorted(domain, self.domains)]

    @property
    def searched(self) -> list[Domain]:
        return [domain for domain in self.domains if not self._is_sorted(domain, self.domains)]

    def _is_sorted(self, domain: Domain, among: Sequence[Domain]) -> bool:
        owned = {variable for variable, _ in self.layout.blocks.get(domain, ((),))[0]}
        others = [other for other in among if other != domain]
        for variable in self.layout.positions:
            if mentions(variable, [domain]):
                names = variable.domain == domain and domain not in variable.keys
                belongs = variable in owned and variable.domain != domain
                if not (names or belongs) or mentions(variable, others):
                    return False
        blocks = self.blocks(domain)
        return bool(blocks) and blocks[0].bits + len(self.names(domain)) < WORD

    def names(self, domain: Domain) -> list[tuple[int, int]]:
        """The places that name a member, as their first bit and number of bits."""
        return [
            (position, domain.bits)
            for variable, positions in self.layout.positions.items()
            if variable.domain == domain
            for position in positions
        ]

    def blocks(self, domain: Domain) -> list[Block]:
        """What members exchange when they change places, from the highest bits to the lowest: no bits for each where
        nothing belongs to them, nothing at all where it is not one field each."""
        found: list[Block] = []
        shapes: set[tuple[int, ...]] = set()
        members = self.layout.blocks.get(domain, tuple(() for _ in domain.members))
        for code, entries in zip(domain.members, members, strict=True):
            positions = [self.layout.positions[variable][slot] for variable, slot in entries]
            ends = [at + variable.domain.bits for at, (variable, _) in zip(positions, entries, strict=True)]
            first, end = min(positions, default=0), max(ends, default=0)
            shapes.add((*(position - first for position in positions), end - first))
            found.append(Block(code, first // WORD, first % WORD, end - first))
            is_field = end - first == sum(variable.domain.bits for variable, _ in entries)
            if not is_field or (entries and first // WORD != (end - 1) // WORD):
                return []
        found.sort(key=lambda block: (block.word, block.shift), reverse=True)
        return found if len(shapes) == 1 else []


def orbit_size(domains: Sequence[Domain]) -> int:
    """How many states one can stand for at most: the number of all renamings."""
    size = 1
    for domain in domains:
        for number in range(2, len(domain.members) + 1):
            size *= number
    return size


def mentions(variable: Variable, domains: Sequence[Domain]) -> bool:
    """Whether a variable is keyed by one of the domains or holds its identities."""
    return variable.domain in domains or any(key in domains for key in variable.keys)
