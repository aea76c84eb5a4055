"""Making a newer member: only from the newest that is remembered, and only while there is room for one more.

`x + 1` is one and the same thing for all states of one order only where x is the newest member that the state
remembers: then the sum is newer than all. Anywhere else it may be a member that somebody remembers, or lie in a gap,
which the order does not tell. And a state of a system of size N has no code for a member beyond N. Both are steps that
go wrong, and where one can be taken the search says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from raceproof.checker.system.build import conjunction, disjunction, eq, le, negation, number, read, truth
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.ordinals import endless_domains, members_among
from raceproof.checker.system.terms import Op, Term, Variable
from raceproof.checker.system.transition import Command, Fault, FaultKind, TransitionSystem


def sums(command: Command, domain: Domain) -> tuple[Term, ...]:
    """The terms to which a command adds something to store it as a member of a domain, or to use it as a key."""
    found: dict[Term, None] = {}
    for write in command.writes:
        members = [arg for key, arg in zip(write.variable.keys, write.index, strict=True) if key == domain]
        members += [write.value] if write.variable.domain == domain else []
        found.update(dict.fromkeys(node.args[0] for node in members if node.op is Op.ADD))
    return tuple(found)


def watched(system: TransitionSystem) -> TransitionSystem:
    """A system that goes wrong where it would make a member of an endless domain that it must not make. The same
    system where there is no such domain."""
    domains = endless_domains(system)
    if not domains or any(fault.kind is FaultKind.ROOM for fault in system.faults):
        return system
    commands: list[Command] = []
    faults = list(system.faults)
    newest = cache(lambda domain, base: is_newest(system, domain, base))
    for command in system.commands:
        guard = command.guard
        for domain in domains:
            for base in sums(command, domain):
                room, last = le(base, number(domain.greatest - 1)), newest(domain, base)
                faults += _faults(system, command, domain, (*guard, negation(last)), (*guard, last, negation(room)))
                guard = (*guard, last, room)
        commands.append(replace(command, guard=guard))
    return replace(system, commands=tuple(commands), faults=tuple(faults))


def _faults(
    system: TransitionSystem, command: Command, domain: Domain, older: tuple[Term, ...], full: tuple[Term, ...]
) -> Iterator[Fault]:
    name, location = domain.name, system.steps[command.step].location
    actor = system.show_actor(command.actor)
    wrong = f"{actor} adds 1 to a {name} that is not the newest one"
    yield Fault(command.actor, command.step, older, FaultKind.NEWEST, wrong, location)
    yield Fault(command.actor, command.step, full, FaultKind.ROOM, no_room(domain), location)


def no_room(domain: Domain) -> str:
    """What a verdict says that could not be reached because a state remembers too much."""
    size, name = domain.greatest, domain.name
    some = f"{name.lower()} is" if size == 1 else f"{name.lower()}s are"
    return f"more than {size} {some} remembered at once; raise --scope {name}={size}"


def is_newest(system: TransitionSystem, domain: Domain, base: Term) -> Term:
    """That no state variable holds, and no table has a row at, a newer member than the value of a term."""
    return conjunction(part for variable in system.variables for part in _not_newer(system, variable, domain, base))


def _not_newer(system: TransitionSystem, variable: Variable, domain: Domain, base: Term) -> Iterator[Term]:
    for codes, start in zip(variable.codes(), system.initial[variable], strict=True):
        entry = read(variable, tuple(map(number, codes)))
        if variable.domain == domain:
            yield le(entry, base)
        members = members_among(variable, codes, domain)
        if members:
            usual = truth(bool(start)) if variable.domain.kind is Kind.BOOL else number(start or 0)
            yield disjunction((eq(entry, usual), le(number(max(members)), base)))
