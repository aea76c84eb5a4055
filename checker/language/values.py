"""From an annotation to a domain: which values a variable may hold in a scope, and their codes."""

from __future__ import annotations

import enum
import re
import types
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from raceproof.checker.errors import Code, mistake, with_article
from raceproof.checker.language.comparing import how_to_call
from raceproof.checker.language.domains import Id, Ordinal, is_element
from raceproof.checker.language.scope import UNBOUNDED, DomainType, current_scope
from raceproof.checker.system.domain import BOOL, Domain, Kind

STATE_IS: Final = "state is bool, an Enum, an Id, an Ordinal, Annotated[int, range(a, b)], or a dict of those"


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one annotation in one scope, as a Domain of codes."""

    python: Any
    domain: Domain

    def encode(self, value: object, name: str = "") -> int:
        """The code of a real value. Raises ModelError for a value of another type, which `name` cannot hold; does not
        check the bounds."""
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
            element: Any = value
            return int(element.number)
        shown = getattr(value, "__name__", None) or written(value)
        wrong = f"{name} is {self.article} and gets {shown}" if name else f"{shown} is not {self.article}"
        raise mistake(wrong, self._advice(value), code=Code.WRONG_DOMAIN)

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
        """What a value is: `a Plan`, `a bool`, `an int in 0..5`."""
        return f"an int in {self.domain.name}" if self.domain.kind is Kind.INT else with_article(self.domain.name)

    def _advice(self, value: object) -> str:
        name = self.domain.name
        some = f"{name}.none" if self.domain.has_none else "a value of its domain"
        if value is None or isinstance(value, type):
            return f"write {some}"
        if callable(value):
            return how_to_call(value)
        match self.domain.kind:
            case Kind.BOOL:
                return "write True or False"
            case Kind.ENUM:
                members = ", ".join(f"{name}.{label}" for label in self.domain.labels)
                return f"write one of {members}"
            case Kind.INT if isinstance(value, Ordinal):
                kind = type(value).__name__
                return f"the number of {with_article(kind)} is its distance to none: value - {kind}.none"
            case Kind.INT:
                return "write a whole number"
            case _ if isinstance(value, int) and not is_element(value):
                return f"write {written(self.python(int(value)))}"
            case _:
                return f"write {some}, or a member of {name}"


def values_of(annotation: Any) -> Values:
    """The values that a state annotation allows, in the running scope. Raises ModelError for what is no domain."""
    annotation = getattr(annotation, "__value__", annotation)  # what a `type` statement of Python 3.12 names
    if annotation is bool:
        return Values(bool, BOOL)
    if isinstance(annotation, DomainType):
        size = current_scope().size(annotation)
        kind = Kind.ID if issubclass(annotation, Id) else Kind.ORDINAL
        high = None if size == UNBOUNDED else int(size)
        names = annotation.member_names
        return Values(annotation, Domain(annotation.__name__, kind, 0, high, names, annotation.endless))
    if isinstance(annotation, enum.EnumType) and not issubclass(annotation, enum.Flag):
        labels = tuple(str(member.name) for member in _members(annotation))
        return Values(annotation, Domain(annotation.__name__, Kind.ENUM, 0, len(labels) - 1, labels))
    if get_origin(annotation) is Annotated:
        base, *extras = get_args(annotation)
        ranges = [extra for extra in extras if isinstance(extra, range)]
        if base is int and ranges and ranges[0].step == 1 and len(ranges[0]):
            low, high = ranges[0][0], ranges[0][-1]
            return Values(int, Domain(f"{low}..{high}", Kind.INT, low, high))
    raise mistake(f"{_shown(annotation)} is no domain", _instead(annotation), code=Code.STATE)


def _shown(annotation: Any) -> str:
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return annotation.__name__
    return re.sub(r"\b(?:\w+\.|<locals>\.)+", "", repr(annotation))


def _instead(annotation: Any) -> str:
    parts = [part for part in get_args(annotation) if part is not type(None)]
    if get_origin(annotation) in (Union, types.UnionType) and len(parts) == 1:
        name = _shown(parts[0])
        if isinstance(parts[0], DomainType):
            return f"every {name} may be none: write {name} alone, and {name}.none for the value that is no {name}"
        return f"add a bool that says whether there is a {name}, or a member to the Enum"
    if get_origin(annotation) is Literal:
        return "declare an Enum with these members"
    if get_origin(annotation) is Annotated:
        return "the bounds of an int are a range that is not empty, in steps of 1: Annotated[int, range(0, 6)]"
    if isinstance(annotation, enum.EnumType):
        return "a flag is a bool: declare one for each, or a table dict[Flag, bool] over a plain Enum"
    if annotation is int:
        return "an int needs its bounds: Annotated[int, range(0, 6)], or use an Ordinal, sized by the scope"
    if annotation in (set, frozenset) or get_origin(annotation) in (set, frozenset):
        return "a set is a table: dict[Domain, bool] = each(False)"
    if annotation in (str, float, list, tuple, dict) or get_origin(annotation) in (list, tuple, dict):
        return f"{STATE_IS}; constants belong in __init__ or are ClassVar"
    return STATE_IS


def type_of(value: object) -> Any:
    """The annotation that a real value would have, or None for a value that cannot be state by itself."""
    if isinstance(value, bool):
        return bool
    if is_element(value) or isinstance(value, enum.Enum):
        return type(value)
    return None


def written(value: object) -> str:
    """A value as the author would write it: `Plan.none`, `Plan(3)`, `Light.RED`."""
    if isinstance(value, Id | Ordinal):
        return f"{type(value).__name__}({value.number})" if value.number else f"{type(value).__name__}.none"
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    return repr(value)


def _members(annotation: Any) -> list[Any]:
    """The members of an Enum in the order of their definition."""
    return list(annotation)
