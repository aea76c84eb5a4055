"""Symbols: what the author's expressions compute with while a model is being lowered.

A Symbol stands for a value of the state. Operators build terms; `bool()` asks the current path. The term inside is
another type: nothing outside of the lowering ever sees a Symbol.
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from raceproof.checker.errors import Code, is_authors, mistake, with_article
from raceproof.checker.language.comparing import never_equal, refuse_comparison, refuse_domains
from raceproof.checker.language.domains import Ordinal, is_element, no_order
from raceproof.checker.language.steps import truth_of
from raceproof.checker.language.values import Values, values_of
from raceproof.checker.lowering.forking import current_path
from raceproof.checker.lowering.refusing import Refusing
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


class Symbol(Refusing):
    """A value that depends on the state; `values` is its domain, None for the result of integer arithmetic."""

    __slots__ = ("term", "values")
    __hash__ = Refusing.__hash__

    def __init__(self, term: Term, values: Values | None) -> None:
        self.term = term
        self.values = values

    @property
    def _kind(self) -> Kind:
        return self.values.domain.kind if self.values else Kind.INT

    def __bool__(self) -> bool:
        if self._kind is Kind.ENUM:
            hint = f"compare it: == {self._name}.{self.values.domain.labels[0]}" if self.values else ""
            raise mistake(
                f"asks whether {with_article(self._name)} is true, which every member is", hint, code=Code.TRUTH
            )
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
            raise mistake(f"{name} values have no order", no_order(name), code=Code.COMPARISON)
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
            kinds = {self._kind, other._kind}
            named = kinds & {Kind.ID, Kind.ORDINAL, Kind.ENUM}
            if named and self._python is not other._python and kinds != {Kind.ORDINAL, Kind.INT}:
                raise refuse_domains(self._name, other._name)
            return other.term
        if isinstance(other, enum.Enum) or is_element(other):
            if self.values is None or not isinstance(other, self.values.python):
                if isinstance(other, Ordinal) and self._kind is Kind.INT:
                    return number(int(other))
                self._reject(other)
            return number(self.values.encode(other))
        if isinstance(other, bool):
            return truth(other)
        if isinstance(other, int):
            if self._kind in (Kind.ID, Kind.ENUM):
                self._reject(other)
            return number(other)
        if isinstance(other, float):
            raise mistake(
                "compares a state value with a float", "state is whole numbers; scale it", code=Code.COMPARISON
            )
        if never_equal(other):
            self._reject(other)
        return None

    def _reject(self, other: object) -> NoReturn:
        none = f"{self._name}.none" if self.values and self.values.domain.has_none else ""
        raise refuse_comparison(self._name, none, other)

    @property
    def _python(self) -> Any:
        return self.values.python if self.values else int

    @property
    def _name(self) -> str:
        return "int" if self.values is None or self._kind is Kind.INT else self.values.domain.name

    def __add__(self, other: object) -> Any:
        return self._calculated(other, add, "+")

    def __radd__(self, other: object) -> Any:
        return self._calculated(other, lambda a, b: add(b, a), "+", reflected=True)

    def __sub__(self, other: object) -> Any:
        return self._calculated(other, sub, "-")

    def __rsub__(self, other: object) -> Any:
        return self._calculated(other, lambda a, b: sub(b, a), "-", reflected=True)

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
        return Symbol(self._number("+"), None)

    def __abs__(self) -> Symbol:
        return -self if self < 0 else +self

    def _number(self, operator: str) -> Term:
        if self._kind in (Kind.ID, Kind.ENUM):
            raise mistake(
                f"calculates with {with_article(self._name)}: {operator}",
                "only int and Ordinal are numbers",
                code=Code.ARITHMETIC,
            )
        return as_number(self.term)

    def _calculated(
        self, other: object, build: Callable[[Term, Term], Term], operator: str, *, reflected: bool = False
    ) -> Any:
        left = self._number(operator)
        theirs = other._kind if isinstance(other, Symbol) else Kind.ORDINAL if isinstance(other, Ordinal) else Kind.INT
        if operator in "+-" and self._kind is theirs is Kind.ORDINAL:
            self._check_distance(other, operator)
        if isinstance(other, Symbol):
            keeps = operator in "+-" and self._kind is Kind.ORDINAL and theirs is not Kind.ORDINAL
            keeps_other = operator == "+" and theirs is Kind.ORDINAL and self._kind is Kind.INT
            values = self.values if keeps else other.values if keeps_other else None
            return Symbol(build(left, other._number(operator)), values)
        if isinstance(other, float):
            raise mistake("calculates with a float", "state is whole numbers; scale it", code=Code.ARITHMETIC)
        if not isinstance(other, int):
            return NotImplemented
        values = None
        if operator in "+-" and self._kind is Kind.ORDINAL and theirs is not Kind.ORDINAL:
            lost = reflected and (operator == "-" or isinstance(other, bool))
            values = None if lost else self.values
        elif operator in "+-" and theirs is Kind.ORDINAL and self._kind is not Kind.ORDINAL:
            kept = reflected or (operator == "+" and self._kind is Kind.INT)
            values = values_of(type(other)) if kept else None
        return Symbol(build(left, number(int(other))), values)

    def _check_distance(self, other: object, operator: str) -> None:
        """Two ordinals may be subtracted, which gives the distance between them, if they are of one domain."""
        domain = other.values.python if isinstance(other, Symbol) and other.values else type(other)
        if self.values and self.values.python is not domain:
            raise mistake(
                f"calculates with {with_article(self._name)} and {with_article(domain.__name__)}: {operator}",
                "two ordinals may be subtracted where they are of one domain",
                code=Code.ARITHMETIC,
            )
        if operator == "+":
            raise mistake(
                f"adds two values of {self._name}",
                f"add a whole number to {with_article(self._name)}",
                code=Code.ARITHMETIC,
            )

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
            raise mistake(
                "& | and ^ take two truth values here",
                "use `and`, `or`, or arithmetic on int and Ordinal",
                code=Code.ARITHMETIC,
            )
        return Symbol(build((self.term, right)), BOOL_VALUES)

    def __repr__(self) -> str:
        """The term, for those who debug; the author's own code may not turn it into text."""
        return str(self) if is_authors(sys._getframe(1).f_code.co_filename) else f"<{self.term!r}>"


