"""Footprints: what a step may read and write, as sets of entries.

A set is a number with a bit for each entry of each variable. An entry whose keys are constant is one bit, one whose
keys are computed is every entry that it may come to. A control location has a bit for each place instead: whether a
process is at a place is all that others ask, and a step changes the answer for the two places between which it moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from raceproof.checker.system.terms import Op, Term, Variable
from raceproof.checker.system.transition import Command, Fault, TransitionSystem


@dataclass(frozen=True, slots=True)
class Footprint:
    """What some steps may read, and what they may write."""

    reads: int = 0
    writes: int = 0

    def __or__(self, other: Footprint) -> Footprint:
        return Footprint(self.reads | other.reads, self.writes | other.writes)

    def meets(self, other: Footprint) -> bool:
        """Whether steps of the one may not commute with steps of the other, enable them or disable them."""
        return bool(self.writes & (other.reads | other.writes) or other.writes & self.reads)


@dataclass
class Footprints:
    """The footprints of one system's steps."""

    system: TransitionSystem
    _first: dict[Variable, int] = field(default_factory=dict)
    _known: dict[Term, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._controls = {process.control for process in self.system.processes if process.control}
        bit = 0
        for variable in self.system.variables:
            self._first[variable] = bit
            bit += variable.size * self._bits(variable)

    def of(self, leaf: Command | Fault) -> Footprint:
        """What a step reads and writes; one that goes wrong only reads."""
        if isinstance(leaf, Fault):
            return Footprint(self.read(leaf.guard))
        reads, writes = self.read(leaf.guard), 0
        for write in leaf.writes:
            reads |= self.read((*write.index, write.value))
            writes |= self._written(leaf, write.variable, write.index, write.value)
        return Footprint(reads, writes)

    def read(self, terms: Iterable[Term]) -> int:
        """The entries that terms may read."""
        found = 0
        for node in terms:
            if node not in self._known:
                self._known[node] = self._read(node)
            found |= self._known[node]
        return found

    def _read(self, node: Term) -> int:
        if node.op is Op.EQ:
            for asked, place in (node.args, node.args[::-1]):
                if asked.op is Op.READ and asked.variable in self._controls and place.is_const:
                    return self._entries(asked.variable, asked.args, place.value) | self.read(asked.args)
        found = self.read(node.args)
        if node.op in (Op.READ, Op.READ_AFTER):
            found |= self._entries(node.variable, node.args)
        return found

    def _written(self, command: Command, variable: Variable, index: tuple[Term, ...], value: Term) -> int:
        """The entries that a write may change. Of a process that moves on, the place where it was and the next."""
        actor, place = command.actor, self.system.steps[command.step].code
        own = variable is self.system.by_name[actor.process].control and place is not None
        if own and value.is_const and constant_index(index) == actor.instance:
            places = {place, value.value} if place != value.value else set()
            return sum(self._entries(variable, index, at) for at in places if at is not None)
        return self._entries(variable, index)

    def _bits(self, variable: Variable) -> int:
        return len(variable.domain.members) if variable in self._controls else 1

    def _entries(self, variable: Variable, index: tuple[Term, ...], place: int | None = None) -> int:
        """The bits of the entries that an index may come to; of control locations, at one place or at all."""
        first, bits, found = self._first[variable], self._bits(variable), 0
        members = variable.domain.members
        if place is not None and place not in members:
            return 0
        each = (1 << bits) - 1 if place is None else 1 << place - members.start
        wanted = [arg.value if arg.is_const else None for arg in index]
        for slot, codes in enumerate(variable.codes()):
            if all(want is None or want == code for want, code in zip(wanted, codes, strict=True)):
                found |= each << first + slot * bits
        return found


def constant_index(index: tuple[Term, ...]) -> tuple[int, ...] | None:
    """The codes of an index, or None where it is computed."""
    return tuple(arg.value for arg in index) if all(arg.is_const for arg in index) else None
