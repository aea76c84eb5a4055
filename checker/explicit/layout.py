"""Layout: where each entry of a system's variables sits in a packed state, one or more words of 64 bits.

The entries of one process instance are neighbours in one word where they fit, so that interchangeable instances are
blocks that can be compared and exchanged as numbers. No entry straddles two words, unless it is wider than a word. Bit
63 of the first word is never used: the compiled search marks occupied slots with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import TransitionSystem, Write
from raceproof.checker.verdict import State

WORD = 64
MARK = 1 << 63
"""The bit of the first word that no variable uses."""

Entry = tuple[Variable, int]
"""A variable and one of its slots."""


@dataclass(frozen=True, slots=True)
class Affine:
    """Positions that grow evenly with each key: `base + sum(stride * (code - first code))`, all in the word `word`, or
    in several where it is None."""

    base: int
    strides: tuple[int, ...]
    word: int | None


@dataclass(frozen=True)
class Layout:
    """Bit positions, counted through all words: bit `position % 64` of word `position // 64`."""

    system: TransitionSystem

    @cached_property
    def constants(self) -> dict[Variable, int]:
        """The variables that never change, with their one value: they take no bits."""
        changed: dict[Variable, set[int | None]] = {}
        for command in self.system.commands:
            for write in command.writes:
                changed.setdefault(write.variable, set()).add(write.value.value if write.value.is_const else None)
        found: dict[Variable, int] = {}
        for variable in self.system.variables:
            values = {*self.system.initial[variable], *changed.get(variable, ())}
            if variable.domain.bits == 0:
                found[variable] = variable.domain.low
            elif len(values) == 1 and None not in values:
                found[variable] = next(value for value in values if value is not None)
        return found

    @cached_property
    def blocks(self) -> dict[Domain, tuple[tuple[Entry, ...], ...]]:
        """For each domain of identities, the entries that belong to one member alone, member by member in one order.

        An entry with keys in several such domains belongs to the one that has processes, or else to the first.
        """
        owners = [key for process in self.system.processes for key in process.keys if key.kind is Kind.ID]
        found: dict[Domain, list[list[Entry]]] = {}
        for variable in self.system.variables:
            keys = [key for key in variable.keys if key.kind is Kind.ID and variable.keys.count(key) == 1]
            if variable in self.constants or not keys:
                continue
            key = next((owner for owner in owners if owner in keys), keys[0])
            place = variable.keys.index(key)
            blocks = found.setdefault(key, [[] for _ in key.members])
            for slot, codes in enumerate(variable.codes()):
                blocks[codes[place] - key.members.start].append((variable, slot))
        return {key: tuple(map(tuple, blocks)) for key, blocks in found.items()}

    @cached_property
    def _units(self) -> list[tuple[Entry, ...]]:
        """What is to stay together: the blocks, the first member's in the highest bits, so that of two states in which
        members have changed places the smaller one has the first less far on; then what is left of each variable."""
        units = [block for blocks in self.blocks.values() for block in reversed(blocks)]
        placed = {entry for unit in units for entry in unit}
        for variable in self.system.variables:
            rest = tuple((variable, slot) for slot in range(variable.size) if (variable, slot) not in placed)
            if rest and variable not in self.constants:
                units.append(rest)
        return units

    @cached_property
    def _placed(self) -> tuple[dict[Entry, int], int]:
        """The position of each entry, and the number of words: first fit, whole units where they fit into a word."""
        free = [WORD - 1]
        positions: dict[Entry, int] = {}
        for unit in self._units:
            total = sum(variable.domain.bits for variable, _ in unit)
            for part in [unit] if total < WORD else [(entry,) for entry in unit]:
                bits = sum(variable.domain.bits for variable, _ in part)
                word = next((number for number, room in enumerate(free) if room >= bits), len(free))
                if word == len(free):
                    free += [WORD] + [0] * ((bits - 1) // WORD)
                position = word * WORD + (WORD - (word == 0) - free[word])
                free[word] = max(free[word] - bits, 0)
                for variable, slot in part:
                    positions[variable, slot] = position
                    position += variable.domain.bits
        return positions, len(free)

    @property
    def words(self) -> int:
        """How many words a state takes."""
        return self._placed[1]

    @property
    def bits(self) -> int:
        """The bits of all words."""
        return WORD * self.words

    @cached_property
    def positions(self) -> dict[Variable, tuple[int, ...]]:
        """The first bit of every slot of each variable that takes bits."""
        placed = self._placed[0]
        return {
            variable: tuple(placed[variable, slot] for slot in range(variable.size))
            for variable in self.system.variables
            if variable not in self.constants
        }

    def position(self, variable: Variable, codes: tuple[int, ...]) -> int:
        """The first bit of an entry. Raises IndexError where a code is no member of its key."""
        return self.positions[variable][variable.slot(codes)]

    def sorted_writes(self, writes: Sequence[Write]) -> tuple[dict[int, Write], list[Write]]:
        """The writes to entries that are known, by position, the last one to each; and, in order, those to variables of
        which some entry is computed. What never changes is left out."""
        moving = {write.variable for write in writes if not all(arg.is_const for arg in write.index)}
        fixed: dict[int, Write] = {}
        ordered: list[Write] = []
        for write in writes:
            if write.variable in self.constants:
                continue
            if write.variable in moving:
                ordered.append(write)
            else:
                fixed[self.position(write.variable, tuple(arg.value for arg in write.index))] = write
        return fixed, ordered

    def affine(self, variable: Variable) -> Affine | None:
        """The positions as an even grid, or None where they are not one."""
        positions = self.positions[variable]
        base, step = positions[0], 1
        strides: list[int] = []
        for key in reversed(variable.keys):
            strides.insert(0, positions[step] - base if len(key.members) > 1 else 0)
            step *= len(key.members)
        for codes, position in zip(variable.codes(), positions, strict=True):
            moved = (s * (c - key.members.start) for s, c, key in zip(strides, codes, variable.keys, strict=True))
            if base + sum(moved) != position:
                return None
        words = {position // WORD for position in positions}
        return Affine(base, tuple(strides), words.pop() if len(words) == 1 else None)

    @cached_property
    def _fields(self) -> tuple[tuple[int, int, int], ...]:
        """(position, mask, low) for each slot of a state; no mask for what never changes."""
        found = []
        for variable in self.system.variables:
            if variable in self.constants:
                found += [(0, 0, self.constants[variable])] * variable.size
            else:
                mask = (1 << variable.domain.bits) - 1
                found += [(position, mask, variable.domain.low) for position in self.positions[variable]]
        return tuple(found)

    def pack(self, state: State) -> int:
        return sum((code - low) << shift for code, (shift, mask, low) in zip(state, self._fields, strict=True) if mask)

    def unpack(self, packed: int) -> State:
        return tuple((packed >> shift & mask) + low for shift, mask, low in self._fields)


def initial_states(system: TransitionSystem) -> Iterator[State]:
    """Every initial state: the product of what each slot may start as."""
    options: list[tuple[int, ...]] = []
    for variable in system.variables:
        for code in system.initial[variable]:
            options.append(tuple(variable.domain.members) if code is None else (code,))
    return product(*options)
