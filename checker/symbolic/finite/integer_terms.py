"""Terms as Z3 expressions over truth values and integers without bounds: what a proof by Spacer is made of.

A state is one expression for each slot. Lemmas in linear arithmetic are much easier to find than lemmas about bits, and
a domain without a greatest member is no different from the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import z3

from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.terms import Op, Parameter, Term, subterms
from raceproof.checker.system.transition import TransitionSystem

Value: TypeAlias = z3.ArithRef | z3.BoolRef
State: TypeAlias = tuple[Value, ...]
"""A state: the value of each slot, in the system's order."""


class Inexpressible(Exception):
    """A system or a term cannot be said in arithmetic; the message says why."""


@dataclass(frozen=True)
class IntegerTerms:
    """Translates terms over the states `before` and `after` a step; a shared term is translated once.

    A table asked with a key that it does not have yields one of its entries: guards keep steps from asking so.
    """

    system: TransitionSystem
    context: z3.Context
    before: State
    after: State = ()
    _known: dict[Term, Value] = field(default_factory=dict, repr=False)

    def value(self, root: Term) -> Value:
        """A number, or a truth value where the term is boolean. Raises Inexpressible."""
        if root not in self._known:
            for node in subterms((root,)):
                if node not in self._known:
                    rule = TABLE.get(node.op)
                    if rule is None:
                        raise Inexpressible(f"{node.op.value!r} cannot be said in arithmetic")
                    self._known[node] = rule(self, node, [self._known[arg] for arg in node.args])
        return self._known[root]

    def truth(self, node: Term) -> z3.BoolRef:
        return as_truth(self.value(node))

    def stored(self, node: Term, domain: Domain) -> Value:
        """What a slot of `domain` holds after the term has been written to it."""
        return self.truth(node) if domain.kind is Kind.BOOL else as_number(self.value(node))

    def entry(self, index: Sequence[Term], codes: Sequence[int]) -> z3.BoolRef:
        """That the keys `index` have these codes."""
        return self.all_of(is_code(self.value(key), code) for key, code in zip(index, codes, strict=True))

    def all_of(self, conditions: Iterable[z3.BoolRef]) -> z3.BoolRef:
        """The conjunction of the conditions that are not plain already; a constant where that settles it."""
        found = [condition for condition in conditions if not z3.is_true(condition)]
        if any(map(z3.is_false, found)) or not found:
            return z3.BoolVal(not found, self.context)
        return z3.And(found)

    def parameter(self, of: Parameter) -> Value:
        """The symbol that stands for a value left open."""
        return symbol(f"choice {of.name}", of.domain, self.context)


def symbol(name: str, domain: Domain, context: z3.Context) -> Value:
    """A constant for any value; nothing says yet that it lies in the domain."""
    return z3.Bool(name, context) if domain.kind is Kind.BOOL else z3.Int(name, context)


def within(value: Value, low: int, high: int | None) -> list[z3.BoolRef]:
    """That a value lies in `low..high`."""
    if low == high:
        return [is_code(value, low)]
    if isinstance(value, z3.BoolRef):
        return []
    if high is not None and high < low:
        return [z3.BoolVal(False, value.ctx)]
    return [value >= low] if high is None else [value >= low, value <= high]


def is_code(value: Value, code: int) -> z3.BoolRef:
    """That a value is a code of its domain."""
    if z3.is_true(value) or z3.is_false(value):
        return z3.BoolVal(z3.is_true(value) is bool(code), value.ctx)
    if isinstance(value, z3.BoolRef):
        return value if code else z3.Not(value)
    if isinstance(value, z3.IntNumRef):
        return z3.BoolVal(value.as_long() == code, value.ctx)
    return value == code


def as_truth(value: Value) -> z3.BoolRef:
    """Python's truth of a number: other than 0."""
    return value if isinstance(value, z3.BoolRef) else value != 0


def as_number(value: Value) -> z3.ArithRef:
    """A truth value as 0 or 1."""
    if not isinstance(value, z3.BoolRef):
        return value
    return z3.If(value, z3.IntVal(1, value.ctx), z3.IntVal(0, value.ctx))


def choose(condition: z3.BoolRef, then: Value, otherwise: Value) -> Value:
    if z3.is_true(condition) or then is otherwise:
        return then
    if z3.is_false(condition):
        return otherwise
    if isinstance(then, z3.BoolRef) and isinstance(otherwise, z3.BoolRef):
        return z3.If(condition, then, otherwise)
    return z3.If(condition, as_number(then), as_number(otherwise))


Rule = Callable[[IntegerTerms, Term, list[Value]], Value]


def _constant(to: IntegerTerms, node: Term, _: list[Value]) -> Value:
    return z3.BoolVal(bool(node.value), to.context) if node.boolean else z3.IntVal(node.value, to.context)


def _read(to: IntegerTerms, node: Term, index: list[Value]) -> Value:
    state, variable = to.after if node.op is Op.READ_AFTER else to.before, node.variable
    if not variable.size:
        return z3.IntVal(variable.domain.low, to.context)

    def entry(depth: int, position: int) -> Value:
        """The entry under the keys from `depth` on, where the keys before make `position`: a chain of choices."""
        if depth == len(index):
            return state[to.system.offsets[variable] + position]
        members = variable.keys[depth].members
        *others, last = [(code, entry(depth + 1, position * len(members) + at)) for at, code in enumerate(members)]
        chosen = last[1]
        for code, value in reversed(others):
            chosen = choose(is_code(index[depth], code), value, chosen)
        return chosen

    return entry(0, 0)


def _numeric(rule: Callable[[z3.ArithRef, z3.ArithRef], Value]) -> Rule:
    return lambda _, __, args: rule(as_number(args[0]), as_number(args[1]))


def _divide(_: IntegerTerms, node: Term, args: list[Value]) -> Value:
    """Python rounds down; so does Z3 where the divisor is positive."""
    number, divisor = as_number(args[0]), node.args[1].value
    return number / divisor if divisor > 0 else -number / -divisor


def _modulo(_: IntegerTerms, node: Term, args: list[Value]) -> Value:
    number, divisor = as_number(args[0]), node.args[1].value
    return number % divisor if divisor > 0 else -(-number % -divisor)


def _equal(_: IntegerTerms, __: Term, args: list[Value]) -> Value:
    if all(isinstance(arg, z3.BoolRef) for arg in args):
        return args[0] == args[1]
    return as_number(args[0]) == as_number(args[1])


def _choice(_: IntegerTerms, node: Term, args: list[Value]) -> Value:
    chosen = choose(as_truth(args[0]), args[1], args[2])
    return as_truth(chosen) if node.boolean else as_number(chosen)


TABLE: Mapping[Op, Rule] = {
    Op.CONST: _constant,
    Op.READ: _read,
    Op.READ_AFTER: _read,
    Op.PARAMETER: lambda to, node, _: to.parameter(node.parameter),
    Op.ADD: _numeric(lambda a, b: a + b),
    Op.SUB: _numeric(lambda a, b: a - b),
    Op.MUL: _numeric(lambda a, b: a * b),
    Op.DIV: _divide,
    Op.MOD: _modulo,
    Op.LT: _numeric(lambda a, b: a < b),
    Op.LE: _numeric(lambda a, b: a <= b),
    Op.EQ: _equal,
    Op.NOT: lambda _, __, args: z3.Not(as_truth(args[0])),
    Op.AND: lambda _, __, args: z3.And([as_truth(arg) for arg in args]),
    Op.OR: lambda _, __, args: z3.Or([as_truth(arg) for arg in args]),
    Op.ITE: _choice,
}
