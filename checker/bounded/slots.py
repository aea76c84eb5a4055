"""Slots: how a state is laid out in Z3, one bit-vector or truth value for each entry of each variable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import z3

from raceproof.checker.bounded import integers
from raceproof.checker.bounded.integers import Number
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.transition import TransitionSystem
from raceproof.checker.verdict import State

Stored: TypeAlias = z3.BoolRef | z3.BitVecRef | None
"""What a slot holds: a truth value, `code - low` in exactly `domain.bits` bits, or nothing where there is one code."""


@dataclass(frozen=True)
class Slots:
    """The slots of a system, in the order of its variables and their entries."""

    system: TransitionSystem
    context: z3.Context

    @cached_property
    def domains(self) -> tuple[Domain, ...]:
        """The domain of each slot."""
        return tuple(variable.domain for variable in self.system.variables for _ in range(variable.size))

    def symbols(self, suffix: str) -> tuple[Stored, ...]:
        """A constant for each slot, named like `root[public]@3`."""
        names = [variable.show_slot(codes) for variable in self.system.variables for codes in variable.codes()]
        return tuple(
            self._symbol(f"{position}:{name}@{suffix}", domain)
            for position, (name, domain) in enumerate(zip(names, self.domains, strict=True))
        )

    def _symbol(self, name: str, domain: Domain) -> Stored:
        if domain.bits == 0:
            return None
        if domain.kind is Kind.BOOL:
            return z3.Bool(name, self.context)
        return z3.BitVec(name, domain.bits, self.context)

    def load(self, state: Sequence[Stored], position: int) -> Number | z3.BoolRef:
        """The value of a slot."""
        domain, stored = self.domains[position], state[position]
        if stored is None:
            return integers.constant(domain.low, self.context)
        if isinstance(stored, z3.BoolRef):
            return stored
        offset = integers.constant(domain.low, self.context)
        return integers.add(Number(stored, 0, domain.greatest - domain.low), offset)

    def initial(self, state: Sequence[Stored]) -> list[z3.BoolRef]:
        """That the state is an initial one. States after it need no bounds: no command writes outside of a domain."""
        codes = [code for variable in self.system.variables for code in self.system.initial[variable]]
        conditions: list[z3.BoolRef] = []
        for stored, code, domain in zip(state, codes, self.domains, strict=True):
            members = domain.members if code is None else range(code, code + 1)
            if not members:
                conditions.append(z3.BoolVal(False, self.context))
            elif stored is not None:
                conditions += self._within(stored, members.start - domain.low, members.stop - 1 - domain.low)
        return conditions

    def _within(self, stored: z3.BoolRef | z3.BitVecRef, low: int, high: int) -> list[z3.BoolRef]:
        """That what a slot holds is in `low..high`, where nothing is known yet of its bits."""
        if isinstance(stored, z3.BoolRef):
            return [stored if low else z3.Not(stored)] if low == high else []
        raw = Number(stored, 0, (1 << stored.size()) - 1)
        least, greatest = integers.constant(low, self.context), integers.constant(high, self.context)
        return [integers.less_or_equal(least, raw), integers.less_or_equal(raw, greatest)]

    def read_back(self, model: z3.ModelRef, state: Sequence[Stored]) -> State:
        """The codes that a model of the formula gives the slots of a state."""
        return tuple(
            domain.low if stored is None else domain.low + _number(model.eval(stored, model_completion=True))
            for domain, stored in zip(self.domains, state, strict=True)
        )


def _number(value: z3.ExprRef) -> int:
    return value.as_long() if isinstance(value, z3.BitVecNumRef) else int(z3.is_true(value))
