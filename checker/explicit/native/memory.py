"""The memory of a search: the partitions' tables, and the chunks of the frontier."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from raceproof.checker.explicit.native.control import PART_WORDS, PARTITIONS, SLOTS, Part, Words, address
from raceproof.checker.explicit.native.table import LINE_BYTES

FULL_AT = 0.84
"""Tables grow when this part of their slots is taken: beyond it the searches get long."""

GROWTH = 1.3
"""How much, once they are large: the lowest load is then 0.65, and a state of one word takes 11 to 14 bytes."""

_FIRST_GROUPS = 64
_LARGE_BYTES = 1 << 18
_HUGE_PAGE = 2 << 20

CHUNK = 1 << 14
"""States in a chunk of the frontier."""


def allocate(size: int) -> NDArray[np.uint8]:
    """Zeroed memory that goes back to the system when it is let go; in large pages where there are some, because
    otherwise most of a random access is spent on finding the page."""
    area = mmap.mmap(-1, max(size, 8))
    if size >= _HUGE_PAGE and hasattr(mmap, "MADV_HUGEPAGE"):
        area.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(area, np.uint8)


@dataclass
class Partitions:
    """The visited set in pieces; `entries` is what the kernel reads of them."""

    words: int
    entries: Words = field(init=False)
    tables: list[NDArray[np.uint8]] = field(init=False)
    depths: list[NDArray[np.uint8] | None] = field(init=False)

    def __post_init__(self) -> None:
        self.entries = np.zeros((PARTITIONS, PART_WORDS), np.uint64)
        self.depths = [None] * PARTITIONS
        self.tables = [allocate(_FIRST_GROUPS * self.group_bytes) for _ in range(PARTITIONS)]
        for number in range(PARTITIONS):
            self._enter(self.entries[number], self.tables[number], None, _FIRST_GROUPS)

    @property
    def group_bytes(self) -> int:
        return LINE_BYTES * self.words

    @property
    def states(self) -> int:
        return int(self.entries[:, Part.COUNT].sum())

    def entry(self, number: int) -> int:
        """The address of a partition's entry."""
        return address(self.entries) + number * PART_WORDS * 8

    def groups(self, number: int) -> int:
        return int(self.entries[number, Part.GROUPS])

    def larger(self, number: int) -> int:
        """How many groups a partition should have next."""
        groups = self.groups(number)
        large = groups * self.group_bytes >= _LARGE_BYTES
        return int(groups * GROWTH) + 1 if large else groups * 4

    def more_bytes(self, number: int) -> int:
        """The memory that growing a partition takes for a moment: its new table."""
        return self.larger(number) * (self.group_bytes + (4 * SLOTS if self.depths[number] is not None else 0))

    def grow(self, number: int, move: Callable[[int, int], object]) -> None:
        """Give a partition a larger table. Raises MemoryError."""
        groups = self.larger(number)
        try:
            table = allocate(groups * self.group_bytes)
            depths = None if self.depths[number] is None else allocate(groups * SLOTS * 4)
        except (OSError, ValueError) as error:
            raise MemoryError from error
        fresh = np.zeros(PART_WORDS, np.uint64)
        self._enter(fresh, table, depths, groups)
        fresh[Part.COUNT] = self.entries[number, Part.COUNT]
        move(self.entry(number), address(fresh))
        self.entries[number] = fresh
        self.tables[number], self.depths[number] = table, depths

    def replace(self, number: int, groups: int, count: int, *, long_depths: bool) -> None:
        """Give a partition an empty table, for `count` states that are to be put there. Raises MemoryError."""
        try:
            table = allocate(groups * self.group_bytes)
            depths = allocate(groups * SLOTS * 4) if long_depths else None
        except (OSError, ValueError, OverflowError) as error:
            raise MemoryError from error
        self._enter(self.entries[number], table, depths, groups)
        self.entries[number, Part.COUNT] = count
        self.tables[number], self.depths[number] = table, depths

    def lengthen(self, lengthen: Callable[[int], object]) -> None:
        """Make room for depths of more than one byte."""
        for number in range(PARTITIONS):
            depths = allocate(self.groups(number) * SLOTS * 4)
            self.depths[number] = depths
            self.entries[number, Part.DEPTHS] = address(depths)
            lengthen(self.entry(number))

    def _enter(self, entry: Words, table: NDArray[np.uint8], depths: NDArray[np.uint8] | None, groups: int) -> None:
        entry[Part.TABLE] = address(table)
        entry[Part.GROUPS] = groups
        entry[Part.LIMIT] = int(groups * SLOTS * FULL_AT)
        entry[Part.DEPTHS] = 0 if depths is None else address(depths)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some states of a frontier, one after the other."""

    words: Words
    length: int


@dataclass
class Chunks:
    """A frontier that grows at its end; chunks that have been expanded are used again."""

    words: int
    spare: list[Words] = field(default_factory=list)

    def fresh(self) -> Words:
        """Room for another chunk."""
        return self.spare.pop() if self.spare else np.empty(CHUNK * self.words, np.uint64)

    def done(self, chunk: Chunk) -> None:
        self.spare.append(chunk.words)
