"""Assembly: writing functions of LLVM's intermediate language as text.

Text rather than objects, because most of the time from a model to its machine code would go into building the objects:
a line is appended for each instruction, and LLVM reads the text ten times faster than it is written.
(LLVM Language Reference Manual, "Instruction Reference".)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

WORD_MASK = (1 << 64) - 1


class Value(NamedTuple):
    """A register or a constant, and its type."""

    text: str
    type: str


def word(number: int) -> Value:
    """A constant of 64 bits; numbers from 2^63 on are written as their two's complement."""
    number &= WORD_MASK
    return Value(str(number - (1 << 64) if number >> 63 else number), "i64")


def constant(number: int, type: str) -> Value:
    return Value(str(number), type)


SHOWN = "raceproof_"
"""How the names of functions begin that are called from outside: no library of the process has such names."""

TRUE, FALSE = Value("true", "i1"), Value("false", "i1")


@dataclass(slots=True)
class Function:
    """One function under construction. Instructions go to the end of the current block; `cell` gives a variable that
    can be assigned, which LLVM turns into registers."""

    name: str
    result: str
    parameters: tuple[tuple[str, str], ...]
    attributes: str = ""
    linkage: str = "internal"
    lines: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    count: int = 0
    ended: bool = False

    def argument(self, number: int) -> Value:
        """A parameter, by position."""
        type, name = self.parameters[number]
        return Value(f"%{name}", type.split()[0])

    def text(self) -> str:
        parameters = ", ".join(f"{type} %{name}" for type, name in self.parameters)
        head = f"define {self.linkage} {self.result} @{self.name}({parameters}) {self.attributes} {{"
        return "\n".join([head, "entry:", *self.cells, *self.lines, "}"])

    def _fresh(self) -> str:
        self.count += 1
        return f"%r{self.count}"

    def value(self, type: str, instruction: str) -> Value:
        name = self._fresh()
        self.lines.append(f"{name} = {instruction}")
        return Value(name, type)

    def do(self, instruction: str) -> None:
        """An instruction without a result."""
        self.lines.append(instruction)

    def binary(self, operator: str, a: Value, b: Value | int) -> Value:
        """`add`, `sub`, `mul`, `and`, `or`, `xor`, `shl`, `lshr`, `ashr`, `sdiv`, `srem`, `urem` and the like."""
        second = self._operand(b, a.type)
        if second == "0" and operator in ("add", "sub", "or", "xor", "shl", "lshr", "ashr"):
            return a
        return self.value(a.type, f"{operator} {a.type} {a.text}, {second}")

    def compare(self, predicate: str, a: Value, b: Value | int) -> Value:
        """`eq`, `ne`, `slt`, `sle`, `ult`, `uge` and the like."""
        lanes = a.type.split(" x ")[0] + " x i1>" if a.type.startswith("<") else "i1"
        return self.value(lanes, f"icmp {predicate} {a.type} {a.text}, {self._operand(b, a.type)}")

    def _operand(self, value: Value | int, type: str) -> str:
        if isinstance(value, Value):
            return value.text
        return word(value).text if type == "i64" else str(value)

    def choose(self, condition: Value, then: Value, otherwise: Value) -> Value:
        text = f"select i1 {condition.text}, {then.type} {then.text}, {otherwise.type} {otherwise.text}"
        return self.value(then.type, text)

    def convert(self, operator: str, value: Value, type: str) -> Value:
        """`zext`, `trunc`, `bitcast`, `inttoptr`, `ptrtoint`."""
        return self.value(type, f"{operator} {value.type} {value.text} to {type}")

    def load(self, type: str, pointer: Value, more: str = "") -> Value:
        return self.value(type, f"load {type}, ptr {pointer.text}{more}")

    def store(self, value: Value, pointer: Value, more: str = "") -> None:
        self.do(f"store {value.type} {value.text}, ptr {pointer.text}{more}")

    def offset(self, pointer: Value, number: Value | int, type: str = "i64") -> Value:
        """The address `number` elements of a type further on."""
        if number == 0:
            return pointer
        index = number if isinstance(number, Value) else word(number)
        return self.value("ptr", f"getelementptr {type}, ptr {pointer.text}, {index.type} {index.text}")

    def call(self, name: str, type: str, *arguments: Value) -> Value:
        """Call a function; the result has no meaning where the type is void."""
        text = f"call {type} @{name}({', '.join(f'{a.type} {a.text}' for a in arguments)})"
        if type == "void":
            self.do(text)
            return Value("", "void")
        return self.value(type, text)

    def give(self, value: Value | None = None) -> None:
        """Return."""
        self.do(f"ret {value.type} {value.text}" if value else "ret void")
        self.ended = True

    # Control flow

    def label(self) -> str:
        self.count += 1
        return f"b{self.count}"

    def start(self, label: str) -> None:
        """Start a block after one that has ended."""
        self.lines.append(f"{label}:")
        self.ended = False

    def place(self, label: str) -> None:
        """Start a block; the block before runs into it."""
        self.jump(label)
        self.start(label)

    def jump(self, label: str) -> None:
        if not self.ended:
            self.do(f"br label %{label}")
        self.ended = True

    def branch(self, condition: Value, then: str, otherwise: str, *, likely: bool | None = None) -> None:
        """Go one way or the other. `likely` tells LLVM which is usual."""
        more = "" if likely is None else ", !prof !0" if likely else ", !prof !1"
        self.do(f"br i1 {condition.text}, label %{then}, label %{otherwise}{more}")
        self.ended = True

    def jump_when(self, condition: Value, label: str, *, likely: bool | None = None) -> None:
        """Go to a block where the condition holds, and on in a new one otherwise."""
        more = self.label()
        self.branch(condition, label, more, likely=likely)
        self.start(more)

    @contextmanager
    def when(self, condition: Value, *, likely: bool | None = None) -> Iterator[None]:
        """What follows happens only where the condition holds."""
        then, after = self.label(), self.label()
        self.branch(condition, then, after, likely=likely)
        self.start(then)
        yield
        self.place(after)

    @contextmanager
    def forever(self) -> Iterator[Loop]:
        """A loop that is left with `leave_when`, or by returning."""
        loop = Loop(self, self.label(), self.label())
        self.place(loop.start)
        yield loop
        self.jump(loop.start)
        self.place(loop.end)

    @contextmanager
    def each(self, start: Value | int, end: Value) -> Iterator[Value]:
        """A loop over the numbers from `start` on that are less than `end`."""
        counter = self.cell("i64", start if isinstance(start, Value) else word(start))
        with self.forever() as loop:
            now = counter.get()
            loop.leave_when(self.compare("uge", now, end))
            yield now
            counter.set(self.binary("add", counter.get(), 1))

    def cell(self, type: str, value: Value | None = None) -> Cell:
        """A variable of the function."""
        name = self._fresh()
        self.cells.append(f"{name} = alloca {type}")
        cell = Cell(self, Value(name, "ptr"), type)
        if value:
            cell.set(value)
        return cell

    def space(self, type: str, number: int, align: int = 8) -> Value:
        """The address of room for some elements on the stack."""
        name = self._fresh()
        self.cells.append(f"{name} = alloca [{number} x {type}], align {align}")
        return Value(name, "ptr")


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop being written: `start` is its first block, `end` what comes after."""

    function: Function
    start: str
    end: str

    def leave_when(self, condition: Value, *, likely: bool | None = None) -> None:
        self.function.jump_when(condition, self.end, likely=likely)

    def again(self) -> None:
        self.function.jump(self.start)


@dataclass(frozen=True, slots=True)
class Cell:
    """A variable of a function."""

    function: Function
    pointer: Value
    type: str

    def get(self) -> Value:
        return self.function.load(self.type, self.pointer)

    def set(self, value: Value) -> None:
        self.function.store(value, self.pointer)

    def add(self, value: Value | int) -> None:
        self.set(self.function.binary("add", self.get(), value))
