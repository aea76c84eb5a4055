"""A module: the functions that are compiled for one system, and what several of them share.

| function | what it does |
|---|---|
| `holds_N(state) → mask`, `holds_N(before, after)` | a bit for each term of a set that does not hold |
| `note(control, record, state)` | keeps the smallest state that a record has seen |
| `note_all(control, first, mask, state)` | the same for a record for each bit of a mask |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from raceproof.checker.explicit.layout import Layout
from raceproof.checker.explicit.native.assembly import SHOWN, Function, Value, constant, word
from raceproof.checker.explicit.native.control import Field
from raceproof.checker.explicit.native.terms import Constants, TermWriter
from raceproof.checker.explicit.questions import Questions
from raceproof.checker.system.terms import Term


@dataclass
class Module:
    """A module being written for one system."""

    questions: Questions
    layout: Layout
    constants: Constants = field(default_factory=Constants)
    functions: list[Function] = field(default_factory=list)
    canonizers: list[str] = field(default_factory=list)
    _holders: dict[tuple[int, tuple[Term, ...]], str] = field(default_factory=dict)

    @property
    def words(self) -> int:
        return self.layout.words

    @property
    def most_successors(self) -> int:
        """More successors than any state has."""
        return len(self.questions.system.commands)

    def function(
        self,
        name: str,
        result: str,
        parameters: Sequence[tuple[str, str]],
        attributes: str = "",
        *,
        shown: bool = False,
    ) -> Function:
        """A new function of the module; one that is `shown` can be called from outside."""
        linkage, name = ("", f"{SHOWN}{name}") if shown else ("internal", name)
        found = Function(name, result, tuple(parameters), attributes, linkage)
        self.functions.append(found)
        return found

    def text(self) -> str:
        lines = [*self.constants.lines, *(function.text() for function in self.functions), _DECLARATIONS]
        return "\n".join(lines)

    # Records

    @property
    def record_words(self) -> int:
        """A flag and a state."""
        return 1 + self.words

    @property
    def first_step_record(self) -> int:
        return len(self.questions.state_terms)

    @property
    def first_fault_record(self) -> int:
        return self.first_step_record + len(self.questions.step_terms)

    @property
    def stuck_record(self) -> int:
        return self.first_fault_record + len(self.questions.system.faults)

    @property
    def lost_record(self) -> int:
        return self.stuck_record + 1

    def canonize(self, code: Function, state: Value) -> None:
        """Replace the state at an address by the one that stands for it, where there are reductions."""
        for name in self.canonizers:
            code.call(name, "void", state)

    def control(self, code: Function, pointer: Value, which: Field, type: str = "i64") -> Value:
        """The value of a word of the control block."""
        return code.load(type, code.offset(pointer, int(which)))

    def set_control(self, code: Function, pointer: Value, which: Field, value: Value) -> None:
        code.store(value, code.offset(pointer, int(which)))

    def write_notes(self) -> None:
        """`note` and, for each bit of a mask, `note_all`."""
        parameters = [("ptr", "control"), ("i64", "record"), ("ptr", "state")]
        code = self.function("note", "void", parameters, "noinline cold")
        control, record, state = map(code.argument, range(3))
        records = self.control(code, control, Field.RECORDS, "ptr")
        place = code.offset(records, code.binary("mul", record, self.record_words))
        kept = code.offset(place, 1)
        replace, done = code.label(), code.label()
        code.jump_when(code.compare("eq", code.load("i64", place), 0), replace)
        for number in reversed(range(self.words)):
            new = code.load("i64", code.offset(state, number))
            old = code.load("i64", code.offset(kept, number))
            code.jump_when(code.compare("ult", new, old), replace)
            code.jump_when(code.compare("ugt", new, old), done)
        code.jump(done)
        code.start(replace)
        code.store(word(1), place)
        for number in range(self.words):
            code.store(code.load("i64", code.offset(state, number)), code.offset(kept, number))
        code.place(done)
        code.give()
        self._write_note_all()

    def _write_note_all(self) -> None:
        parameters = [("ptr", "control"), ("i64", "first"), ("i64", "mask"), ("ptr", "state")]
        code = self.function("note_all", "void", parameters, "noinline cold")
        control, first, mask, state = map(code.argument, range(4))
        left = code.cell("i64", mask)
        with code.forever() as loop:
            now = left.get()
            loop.leave_when(code.compare("eq", now, 0))
            bit = code.call("llvm.cttz.i64", "i64", now, constant(1, "i1"))
            code.call("note", "void", control, code.binary("add", first, bit), state)
            left.set(code.binary("and", now, code.binary("sub", now, 1)))
        code.give()

    # Claims

    def holder(self, terms: Sequence[Term], states: int = 1) -> str:
        """The name of a function from one state, or two, to a mask of the terms that do not hold."""
        key = states, tuple(terms)
        if key not in self._holders:
            self._holders[key] = f"holds_{len(self._holders)}"
            parameters = [("ptr readonly", "before"), ("ptr readonly", "after")][:states]
            code = self.function(self._holders[key], "i64", parameters)
            writer = TermWriter(code, self.layout, self.constants, tuple(map(code.argument, range(states))))
            mask = word(0)
            for bit, node in enumerate(terms):
                broken = code.binary("xor", writer.value(node), constant(1, "i1"))
                mask = code.binary("or", code.binary("shl", code.convert("zext", broken, "i64"), bit), mask)
            code.give(mask)
        return self._holders[key]


_DECLARATIONS = """
declare i64 @llvm.cttz.i64(i64, i1)
declare i8 @llvm.cttz.i8(i8, i1)
declare i64 @llvm.ctpop.i64(i64)
declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{!"branch_weights", i32 1, i32 2000}
"""
