"""The finite (or, for proofs, unbounded) sets of values that variables range over, coded as integers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Kind(Enum):
    """What the values of a domain mean; decides how they are shown and which operations make sense."""

    BOOL = "bool"
    ID = "id"
    ORDINAL = "ordinal"
    ENUM = "enum"
    INT = "int"
    LOCATION = "location"


class Remembered(int):
    """The size of an endless domain: how many of its members a state may remember at once. Written `4+`."""

    def __str__(self) -> str:
        return f"{int(self)}+"


@dataclass(frozen=True, slots=True)
class Domain:
    """Integers `low..high`, each standing for one value; `high` is None where there is no greatest.

    Identities and ordinals code `none` as 0 and their members from 1. `labels` names the codes from `low` on. Of an
    `endless` ordinal, `high` is only how many members a state may remember at once: there is always a newer one.
    """

    name: str
    kind: Kind
    low: int
    high: int | None
    labels: tuple[str, ...] = ()
    endless: bool = False

    def __hash__(self) -> int:
        return hash(self.name)  # enough to tell the domains of a model apart, and much faster than all fields

    @property
    def has_none(self) -> bool:
        return self.kind in (Kind.ID, Kind.ORDINAL)

    @property
    def bounded(self) -> bool:
        return self.high is not None

    @property
    def size(self) -> int | None:
        """How many members an identity or an ordinal has, as a scope says it."""
        return Remembered(self.high) if self.endless and self.high is not None else self.high

    @property
    def greatest(self) -> int:
        """`high` of a bounded domain; raises ValueError for an unbounded one."""
        if self.high is None:
            raise ValueError(f"{self.name} is unbounded")
        return self.high

    @property
    def members(self) -> range:
        """The codes of the values proper: without `none`. Raises ValueError when unbounded."""
        return range(1 if self.has_none else self.low, self.greatest + 1)

    @property
    def of_members(self) -> Domain:
        """The values proper alone, without `none`, of a domain that may have any number of them."""
        return replace(self, low=1) if self.has_none else self

    @property
    def bits(self) -> int:
        """How many bits a stored value takes; 0 for a domain of one value."""
        return (self.greatest - self.low).bit_length()

    @property
    def default(self) -> int:
        """The code of a variable that holds nothing of interest: none, False, the first, or nearest to zero."""
        if self.low > 0:
            return self.low
        return 0 if self.high is None or self.high >= 0 else self.high

    def show(self, code: int) -> str:
        """The value in the model's words: `plan 3`, `none`, `true`, `BUSY`, `17`."""
        if self.kind is Kind.BOOL:
            return "true" if code else "false"
        if self.has_none and code == 0:
            return "none"
        if self.labels:
            position = code - (1 if self.has_none else self.low)
            if 0 <= position < len(self.labels):
                return self.labels[position]
        if self.has_none:
            return f"{self.name.lower()} {code}"
        return str(code)


BOOL = Domain("bool", Kind.BOOL, 0, 1)