def _constant_divisor(build: Callable[[Term, Term], Term]) -> Callable[[Term, Term], Term]:
    def built(left: Term, right: Term) -> Term:
        if not right.is_const or right.value == 0:
            what = "zero" if right.is_const else "a value of the state"
            raise mistake(f"divides by {what}", "divide by a constant other than 0", code=Code.ARITHMETIC)
        return build(left, right)

    return built


def as_term(value: Any, values: Values | None = None, name: str = "") -> Term:
    """The term of a symbol or of a real value; a real value needs `values` unless it is a bool or an int."""
    if isinstance(value, Symbol):
        return value.term
    if values is not None:
        code = values.encode(value, name)
        return truth(bool(code)) if values.domain.kind is Kind.BOOL else number(code)
    if isinstance(value, bool):
        return truth(value)
    if isinstance(value, int):
        return number(int(value))
    raise mistake(
        f"{value!r} is not a value of the state", "give a bool, a number or a value of a domain", code=Code.WRONG_DOMAIN
    )


def as_condition(value: Any, asked: str = "a condition is") -> Term:
    """The truth of what a predicate returned. Raises ModelError where it cannot be meant as a truth value."""
    if isinstance(value, Symbol):
        if value.values and value.values.domain.kind is Kind.ENUM:
            bool(value)
        return as_truth(value.term)
    return truth(bool(truth_of(value, asked)))


def as_answer(value: Any, name: str) -> Term:
    """What a claim says, which must be a truth value. Raises ModelError for a number: a comparison is missing."""
    if isinstance(value, Symbol):
        number = not value.term.boolean and value._kind is not Kind.ENUM
    else:
        number = (isinstance(value, int) and not isinstance(value, bool)) or is_element(value)
    if number:
        given = value._name if isinstance(value, Symbol) else type(value).__name__
        raise mistake(
            f"{name} returns {with_article(given)}, not True or False",
            "return a comparison: ... == ...",
            code=Code.TRUTH,
        )
    return as_condition(value, f"{name} returns")


def wrap(term: Term) -> Any:
    """A term as the author's code should see it."""
    if term.is_const:
        return bool(term.value) if term.boolean else term.value
    return Symbol(term, BOOL_VALUES if term.boolean else None)
