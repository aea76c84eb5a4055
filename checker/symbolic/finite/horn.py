"""A transition system over integers and truth values, as Horn clauses have it: where it starts, how each command moves
it, and what must never happen. A choice that a command leaves open is one more variable of its clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import z3

from raceproof.checker.symbolic.finite.breaches import Breach
from raceproof.checker.symbolic.finite.integer_terms import (
    Inexpressible,
    IntegerTerms,
    State,
    Value,
    choose,
    symbol,
    within,
)
from raceproof.checker.system.domain import Domain
from raceproof.checker.system.ordinals import endless_domains
from raceproof.checker.system.terms import Op, Parameter, Term, subterms
from raceproof.checker.system.transition import Command, TransitionSystem, Write


@dataclass(frozen=True, slots=True)
class Move:
    """What one command asks of a state, and the state after it. `terms` are over both."""

    command: Command
    given: z3.BoolRef
    terms: IntegerTerms


@dataclass(frozen=True)
class Horn:
    """The clauses of a system, over one symbol for each slot. Raises Inexpressible."""

    system: TransitionSystem
    context: z3.Context

    def __post_init__(self) -> None:
        for domain in endless_domains(self.system):
            raise Inexpressible(f"{domain.name} is endless, and arithmetic needs a last one, or a scope without bounds")
        for variable in self.system.variables:
            for key in variable.keys:
                if not key.bounded:
                    raise Inexpressible(f"{variable.name} has an entry for each of infinitely many {key.name}")

    @cached_property
    def domains(self) -> tuple[Domain, ...]:
        """The domain of each slot."""
        return tuple(variable.domain for variable in self.system.variables for _ in range(variable.size))

    @cached_property
    def state(self) -> State:
        """A symbol for each slot; a constant where there is only one code."""
        names = [variable.show_slot(codes) for variable in self.system.variables for codes in variable.codes()]
        return tuple(
            z3.IntVal(domain.low, self.context)
            if domain.low == domain.high
            else symbol(f"{position}:{name}", domain, self.context)
            for position, (name, domain) in enumerate(zip(names, self.domains, strict=True))
        )

    @cached_property
    def terms(self) -> IntegerTerms:
        return IntegerTerms(self.system, self.context, self.state)

    def arguments(self, state: State) -> list[Value]:
        """The part of a state that can change."""
        return [value for value, domain in zip(state, self.domains, strict=True) if domain.low != domain.high]

    def in_domains(self, state: State) -> z3.BoolRef:
        bounds = (within(value, d.low, d.high) for value, d in zip(state, self.domains, strict=True))
        return self.terms.all_of(condition for conditions in bounds for condition in conditions)

    @cached_property
    def initial(self) -> z3.BoolRef:
        codes = [code for variable in self.system.variables for code in self.system.initial[variable]]
        slots = zip(self.state, codes, self.domains, strict=True)
        starts = (_member(value, d) if code is None else within(value, code, code) for value, code, d in slots)
        return self.terms.all_of(condition for conditions in starts for condition in conditions)

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        return tuple(map(self._move, self.system.commands))

    @cached_property
    def choices(self) -> tuple[Value, ...]:
        """What stands for the values that commands and faults leave open."""
        roots = [part for command in self.system.commands for part in _read_by(command)]
        roots += [part for fault in self.system.faults for part in fault.guard]
        return tuple(map(self.terms.parameter, _open(roots)))

    def _move(self, command: Command) -> Move:
        given = self.terms.all_of([*self._members(_read_by(command)), *map(self.terms.truth, command.guard)])
        return Move(command, given, IntegerTerms(self.system, self.context, self.state, self._after(command.writes)))

    def _after(self, writes: Iterable[Write]) -> State:
        """What the slots hold after all writes have happened together; the last write to a slot wins."""
        after = list(self.state)
        for write in writes:
            first, domain = self.system.offsets[write.variable], write.variable.domain
            if write.over:
                raise Inexpressible(f"{write.variable.name} is written for any number of members at once")
            if domain.low == domain.high:
                continue
            value = self.terms.stored(write.value, domain)
            for position, codes in enumerate(write.variable.codes(), first):
                after[position] = choose(self.terms.entry(write.index, codes), value, after[position])
        return tuple(after)

    def conditions(self, breach: Breach) -> tuple[z3.BoolRef, ...]:
        """Over one state: that it is a breach, or, for each command, that its step would be one."""
        if breach.of_step:
            return tuple(self.terms.all_of([move.given, move.terms.truth(breach.condition)]) for move in self.moves)
        if breach.fault is None and _open((breach.condition,)):
            raise Inexpressible("that nobody can move, whatever is chosen, cannot be said without a quantifier")
        members = self._members((breach.condition,))
        return (self.terms.all_of([*members, self.terms.truth(breach.condition)]),)

    def _members(self, roots: Iterable[Term]) -> Iterator[z3.BoolRef]:
        """That the values that terms leave open are members of their domains."""
        for parameter in _open(roots):
            yield from _member(self.terms.parameter(parameter), parameter.domain)


def _read_by(command: Command) -> tuple[Term, ...]:
    return (*command.guard, *(part for write in command.writes for part in (*write.index, write.value)))


def _open(roots: Iterable[Term]) -> tuple[Parameter, ...]:
    """The parameters in terms, each once."""
    return tuple(dict.fromkeys(node.parameter for node in subterms(tuple(roots)) if node.op is Op.PARAMETER))


def _member(value: Value, domain: Domain) -> list[z3.BoolRef]:
    """That a value is one of the values proper of its domain, which `none` is not."""
    return within(value, 1 if domain.has_none else domain.low, domain.high)
