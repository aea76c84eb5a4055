"""The domains an author declares: `Id` for interchangeable things, `Ordinal` for ordered ones.

Their values are ordinary Python objects. How many there are is the scope of a check, never global state.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, Self, TypeVar

from raceproof.checker.errors import ModelError, UsageError, did_you_mean, mistake
from raceproof.checker.language.comparing import never_equal, refuse_comparison
from raceproof.checker.language.early import first_asked, note_asked

D = TypeVar("D")

UNBOUNDED: Final = math.inf
"""As a size in a scope: no greatest member; for proofs over every number of plans."""

_MOST_MEMBERS = 1_000_000


class DomainType(type):
    """The type of a domain. Looping over it gives its members in the scope of the check that is running."""

    default_size: float | None
    member_names: tuple[str, ...]

    def __iter__(cls: type[D]) -> Iterator[D]:
        return (cls(number) for number in range(1, finite_size(cls) + 1))  # type: ignore[call-arg]

    def __len__(cls) -> int:
        return finite_size(cls)

    def __bool__(cls) -> bool:
        return True

    @property
    def none(cls: type[D]) -> D:
        """The value that is no member: "not yet", "nobody"; below every member of an Ordinal."""
        return cls(0)  # type: ignore[call-arg]

    @property
    def first(cls: type[D]) -> D:
        return cls(1)  # type: ignore[call-arg]

    @property
    def last(cls: type[D]) -> D:
        """The greatest member in the running scope. Raises ModelError where the domain is unbounded."""
        return cls(finite_size(cls))  # type: ignore[call-arg]

    def __repr__(cls) -> str:
        return cls.__name__


class Id(metaclass=DomainType):
    """Base of a domain of interchangeable things: workers, endpoints. Only `==` and `!=` compare them.

    class Worker(Id, size=3): size is the default scope; names=("a", "b") makes traces readable.
    """

    __slots__ = ("number",)
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
        raise mistake(f"{name} values have no order", no_order(name))

    __le__ = __gt__ = __ge__ = __lt__

    def __repr__(self) -> str:
        return element_name(type(self), self.number)


class Ordinal(int, metaclass=DomainType):
    """Base of a domain of ordered things: generations, epochs, positions in a ring.

    Members count from 1; `none` is 0. Adding and subtracting integers gives a value of the same domain, which may
    lie outside of it until it is stored: only what is assigned is checked.
    """

    default_size: float | None = None
    member_names: tuple[str, ...] = ()

    def __init_subclass__(cls, *, size: float | None = None, names: tuple[str, ...] = ()) -> None:
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


def check_size(domain: DomainType, size: object) -> None:
    """Raises UsageError unless `size` is a whole number from 0 to a million, or UNBOUNDED."""
    if size == UNBOUNDED and isinstance(size, float):
        if issubclass(domain, Id):
            raise UsageError(f"{domain.__name__} cannot be unbounded: only an Ordinal can")
        return
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= _MOST_MEMBERS:
        raise UsageError(
            f"the size of {domain.__name__} is {size!r}; it must be a whole number from 0 to {_MOST_MEMBERS}"
        )


class Scope:
    """How many members each domain has in one check; domains that are not named have their default size."""

    def __init__(self, sizes: Mapping[DomainType, float] | None = None) -> None:
        for domain, size in (sizes or {}).items():
            if not isinstance(domain, DomainType):
                shown = getattr(domain, "__name__", repr(domain))
                raise UsageError(f"the scope names {shown}, which is no domain: use a class derived from Id or Ordinal")
            check_size(domain, size)
        self.sizes: Mapping[DomainType, float] = dict(sizes or {})
        self.asked: set[DomainType] = set()

    def size(self, domain: DomainType) -> float:
        """The number of members, or UNBOUNDED. Raises ModelError when nobody said."""
        self.asked.add(domain)
        size = self.sizes.get(domain, domain.default_size)
        if size != domain.default_size and domain in first_asked:
            raise ModelError(
                f"asks for the members of {domain.__name__} before a check has said how many there are",
                hint=f"ask inside a step, or leave {domain.__name__} at its default size of {domain.default_size}",
                location=first_asked[domain],
            )
        if size is None:
            name = domain.__name__
            raise mistake(
                f"{name} has no size",
                f"sizes belong to a check: scope={{{name}: 3}}, or a default: class {name}(..., size=3)",
            )
        return size

    @staticmethod
    def named(sizes: Mapping[str, float], known: Mapping[str, DomainType]) -> Scope:
        """A scope from the names of domains, as the command line gives it. Raises UsageError."""
        for name in sizes:
            if name not in known:
                raise UsageError(
                    f"the scope names {name}, which is no domain of the model; {did_you_mean(name, known)}"
                )
        return Scope({known[name]: size for name, size in sizes.items()})

    @contextmanager
    def running(self) -> Iterator[None]:
        """Make this the scope of the code within: of this thread only, so checks may run side by side."""
        token = _running.set(self)
        try:
            yield
        finally:
            _running.reset(token)


_DEFAULTS: Final = Scope()
_running: ContextVar[Scope] = ContextVar("scope", default=_DEFAULTS)


def current_scope() -> Scope:
    return _running.get()


def finite_size(domain: Any) -> int:
    """The number of members in the running scope. Raises ModelError where it is unbounded."""
    scope = _running.get()
    size = scope.size(domain)
    if scope is _DEFAULTS:
        note_asked(domain)
    if size == UNBOUNDED:
        raise mistake(
            f"{domain.__name__} is unbounded in this scope and cannot be counted or looped over",
            "compare and copy its values only, or give it a size",
        )
    return int(size)
