"""How many members a domain has: the scope of a check, never global state."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, Protocol, TypeVar

from raceproof.checker.errors import Code, ModelError, UsageError, did_you_mean, mistake
from raceproof.checker.language.early import first_asked, note_asked
from raceproof.checker.system.domain import Remembered

D = TypeVar("D")

UNBOUNDED: Final = math.inf
"""As a size in a scope: no greatest member; for proofs over every number of plans."""

_MOST_MEMBERS = 1_000_000
_COMPARE_ONLY = "compare members with each other, and add 1 to the newest to make a newer one"


class DomainType(type):
    """The type of a domain. Looping over it gives its members in the scope of the check that is running."""

    default_size: float | None
    member_names: tuple[str, ...]
    interchangeable: bool
    declared_endless: bool

    def __iter__(cls: type[D]) -> Iterator[D]:
        if is_open(cls):
            return opened().members(cls)
        return (cls(number) for number in range(1, finite_size(cls) + 1))  # type: ignore[call-arg]

    def __len__(cls) -> int:
        return finite_size(cls)

    def __bool__(cls) -> bool:
        return True

    def __getattr__(cls: type[D], name: str) -> D:
        """The member that has a name of its own: `Endpoint.public`."""
        names = vars(cls).get("member_names", ())
        if name not in names:
            known = f"; {did_you_mean(name, (*names, 'none', 'first', 'last'))}" if not name.startswith("_") else ""
            raise AttributeError(f"{cls.__name__} has no member '{name}'{known}")
        return cls(names.index(name) + 1)  # type: ignore[call-arg]

    @property
    def none(cls: type[D]) -> D:
        """The value that is no member: "not yet", "nobody"; below every member of an Ordinal."""
        return cls(0)  # type: ignore[call-arg]

    @property
    def first(cls: type[D]) -> D:
        return cls(1)  # type: ignore[call-arg]

    @property
    def last(cls: type[D]) -> D:
        """The greatest member in the running scope. Raises ModelError where the domain is unbounded, or endless."""
        if cls.endless:  # type: ignore[attr-defined]
            raise mistake(f"{cls.__name__} is endless: it has no last member", _COMPARE_ONLY, code=Code.ENDLESS)
        if is_open(cls):
            found: D = opened().last(cls)
            return found
        return cls(finite_size(cls))  # type: ignore[call-arg]

    @property
    def endless(cls) -> bool:
        """Whether there is always a newer member: by its declaration, or because the running scope says so."""
        return _running.get().is_endless(cls)

    def __repr__(cls) -> str:
        return cls.__name__


class Opened(Protocol):
    """What stands for the members of a domain of which there may be any number, while a model is being lowered."""

    def members(self, domain: Any) -> Iterator[Any]:
        """One member that stands for each of them, as often as they may go different ways."""
        ...

    def last(self, domain: Any) -> Any: ...
    def some(self, domain: Any, position: int) -> Any: ...


def is_open(domain: Any) -> bool:
    """Whether the running scope leaves open how many members a domain has, and somebody stands for them."""
    return _opened.get() is not None and isinstance(domain, DomainType) and _running.get().leaves_open(domain)


def opened() -> Opened:
    """Who stands for the members of open domains. Raises ModelError where nobody does."""
    found = _opened.get()
    if found is None:
        raise mistake("asks for the members of a domain that may have any number", "give it a size", code=Code.NO_SIZE)
    return found


@contextmanager
def opening(by: Opened) -> Iterator[None]:
    """Let the code within ask for members of open domains."""
    token = _opened.set(by)
    try:
        yield
    finally:
        _opened.reset(token)


def check_size(domain: DomainType, size: object) -> None:
    """Raises UsageError unless `size` is a whole number from 0 to a million, or UNBOUNDED."""
    if size == UNBOUNDED and isinstance(size, float):
        if domain.interchangeable:
            raise UsageError(f"{domain.__name__} cannot be unbounded: only an Ordinal can", code=Code.SIZE)
        return
    if isinstance(size, Remembered) and domain.interchangeable:
        raise UsageError(f"{domain.__name__} cannot be endless: only an Ordinal can", code=Code.SIZE)
    if (isinstance(size, Remembered) or domain.declared_endless) and size == 0:
        raise UsageError(
            f"the size of {domain.__name__} is 0; of an endless domain at least 1 must be remembered", code=Code.SIZE
        )
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= _MOST_MEMBERS:
        raise UsageError(
            f"the size of {domain.__name__} is {size!r}; it must be a whole number from 0 to {_MOST_MEMBERS}",
            code=Code.SIZE,
        )


class Scope:
    """How many members each domain has in one check; domains that are not named have their default size."""

    def __init__(self, sizes: Mapping[DomainType, float] | None = None) -> None:
        for domain, size in (sizes or {}).items():
            if not isinstance(domain, DomainType):
                shown = getattr(domain, "__name__", repr(domain))
                raise UsageError(
                    f"the scope names {shown}, which is no domain: use a class derived from Id or Ordinal",
                    code=Code.UNKNOWN_DOMAIN,
                )
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
                code=Code.ASKED_EARLY,
            )
        if size is None:
            name = domain.__name__
            raise mistake(
                f"{name} has no size",
                f"sizes belong to a check: scope={{{name}: 3}}, or a default: class {name}(..., size=3)",
                code=Code.NO_SIZE,
            )
        return size

    def leaves_open(self, domain: DomainType) -> bool:
        """Whether a domain may have any number of members."""
        return False

    def is_endless(self, domain: DomainType) -> bool:
        """Whether a domain has no last member here."""
        return domain.declared_endless or isinstance(self.sizes.get(domain), Remembered)

    @staticmethod
    def named(sizes: Mapping[str, float], known: Mapping[str, DomainType]) -> Scope:
        """A scope from the names of domains, as the command line gives it. Raises UsageError."""
        for name in sizes:
            if name not in known:
                raise UsageError(
                    f"the scope names {name}, which is no domain of the model; {did_you_mean(name, known)}",
                    code=Code.UNKNOWN_DOMAIN,
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


class AnySize(Scope):
    """A scope that leaves open how many members some domains have: at least one, and any number. For proofs."""

    def __init__(self, sizes: Mapping[DomainType, float], open: frozenset[DomainType]) -> None:
        super().__init__(sizes)
        self.open = open

    def leaves_open(self, domain: DomainType) -> bool:
        return domain in self.open

    def size(self, domain: DomainType) -> float:
        self.asked.add(domain)
        return UNBOUNDED if domain in self.open else super().size(domain)

    def is_endless(self, domain: DomainType) -> bool:
        """A domain of any number of members has a last one; which one is left open."""
        return domain not in self.open and super().is_endless(domain)


_DEFAULTS: Final = Scope()
_running: ContextVar[Scope] = ContextVar("scope", default=_DEFAULTS)
_opened: ContextVar[Opened | None] = ContextVar("opened", default=None)


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
            code=Code.SIZE,
        )
    return int(size)
