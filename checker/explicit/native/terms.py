"""Terms as instructions over a packed state: the translation table of the native engine.

Truth values are one bit, numbers 64 bits; `fits` makes sure beforehand that no number can leave them. Every instruction
is total: an index out of range reads some entry, which is harmless because no answer depends on it (the guards before
it do not hold). So both sides of `and` and `or` may be computed without a branch, and each subterm is computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from raceproof.checker.explicit.layout import WORD, Layout
from raceproof.checker.explicit.native.assembly import FALSE, TRUE, Function, Value, word
from raceproof.checker.system.ranges import Facts
from raceproof.checker.system.terms import Op, Term, Variable, subterms
from raceproof.checker.system.transition import Write

_LIMIT = 1 << 60

_BINARY = {Op.ADD: "add", Op.SUB: "sub", Op.MUL: "mul"}
_COMPARE = {Op.LT: "slt", Op.LE: "sle", Op.EQ: "eq"}


def fits(roots: Sequence[Term]) -> bool:
    """Whether every number that these terms can come to, right or not, is far from the ends of 64 bits."""
    facts = Facts()
    for node in subterms(tuple(roots)):
        low, high = facts.interval(node)
        if not -_LIMIT < low <= high < _LIMIT:
            return False
    return True


@dataclass(slots=True)
class Constants:
    """The tables of positions that functions of one module look entries up in."""

    lines: list[str] = field(default_factory=list)
    names: dict[tuple[int, ...], str] = field(default_factory=dict)

    def name(self, positions: tuple[int, ...]) -> str:
        if positions not in self.names:
            self.names[positions] = f"positions_{len(self.names)}"
            entries = ", ".join(f"i32 {position}" for position in positions)
            text = f"@{self.names[positions]} = internal constant [{len(positions)} x i32] [{entries}]"
            self.lines.append(text)
        return self.names[positions]


@dataclass(slots=True)
class TermWriter:
    """Writes terms into a function. `states` are the addresses of the state before and, for claims about steps, after;
    `known` holds what has been computed on every way to the current block."""

    function: Function
    layout: Layout
    constants: Constants
    states: tuple[Value, ...]
    words: list[list[Value]] = field(default_factory=list)
    known: dict[Term, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        code = self.function
        if not self.words:
            self.words = [
                [code.load("i64", code.offset(state, number)) for number in range(self.layout.words)]
                for state in self.states
            ]

    def branched(self) -> TermWriter:
        """The same for a block that is reached from here only: what is computed there is not known here."""
        return TermWriter(self.function, self.layout, self.constants, self.states, self.words, dict(self.known))

    def value(self, node: Term) -> Value:
        """The value of a term: i1 for truth values, i64 for numbers."""
        found = self.known.get(node)
        if found is None:
            found = self.known[node] = self._value(node)
        return found

    def number(self, node: Term) -> Value:
        """The value as 64 bits, whatever the term is."""
        found = self.value(node)
        return self.function.convert("zext", found, "i64") if found.type == "i1" else found

    def _joined(self, operator: str, terms: tuple[Term, ...], neutral: Value) -> Value:
        result = neutral
        for node in terms:
            value = self.value(node)
            result = value if result is neutral else self.function.binary(operator, result, value)
        return result

    def _value(self, node: Term) -> Value:
        code = self.function
        match node.op:
            case Op.CONST:
                return (TRUE if node.value else FALSE) if node.boolean else word(node.value)
            case Op.READ | Op.READ_AFTER:
                return self._read(node)
            case Op.NOT:
                return code.binary("xor", self.value(node.args[0]), TRUE)
            case Op.AND:
                return self._joined("and", node.args, TRUE)
            case Op.OR:
                return self._joined("or", node.args, FALSE)
            case Op.ITE:
                condition, then, otherwise = node.args
                if node.boolean:
                    return code.choose(self.value(condition), self.value(then), self.value(otherwise))
                return code.choose(self.value(condition), self.number(then), self.number(otherwise))
            case Op.EQ | Op.LT | Op.LE:
                first, second = node.args
                if first.boolean and second.boolean and node.op is Op.EQ:
                    return code.compare("eq", self.value(first), self.value(second))
                return code.compare(_COMPARE[node.op], self.number(first), self.number(second))
            case Op.ADD | Op.SUB | Op.MUL:
                return code.binary(_BINARY[node.op], self.number(node.args[0]), self.number(node.args[1]))
            case Op.DIV | Op.MOD:
                return self._divided(node)
            case Op.PARAMETER:
                raise ValueError(f"the parameter {node!r} has no value in an explicit search")
            case Op.FORALL:
                raise ValueError(f"{node!r} is asked of any number of members; an explicit search has so many")

    def _divided(self, node: Term) -> Value:
        """Python's floor: the remainder has the sign of the divisor."""
        code, number, divisor = self.function, self.number(node.args[0]), node.args[1].value
        if divisor == -1:  # the processor traps on the smallest number, which a value that nobody asks for may be
            return code.binary("sub", word(0), number) if node.op is Op.DIV else word(0)
        quotient = code.binary("sdiv", number, divisor)
        remainder = code.binary("srem", number, divisor)
        signs = code.binary("xor", remainder, divisor)
        wrong = code.binary("and", code.compare("slt", signs, 0), code.compare("ne", remainder, 0))
        if node.op is Op.DIV:
            return code.choose(wrong, code.binary("sub", quotient, 1), quotient)
        return code.choose(wrong, code.binary("add", remainder, divisor), remainder)

    def _read(self, node: Term) -> Value:
        code, variable = self.function, node.variable
        boolean = node.boolean
        if variable in self.layout.constants:
            always = self.layout.constants[variable]
            return (TRUE if always else FALSE) if boolean else word(always)
        side = 1 if node.op is Op.READ_AFTER else 0
        raw = self._field(variable, node.args, side)
        if boolean:
            return code.convert("trunc", raw, "i1")
        value = code.binary("and", raw, (1 << variable.domain.bits) - 1)
        return code.binary("add", value, variable.domain.low)

    def _field(self, variable: Variable, index: tuple[Term, ...], side: int) -> Value:
        """A word with the entry in its lowest bits, and others above them."""
        code = self.function
        if all(arg.is_const for arg in index):
            position = self.layout.position(variable, tuple(arg.value for arg in index))
            return code.binary("lshr", self.words[side][position // WORD], position % WORD)
        place, shift = self.place(variable, index)
        if isinstance(place, int):
            return code.binary("lshr", self.words[side][place], shift)
        return code.binary("lshr", code.load("i64", code.offset(self.states[side], place)), shift)

    def place(self, variable: Variable, index: tuple[Term, ...]) -> tuple[int | Value, Value]:
        """The word and the bit in it of an entry whose keys are computed; always within the state."""
        code, affine = self.function, self.layout.affine(variable)
        if affine and affine.word is not None:
            shift = self._grid(variable, index, affine.base % WORD, affine.strides)
            return affine.word, code.binary("and", shift, WORD - 1)
        strides = [1]
        for key in reversed(variable.keys[1:]):
            strides.insert(0, strides[0] * len(key.members))
        slot = self._grid(variable, index, 0, strides)
        inside = code.compare("ult", slot, variable.size)
        slot = code.choose(inside, slot, word(0))
        name = self.constants.name(self.layout.positions[variable])
        entry = code.load("i32", code.offset(Value(f"@{name}", "ptr"), slot, "i32"))
        position = code.convert("zext", entry, "i64")
        return code.binary("lshr", position, 6), code.binary("and", position, WORD - 1)

    def _grid(self, variable: Variable, index: tuple[Term, ...], constant: int, strides: Sequence[int]) -> Value:
        code = self.function
        result: Value | None = None
        for key, arg, stride in zip(variable.keys, index, strides, strict=True):
            if arg.is_const:
                constant += (arg.value - key.members.start) * stride
                continue
            constant -= key.members.start * stride
            part = code.binary("mul", self.number(arg), stride) if stride != 1 else self.number(arg)
            result = part if result is None else code.binary("add", result, part)
        return word(constant) if result is None else code.binary("add", result, constant)

    # States after a step

    def write_state(self, writes: Sequence[Write], out: Value) -> None:
        """The state after the writes, stored at an address that nothing else refers to."""
        code = self.function
        fixed, ordered = self.layout.sorted_writes(writes)
        words = self._with_fixed(fixed)
        later: list[tuple[Value, Value, Write]] = []
        for write in ordered:
            place, shift = self.place(write.variable, write.index)
            if isinstance(place, int):
                words[place] = self._replaced(words[place], shift, write)
            else:
                later.append((place, shift, write))
        for number, value in enumerate(words):
            code.store(value, code.offset(out, number))
        for moving_place, shift, write in later:
            pointer = code.offset(out, moving_place)
            code.store(self._replaced(code.load("i64", pointer), shift, write), pointer)

    def _with_fixed(self, fixed: dict[int, Write]) -> list[Value]:
        code, words = self.function, list(self.words[0])
        cleared: dict[int, int] = {}
        constant: dict[int, int] = {}
        parts: dict[int, list[Value]] = {}
        for position, write in fixed.items():
            number, shift = divmod(position, WORD)
            cleared[number] = cleared.get(number, 0) | ((1 << write.variable.domain.bits) - 1) << shift
            if write.value.is_const:
                code_above_low = write.value.value - write.variable.domain.low
                constant[number] = constant.get(number, 0) | code_above_low << shift
            else:
                parts.setdefault(number, []).append(code.binary("shl", self._stored(write), shift))
        for number, mask in cleared.items():
            value = code.binary("and", words[number], word(~mask))
            if constant.get(number):
                value = code.binary("or", value, word(constant[number]))
            for part in parts.get(number, ()):
                value = code.binary("or", value, part)
            words[number] = value
        return words

    def _replaced(self, value: Value, shift: Value, write: Write) -> Value:
        code = self.function
        mask = code.binary("shl", word((1 << write.variable.domain.bits) - 1), shift)
        kept = code.binary("and", value, code.binary("xor", mask, -1))
        return code.binary("or", kept, code.binary("shl", self._stored(write), shift))

    def _stored(self, write: Write) -> Value:
        return self.function.binary("sub", self.number(write.value), write.variable.domain.low)
