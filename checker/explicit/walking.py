"""Random walks: what a walk is, in every engine the same one for the same seed.

A walk starts in an initial state drawn uniformly, and takes a step drawn uniformly from those that can be taken, until
it is as long as wanted or there is none. Each walk has a generator of its own, which depends on the seed and on the
walk's number only: neither the machine, nor the claims, nor the time it takes have any influence on it.
(splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. The numbers are brought
into a range by multiplication, as in Lemire, "Fast random integer generation in an interval", 2019, without its
correction of a bias that is below n / 2^64.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Protocol

from raceproof.checker.explicit.layout import Layout
from raceproof.checker.explicit.questions import Ledger

WORD_MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
FIRST_FACTOR, SECOND_FACTOR = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
FIRST_SHIFT, SECOND_SHIFT, THIRD_SHIFT = 30, 27, 31


def mixed(number: int) -> int:
    """The finalizer of splitmix64: 64 bits to 64 bits, one to one."""
    number = (number ^ number >> FIRST_SHIFT) * FIRST_FACTOR & WORD_MASK
    number = (number ^ number >> SECOND_SHIFT) * SECOND_FACTOR & WORD_MASK
    return number ^ number >> THIRD_SHIFT


@dataclass(slots=True)
class Generator:
    """The random numbers of one walk."""

    state: int

    @classmethod
    def of_walk(cls, seed: int, number: int) -> Generator:
        return cls(mixed(seed + mixed(number + 1) & WORD_MASK))

    def draw(self, choices: int) -> int:
        """A number from 0 on that is less than `choices`."""
        self.state = self.state + GOLDEN & WORD_MASK
        return mixed(self.state) * choices >> 64


class Stop(IntEnum):
    """Why a walker has come back."""

    SLICE = 0  # it has done as much as it was told to
    DONE = 1  # there are no more walks to take
    STATE = 2  # a term does not hold in the state that it has come to; `hit` says which
    STEP = 3  # a term does not hold of the step that it has just taken; `hit` says which
    FAULT = 4  # a step goes wrong in the state that it has come to
    STUCK = 5  # nobody can move there, and somebody should


class Walked(NamedTuple):
    """A walk as far as it has come: packed states, and the number of the command that led to each but the first."""

    states: tuple[int, ...]
    commands: tuple[int, ...]


class Walker(Protocol):
    """Takes one walk after the other, in slices. After a finding it goes on with the same walk, once the finding is no
    longer asked for."""

    @property
    def hit(self) -> int:
        """A bit for each term that does not hold, after STATE or STEP."""
        ...

    @property
    def number(self) -> int:
        """The walk that it is on, counted from 0: also how many it has finished."""
        ...

    @property
    def position(self) -> int:
        """How many steps of that walk it has taken."""
        ...

    @property
    def steps(self) -> int:
        """How many steps it has taken altogether."""
        ...

    @property
    def longest(self) -> int:
        """The steps of the longest walk."""
        ...

    @property
    def taken(self) -> Sequence[int]:
        """How often each command was taken."""
        ...

    def ask(self, ledger: Ledger) -> None:
        """From now on come back for the claims that are still open."""
        ...

    def walk(self, most: int) -> Stop:
        """Go on, through at most so many states."""
        ...

    def walked(self) -> Walked:
        """The walk that it is on."""
        ...


class Open(NamedTuple):
    """An entry that may be any of some values at the start: its first bit, how many values there are, the number that
    is stored for the first of them."""

    position: int
    values: int
    first: int


def base_state(layout: Layout) -> int:
    """The packed initial state with nothing in its open entries."""
    codes = (
        variable.domain.low if code is None else code
        for variable in layout.system.variables
        for code in layout.system.initial[variable]
    )
    return layout.pack(tuple(codes))


def open_entries(layout: Layout) -> tuple[Open, ...]:
    """The entries that are drawn at the start of a walk, in order."""
    found = []
    for variable in layout.system.variables:
        if variable in layout.constants:
            continue
        members = variable.domain.members
        for position, code in zip(layout.positions[variable], layout.system.initial[variable], strict=True):
            if code is None:
                found.append(Open(position, len(members), members.start - variable.domain.low))
    return tuple(found)


def has_start(layout: Layout) -> bool:
    """Whether there is any initial state: an entry that may be any member of a domain without members has no value."""
    return all(
        len(variable.domain.members) > 0
        for variable in layout.system.variables
        if None in layout.system.initial[variable]
    )
