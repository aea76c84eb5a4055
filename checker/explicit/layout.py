"""Layout: where each variable of a system sits in a packed state, one integer of as many bits as it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import TransitionSystem
from raceproof.checker.verdict import State


@dataclass(frozen=True)
class Layout:
    """Bit fields in the order of the system's variables; an entry of `variable` takes `bits`, the first of them starts
    at `offset`, the others follow in the order of their slots."""

    system: TransitionSystem

    @cached_property
    def offsets(self) -> dict[Variable, int]:
        found: dict[Variable, int] = {}
        position = 0
        for variable in self.system.variables:
            found[variable] = position
            position += variable.size * variable.domain.bits
        return found

    @cached_property
    def bits(self) -> int:
        """The bits of a whole state."""
        return sum(variable.size * variable.domain.bits for variable in self.system.variables)

    def position(self, variable: Variable, codes: tuple[int, ...]) -> int:
        """The first bit of an entry."""
        return self.offsets[variable] + variable.slot(codes) * variable.domain.bits

    @cached_property
    def _fields(self) -> tuple[tuple[int, int, int], ...]:
        found = []
        for variable in self.system.variables:
            bits = variable.domain.bits
            for slot in range(variable.size):
                found.append((self.offsets[variable] + slot * bits, (1 << bits) - 1, variable.domain.low))
        return tuple(found)

    def pack(self, state: State) -> int:
        return sum((code - low) << shift for code, (shift, _, low) in zip(state, self._fields, strict=True))

    def unpack(self, packed: int) -> State:
        return tuple((packed >> shift & mask) + low for shift, mask, low in self._fields)


def initial_states(system: TransitionSystem) -> Iterator[State]:
    """Every initial state: the product of what each slot may start as."""
    options: list[tuple[int, ...]] = []
    for variable in system.variables:
        for code in system.initial[variable]:
            options.append(tuple(variable.domain.members) if code is None else (code,))
    return product(*options)
