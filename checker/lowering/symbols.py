"""Symbols: what the author's expressions compute with while a model is being lowered.

A Symbol stands for a value of the state. Operators build terms; `bool()` asks the current path. The term inside is
another type: nothing outside of the lowering ever sees a Symbol.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, NoReturn

from raceproof.checker.errors import mistake
from raceproof.checker.language.domains import Ordinal, is_element
from raceproof.checker.language.values import Values
from raceproof.checker.lowering.forking import current_path
from raceproof.checker.system.build import (
    add,
    as_number,
    as_truth,
    conjunction,
    disjunction,
    div,
    eq,
    le,
    lt,
    mod,
    mul,
    negation,
    number,
    sub,
    truth,
)
from raceproof.checker.system.domain import BOOL, Kind
from raceproof.checker.system.terms import Term

BOOL_VALUES = Values(bool, BOOL)


class Symbol:
    """A value that depends on the state; `values` is its domain, None for the result of integer arithmetic."""

    __slots__ = ("term", "values")

    def __init__(self, term: Term, values: Values | None) -> None:
        self.term = term
        self.values = values

    @property
    def _kind(self) -> Kind:
        return self.values.domain.kind if self.values else Kind.INT

    def __bool__(self) -> bool:
        if self._kind is Kind.ENUM:
            raise mistake("asks whether an Enum member is true, which it always is", "compare it: == or !=")
        return current_path().ask(as_truth(self.term))

    def __eq__(self, other: object) -> Any:
        return self._compared(other, eq, ordered=False)

    def __ne__(self, other: object) -> Any:
        return self._compared(other, lambda a, b: negation(eq(a, b)), ordered=False)

    def __lt__(self, other: object) -> Any:
        return self._compared(other, lt)

    def __le__(self, other: object) -> Any:
        return self._compared(other, le)

    def __gt__(self, other: object) -> Any:
        return self._compared(other, lambda a, b: lt(b, a))

    def __ge__(self, other: object) -> Any:
        return self._compared(other, lambda a, b: le(b, a))

    def _compared(self, other: object, build: Callable[[Term, Term], Term], ordered: bool = True) -> Any:
        if ordered and self._kind in (Kind.ID, Kind.ENUM):
            name = self._name
            raise mistake(f"{name} values have no order", f"compare them with == or !=, or make {name} an Ordinal")
        right = self._operand(other)
        if right is None:
            return NotImplemented
        left = self.term
        if left.boolean != right.boolean:
            left, right = as_number(left), as_number(right)
        return Symbol(build(left, right), BOOL_VALUES)

    def _operand(self, other: object) -> Term | None:
        """The other side of a comparison, which must be of the same domain."""
        if isinstance(other, Symbol):
            named = {Kind.ID, Kind.ORDINAL, Kind.ENUM}
            mine, theirs = self.values, other.values
            if mine and theirs and named & {self._kind, other._kind} and mine.python is not theirs.python:
                self._reject(other._name)
            return other.term
        if other is None:
            hint = (
                f"write {self._name}.none"
                if self.values and self.values.domain.has_none
                else "give it a value of its domain"
            )
            raise mistake(f"compares a {self._name} with None", hint)
        if isinstance(other, enum.Enum) or is_element(other):
            if self.values is None or not isinstance(other, self.values.python):
                if isinstance(other, Ordinal) and self._kind is Kind.INT:
                    return number(int(other))
                self._reject(type(other).__name__)
            return number(self.values.encode(other))
        if isinstance(other, bool):
            return truth(other)
        if isinstance(other, int):
            if self._kind in (Kind.ID, Kind.ENUM):
                self._reject("int")
            return number(other)
        if isinstance(other, float):
            raise mistake("compares a state value with a float", "state is whole numbers; scale it")
        return None

    def _reject(self, other: str) -> NoReturn:
        raise mistake(
            f"compares a {self._name} with a {other}",
            "values of two domains are never equal; compare like with like",
        )

    @property
    def _name(self) -> str:
        return self.values.domain.name if self.values else "int"

    def __add__(self, other: object) -> Any:
        return self._calculated(other, add, "+")

    def __radd__(self, other: object) -> Any:
        return self._calculated(other, lambda a, b: add(b, a), "+")

    def __sub__(self, other: object) -> Any:
        return self._calculated(other, sub, "-")

    def __rsub__(self, other: object) -> Any:
        return self._calculated(other, lambda a, b: sub(b, a), "-")

    def __mul__(self, other: object) -> Any:
        return self._calculated(other, mul, "*")

    __rmul__ = __mul__

    def __floordiv__(self, other: object) -> Any:
        return self._calculated(other, _constant_divisor(div), "//")

    def __mod__(self, other: object) -> Any:
        return self._calculated(other, _constant_divisor(mod), "%")

    def __neg__(self) -> Symbol:
        return Symbol(sub(number(0), self._number("-")), None)

    def __pos__(self) -> Symbol:
        return Symbol(self._number("+"), self.values)

    def __abs__(self) -> Symbol:
        return -self if self < 0 else self

    def _number(self, operator: str) -> Term:
        if self._kind in (Kind.ID, Kind.ENUM):
            raise mistake(f"calculates with a {self._name}: {operator}", "only int and Ordinal values are numbers")
        return as_number(self.term)

    def _calculated(self, other: object, build: Callable[[Term, Term], Term], operator: str) -> Any:
        left = self._number(operator)
        if isinstance(other, Symbol):
            right = other._number(operator)
            keeps = operator in "+-" and self._kind is Kind.ORDINAL and other._kind is not Kind.ORDINAL
            keeps_other = operator == "+" and other._kind is Kind.ORDINAL and self._kind is not Kind.ORDINAL
            values = self.values if keeps else other.values if keeps_other else None
            return Symbol(build(left, right), values)
        if isinstance(other, float):
            raise mistake("calculates with a float", "state is whole numbers; scale it")
        if not isinstance(other, int):
            return NotImplemented
        ordinal = self._kind is Kind.ORDINAL and operator in "+-" and not isinstance(other, Ordinal)
        return Symbol(build(left, number(int(other))), self.values if ordinal else None)

    def __and__(self, other: object) -> Any:
        return self._logical(other, conjunction)

    def __or__(self, other: object) -> Any:
        return self._logical(other, disjunction)

    def __xor__(self, other: object) -> Any:
        return self._logical(other, lambda pair: negation(eq(*pair)))

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def _logical(self, other: object, build: Callable[[tuple[Term, Term]], Term]) -> Any:
        right = other.term if isinstance(other, Symbol) else truth(other) if isinstance(other, bool) else None
        if right is None or not right.boolean or not self.term.boolean:
            raise mistake("& | and ^ take two truth values here", "use `and`, `or`, or arithmetic on int and Ordinal")
        return Symbol(build((self.term, right)), BOOL_VALUES)

    def __invert__(self) -> NoReturn:
        raise mistake("~ is not negation: ~True is -2 in Python", "write `not`")

    def __hash__(self) -> int:
        raise mistake(
            "uses a value of the state as a key of a dict or set of Python",
            "declare a table: dict[Domain, ...] as state",
        )

    def __index__(self) -> int:
        raise mistake(
            "uses a value of the state where Python needs a known number",
            "compare with each member of the domain, or declare a table",
        )

    __int__ = __float__ = __index__

    def __len__(self) -> int:
        raise mistake("asks for the length of a state value", "use count(Domain, lambda x: ...)")

    def __iter__(self) -> NoReturn:
        raise mistake("loops over a state value", "loop over its domain: for x in Domain")

    def __str__(self) -> str:
        raise mistake("turns a value of the state into text", "labels are fixed texts; use @view to describe a state")

    def __format__(self, spec: str) -> str:
        return str(self)

    def __repr__(self) -> str:
        return f"<{self.term!r}>"


def _constant_divisor(build: Callable[[Term, Term], Term]) -> Callable[[Term, Term], Term]:
    def built(left: Term, right: Term) -> Term:
        if not right.is_const or right.value == 0:
            raise mistake("divides by a value of the state or by zero", "divide by a constant other than 0")
        return build(left, right)

    return built


def as_term(value: Any, values: Values | None = None) -> Term:
    """The term of a symbol or of a real value; a real value needs `values` unless it is a bool or an int."""
    if isinstance(value, Symbol):
        return value.term
    if values is not None:
        code = values.encode(value)
        return truth(bool(code)) if values.domain.kind is Kind.BOOL else number(code)
    if isinstance(value, bool):
        return truth(value)
    if isinstance(value, int):
        return number(int(value))
    raise mistake(f"{value!r} is not a value of the state", "give a bool, a number or a value of a domain")


def as_condition(value: Any) -> Term:
    """The truth of what a predicate returned. Raises ModelError when it returned nothing."""
    if isinstance(value, Symbol):
        return as_truth(value.term)
    if value is None:
        raise mistake("a predicate returned None", "the usual cause is a missing `return`")
    return truth(bool(value))


def wrap(term: Term) -> Any:
    """A term as the author's code should see it."""
    if term.is_const:
        return bool(term.value) if term.boolean else term.value
    return Symbol(term, BOOL_VALUES if term.boolean else None)
