"""Leaving out one member of an ordered domain: what a term is where nobody remembers that member.

A system of size N, in the states in which member j is not remembered, is rewritten for the states of size N - 1 that
have no such member: what was j + 1 is now j. Every rule is exact. No variable holds j, so `x < j` is `x < j` of the
members renumbered, `x <= j` is `x <= j - 1`, and `x == j` is false; an entry with the key j is as it was at the
start; two values that are read keep their order. Anything else that is done with a member (sums, distances, its number)
has no such rule, and the model has to do without it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from raceproof.checker.system.build import (
    FALSE,
    TRUE,
    add,
    conjunction,
    disjunction,
    div,
    eq,
    ite,
    le,
    lt,
    mod,
    mul,
    negation,
    number,
    read,
    sub,
    truth,
)
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.terms import Op, Term, Variable
from raceproof.checker.system.transition import TransitionSystem

_ARITHMETIC = {Op.ADD: add, Op.SUB: sub, Op.MUL: mul, Op.DIV: div, Op.MOD: mod}


class Distinguished(Exception):
    """A model does more with members than to compare and copy them; the message says what, in a few words."""


@dataclass
class Deletion:
    """From `system`, in which nobody remembers the member `left_out`, to `smaller`; with infinity nothing is left out,
    and terms are only written in the same form."""

    system: TransitionSystem
    smaller: TransitionSystem
    name: str
    left_out: float = math.inf
    _variables: dict[str, Variable] = field(init=False)
    _known: dict[Term, Term] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._variables = {variable.name: variable for variable in self.smaller.variables}

    def variable(self, variable: Variable) -> Variable:
        return self._variables[variable.name]

    def is_member(self, domain: Domain | None) -> bool:
        """Whether it is the ordered domain, in its larger or smaller size."""
        return domain is not None and domain.endless and domain.name == self.name

    def code(self, member: int) -> int:
        """The number of a member once the one is left out. Raises Distinguished for that one."""
        if member == self.left_out:
            raise Distinguished(f"does something to a {self.name} that nobody remembers")
        return member - (member > self.left_out)

    # Truth values

    def condition(self, node: Term) -> Term:
        """A truth value of the system as one of the smaller. Raises Distinguished."""
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = self._condition(node)
        return known

    def _condition(self, node: Term) -> Term:
        match node.op:
            case Op.CONST:
                return node
            case Op.READ | Op.READ_AFTER:
                return self._read(node)
            case Op.NOT:
                return negation(self.condition(node.args[0]))
            case Op.AND:
                return conjunction(self._until(node.args, FALSE))
            case Op.OR:
                return disjunction(self._until(node.args, TRUE))
            case Op.ITE:
                return self._choice(node.args[0], node.args[1], node.args[2], self.condition)
            case Op.EQ | Op.LT | Op.LE:
                return self._compared(node.op, *node.args)
            case _:
                raise Distinguished(f"leaves a choice of {self.name} open")

    def _until(self, parts: Iterable[Term], settled: Term) -> list[Term]:
        """The parts up to the first that settles it: those after it may have no meaning."""
        found: list[Term] = []
        for part in parts:
            found.append(self.condition(part))
            if found[-1] is settled:
                break
        return found

    def _choice(self, condition: Term, then: Term, otherwise: Term, of: Callable[[Term], Term]) -> Term:
        asked = self.condition(condition)
        if asked.is_const:
            return of(then if asked.value else otherwise)
        return ite(asked, of(then), of(otherwise))

    def _compared(self, op: Op, a: Term, b: Term) -> Term:
        if not (self._holds_member(a) or self._holds_member(b)):
            if a.boolean:
                return eq(self.condition(a), self.condition(b))
            return _same(op, self.plain(a), self.plain(b))
        for one, other, swapped in ((a, b, False), (b, a, True)):
            if one.op is Op.ITE:
                of = lambda part, other=other, swapped=swapped: (
                    self._compared(op, other, part) if swapped else self._compared(op, part, other)
                )
                return self._choice(one.args[0], one.args[1], one.args[2], of)
        return self._members_compared(op, a, b)

    def _members_compared(self, op: Op, a: Term, b: Term) -> Term:
        if _is_next(b) and op is Op.LT:
            return self._members_compared(Op.LE, a, b.args[0])
        if _is_next(a) and op is Op.LE:
            return self._members_compared(Op.LT, a.args[0], b)
        for node in (a, b):
            if not node.is_const and node.op not in (Op.READ, Op.READ_AFTER):
                raise Distinguished(f"calculates with a {self.name} in a comparison")
        if a.is_const and b.is_const:
            return truth(bool(_same(op, a, b).value))
        if b.is_const:
            return self._bounded(op, a, b.value)
        if a.is_const:
            if op is Op.EQ:
                return self._bounded(op, b, a.value)
            return negation(self._bounded(Op.LE, b, a.value - (op is Op.LE)))
        if not (self._holds_member(a) and self._holds_member(b)):
            raise Distinguished(f"compares a {self.name} with a number")
        return _same(op, self._read(a), self._read(b))

    def _bounded(self, op: Op, node: Term, limit: int) -> Term:
        """A member that is read, compared with a constant."""
        value, highest = self._read(node), self.variable(node.variable).domain.greatest
        if op is Op.EQ:
            if limit == self.left_out:
                return FALSE
            limit -= limit > self.left_out
            return eq(value, number(limit)) if 0 <= limit <= highest else FALSE
        if op is Op.LT:
            limit -= 1
        limit -= limit >= self.left_out
        return TRUE if limit >= highest else FALSE if limit < 0 else le(value, number(limit))

    # Numbers

    def plain(self, node: Term) -> Term:
        """A number that is no member. Raises Distinguished."""
        if self._holds_member(node):
            raise Distinguished(f"calculates with a {self.name}")
        match node.op:
            case Op.CONST:
                return node
            case Op.READ | Op.READ_AFTER:
                return self._read(node)
            case Op.ITE:
                return self._choice(node.args[0], node.args[1], node.args[2], self.plain)
            case Op.ADD | Op.SUB | Op.MUL | Op.DIV | Op.MOD:
                return _ARITHMETIC[node.op](self.plain(node.args[0]), self.plain(node.args[1]))
            case _:
                return self.condition(node)

    def member(self, node: Term) -> Term:
        """A member that is copied. Raises Distinguished."""
        match node.op:
            case Op.CONST:
                return number(self.code(node.value))
            case Op.READ | Op.READ_AFTER if self._holds_member(node):
                return self._read(node)
            case Op.ITE:
                return self._choice(node.args[0], node.args[1], node.args[2], self.member)
            case _:
                raise Distinguished(f"calculates with a {self.name}")

    def newer_member(self, node: Term) -> Term:
        """A member that is copied, or made by adding 1 to one. Raises Distinguished."""
        if _is_next(node) and self._holds_member(node.args[0]):
            return add(self.member(node.args[0]), number(1))
        if node.op is Op.ADD:
            raise Distinguished(f"adds something other than 1 to a {self.name}")
        return self.member(node)

    def _holds_member(self, node: Term) -> bool:
        match node.op:
            case Op.READ | Op.READ_AFTER:
                return self.is_member(node.variable.domain)
            case Op.ITE:
                return self._holds_member(node.args[1]) or self._holds_member(node.args[2])
            case Op.ADD | Op.SUB | Op.MUL | Op.DIV | Op.MOD:
                return any(map(self._holds_member, node.args))
            case _:
                return False

    # Entries

    def _read(self, node: Term) -> Term:
        variable = node.variable
        if self.is_left_out(variable, node.args):
            return self.default(variable)
        index = tuple(
            self.member(arg) if self.is_member(key) else self.plain(arg)
            for key, arg in zip(variable.keys, node.args, strict=True)
        )
        return read(self.variable(variable), index, after=node.op is Op.READ_AFTER)

    def is_left_out(self, variable: Variable, index: tuple[Term, ...]) -> bool:
        """Whether an entry has the key that is left out."""
        return any(
            self.is_member(key) and arg.is_const and arg.value == self.left_out
            for key, arg in zip(variable.keys, index, strict=True)
        )

    def default(self, variable: Variable) -> Term:
        """How every row of a table starts."""
        start = self.system.initial[variable][0] or 0
        return truth(bool(start)) if variable.domain.kind is Kind.BOOL else number(start)


def _is_next(node: Term) -> bool:
    return node.op is Op.ADD and node.args[1].is_const and node.args[1].value == 1


def _same(op: Op, a: Term, b: Term) -> Term:
    return eq(a, b) if op is Op.EQ else lt(a, b) if op is Op.LT else le(a, b)
