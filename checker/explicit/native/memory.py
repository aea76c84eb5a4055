"""The memory of a search: the partitions' tables, and the chunks of the frontier."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from raceproof.checker.explicit.native.control import PART_WORDS, PARTITIONS, SLOTS, Part, Words, address
from raceproof.checker.explicit.native.table import LINE_BYTES

FULL_AT = 0.75
"""Tables grow when this part of their slots is taken: beyond it too many states are not in their home group, and the
line after it was not asked for."""

GROWTH = ((1 << 20, 4.0), (1 << 28, 2.0), (1 << 63, 1.3))
"""By how much a worker's tables grow below a size in bytes. Doubling is twice as fast as growing by a third, as the
system clears less memory and the tables are emptier; where memory counts, from 256 MiB on, the lowest load is 0.58, so
that a state of one word takes 12 to 16 bytes."""

_FIRST_GROUPS = 64
_HUGE_PAGE = 2 << 20

CHUNK = 1 << 14
"""States in a chunk of the frontier."""


@dataclass(slots=True)
class Area:
    """Zeroed memory that goes back to the system when it is let go; in large pages where there are some, because
    otherwise most of a random access is spent on finding the page."""

    size: int
    bytes: NDArray[np.uint8] = field(init=False)
    _map: mmap.mmap = field(init=False)
    _start: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        huge = self.size >= _HUGE_PAGE and hasattr(mmap, "MADV_HUGEPAGE")
        length = max(self.size, 8) + (_HUGE_PAGE if huge else 0)
        self._map = mmap.mmap(-1, length, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        whole = np.frombuffer(self._map, np.uint8)
        if huge:
            self._map.madvise(mmap.MADV_HUGEPAGE)
            self._start = -address(whole) % _HUGE_PAGE
        self.bytes = whole[self._start : self._start + max(self.size, 8)]

    def release(self, start: int, end: int) -> None:
        """Give the whole pages between two offsets back: they will not be read again."""
        first = -(-(self._start + start) // mmap.PAGESIZE) * mmap.PAGESIZE
        last = (self._start + end) // mmap.PAGESIZE * mmap.PAGESIZE
        if last > first and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED, first, last - first)


def allocate(size: int) -> NDArray[np.uint8]:
    """Zeroed bytes, at least 8. Raises MemoryError."""
    try:
        return Area(size).bytes
    except (OSError, ValueError, OverflowError) as error:
        raise MemoryError from error


@dataclass
class Partitions:
    """The visited set in pieces; `entries` is what the kernel reads of them. The tables of one worker's partitions are
    neighbours in one area, and grow together."""

    words: int
    workers: int = 1
    entries: Words = field(init=False)
    tables: list[NDArray[np.uint8]] = field(init=False)
    depths: list[NDArray[np.uint8] | None] = field(init=False)
    _areas: list[Area] = field(init=False)
    _growing: dict[int, Area] = field(init=False, default_factory=dict)
    _kept: dict[int, NDArray[np.uint8] | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.entries = allocate(PARTITIONS * PART_WORDS * 8).view(np.uint64).reshape(PARTITIONS, PART_WORDS)
        self.tables = [np.empty(0, np.uint8)] * PARTITIONS
        self.depths = [None] * PARTITIONS
        self._areas = [Area(0)] * self.workers
        self.replace([_FIRST_GROUPS] * PARTITIONS, [0] * PARTITIONS, long_depths=False)

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

    def share(self, worker: int) -> range:
        """The partitions of a worker."""
        return range(worker, PARTITIONS, self.workers)

    def _larger(self, worker: int) -> list[int]:
        """How many groups each of a worker's partitions should have next."""
        groups = [self.groups(number) for number in self.share(worker)]
        size = sum(groups) * self.group_bytes
        factor = next(factor for below, factor in GROWTH if size < below)
        return [int(each * factor) + 1 for each in groups]

    def more_bytes(self, worker: int) -> int:
        """The memory that growing a worker's share takes at most: what the new tables have more, and one table that is
        there twice for a moment."""
        larger = self._larger(worker)
        old = sum(self.groups(number) for number in self.share(worker))
        slots = self.group_bytes + (4 * SLOTS if self.depths[0] is not None else 0)
        return (sum(larger) - old + max(larger)) * slots

    def grow(self, worker: int, move: Callable[[int, int], object]) -> None:
        """Give a worker's partitions larger tables; each old one is given back as soon as it has been moved. Raises
        MemoryError."""
        larger, old_area = self._larger(worker), self._areas[worker]
        # Kept from now on: an interrupt in the middle leaves some tables here and some there.
        area = self._growing[worker] = self._area(sum(larger) * self.group_bytes)
        new_start = old_start = 0
        for number, groups in zip(self.share(worker), larger, strict=True):
            table = area.bytes[new_start : new_start + groups * self.group_bytes]
            depths = None if self.depths[number] is None else allocate(groups * SLOTS * 4)
            fresh = np.zeros(PART_WORDS, np.uint64)
            self._enter(fresh, table, depths, groups)
            fresh[Part.COUNT] = self.entries[number, Part.COUNT]
            move(self.entry(number), address(fresh))
            old_end = old_start + self.groups(number) * self.group_bytes
            self._kept[number] = depths
            self.entries[number] = fresh
            self.tables[number], self.depths[number] = table, depths
            old_area.release(old_start, old_end)
            old_start, new_start = old_end, new_start + len(table)
        self._areas[worker] = area

    def replace(self, groups: Sequence[int], counts: Sequence[int], *, long_depths: bool) -> None:
        """Give all partitions empty tables, for `counts` states that are to be put there. Raises MemoryError."""
        for worker in range(self.workers):
            numbers = self.share(worker)
            area = self._area(sum(groups[number] for number in numbers) * self.group_bytes)
            start = 0
            for number in numbers:
                table = area.bytes[start : start + groups[number] * self.group_bytes]
                depths = allocate(groups[number] * SLOTS * 4) if long_depths else None
                self._enter(self.entries[number], table, depths, groups[number])
                self.entries[number, Part.COUNT] = counts[number]
                self.tables[number], self.depths[number] = table, depths
                start += len(table)
            self._areas[worker] = area

    def _area(self, size: int) -> Area:
        try:
            return Area(size)
        except (OSError, ValueError, OverflowError) as error:
            raise MemoryError from error

    def lengthen(self, lengthen: Callable[[int], object]) -> None:
        """Make room for depths of more than one byte."""
        for number in range(PARTITIONS):
            depths = self._kept[number] = allocate(self.groups(number) * SLOTS * 4)
            fresh = self.entries[number].copy()
            fresh[Part.DEPTHS] = address(depths)
            lengthen(address(fresh))
            self.entries[number] = fresh
            self.depths[number] = depths

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
