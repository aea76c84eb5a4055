"""Terms as Z3 expressions over the slots of a state: the translation table of the bounded engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import z3

from raceproof.checker.bounded import integers
from raceproof.checker.bounded.integers import Number
from raceproof.checker.bounded.slots import Slots, Stored
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.terms import Op, Term, subterms

Value: TypeAlias = Number | z3.BoolRef


@dataclass(frozen=True)
class Translator:
    """Translates terms over the states `before` and `after` a step; a shared term is translated once.

    Numbers are exact. A table asked with a key that it does not have yields one of its entries: guards keep steps from
    asking so.
    """

    slots: Slots
    before: Sequence[Stored]
    after: Sequence[Stored]
    _known: dict[Term, Value] = field(default_factory=dict, repr=False)

    def truth(self, node: Term) -> z3.BoolRef:
        return self.as_truth(self.value(node))

    def number(self, node: Term) -> Number:
        return self.as_number(self.value(node))

    def stored(self, node: Term, domain: Domain) -> z3.BoolRef | z3.BitVecRef:
        """What a slot of `domain`, which has more than one value, holds after the term has been written to it."""
        if domain.kind is Kind.BOOL:
            return self.truth(node)
        return integers.subtract(self.number(node), self.constant(domain.low)).stored(domain.bits)

    def entry(self, index: Sequence[Term], codes: Sequence[int]) -> z3.BoolRef:
        """That the keys `index` have these codes."""
        matches = [
            integers.equal(self.number(key), self.constant(code)) for key, code in zip(index, codes, strict=True)
        ]
        return z3.And(matches) if matches else z3.BoolVal(True, self.slots.context)

    def value(self, root: Term) -> Value:
        """A number, or a truth value where the term is boolean. Raises ValueError for an open parameter."""
        if root not in self._known:
            for node in subterms((root,)):
                if node not in self._known:
                    self._known[node] = TABLE[node.op](self, node, [self._known[arg] for arg in node.args])
        return self._known[root]

    def constant(self, value: int) -> Number:
        return integers.constant(value, self.slots.context)

    def as_truth(self, value: Value) -> z3.BoolRef:
        """Python's truth of a number: other than 0."""
        return z3.Not(integers.equal(value, self.constant(0))) if isinstance(value, Number) else value

    def as_number(self, value: Value) -> Number:
        """A truth value as 0 or 1."""
        if isinstance(value, Number):
            return value
        return integers.choose(value, self.constant(1), self.constant(0))

    def choose(self, condition: z3.BoolRef, then: Value, otherwise: Value) -> Value:
        if isinstance(then, Number) or isinstance(otherwise, Number):
            return integers.choose(condition, self.as_number(then), self.as_number(otherwise))
        return z3.If(condition, then, otherwise)


Rule = Callable[[Translator, Term, list[Value]], Value]


def _constant(to: Translator, node: Term, _: list[Value]) -> Value:
    return z3.BoolVal(bool(node.value), to.slots.context) if node.boolean else to.constant(node.value)


def _read(to: Translator, node: Term, args: list[Value]) -> Value:
    state = to.after if node.op is Op.READ_AFTER else to.before
    variable, index = node.variable, [to.as_number(arg) for arg in args]
    if not variable.size:
        return to.constant(variable.domain.low)

    def entry(depth: int, position: int) -> Value:
        """The entry under the keys from `depth` on, where the keys before make `position`: a chain of choices."""
        if depth == len(index):
            return to.slots.load(state, to.slots.system.offsets[variable] + position)
        members, key = variable.keys[depth].members, index[depth]
        codes = range(max(members.start, key.low), min(members.stop, key.high + 1)) or members[:1]
        found = [entry(depth + 1, position * len(members) + code - members.start) for code in codes]
        chosen = found[-1]
        for code, value in reversed(list(zip(codes, found, strict=True))[:-1]):
            chosen = to.choose(integers.equal(key, to.constant(code)), value, chosen)
        return chosen

    return entry(0, 0)


def _parameter(_: Translator, node: Term, __: list[Value]) -> Value:
    raise ValueError(f"the parameter {node!r} has no value in a bounded search")


def _numeric(rule: Callable[[Number, Number], Value]) -> Rule:
    return lambda to, _, args: rule(to.as_number(args[0]), to.as_number(args[1]))


def _by_constant(rule: Callable[[Number, int], Number]) -> Rule:
    return lambda to, node, args: rule(to.as_number(args[0]), node.args[1].value)


def _equal(to: Translator, _: Term, args: list[Value]) -> Value:
    left, right = args
    if isinstance(left, Number) or isinstance(right, Number):
        return integers.equal(to.as_number(left), to.as_number(right))
    return left == right


def _choice(to: Translator, node: Term, args: list[Value]) -> Value:
    chosen = to.choose(to.as_truth(args[0]), args[1], args[2])
    return to.as_truth(chosen) if node.boolean else to.as_number(chosen)


TABLE: Mapping[Op, Rule] = {
    Op.CONST: _constant,
    Op.READ: _read,
    Op.READ_AFTER: _read,
    Op.PARAMETER: _parameter,
    Op.ADD: _numeric(integers.add),
    Op.SUB: _numeric(integers.subtract),
    Op.MUL: _numeric(integers.multiply),
    Op.DIV: _by_constant(integers.divide),
    Op.MOD: _by_constant(integers.modulo),
    Op.LT: _numeric(integers.less),
    Op.LE: _numeric(integers.less_or_equal),
    Op.EQ: _equal,
    Op.NOT: lambda to, _, args: z3.Not(to.as_truth(args[0])),
    Op.AND: lambda to, _, args: z3.And([to.as_truth(arg) for arg in args]),
    Op.OR: lambda to, _, args: z3.Or([to.as_truth(arg) for arg in args]),
    Op.ITE: _choice,
}
