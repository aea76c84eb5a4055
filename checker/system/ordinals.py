"""Endless ordinals: which members a state remembers, and the one state that stands for all with the same order.

A member is *remembered* in a state if a variable holds it, or if a table that is keyed by the domain has a row at it
that differs from how it started. Where a model only compares and copies members, a state behaves as the one in which
those that nobody remembers are left out and the others are counted 1, 2, 3 … in their order: its *ranks*. There
are finitely many such states, however far the model has counted. (Data independence: Wolper, "Expressing interesting
properties of programs in propositional temporal logic", POPL 1986; Lazić, "A semantic study of data independence",
1999; canonical renumbering of sets of scalars: Ip and Dill, "Better verification through symmetry", 1996.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from raceproof.checker.system.domain import Domain
from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import TransitionSystem

State = tuple[int, ...]
Renumbering = Mapping[int, int]
"""From the remembered members to what stands for them."""


def endless_domains(system: TransitionSystem) -> tuple[Domain, ...]:
    """The domains of a system that have no last member, in the order of the variables that use them."""
    used = dict.fromkeys(domain for v in system.variables for domain in (*v.keys, v.domain) if domain.endless)
    return tuple(used)


def members_among(variable: Variable, codes: tuple[int, ...], domain: Domain) -> tuple[int, ...]:
    """Those of an entry's keys that are members of a domain."""
    return tuple(code for key, code in zip(variable.keys, codes, strict=True) if key == domain)


@dataclass(frozen=True)
class Ranks:
    """Which members of the endless domains the states of a system remember, and the states that stand for them."""

    system: TransitionSystem

    @cached_property
    def domains(self) -> tuple[Domain, ...]:
        return endless_domains(self.system)

    def __call__(self, state: State) -> State:
        """The state in which the members that nobody remembers are left out."""
        return self.in_order(state, self.system) if self.domains else state

    def in_order(self, state: State, target: TransitionSystem) -> State:
        """The same as a state of the same system in another size. Raises IndexError where that is too small."""
        remembered = self.remembered(state)
        ranks = {name: {code: rank for rank, code in enumerate(codes, 1)} for name, codes in remembered.items()}
        return self.moved(state, ranks, target)

    @cached_property
    def _tables(self) -> tuple[tuple[int, tuple[tuple[str, int], ...], int], ...]:
        """Every entry with members among its keys: its position, these with the names of their domains, its start."""
        found = []
        for variable in self.system.variables:
            if any(key.endless for key in variable.keys):
                initial = self.system.initial[variable]
                for slot, (codes, start) in enumerate(zip(variable.codes(), initial, strict=True)):
                    keys = zip(variable.keys, codes, strict=True)
                    members = tuple((key.name, code) for key, code in keys if key.endless)
                    found.append((self.system.offsets[variable] + slot, members, start or 0))
        return tuple(found)

    @cached_property
    def _holders(self) -> tuple[tuple[int, str], ...]:
        """The positions in a state at which a member may be held, with the name of its domain."""
        return tuple(
            (self.system.offsets[variable] + slot, variable.domain.name)
            for variable in self.system.variables
            if variable.domain.endless
            for slot in range(variable.size)
        )

    def remembered(self, state: State) -> dict[str, tuple[int, ...]]:
        """The members of each domain that a state remembers, the oldest first."""
        found: dict[str, set[int]] = {domain.name: set() for domain in self.domains}
        for position, name in self._holders:
            found[name].add(state[position])
        for position, members, start in self._tables:
            if state[position] != start:
                for name, code in members:
                    found[name].add(code)
        return {name: tuple(sorted(codes - {0})) for name, codes in found.items()}

    def moved(self, state: State, to: Mapping[str, Renumbering], target: TransitionSystem) -> State:
        """A state with its remembered members renumbered, as a state of the same system in this size or another."""
        found: list[int] = []
        for variable, other in zip(self.system.variables, target.variables, strict=True):
            first = self.system.offsets[variable]
            values = state[first : first + variable.size]
            if variable.domain.endless:
                renumbering = to[variable.domain.name]
                values = tuple(renumbering.get(value, 0) for value in values)
            if any(key.endless for key in variable.keys):
                values = self._rows(variable, values, to, other, [start or 0 for start in target.initial[other]])
            found += values
        return tuple(found)

    def _rows(
        self, variable: Variable, values: State, to: Mapping[str, Renumbering], other: Variable, moved: list[int]
    ) -> State:
        for codes, value in zip(variable.codes(), values, strict=True):
            keys = zip(variable.keys, codes, strict=True)
            new = [to[key.name].get(code) if key.endless else code for key, code in keys]
            if None not in new:
                moved[other.slot(tuple(code for code in new if code is not None))] = value
        return tuple(moved)
