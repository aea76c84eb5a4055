"""Signatures: what a term becomes when identities are renamed, as a number that equal terms share.

Two terms get one number where they differ only in the order of things that have none: the parts of `and`, `or`, sums,
products, and the two sides of an equation. Each term is looked at once for each renaming.

A number in a term is an identity only where it meets one: where it is compared with a variable that holds identities,
is stored in one, or is the key of a table. Everywhere else it stays as it is, and where an identity is used as a number
(its order, sums with it) there is no renaming at all.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from raceproof.checker.system.domain import Domain
from raceproof.checker.system.terms import Op, Term, Variable


class NoRenaming(Exception):
    """The domain's members cannot be renamed; the message says why, in a few words."""


@dataclass(frozen=True, slots=True)
class Known:
    """A variable, its number, and where it knows the domain: whether it holds its identities, which keys are its."""

    variable: Variable
    number: int
    holds: bool
    keys: tuple[bool, ...]


class _Sort(Enum):
    """What a term's value is: an identity of the domain, something else, or a number that may be taken for either."""

    IDENTITY = auto()
    PLAIN = auto()
    EITHER = auto()


_COMPARE: Mapping[Op, Callable[[int, int], bool]] = {Op.LT: operator.lt, Op.LE: operator.le}


@dataclass(slots=True)
class Signatures:
    """The signatures of terms under renamings of one domain."""

    domain: Domain
    _sorts: dict[Term, _Sort] = field(default_factory=dict)
    _known: dict[tuple[int, Term, bool], int] = field(default_factory=dict)
    _touched: dict[Term, bool] = field(default_factory=dict)
    _variables: dict[int, Known] = field(default_factory=dict)
    _numbers: dict[object, int] = field(default_factory=dict)
    _renamings: list[Mapping[int, int]] = field(default_factory=list)

    def add(self, renaming: Mapping[int, int]) -> int:
        """The number of a renaming, for use with the other methods."""
        self._renamings.append(renaming)
        return len(self._renamings) - 1

    def of(self, node: Term, number: int, identity: bool = False) -> int:
        """The signature of a term under a renaming; `identity` where its value is one of the domain's. Raises
        NoRenaming."""
        key = (number if identity or self._is_touched(node) else -1, node, identity)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._number(self._shape(node, number, identity))
        return known

    def joined(self, parts: Sequence[Term], number: int) -> int:
        """The signature of a conjunction under a renaming."""
        return self._number((Op.AND, self._leaves(Op.AND, parts, number)))

    def index(self, known: Known, index: Sequence[Term], number: int) -> tuple[int, ...]:
        """The signatures of the keys of an entry."""
        return tuple([self.of(arg, number, own) for own, arg in zip(known.keys, index, strict=True)])

    def variable(self, variable: Variable) -> Known:
        """What is to be known about a variable, found once: to compare variables part by part takes long."""
        known = self._variables.get(id(variable))
        if known is None:
            number = self._number(variable)
            keys = tuple(key == self.domain for key in variable.keys)
            known = self._variables[id(variable)] = Known(variable, number, variable.domain == self.domain, keys)
        return known

    def _number(self, key: object) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def _is_touched(self, node: Term) -> bool:
        """Whether a term reads a variable that knows the domain, so that it may become another one."""
        known = self._touched.get(node)
        if known is None:
            read = self.variable(node.variable) if node.op in (Op.READ, Op.READ_AFTER) else None
            known = read is not None and (read.holds or any(read.keys))
            known = self._touched[node] = known or any(map(self._is_touched, node.args))
        return known

    def _shape(self, node: Term, number: int, identity: bool) -> object:
        renaming = self._renamings[number]
        sort = self._sort(node)
        if identity and sort is _Sort.PLAIN:
            raise NoRenaming(f"{self._name} is made of something else")
        if not identity and sort is _Sort.IDENTITY:
            raise NoRenaming(f"{self._name} is used as a number")
        match node.op:
            case Op.CONST:
                return Op.CONST, node.boolean, renaming.get(node.value, node.value) if identity else node.value
            case Op.READ | Op.READ_AFTER:
                variable = self.variable(node.variable)
                return node.op, variable.number, self.index(variable, node.args, number)
            case Op.AND | Op.OR | Op.ADD | Op.MUL:
                return node.op, self._leaves(node.op, node.args, number)
            case Op.EQ:
                met = any(self._sort(arg) is _Sort.IDENTITY for arg in node.args)
                return Op.EQ, tuple(sorted(self.of(arg, number, met) for arg in node.args))
            case Op.LT | Op.LE if any(self._sort(arg) is _Sort.IDENTITY for arg in node.args):
                return self._bound(node, number)
            case Op.ITE:
                condition = self.of(node.args[0], number, False)
                return Op.ITE, condition, *(self.of(arg, number, identity) for arg in node.args[1:])
            case Op.NOT | Op.SUB | Op.DIV | Op.MOD | Op.LT | Op.LE:
                return node.op, *(self.of(arg, number, False) for arg in node.args)
            case Op.PARAMETER | Op.FORALL:
                raise NoRenaming("a choice is left open")

    def _leaves(self, op: Op, parts: Sequence[Term], number: int) -> frozenset[int] | tuple[int, ...]:
        """The signatures of what is joined, however it is nested: a set where it does not matter how often."""
        found: list[int] = []
        waiting = list(parts)
        while waiting:
            part = waiting.pop()
            if part.op is op:
                waiting.extend(part.args)
            else:
                found.append(self.of(part, number, False))
        return frozenset(found) if op in (Op.AND, Op.OR) else tuple(sorted(found))

    def _bound(self, node: Term, number: int) -> object:
        """An identity compared with a number: a test whether it is none, if the order of members does not matter."""
        first, second = node.args
        term, bound = (second, first) if first.is_const else (first, second)
        if not bound.is_const:
            raise NoRenaming(f"{self._name} is put in order")
        limit = bound.value
        holds = {
            code
            for code in range(self.domain.greatest + 1)
            if _COMPARE[node.op](*((limit, code) if first.is_const else (code, limit)))
        }
        renaming = self._renamings[number]
        if {renaming.get(code, code) for code in holds} != holds:
            raise NoRenaming(f"{self._name} is put in order")
        return node.op, self.of(term, number, True), tuple(sorted(holds))

    @property
    def _name(self) -> str:
        return f"an {self.domain.name}" if self.domain.name[:1] in "AEIOU" else f"a {self.domain.name}"

    def _sort(self, node: Term) -> _Sort:
        known = self._sorts.get(node)
        if known is None:
            known = self._sorts[node] = self._found_sort(node)
        return known

    def _found_sort(self, node: Term) -> _Sort:
        match node.op:
            case Op.CONST:
                return _Sort.PLAIN if node.boolean else _Sort.EITHER
            case Op.READ | Op.READ_AFTER:
                return _Sort.IDENTITY if self.variable(node.variable).holds else _Sort.PLAIN
            case Op.ITE:
                sorts = {self._sort(arg) for arg in node.args[1:]} - {_Sort.EITHER}
                if len(sorts) == 2:
                    raise NoRenaming(f"{self._name} is mixed with something else")
                return sorts.pop() if sorts else _Sort.EITHER
            case _:
                return _Sort.PLAIN
