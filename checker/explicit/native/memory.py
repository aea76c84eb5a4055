"""The memory of a search: the partitions' tables, and the chunks of the frontier."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from raceproof.checker.errors import InternalError
from raceproof.checker.explicit.native.control import PART_WORDS, SLOTS, Part, Words, address
from raceproof.checker.explicit.native.table import LINE_BYTES
from raceproof.checker.limits import default_memory_bytes

FULL_AT = 0.75
"""Tables grow when this part of their slots is taken: beyond it too many states are not in their home group, and the
line after it was not asked for."""

SMALL, LARGE = 1 << 20, 1 << 24
"""Sizes in bytes below which a worker's table grows by four, and by two; beyond, it doubles only while there is more to
come than there has been. A table grows where it is: memory is cleared once, and states go in order from one place to a
later one. The lowest load is then 0.58 as a rule, so that a state of one word takes 12 to 16 bytes."""

_FIRST_GROUPS = 64
_STASH = 1 << 12
"""States that may be on their way while a table grows; a few dozen are, as only the first groups have new homes that
lie before old places."""

_HUGE_PAGE = 2 << 20
_RESERVED = default_memory_bytes() or 1 << 34
"""Address space for a table: all that it could ever need."""

CHUNK = 1 << 14
"""States in a chunk of the frontier."""


@dataclass(slots=True)
class Area:
    """Zeroed memory that goes back to the system when it is let go; in large pages where there are some, because
    otherwise most of a random access is spent on finding the page. What is `reserved` beyond its size is address space
    only, and lets it grow where it is."""

    size: int
    reserved: int = 0
    _map: mmap.mmap = field(init=False)
    _whole: NDArray[np.uint8] = field(init=False)
    _start: int = field(init=False, default=0)
    _huge: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.reserved = max(self.size, self.reserved, 8)
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        self._map = mmap.mmap(-1, self.reserved + _HUGE_PAGE, flags=flags)
        self._whole = np.frombuffer(self._map, np.uint8)
        self._start = -address(self._whole) % _HUGE_PAGE
        self.grow(self.size)

    def grow(self, size: int) -> None:
        """Make use of more of what is reserved."""
        if size >= _HUGE_PAGE and not self._huge and hasattr(mmap, "MADV_HUGEPAGE"):
            self._map.madvise(mmap.MADV_HUGEPAGE)
            self._huge = True
        self.size = size

    @property
    def bytes(self) -> NDArray[np.uint8]:
        return self._whole[self._start : self._start + max(self.size, 8)]


def allocate(size: int) -> NDArray[np.uint8]:
    """Zeroed bytes, at least 8. Raises MemoryError."""
    return _area(size).bytes


def _area(size: int, reserved: int = 0) -> Area:
    """An area, with less reserved where the system wants to know what it is for. Raises MemoryError."""
    while True:
        try:
            return Area(size, reserved)
        except (OSError, ValueError, OverflowError) as error:
            if reserved <= size:
                raise MemoryError from error
            reserved //= 2


@dataclass
class Partitions:
    """The visited set: a table for each worker, with the states whose hashes it owns. `entries` is what the kernel
    reads of them."""

    words: int
    workers: int = 1
    entries: Words = field(init=False)
    _tables: list[Area] = field(init=False)
    _depths: list[Area | None] = field(init=False)
    _stashes: list[Words] = field(init=False)

    def __post_init__(self) -> None:
        self.entries = allocate(self.workers * PART_WORDS * 8).view(np.uint64).reshape(self.workers, PART_WORDS)
        self._stashes = [allocate(8 * _STASH * (self.words + 1)).view(np.uint64) for _ in range(self.workers)]
        self.replace([_FIRST_GROUPS] * self.workers, [0] * self.workers, long_depths=False)

    @property
    def group_bytes(self) -> int:
        return LINE_BYTES * self.words

    @property
    def states(self) -> int:
        return int(self.entries[:, Part.COUNT].sum())

    @property
    def long_depths(self) -> bool:
        """Whether there are depths of more than one byte."""
        return self._depths[0] is not None

    def entry(self, number: int) -> int:
        """The address of a table's entry."""
        return address(self.entries) + number * PART_WORDS * 8

    def groups(self, number: int) -> int:
        return int(self.entries[number, Part.GROUPS])

    def table(self, number: int) -> NDArray[np.uint8]:
        """A worker's table."""
        return self._tables[number].bytes[: lines(self.groups(number)) * self.group_bytes]

    def depths(self, number: int) -> NDArray[np.uint8] | None:
        """A worker's depths of four bytes for each slot, if there are any."""
        area = self._depths[number]
        return None if area is None else area.bytes[: lines(self.groups(number)) * SLOTS * 4]

    def larger(self, number: int, *, rising: bool) -> int:
        """How many groups a table should have next; `rising` if as many states are to come as there have been."""
        groups = self.groups(number)
        size = groups * self.group_bytes
        factor = 4.0 if size < SMALL else 2.0 if size < LARGE else 1.8 if rising else 1.3
        return int(groups * factor) + 1

    def more_bytes(self, number: int, groups: int) -> int:
        """The memory that giving a worker's table so many groups takes."""
        slots = self.group_bytes + (4 * SLOTS if self.long_depths else 0)
        return (lines(groups) - lines(self.groups(number))) * slots

    def grow(self, number: int, groups: int, grow: Callable[[int, int, int, int], int]) -> None:
        """Give a worker's table so many groups. Raises MemoryError."""
        self._tables[number] = self._room(number, Part.TABLE, self._tables[number], lines(groups) * self.group_bytes)
        depths = self._depths[number]
        if depths is not None:
            self._depths[number] = self._room(number, Part.DEPTHS, depths, lines(groups) * SLOTS * 4)
        fresh = self.entries[number].copy()
        self._enter(fresh, number, groups)
        if not grow(self.entry(number), address(fresh), address(self._stashes[number]), _STASH):
            raise InternalError("a table could not grow where it is: its states are not spread evenly")

    def _room(self, number: int, which: Part, area: Area, size: int) -> Area:
        """An area with room for so much: the same one, as a rule."""
        if size <= area.reserved:
            area.grow(size)
            return area
        larger = _area(size, max(_RESERVED, 2 * size))
        larger.bytes[: area.size] = area.bytes
        self.entries[number, which] = address(larger.bytes)
        return larger

    def replace(self, groups: Sequence[int], counts: Sequence[int], *, long_depths: bool) -> None:
        """Give all workers empty tables, for `counts` states that are to be put there. Raises MemoryError."""
        sizes = [lines(each) for each in groups]
        self._tables = [_area(size * self.group_bytes, _RESERVED) for size in sizes]
        self._depths = [_area(size * SLOTS * 4, _RESERVED) if long_depths else None for size in sizes]
        for number, (each, count) in enumerate(zip(groups, counts, strict=True)):
            self._enter(self.entries[number], number, each)
            self.entries[number, Part.COUNT] = count

    def lengthen(self, lengthen: Callable[[int], object]) -> None:
        """Make room for depths of more than one byte. Raises MemoryError."""
        areas = [_area(lines(self.groups(n)) * SLOTS * 4, _RESERVED) for n in range(self.workers)]
        for number, area in enumerate(areas):
            fresh = self.entries[number].copy()
            fresh[Part.DEPTHS] = address(area.bytes)
            lengthen(address(fresh))
            self._depths[number] = area
            self.entries[number] = fresh

    def _enter(self, entry: Words, number: int, groups: int) -> None:
        depths = self._depths[number]
        entry[Part.TABLE] = address(self._tables[number].bytes)
        entry[Part.GROUPS] = groups
        entry[Part.LINES] = lines(groups)
        entry[Part.LIMIT] = int(groups * SLOTS * FULL_AT)
        entry[Part.DEPTHS] = 0 if depths is None else address(depths.bytes)


def lines(groups: int) -> int:
    """How many groups a table has, those behind the last home included: states whose home is full go on there."""
    return groups + min(groups // 8 + 16, 4096)


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
