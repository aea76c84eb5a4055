"""What Python may ask of a value and a value of the state cannot answer, each with what to write instead."""

from __future__ import annotations

from abc import abstractmethod
from typing import NoReturn

from raceproof.checker.errors import Code, mistake
from raceproof.checker.system.domain import Kind

_KNOWN_NUMBER = "compare with each member of the domain: for x in Domain: if self.x == x"


class Refusing:
    """Base of Symbol: the operations that would need the value itself. Each raises ModelError."""

    __slots__ = ()

    @property
    @abstractmethod
    def _kind(self) -> Kind: ...

    def __hash__(self) -> int:
        raise mistake(
            "uses a value of the state as a key of a dict or set of Python",
            "ask x in (A, B), with a tuple, or declare a table: dict[Domain, ...] as state",
            code=Code.KNOWN_VALUE,
        )

    def __index__(self) -> int:
        raise mistake(
            "uses a value of the state where Python needs a known number", _KNOWN_NUMBER, code=Code.KNOWN_VALUE
        )

    def _refuse_conversion(self, *_: object) -> NoReturn:
        raise mistake(
            "converts a value of the state into a number",
            "leave it out: numbers of the state are whole; an Ordinal is Plan.none + number",
            code=Code.KNOWN_VALUE,
        )

    __int__ = __float__ = __complex__ = __round__ = __trunc__ = __floor__ = __ceil__ = _refuse_conversion

    def __invert__(self) -> NoReturn:
        raise mistake("~ is not negation: ~True is -2 in Python", "write `not`", code=Code.ARITHMETIC)

    def _refuse_division(self, other: object) -> NoReturn:
        raise mistake("divides with /, which gives a float", "write // for whole numbers", code=Code.ARITHMETIC)

    __truediv__ = __rtruediv__ = _refuse_division

    def _refuse_divisor(self, other: object) -> NoReturn:
        raise mistake("divides by a value of the state", "divide by a constant other than 0", code=Code.ARITHMETIC)

    __rfloordiv__ = __rmod__ = __divmod__ = __rdivmod__ = _refuse_divisor

    def _refuse_operator(self, other: object) -> NoReturn:
        raise mistake("calculates with **, << or >>", "state has + - * // % and comparisons", code=Code.ARITHMETIC)

    __pow__ = __rpow__ = __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = _refuse_operator

    def __len__(self) -> int:
        raise mistake("asks for the length of a state value", "use count(Domain, lambda x: ...)", code=Code.KNOWN_VALUE)

    def __iter__(self) -> NoReturn:
        raise mistake("loops over a state value", "loop over its domain: for x in Domain", code=Code.KNOWN_VALUE)

    def __getitem__(self, key: object) -> NoReturn:
        raise mistake(
            "asks for an entry of a single value", "declare a table: dict[Domain, ...] as state", code=Code.KNOWN_VALUE
        )

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        hints = {
            Kind.ENUM: "compare it with the members of the Enum",
            Kind.ID: "compare it with == or !=; identities have nothing else",
            Kind.ORDINAL: "an Ordinal is a number already: compare it, add to it",
        }
        raise mistake(
            f"asks for .{name} of a value of the state",
            hints.get(self._kind, "a bool or int has no attributes"),
            code=Code.KNOWN_VALUE,
        )

    def __str__(self) -> str:
        raise mistake(
            "turns a value of the state into text",
            "labels and messages are fixed texts; use @view to describe a state",
            code=Code.KNOWN_VALUE,
        )

    def __format__(self, spec: str) -> str:
        return str(self)
