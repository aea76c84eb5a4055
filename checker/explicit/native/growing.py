"""Moving states: a table that grows where it is, and states that are dealt to their owners."""

from __future__ import annotations

from raceproof.checker.explicit.native.assembly import TRUE, Function, Value, word
from raceproof.checker.explicit.native.control import SLOTS, Part
from raceproof.checker.explicit.native.module import Module
from raceproof.checker.explicit.native.table import LINE_BYTES, Opened, Table

_LINES = 16
"""Lines that growing remembers; states that follow each other go to two or three."""


class Growing:
    """Writes `grow` and `deal` into a module."""

    def __init__(self, module: Module, table: Table) -> None:
        self.module, self.table = module, table
        self.words = module.words

    def write(self) -> None:
        self._write_grow()
        self._write_deal()

    def _write_grow(self) -> None:
        """`grow(part, fresh, stash, room) → done`: put every state of a table to where it belongs by the entry `fresh`,
        which has more groups at the same address, and make that the table's entry.

        Homes keep their order, and move up. So groups are emptied from the last to the first, and a state goes to a
        group that has been emptied; where its new home has not been, which happens near the start only, it waits in the
        stash until all is done. 0 if that is full."""
        parameters = [("ptr", "part"), ("ptr", "fresh"), ("ptr", "stash"), ("i64", "room")]
        code = self.module.function("grow", "i64", parameters, shown=True)
        part, fresh, stash, room = map(code.argument, range(4))
        table, record, failed = self.table, self.words + 1, code.label()
        old, new = table.open(code, part), table.open(code, fresh)
        filled = code.space("i64", 2 * _LINES)
        with code.each(0, word(2 * _LINES)) as place:
            code.store(word(0), code.offset(filled, place))
        taken, stashed, left = code.space("i64", SLOTS * record), code.cell("i64", word(0)), code.cell("i64", old.lines)
        with code.forever() as loop:
            loop.leave_when(code.compare("eq", left.get(), 0))
            left.add(-1)
            line = code.offset(old.base, code.binary("mul", left.get(), LINE_BYTES * self.words), "i8")
            number = code.cell("i64", word(0))
            with code.forever() as taking:
                slot = number.get()
                taking.leave_when(code.compare("uge", slot, SLOTS))
                stored = table.stored(code, line, slot)
                taking.leave_when(code.compare("eq", stored[0], 0))
                self._keep(code, taken, slot, [*stored, table.depth(code, old, line, slot)])
                number.add(1)
            code.do(f"store <8 x i64> zeroinitializer, ptr {line.text}, align {LINE_BYTES}")
            with code.each(0, number.get()) as position:
                *stored, depth = self._kept(code, taken, position)
                home = table.home(code, new, table.owner(code, stored[0])[1])
                waits, after = code.label(), code.label()
                code.jump_when(code.compare("ult", home, line), waits, likely=False)
                there, free = self._next_free(code, new, home, filled, failed)
                table.put(code, new, there, free, stored, depth)
                code.jump(after)
                code.start(waits)
                code.jump_when(code.compare("uge", stashed.get(), room), failed)
                self._keep(code, stash, stashed.get(), [*stored, depth])
                stashed.add(1)
                code.place(after)
        with code.each(0, stashed.get()) as position:
            *stored, depth = self._kept(code, stash, position)
            home = table.home(code, new, table.owner(code, stored[0])[1])
            there, free = table.search(code, new, home, stored, failed, failed)
            table.put(code, new, there, free, stored, depth)
        for which in Part:
            code.store(code.load("i64", code.offset(fresh, int(which))), code.offset(part, int(which)))
        code.give(word(1))
        code.start(failed)
        code.give(word(0))

    def _next_free(self, code: Function, table: Opened, home: Value, filled: Value, failed: str) -> tuple[Value, Value]:
        """The first free slot from a line on, for a state that is not there. `filled` says of the lines that were met
        last how many states they have: reading all of a line just after a part of it was written stalls."""
        line, count = code.cell("ptr", home), code.cell("i64")
        with code.forever() as loop:
            now = line.get()
            number = code.binary("lshr", code.convert("ptrtoint", now, "i64"), LINE_BYTES.bit_length() - 1)
            entry = code.offset(filled, code.binary("shl", code.binary("and", number, _LINES - 1), 1))
            known = code.compare("eq", code.load("ptr", entry), now)
            with code.when(code.binary("xor", known, TRUE)):
                code.store(now, entry)
                code.store(self.table.states_in(code, now), code.offset(entry, 1))
            count.set(code.load("i64", code.offset(entry, 1)))
            loop.leave_when(code.compare("ult", count.get(), SLOTS), likely=True)
            following = code.offset(now, LINE_BYTES * self.words, "i8")
            code.jump_when(code.compare("eq", following, table.end), failed, likely=False)
            line.set(following)
        code.store(code.binary("add", count.get(), 1), code.offset(entry, 1))
        return line.get(), count.get()

    def _keep(self, code: Function, records: Value, number: Value, values: list[Value]) -> None:
        first = code.binary("mul", number, self.words + 1)
        for place, value in enumerate(values):
            code.store(value, code.offset(records, code.binary("add", first, place)))

    def _kept(self, code: Function, records: Value, number: Value) -> list[Value]:
        first = code.binary("mul", number, self.words + 1)
        return [
            code.load("i64", code.offset(records, code.binary("add", first, place))) for place in range(self.words + 1)
        ]

    def _write_deal(self) -> None:
        """`deal(part, parts) → done`: put every state of a table into that of its owner; 0 if one has no room."""
        code = self.module.function("deal", "i64", [("ptr", "part"), ("ptr", "parts")], shown=True)
        part, parts = code.argument(0), code.argument(1)
        table, failed = self.table, code.label()
        source = table.open(code, part)
        with table.each_state(code, source) as (line, slot):
            stored, depth = table.stored(code, line, slot), table.depth(code, source, line, slot)
            number, rest = table.owner(code, stored[0])
            target = table.open(code, table.of(code, parts, number))
            there, free = table.search(code, target, table.home(code, target, rest), stored, failed, failed)
            table.put(code, target, there, free, stored, depth)
            count = code.offset(target.part, int(Part.COUNT))
            code.store(code.binary("add", code.load("i64", count), 1), count)
        code.give(word(1))
        code.start(failed)
        code.give(word(0))
