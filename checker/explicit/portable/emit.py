"""Terms as Python text over a packed state: the translation table of the portable engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from raceproof.checker.explicit.layout import Layout
from raceproof.checker.system.terms import Op, Term, Variable, subterms
from raceproof.checker.system.transition import Write

_INFIX = {
    Op.ADD: "+",
    Op.SUB: "-",
    Op.MUL: "*",
    Op.DIV: "//",
    Op.MOD: "%",
    Op.LT: "<",
    Op.LE: "<=",
    Op.EQ: "==",
    Op.AND: "and",
    Op.OR: "or",
}


@dataclass(slots=True)
class Emitter:
    """Writes terms as expressions over the names `s` (the state before) and `t` (after). Reads that `share` has found
    to be frequent get a name of their own."""

    layout: Layout
    names: dict[Term, str] = field(default_factory=dict)

    def share(self, roots: Sequence[Term]) -> list[str]:
        """Assignments for the reads with known keys that `roots` make more than once."""
        uses: Counter[Term] = Counter()
        for node in subterms(tuple(roots)):
            uses.update(arg for arg in node.args)
        uses.update(roots)
        lines: list[str] = []
        for node, times in uses.items():
            known = node.op in (Op.READ, Op.READ_AFTER) and all(arg.is_const for arg in node.args)
            if known and times > 1 and node not in self.names:
                text = self.text(node)
                self.names[node] = f"v{len(self.names)}"
                lines.append(f"{self.names[node]} = {text}")
        return lines

    def text(self, node: Term) -> str:
        """The term as an expression; truth values are 0, 1, False or True."""
        named = self.names.get(node)
        if named:
            return named
        match node.op:
            case Op.CONST:
                return repr(node.value)
            case Op.READ | Op.READ_AFTER:
                return self._read(node)
            case Op.NOT:
                return f"(not {self.text(node.args[0])})"
            case Op.ITE:
                condition, then, otherwise = map(self.text, node.args)
                return f"({then} if {condition} else {otherwise})"
            case Op.PARAMETER:
                raise ValueError(f"the parameter {node!r} has no value in an explicit search")
            case _:
                return "(" + f" {_INFIX[node.op]} ".join(map(self.text, node.args)) + ")"

    def _read(self, node: Term) -> str:
        variable = node.variable
        if variable in self.layout.constants:
            return repr(self.layout.constants[variable])
        state = "t" if node.op is Op.READ_AFTER else "s"
        mask = (1 << variable.domain.bits) - 1
        value = f"{state} >> {self.shift(variable, node.args)} & {mask}"
        return f"(({value}) + {variable.domain.low})" if variable.domain.low else f"({value})"

    def shift(self, variable: Variable, index: Sequence[Term]) -> str:
        """The first bit of an entry, as a number where the keys are known and an expression otherwise."""
        if all(arg.is_const for arg in index):
            return str(self.layout.position(variable, tuple(arg.value for arg in index)))
        affine = self.layout.affine(variable)
        if affine:
            return self._grid(variable, index, affine.base, affine.strides)
        strides = [1]
        for key in reversed(variable.keys[1:]):
            strides.insert(0, strides[0] * len(key.members))
        return f"{self.layout.positions[variable]}[{self._grid(variable, index, 0, strides)}]"

    def _grid(self, variable: Variable, index: Sequence[Term], constant: int, strides: Sequence[int]) -> str:
        parts = []
        for key, arg, stride in zip(variable.keys, index, strides, strict=True):
            if arg.is_const:
                constant += (arg.value - key.members.start) * stride
            else:
                constant -= key.members.start * stride
                parts.append(self.text(arg) if stride == 1 else f"{self.text(arg)} * {stride}")
        more = f" + {constant}" if constant > 0 else f" - {-constant}" if constant else ""
        return "(" + " + ".join(parts) + more + ")"

    def next_state(self, writes: Sequence[Write]) -> str:
        """The state after the writes, as one expression over `s`."""
        fixed, ordered = self.layout.sorted_writes(writes)
        text = self._fixed(fixed)
        for write in ordered:
            bits = write.variable.domain.bits
            shift = self.shift(write.variable, write.index)
            text = f"({text} & ~({(1 << bits) - 1} << {shift}) | {self._stored(write)} << {shift})"
        return text

    def _fixed(self, fixed: dict[int, Write]) -> str:
        if not fixed:
            return "s"
        keep = (1 << self.layout.bits) - 1
        constant, parts = 0, []
        for position, write in fixed.items():
            mask = (1 << write.variable.domain.bits) - 1
            keep &= ~(mask << position)
            if write.value.is_const:
                constant |= (write.value.value - write.variable.domain.low) << position
            else:
                parts.append(f"{self._stored(write)} << {position}" if position else self._stored(write))
        return "(" + " | ".join([f"s & {keep}", *([str(constant)] if constant else []), *parts]) + ")"

    def _stored(self, write: Write) -> str:
        text = self.text(write.value)
        return f"({text} - {write.variable.domain.low})" if write.variable.domain.low else text
