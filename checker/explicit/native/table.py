"""The visited set: exact, open addressing, one cache line a probe.

A state is spread by a bijection whose first word is the hash as well; stored as it is spread, it can be taken back, and
equal first words mean equal states where a state is one word. A group is one cache line for each word of a state: seven
states side by side, and in the eighth place of the first line a byte for the depth of each, and a bit for a mark.

Each worker has one table. A state is looked for from its home group on; a group with a free slot ends the search, as
nothing is ever deleted. All seven are compared at once. Homes are in the order of the hashes, and behind the last ones
there are some groups more, so that nothing wraps around and a table can grow where it is, from its end to its start.
(Open addressing with buckets: Knuth, "Sorting and Searching", 6.4; comparing a group at once: the hash tables of Abseil
and Folly.)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from raceproof.checker.explicit.layout import MARK
from raceproof.checker.explicit.native.assembly import WORD_MASK, Function, Value, constant, word
from raceproof.checker.explicit.native.control import PART_WORDS, SLOTS, Part
from raceproof.checker.explicit.native.module import Module

LINE_BYTES = 64
MARKS = LINE_BYTES - 1
"""The byte of a line that has a bit for each of its slots."""

FIRST, SECOND, OTHERS = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, 0xBF58476D1CE4E5B9
"""Odd multipliers: multiplying by them is a bijection of 64 bits."""

_LANES = "<8 x i64>"


@dataclass(frozen=True, slots=True)
class Opened:
    """What the entry `part` of a table says, read once: nothing of it changes before the function returns. A state's
    home is one of the `groups`; there are `lines` in all, up to `end`, as a state may lie behind the last home."""

    part: Value
    base: Value
    groups: Value
    lines: Value
    end: Value
    depths: Value


class Table:
    """Writes the functions of the visited set into a module."""

    def __init__(self, module: Module, workers: int) -> None:
        self.module, self.workers = module, workers
        self.words = module.words

    # The bijection

    def spread(self, code: Function, state: list[Value]) -> list[Value]:
        """A state's words as they are stored; the first one is the hash, never 0 because the state's mark is set."""
        first = state[0]
        if len(state) > 1:
            mixed = code.binary("and", self._mixed(code, state[1:]), word(~MARK))
            first = code.binary("xor", first, mixed)
        first = code.binary("xor", first, code.binary("lshr", first, 32))
        first = code.binary("mul", first, word(FIRST))
        first = code.binary("xor", first, code.binary("lshr", first, 32))
        first = code.binary("mul", first, word(SECOND))
        first = code.binary("xor", first, code.binary("lshr", first, 32))
        return [first, *state[1:]]

    def gathered(self, code: Function, stored: list[Value]) -> list[Value]:
        """The state that was stored."""
        first = code.binary("xor", stored[0], code.binary("lshr", stored[0], 32))
        first = code.binary("mul", first, word(pow(SECOND, -1, WORD_MASK + 1)))
        first = code.binary("xor", first, code.binary("lshr", first, 32))
        first = code.binary("mul", first, word(pow(FIRST, -1, WORD_MASK + 1)))
        first = code.binary("xor", first, code.binary("lshr", first, 32))
        if len(stored) > 1:
            mixed = code.binary("and", self._mixed(code, stored[1:]), word(~MARK))
            first = code.binary("xor", first, mixed)
        return [first, *stored[1:]]

    def _mixed(self, code: Function, others: list[Value]) -> Value:
        mixed = word(0)
        for value in others:
            mixed = code.binary("mul", code.binary("xor", value, mixed), word(OTHERS))
            mixed = code.binary("xor", mixed, code.binary("lshr", mixed, 31))
        return mixed

    # Where a state is

    def owner(self, code: Function, hash: Value) -> tuple[Value, Value]:
        """The number of the worker that a hash belongs to, and the hash within that worker's share: a hash is a
        fraction, the share is where it lies."""
        if self.workers == 1:
            return word(0), hash
        product = code.binary("mul", code.convert("zext", hash, "i128"), self.workers)
        rest = code.convert("trunc", product, "i64")
        return code.convert("trunc", code.binary("lshr", product, 64), "i64"), rest

    def open(self, code: Function, part: Value) -> Opened:
        """Read the entry of a table."""
        base, depths = (code.load("ptr", code.offset(part, int(which))) for which in (Part.TABLE, Part.DEPTHS))
        groups, lines = (code.load("i64", code.offset(part, int(which))) for which in (Part.GROUPS, Part.LINES))
        end = code.offset(base, code.binary("mul", lines, LINE_BYTES * self.words), "i8")
        return Opened(part, base, groups, lines, end, depths)

    def of(self, code: Function, parts: Value, number: Value) -> Value:
        """The entry of a worker's table."""
        return code.offset(parts, number, f"[{PART_WORDS} x i64]")

    def home(self, code: Function, table: Opened, rest: Value) -> Value:
        """The first line of the home group of a hash within its share: as far into the groups as it is a fraction, so
        that a table that grows keeps its order."""
        product = code.binary("mul", code.convert("zext", rest, "i128"), code.convert("zext", table.groups, "i128"))
        number = code.convert("trunc", code.binary("lshr", product, 64), "i64")
        return code.offset(table.base, code.binary("mul", number, LINE_BYTES * self.words), "i8")

    def search(
        self, code: Function, table: Opened, line: Value, stored: list[Value], found: str, absent: str
    ) -> tuple[Value, Value]:
        """Go to the block `found` where the state is there, and to `absent` where it is not and the table has no room
        for it; otherwise go on with the line that has a free slot, and the slot. The line and slot of a state that was
        found are in the cells `self.line` and `self.slot`."""
        self.line, self.slot = code.cell("ptr", line), code.cell("i64")
        splat = self._splat(code, stored[0])
        free = code.cell("i64")
        with code.forever() as loop:
            now = self.line.get()
            lanes = code.load(_LANES, now, ", align 64")
            hits = self._mask(code, code.compare("eq", lanes, splat))
            self._hits(code, now, hits, stored, found)
            empty = self._mask(code, code.compare("eq", lanes, Value("zeroinitializer", _LANES)))
            free.set(empty)
            loop.leave_when(code.compare("ne", empty, 0), likely=True)
            following = code.offset(now, LINE_BYTES * self.words, "i8")
            code.jump_when(code.compare("eq", following, table.end), absent, likely=False)
            self.line.set(following)
        slot = code.call("llvm.cttz.i64", "i64", free.get(), constant(1, "i1"))
        return self.line.get(), slot

    def states_in(self, code: Function, line: Value) -> Value:
        """How many states a group has; they take its first slots."""
        lanes = code.load(_LANES, line, ", align 64")
        empty = self._mask(code, code.compare("eq", lanes, Value("zeroinitializer", _LANES)))
        empty = code.binary("or", empty, 1 << SLOTS)
        return code.call("llvm.cttz.i64", "i64", empty, constant(1, "i1"))

    def _hits(self, code: Function, line: Value, hits: Value, stored: list[Value], found: str) -> None:
        """Go to `found` if one of the slots whose first word is right has the other words right too."""
        if len(stored) == 1:
            with code.when(code.compare("ne", hits, 0)):
                self.slot.set(code.call("llvm.cttz.i64", "i64", hits, constant(1, "i1")))
                code.jump(found)
            return
        left = code.cell("i64", hits)
        with code.forever() as loop:
            now = left.get()
            loop.leave_when(code.compare("eq", now, 0))
            slot = code.call("llvm.cttz.i64", "i64", now, constant(1, "i1"))
            self.slot.set(slot)
            same = constant(1, "i1")
            for number in range(1, len(stored)):
                other = code.load("i64", code.offset(line, code.binary("add", slot, 8 * number)))
                same = code.binary("and", code.compare("eq", other, stored[number]), same)
            code.jump_when(same, found)
            left.set(code.binary("and", now, code.binary("sub", now, 1)))

    def _splat(self, code: Function, value: Value) -> Value:
        single = code.value(_LANES, f"insertelement {_LANES} poison, i64 {value.text}, i64 0")
        text = f"shufflevector {_LANES} {single.text}, {_LANES} poison, <8 x i32> zeroinitializer"
        return code.value(_LANES, text)

    def _mask(self, code: Function, lanes: Value) -> Value:
        """A bit for each of the seven slots in which the comparison holds."""
        bits = code.convert("zext", code.convert("bitcast", lanes, "i8"), "i64")
        return code.binary("and", bits, (1 << SLOTS) - 1)

    def put(self, code: Function, table: Opened, line: Value, slot: Value, stored: list[Value], depth: Value) -> None:
        """Store a state and its depth in a free slot."""
        for number, value in enumerate(stored):
            code.store(value, code.offset(line, code.binary("add", slot, 8 * number)))
        code.store(code.convert("trunc", depth, "i8"), self.depth_byte(code, line, slot))
        with code.when(code.compare("ne", table.depths, Value("null", "ptr")), likely=False):
            code.store(code.convert("trunc", depth, "i32"), self.depth_place(code, table, line, slot))

    def depth_byte(self, code: Function, line: Value, slot: Value) -> Value:
        return code.offset(line, code.binary("add", slot, LINE_BYTES - 8), "i8")

    def depth_place(self, code: Function, table: Opened, line: Value, slot: Value) -> Value:
        """Where the long depth of a slot is."""
        base = code.convert("ptrtoint", table.base, "i64")
        offset = code.binary("sub", code.convert("ptrtoint", line, "i64"), base)
        group = code.binary("udiv", offset, LINE_BYTES * self.words)
        return code.offset(table.depths, code.binary("add", code.binary("mul", group, SLOTS), slot), "i32")

    def depth(self, code: Function, table: Opened, line: Value, slot: Value) -> Value:
        """The depth of a stored state."""
        found = code.cell("i64", code.convert("zext", code.load("i8", self.depth_byte(code, line, slot)), "i64"))
        with code.when(code.compare("ne", table.depths, Value("null", "ptr")), likely=False):
            found.set(code.convert("zext", code.load("i32", self.depth_place(code, table, line, slot)), "i64"))
        return found.get()

    def look_up(self, code: Function, parts: Value, stored: list[Value], found: str) -> Opened:
        """Go to the block `found` where a state has been visited, with its place in the cells `line` and `slot`; the
        table that it would be in."""
        number, rest = self.owner(code, stored[0])
        table = self.open(code, self.of(code, parts, number))
        absent = code.label()
        self.search(code, table, self.home(code, table, rest), stored, found, absent)
        code.place(absent)
        return table

    # Marks: a bit for each state, beside the depths

    def mark(self, code: Function, line: Value, slot: Value) -> Value:
        """The mark of a state, 0 or 1."""
        byte = code.convert("zext", code.load("i8", code.offset(line, MARKS, "i8")), "i64")
        return code.binary("and", code.binary("lshr", byte, slot), 1)

    def set_mark(self, code: Function, line: Value, slot: Value, value: Value) -> None:
        """Give a state's mark the value 0 or 1."""
        place = code.offset(line, MARKS, "i8")
        byte = code.convert("zext", code.load("i8", place), "i64")
        kept = code.binary("and", byte, code.binary("xor", code.binary("shl", word(1), slot), -1))
        marked = code.binary("or", kept, code.binary("shl", value, slot))
        code.store(code.convert("trunc", marked, "i8"), place)

    def mark_of(self, code: Function, parts: Value, stored: list[Value]) -> Value:
        """The mark of a state wherever it is; 0 if it has not been visited."""
        found, after = code.label(), code.label()
        mark = code.cell("i64")
        mark.set(word(0))
        self.look_up(code, parts, stored, found)
        code.jump(after)
        code.start(found)
        mark.set(self.mark(code, self.line.get(), self.slot.get()))
        code.place(after)
        return mark.get()

    # Going through a table

    @contextmanager
    def each_slot(self, code: Function, table: Opened) -> Iterator[tuple[Value, Value]]:
        """What follows happens for each slot of a table, free or not, as (line, slot)."""
        with code.each(0, table.lines) as number:
            line = code.offset(table.base, code.binary("mul", number, LINE_BYTES * self.words), "i8")
            with code.each(0, word(SLOTS)) as slot:
                yield line, slot

    @contextmanager
    def each_state(self, code: Function, table: Opened) -> Iterator[tuple[Value, Value]]:
        """What follows happens for each state of a table, as (line, slot)."""
        with self.each_slot(code, table) as (line, slot):
            with code.when(code.compare("ne", code.load("i64", code.offset(line, slot)), 0)):
                yield line, slot

    def state(self, code: Function, line: Value, slot: Value, target: Value) -> None:
        """Write the state that is stored in a slot to an address."""
        for number, value in enumerate(self.gathered(code, self.stored(code, line, slot))):
            code.store(value, code.offset(target, number))

    def stored(self, code: Function, line: Value, slot: Value) -> list[Value]:
        """The words of a slot."""
        return [
            code.load("i64", code.offset(line, code.binary("add", slot, 8 * number))) for number in range(self.words)
        ]
