"""Random systems whose members are interchangeable because every command is written once and made for every pair of
them; and the same with one command spoilt. The dice are random.Random's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from random import Random

from raceproof.checker.errors import Location
from raceproof.checker.system import build
from raceproof.checker.system.build import TRUE, number, read
from raceproof.checker.system.domain import BOOL, Domain, Kind
from raceproof.checker.system.terms import Term, Variable
from raceproof.checker.system.transition import (
    Actor,
    ClaimKind,
    Command,
    ProcessInfo,
    Property,
    Step,
    TransitionSystem,
    Write,
)

NOWHERE = Location("nowhere.py", 1)
PLACE = Domain("Place", Kind.ORDINAL, 0, 2)
FEW = Domain("few", Kind.INT, 0, 2)
LEAST, MOST = 2, 4
STEPS = 7


def members(size: int) -> Domain:
    return Domain("Who", Kind.ID, 0, size)


class Written:
    """One random command, written with the same dice for every pair of members."""

    def __init__(self, seed: int, who: Domain, variables: Sequence[Variable], me: int, other: int) -> None:
        self.dice = Random(seed)
        self.who, self.variables = who, variables
        self.me, self.other = number(me), number(other)

    def of(self, *domains: Domain) -> list[Variable]:
        return [variable for variable in self.variables if variable.domain in domains]

    def key(self, domain: Domain) -> Term:
        if domain == self.who:
            return self.dice.choice((self.me, self.me, self.other))
        return number(self.dice.choice(domain.members))

    def entry(self, variable: Variable) -> Term:
        return read(variable, tuple(self.key(key) for key in variable.keys))

    def identity(self) -> Term:
        held = self.of(self.who)
        pick = self.dice.randrange(4)
        if pick == 0 and held:
            return self.entry(self.dice.choice(held))
        if pick == 1 and held:
            return build.ite(self.condition(), self.me, self.entry(self.dice.choice(held)))
        return (number(0), self.me, self.other)[self.dice.randrange(3)]

    def condition(self) -> Term:
        variable = self.dice.choice(self.variables)
        here = self.entry(variable)
        if variable.domain == self.who:
            return build.eq(here, (number(0), self.me, self.other)[self.dice.randrange(3)])
        if variable.domain.kind is Kind.BOOL:
            return here
        return build.le(here, number(self.dice.randrange(2)))

    def guard(self) -> tuple[Term, ...]:
        parts = [self.condition() for _ in range(self.dice.choice((0, 1, 1, 1, 2)))]
        parts = [build.negation(part) if self.dice.random() < 0.3 else part for part in parts]
        moved = self.of(self.who)
        tables = [variable for variable in self.variables if variable.keys == (self.who,) and variable not in moved]
        if moved and tables and self.dice.random() < 0.3:
            key = self.entry(moved[0])
            parts.append(build.le(number(1), key))
            parts.append(build.negation(build.eq(build.as_number(read(tables[0], (key,))), number(1))))
        return tuple(parts)

    def write(self, variable: Variable) -> Write:
        index = tuple(self.key(key) for key in variable.keys)
        if variable.domain == self.who:
            return Write(variable, index, self.identity())
        if variable.domain.kind is Kind.BOOL:
            return Write(variable, index, self.condition())
        more = build.mod(build.add(read(variable, index), number(1)), number(3))
        return Write(variable, index, self.dice.choice((number(0), more)))

    def writes(self) -> tuple[Write, ...]:
        chosen = self.dice.sample(list(self.variables), self.dice.randint(1, min(2, len(self.variables))))
        return tuple(self.write(variable) for variable in chosen)


def symmetric(seed: int) -> tuple[TransitionSystem, list[Property]]:
    dice = Random(seed)
    who = members(dice.randint(LEAST, MOST))
    possible = [
        Variable("stage", (who,), FEW),
        Variable("flag", (who,), BOOL),
        Variable("owner", (), who),
        Variable("next", (who,), who),
        Variable("queue", (PLACE,), who),
        Variable("pair", (who, who), BOOL),
        Variable("seen", (who, PLACE), BOOL),
        Variable("count", (), FEW),
    ]
    most = 3 if len(who.members) < MOST else 2
    chosen = {possible[dice.choice((0, 1, 3, 5))], *dice.sample(possible, dice.randint(1, most - 1))}
    variables = tuple(variable for variable in possible if variable in chosen)
    commands = []
    for step in range(dice.randint(3, STEPS)):
        own = dice.randrange(2**32)
        for me, other in permutations(who.members, 2):
            written = Written(own, who, variables, me, other)
            commands.append(Command(Actor("work", (me,), other), step, written.guard(), written.writes()))
    steps = tuple(Step("work", f"step {number}", NOWHERE, choice=who) for number in range(STEPS))
    initial = {variable: (0,) * variable.size for variable in variables}
    work = ProcessInfo("work", (who,), None)
    system = TransitionSystem(
        "random", variables, initial, steps, tuple(commands), (), (work,), build.FALSE, {"Who": len(who.members)}
    )
    return system, claims(dice, who, variables)


def spoilt(seed: int) -> tuple[TransitionSystem, list[Property]]:
    """A symmetric system, but for what one member does once."""
    system, asked = symmetric(seed)
    dice = Random(seed + 1)
    commands = list(system.commands)
    number = dice.randrange(len(commands))
    if commands[number].guard and dice.random() < 0.5:
        commands[number] = replace(commands[number], guard=commands[number].guard[:-1])
    else:
        commands[number] = replace(commands[number], writes=commands[number].writes[:-1])
    return replace(system, commands=tuple(commands)), asked


def claims(dice: Random, who: Domain, variables: Sequence[Variable]) -> list[Property]:
    """One of each kind, of all members or of some."""
    own = dice.randrange(2**32)
    parts = [Written(own, who, variables, me, other).condition() for me, other in permutations(who.members, 2)]
    every, some = build.conjunction(parts), build.disjunction(parts)
    deadlock = Property("deadlock", ClaimKind.DEADLOCK, TRUE, TRUE)
    return [
        Property("always", ClaimKind.ALWAYS, build.negation(every), TRUE),
        Property("reachable", ClaimKind.REACHABLE, some, TRUE),
        Property("recoverable", ClaimKind.RECOVERABLE, some, build.negation(every)),
        deadlock,
        Property("every state", ClaimKind.ALWAYS, TRUE, TRUE),
    ]
