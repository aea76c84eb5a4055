"""From an annotation to a domain: which values a variable may hold in a scope, and their codes."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from raceproof.checker.errors import mistake
from raceproof.checker.language.domains import UNBOUNDED, DomainType, Id, Ordinal, current_scope, is_element
from raceproof.checker.system.domain import BOOL, Domain, Kind


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one annotation in one scope, as a Domain of codes."""

    python: Any
    domain: Domain

    def encode(self, value: object) -> int:
        """The code of a real value. Raises ModelError for a value of another type; does not check the bounds."""
        if self.domain.kind is Kind.BOOL:
            if isinstance(value, bool):
                return int(value)
        elif self.domain.kind is Kind.ENUM:
            if isinstance(value, self.python):
                return list(self.python).index(value)
        elif self.domain.kind is Kind.INT:
            if isinstance(value, int) and not isinstance(value, bool | Ordinal):
                return value
        elif isinstance(value, self.python):
            return int(value.number)
        raise mistake(f"{value!r} is not {self.article}", self._advice(value))

    def decode(self, code: int) -> Any:
        """The real value of a code."""
        match self.domain.kind:
            case Kind.BOOL:
                return bool(code)
            case Kind.ENUM:
                return list(self.python)[code]
            case Kind.INT:
                return code
            case _:
                return self.python(code)

    @property
    def article(self) -> str:
        return "a bool" if self.domain.kind is Kind.BOOL else f"of {self.domain.name}"

    def _advice(self, value: object) -> str:
        name = self.domain.name
        if value is None:
            return f"write {name}.none" if self.domain.has_none else "give it a value of its domain"
        if isinstance(value, int) and self.domain.has_none:
            return f"write {name}({int(value)})" if not is_element(value) else f"assign a {name}"
        return f"assign a value of {name}"


def values_of(annotation: Any) -> Values:
    """The values that a state annotation allows, in the running scope. Raises ModelError for what is no domain."""
    if annotation is bool:
        return Values(bool, BOOL)
    if isinstance(annotation, DomainType):
        size = current_scope().size(annotation)
        kind = Kind.ID if issubclass(annotation, Id) else Kind.ORDINAL
        high = None if size == UNBOUNDED else int(size)
        names = annotation.member_names
        return Values(annotation, Domain(annotation.__name__, kind, 0, high, names))
    if isinstance(annotation, enum.EnumType):
        labels = tuple(member.name for member in annotation)
        return Values(annotation, Domain(annotation.__name__, Kind.ENUM, 0, len(labels) - 1, labels))
    if get_origin(annotation) is Annotated:
        base, *extras = get_args(annotation)
        ranges = [extra for extra in extras if isinstance(extra, range)]
        if base is int and ranges and ranges[0].step == 1 and len(ranges[0]):
            low, high = ranges[0][0], ranges[0][-1]
            return Values(int, Domain(f"{low}..{high}", Kind.INT, low, high))
    name = getattr(annotation, "__name__", repr(annotation))
    hint = "state is bool, an Enum, an Id, an Ordinal, Annotated[int, range(a, b)], or a dict of those"
    if annotation is int:
        hint = "an int needs its bounds: Annotated[int, range(0, 6)], or use an Ordinal whose size is part of the scope"
    raise mistake(f"{name} is no domain", hint)


def type_of(value: object) -> Any:
    """The annotation that a real value would have, or None for a value that cannot be state by itself."""
    if isinstance(value, bool):
        return bool
    if is_element(value) or isinstance(value, enum.Enum):
        return type(value)
    return None
