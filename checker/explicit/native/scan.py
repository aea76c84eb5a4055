"""Scans of the visited set: making room for long depths, and marking the ways to a state."""

from __future__ import annotations

from raceproof.checker.explicit.native.assembly import Function, Value, word
from raceproof.checker.explicit.native.control import Field
from raceproof.checker.explicit.native.module import Module
from raceproof.checker.explicit.native.steps import Steps
from raceproof.checker.explicit.native.table import Opened, Table


class Scans:
    """Writes `lengthen`, `lead`, `mark`, `marked` and `unmark` into a module."""

    def __init__(self, module: Module, steps: Steps, table: Table) -> None:
        self.module, self.steps, self.table = module, steps, table
        self.words = module.words

    def write(self) -> None:
        self._write_lengthen()
        self._write_lead()
        self._write_mark()
        self._write_unmark()

    def _write_lengthen(self) -> None:
        """`lengthen(part)`: copy the depths of one byte into the table of long ones."""
        code = self.module.function("lengthen", "void", [("ptr", "part")], shown=True)
        table = self.table.open(code, code.argument(0))
        with self.table.each_slot(code, table) as (line, slot):
            byte = code.load("i8", self.table.depth_byte(code, line, slot))
            code.store(code.convert("zext", byte, "i32"), self.table.depth_place(code, table, line, slot))
        code.give()

    def _write_lead(self) -> None:
        """`lead(control, part, depth)`: mark the states of a depth that lead to a marked one at the next."""
        parameters = [("ptr", "control"), ("ptr", "part"), ("i64", "depth")]
        code = self.module.function("lead", "void", parameters, shown=True)
        control, part, depth = map(code.argument, range(3))
        pointers = (Field.RAW, Field.FIRED, Field.PARTS)
        out, fired, parts = (self.module.control(code, control, which, "ptr") for which in pointers)
        state = code.space("i64", self.words)
        byte, table = code.convert("trunc", depth, "i8"), self.table.open(code, part)
        with self.table.each_slot(code, table) as (line, slot):
            with code.when(code.compare("eq", code.load("i8", self.table.depth_byte(code, line, slot)), byte)):
                there = code.compare("ne", code.load("i64", code.offset(line, slot)), 0)
                exact = code.compare("eq", self.table.depth(code, table, line, slot), depth)
                with code.when(code.binary("and", there, exact)):
                    self.table.state(code, line, slot, state)
                    last = code.call(self.steps.expander(), "ptr", state, out, control, fired)
                    leads = self._any_marked(code, parts, out, last, code.binary("add", depth, 1))
                    with code.when(code.compare("ne", leads, 0)):
                        self.table.set_mark(code, line, slot, word(1))
        code.give()

    def _any_marked(self, code: Function, parts: Value, out: Value, last: Value, depth: Value) -> Value:
        """Whether one of the states from `out` to `last` is marked and at this depth: 0 or 1."""
        after, marks = code.cell("ptr", out), code.cell("i64", word(0))
        with code.forever() as loop:
            now = after.get()
            loop.leave_when(code.compare("eq", now, last))
            found, following = code.label(), code.label()
            table = self._look_up(code, parts, now, found)
            code.jump(following)
            code.start(found)
            line, slot = self.table.line.get(), self.table.slot.get()
            there = self.table.depth(code, table, line, slot)
            right = code.convert("zext", code.compare("eq", there, depth), "i64")
            mark = code.binary("and", self.table.mark(code, line, slot), right)
            marks.set(code.binary("or", marks.get(), mark))
            code.place(following)
            after.set(code.offset(now, self.words))
        return marks.get()

    def _write_mark(self) -> None:
        """`mark(control, state)`, and `marked(control, state) → 1 + depth`, or 0 where the state has no mark."""
        code = self.module.function("mark", "void", [("ptr", "control"), ("ptr", "state")], shown=True)
        parts = self.module.control(code, code.argument(0), Field.PARTS, "ptr")
        found, after = code.label(), code.label()
        self._look_up(code, parts, code.argument(1), found)
        code.jump(after)
        code.start(found)
        self.table.set_mark(code, self.table.line.get(), self.table.slot.get(), word(1))
        code.place(after)
        code.give()
        code = self.module.function("marked", "i64", [("ptr", "control"), ("ptr", "state")], shown=True)
        parts = self.module.control(code, code.argument(0), Field.PARTS, "ptr")
        found = code.label()
        table = self._look_up(code, parts, code.argument(1), found)
        code.give(word(0))
        code.start(found)
        line, slot = self.table.line.get(), self.table.slot.get()
        depth = self.table.depth(code, table, line, slot)
        code.give(code.binary("mul", code.binary("add", depth, 1), self.table.mark(code, line, slot)))

    def _look_up(self, code: Function, parts: Value, state: Value, found: str) -> Opened:
        self.module.canonize(code, state)
        stored = self.table.spread(code, [code.load("i64", code.offset(state, n)) for n in range(self.words)])
        return self.table.look_up(code, parts, stored, found)

    def _write_unmark(self) -> None:
        """`unmark(part)`: take every mark away."""
        code = self.module.function("unmark", "void", [("ptr", "part")], shown=True)
        with self.table.each_slot(code, self.table.open(code, code.argument(0))) as (line, slot):
            self.table.set_mark(code, line, slot, word(0))
        code.give()
