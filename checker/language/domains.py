"""The domains an author declares: `Id` for interchangeable things, `Ordinal` for ordered ones.

Their values are ordinary Python objects. How many there are is the scope of a check.
"""

from __future__ import annotations

from typing import Any, NoReturn, Self

from raceproof.checker.errors import Code, ModelError, mistake, with_article
from raceproof.checker.language.comparing import never_equal, refuse_comparison
from raceproof.checker.language.scope import DomainType, check_size


class Id(metaclass=DomainType):
    """Base of a domain of interchangeable things: workers, endpoints. Only `==` and `!=` compare them.

    class Worker(Id, size=3): size is the default scope; names=("a", "b") makes traces readable.
    """

    __slots__ = ("number",)
    interchangeable = True
    declared_endless = False
    default_size: float | None = None
    member_names: tuple[str, ...] = ()

    def __init_subclass__(cls, *, size: float | None = None, names: tuple[str, ...] = ()) -> None:
        _declare(cls, size, names)

    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        if isinstance(other, type(self)):
            return self.number == other.number
        if isinstance(other, int) or is_element(other) or never_equal(other):
            raise _incomparable(self, other)
        return NotImplemented

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.number))

    def __bool__(self) -> bool:
        return self.number != 0

    def __lt__(self, other: object) -> bool:
        name = type(self).__name__
        raise mistake(f"{name} values have no order", no_order(name), code=Code.COMPARISON)

    __le__ = __gt__ = __ge__ = __lt__

    def __add__(self, other: object) -> NoReturn:
        raise mistake(
            f"calculates with {with_article(type(self).__name__)}",
            "an Id is no number; use an Ordinal",
            code=Code.ARITHMETIC,
        )

    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __floordiv__ = __add__

    def __repr__(self) -> str:
        return element_name(type(self), self.number)


class Ordinal(int, metaclass=DomainType):
    """Base of a domain of ordered things: generations, epochs, positions in a ring.

    Members count from 1; `none` is 0. Adding and subtracting integers gives a value of the same domain, which may
    lie outside of it until it is stored: only what is assigned is checked.

    class Plan(Ordinal, size=4, endless=True) has no last member: there is always a newer one. Its size is how many a
    state may remember at once, and a model may only compare and copy its values, and add 1 to the newest.
    """

    interchangeable = False
    declared_endless = False
    default_size: float | None = None
    member_names: tuple[str, ...] = ()

    def __init_subclass__(
        cls, *, size: float | None = None, names: tuple[str, ...] = (), endless: bool | None = None
    ) -> None:
        if endless is not None:
            cls.declared_endless = endless
        _declare(cls, size, names)

    @property
    def number(self) -> int:
        return int(self)

    def __add__(self, other: int) -> Self:
        if not _plain(other):
            return NotImplemented
        return self._made(int.__add__(self, other))

    def __radd__(self, other: int) -> Self:
        if not _plain(other):
            return NotImplemented
        return self._made(int.__radd__(self, other))

    def __sub__(self, other: int) -> Self:
        """A value of the domain for a plain number; the distance, a plain number, for another Ordinal."""
        if isinstance(other, Ordinal):
            _same_domain(self, other)
            return int(self) - int(other)  # type: ignore[return-value]
        if not _plain(other):
            return NotImplemented
        return self._made(int.__sub__(self, other))

    def _made(self, number: int) -> Self:
        return type(self)(number)

    def __eq__(self, other: object) -> bool:
        _same_domain(self, other)
        return int.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        _same_domain(self, other)
        return int.__ne__(self, other)

    def __lt__(self, other: int) -> bool:
        _same_domain(self, other)
        return int.__lt__(self, other)

    def __le__(self, other: int) -> bool:
        _same_domain(self, other)
        return int.__le__(self, other)

    def __gt__(self, other: int) -> bool:
        _same_domain(self, other)
        return int.__gt__(self, other)

    def __ge__(self, other: int) -> bool:
        _same_domain(self, other)
        return int.__ge__(self, other)

    __hash__ = int.__hash__

    def __repr__(self) -> str:
        return element_name(type(self), int(self))

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)


def is_element(value: object) -> bool:
    """Whether the value is a member (or the none) of an Id or Ordinal domain."""
    return isinstance(value, Id | Ordinal)


def element_name(domain: DomainType, number: int) -> str:
    """How a value is shown: its given name, or `plan 3`, or `none`."""
    if number == 0:
        return "none"
    if 0 < number <= len(domain.member_names):
        return domain.member_names[number - 1]
    return f"{domain.__name__.lower()} {number}"


def no_order(name: str) -> str:
    """What to write instead of an order of identities or of the members of an Enum."""
    return f"compare them with == or !=, or make {name} an Ordinal"


def _plain(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, Ordinal)


def _same_domain(one: object, other: object) -> None:
    if never_equal(other) or (is_element(other) and type(other) is not type(one)):
        raise _incomparable(one, other)


def _incomparable(one: object, other: object) -> ModelError:
    name = type(one).__name__
    return refuse_comparison(name, f"{name}.none", other)


def _declare(cls: Any, size: float | None, names: tuple[str, ...]) -> None:
    if size is None and names:
        size = len(names)
    if size is not None:
        check_size(cls, size)
        cls.default_size = size
    cls.member_names = tuple(names)
