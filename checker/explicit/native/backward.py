"""Recoverability over the visited set: which states some continuation still leads from to where a claim wants to be.

The edges are computed anew instead of being stored. States are listed by depth; sweeps from the deepest to the first
mark every state that has a marked successor, until a sweep marks none. As edges lead at most one level down, most
states are settled by the first sweep. A mark is a bit beside the depths in the table. (Emerson and Clarke, "Using
branching time temporal logic to synthesize synchronization skeletons", 1982: EF as a least fixpoint.)
"""

from __future__ import annotations

from raceproof.checker.explicit.native.assembly import Function, Value, word
from raceproof.checker.explicit.native.control import BATCH, Field
from raceproof.checker.explicit.native.kernel import Kernel
from raceproof.checker.explicit.native.module import Module
from raceproof.checker.explicit.native.steps import Steps
from raceproof.checker.explicit.native.table import Table
from raceproof.checker.system.transition import ClaimKind, Property

STATE_BYTES = 8
"""What the list of states takes for each."""


class Backward:
    """Writes `count`, `list`, `shorten` and, for each recoverable claim, `good_N`, `back_N` and `lost_N` into a module,
    N being the claim's number. A state's entry in the list is the address of its line, with the slot in the low bits.
    """

    def __init__(self, module: Module, steps: Steps, table: Table, kernel: Kernel) -> None:
        self.module, self.steps, self.table, self.kernel = module, steps, table, kernel
        self.words = module.words

    def write(self) -> None:
        numbers = self.module.questions.numbered(ClaimKind.RECOVERABLE)
        if not numbers:
            return
        self._write_count()
        self._write_list()
        self._write_shorten()
        for number in numbers:
            claim = self.module.questions.claims[number]
            self._write_good(number, claim)
            self._write_back(number, claim)
            self._write_lost(number, claim)

    # The list

    def _write_count(self) -> None:
        """`count(part, counts)`: add one for each state at its depth."""
        code = self.module.function("count", "void", [("ptr", "part"), ("ptr", "counts")], shown=True)
        table, counts = self.table.open(code, code.argument(0)), code.argument(1)
        with self.table.each_state(code, table) as (line, slot):
            place = code.offset(counts, self.table.depth(code, table, line, slot))
            code.store(code.binary("add", code.load("i64", place), 1), place)
        code.give()

    def _write_list(self) -> None:
        """`list(part, next, entries)`: enter each state at the next place of its depth."""
        parameters = [("ptr", "part"), ("ptr", "next"), ("ptr", "entries")]
        code = self.module.function("list", "void", parameters, shown=True)
        part, following, entries = map(code.argument, range(3))
        table = self.table.open(code, part)
        with self.table.each_state(code, table) as (line, slot):
            place = code.offset(following, self.table.depth(code, table, line, slot))
            number = code.load("i64", place)
            code.store(code.binary("add", number, 1), place)
            entry = code.binary("or", code.convert("ptrtoint", line, "i64"), slot)
            code.store(entry, code.offset(entries, number))
        code.give()

    def _write_shorten(self) -> None:
        """`shorten(entries, from, to, target) → end`: move the entries of states without a mark to the target on."""
        parameters = [("ptr", "entries"), ("i64", "from"), ("i64", "to"), ("i64", "target")]
        code = self.module.function("shorten", "i64", parameters, shown=True)
        entries, start, end, target = map(code.argument, range(4))
        kept = code.cell("i64", target)
        with code.each(start, end) as number:
            entry = code.load("i64", code.offset(entries, number))
            with code.when(code.compare("eq", self.table.mark(code, *self._place(code, entry)), 0)):
                code.store(entry, code.offset(entries, kept.get()))
                kept.add(1)
        code.give(kept.get())

    def _place(self, code: Function, entry: Value) -> tuple[Value, Value]:
        """The line and the slot of an entry."""
        return code.convert("inttoptr", code.binary("and", entry, word(-8)), "ptr"), code.binary("and", entry, 7)

    # The fixpoint

    def _write_good(self, number: int, claim: Property) -> None:
        """`good_N(entries, from, to)`: mark the states in which the claim's predicate holds, and no others."""
        parameters = [("ptr", "entries"), ("i64", "from"), ("i64", "to")]
        code = self.module.function(f"good_{number}", "void", parameters, shown=True)
        entries, start, end = map(code.argument, range(3))
        state = code.space("i64", self.words)
        with code.each(start, end) as position:
            line, slot = self._place(code, code.load("i64", code.offset(entries, position)))
            self.table.state(code, line, slot, state)
            broken = code.call(self.module.holder([claim.predicate]), "i64", state)
            self.table.set_mark(code, line, slot, code.binary("xor", broken, 1))
        code.give()

    def _write_back(self, number: int, claim: Property) -> None:
        """`back_N(control, entries, from, to) → marked`: mark the states that have a marked successor by the moves that
        count, from the last to the first; returns how many there were."""
        parameters = [("ptr", "control"), ("ptr", "entries"), ("i64", "from"), ("i64", "to")]
        code = self.module.function(f"back_{number}", "i64", parameters, shown=True)
        control, entries, start, end = map(code.argument, range(4))
        pointers = (Field.RAW, Field.HASHES, Field.PARTS, Field.FIRED)
        raw, hashes, parts, fired = (self.module.control(code, control, which, "ptr") for which in pointers)
        owners = code.space("i64", BATCH + self.module.most_successors + 1)
        state = code.space("i64", self.words)
        left, marked, count = code.cell("i64", end), code.cell("i64", word(0)), code.cell("i64")
        with code.forever() as loop:
            loop.leave_when(code.compare("ule", left.get(), start))
            count.set(word(0))
            with code.forever() as filling:
                filling.leave_when(code.compare("ule", left.get(), start))
                filling.leave_when(code.compare("uge", count.get(), BATCH))
                left.add(-1)
                entry = code.load("i64", code.offset(entries, left.get()))
                line, slot = self._place(code, entry)
                self.table.state(code, line, slot, state)
                first = self.kernel.at(code, raw, count.get())
                last = code.call(self.steps.expander(claim.by), "ptr", state, first, control, fired)
                self.kernel.hash(code, first, last, raw, hashes, parts)
                reached = self.kernel.number(code, raw, last)
                with code.each(count.get(), reached) as position:
                    code.store(entry, code.offset(owners, position))
                count.set(reached)
            with code.each(0, count.get()) as position:
                owner = self._place(code, code.load("i64", code.offset(owners, position)))
                with code.when(code.compare("eq", self.table.mark(code, *owner), 0)):
                    hash = code.load("i64", code.offset(hashes, position))
                    others = self.kernel.state(code, self.kernel.at(code, raw, position))[1:]
                    mark = self.table.mark_of(code, parts, [hash, *others])
                    self.table.set_mark(code, *owner, mark)
                    marked.add(mark)
        code.give(marked.get())

    def _write_lost(self, number: int, claim: Property) -> None:
        """`lost_N(control, entries, from, to)`: note the smallest state without a mark in which the premise holds."""
        parameters = [("ptr", "control"), ("ptr", "entries"), ("i64", "from"), ("i64", "to")]
        code = self.module.function(f"lost_{number}", "void", parameters, shown=True)
        control, entries, start, end = map(code.argument, range(4))
        state = code.space("i64", self.words)
        with code.each(start, end) as position:
            line, slot = self._place(code, code.load("i64", code.offset(entries, position)))
            with code.when(code.compare("eq", self.table.mark(code, line, slot), 0)):
                self.table.state(code, line, slot, state)
                outside = code.call(self.module.holder([claim.premise]), "i64", state)
                with code.when(code.compare("eq", outside, 0)):
                    code.call("note", "void", control, word(self.module.lost_record), state)
        code.give()
