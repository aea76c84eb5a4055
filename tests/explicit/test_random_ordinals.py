"""Random systems over an endless domain, right and wrong ones: whatever the check accepts may be searched by ranks.

Each is built in any size from one description. Of those that are accepted, the states that are reached in so many steps
are those of a system that is large enough never to run out of members, in their order.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from raceproof.checker.errors import Location, ModelError
from raceproof.checker.explicit.layout import initial_states
from raceproof.checker.system.build import (
    FALSE,
    TRUE,
    add,
    as_number,
    conjunction,
    disjunction,
    eq,
    ite,
    le,
    lt,
    negation,
    number,
    read,
)
from raceproof.checker.system.domain import BOOL, Domain, Kind
from raceproof.checker.system.interpret import Interpreter, State
from raceproof.checker.system.invariance import check_endless
from raceproof.checker.system.newest import sums, watched
from raceproof.checker.system.ordinals import Ranks
from raceproof.checker.system.terms import Term, Variable
from raceproof.checker.system.transition import (
    Actor,
    Command,
    FaultKind,
    ProcessInfo,
    Step,
    TransitionSystem,
    Write,
)

REMEMBERED = 3
STEPS = 5
HERE = Location("random.py", 1)


@dataclass
class Size:
    """A system of one size while it is described. Terms are asked for with a source of chance that is the same for all
    sizes."""

    members: int
    chance: random.Random
    commands: list[Command] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.domain = Domain("Plan", Kind.ORDINAL, 0, self.members, endless=True)
        self.held = [Variable(name, (), self.domain) for name in ("a", "b", "c")]
        self.tables = [Variable(name, (self.domain,), BOOL) for name in ("t", "u")]
        self.parent = Variable("parent", (self.domain,), self.domain)

    def any_held(self) -> Variable:
        return self.chance.choice(self.held)

    def row(self, table: Variable, key: Term | int) -> Term:
        return read(table, (number(key) if isinstance(key, int) else key,))

    def each(self, of: Callable[[int], Term]) -> Iterator[Term]:
        return (of(member) for member in self.domain.members)

    def guard(self) -> list[Term]:
        """Some conditions; those at the end of the list are wrong for an endless domain, or may be."""
        x, y, table = read(self.any_held()), read(self.any_held()), self.chance.choice(self.tables)
        kinds: list[list[Term]] = [
            [lt(x, y)],
            [le(x, y)],
            [eq(x, y)],
            [negation(eq(x, y))],
            [eq(x, number(0))],
            [le(number(1), x), self.row(table, x)],
            [le(number(1), x), negation(self.row(table, x))],
            [le(number(1), x), le(self.row(self.parent, x), y)],
            [conjunction(self.each(lambda c: disjunction((negation(self.row(table, c)), lt(number(c), x)))))],
            [disjunction(self.each(lambda c: conjunction((self.row(table, c), lt(x, number(c))))))],
            [disjunction(self.each(lambda c: conjunction((eq(x, number(c)), self.row(table, c)))))],
            [lt(x, add(y, number(1)))],
            [le(self._count(table), number(1))],
            [le(x, number(2))],
            [eq(x, number(1))],
            [lt(add(x, number(1)), y)],
            [conjunction(self.each(lambda c: self.row(table, c)))],
            [disjunction(self.each(lambda c: lt(x, number(c))))],
        ]
        return self.chance.choice(kinds[: 13 if self.chance.random() < 0.8 else None])

    def _count(self, table: Variable) -> Term:
        found = number(0)
        for part in self.each(lambda c: as_number(self.row(table, c))):
            found = add(found, part)
        return found

    def add_command(self) -> None:
        guard = [part for _ in range(self.chance.randint(0, 2)) for part in self.guard()]
        x, y, table = self.any_held(), read(self.any_held()), self.chance.choice(self.tables)
        value = self.chance.choice((TRUE, FALSE))

        def every(of: Callable[[int], Term]) -> list[Write]:
            return [Write(table, (number(c),), of(c)) for c in self.domain.members]

        kinds: list[tuple[list[Term], list[Write]]] = [
            ([], [Write(x, (), y)]),
            ([], [Write(x, (), number(0))]),
            ([], [Write(x, (), add(read(x), number(1)))]),
            ([], [Write(x, (), add(read(x), number(1)))]),
            ([], [Write(x, (), add(read(x), number(1))), Write(table, (add(read(x), number(1)),), TRUE)]),
            ([le(number(1), y)], [Write(table, (y,), value)]),
            ([le(number(1), y)], [Write(self.parent, (y,), read(x))]),
            ([], every(lambda c: conjunction((self.row(table, c), le(y, number(c)))))),
            ([], every(lambda c: ite(eq(number(c), y), value, self.row(table, c)))),
            ([], every(lambda c: lt(y, number(c)))),
            ([], [Write(table, (number(1),), value)]),
            ([], [Write(x, (), number(2))]),
            ([], [Write(x, (), add(y, number(2)))]),
        ]
        more, writes = self.chance.choice(kinds[: 9 if self.chance.random() < 0.8 else None])
        self._fire([*guard, *more], writes)

    def add_choice(self) -> None:
        """Take a member: one that has a row, or any."""
        table, x, free = self.chance.choice(self.tables), self.any_held(), self.chance.random() < 0.2
        gone = self.chance.choice((True, False))
        step, name = len(self.steps), f"p{len(self.steps)}"
        self.steps.append(Step(name, name, HERE, choice=self.domain))
        for member in self.domain.members:
            guard = () if free else (self.row(table, member),)
            writes = [Write(table, (number(member),), FALSE)] if gone else [Write(x, (), number(member))]
            self.commands.append(Command(Actor(name, (), member), step, guard, tuple(writes)))

    def _fire(self, guard: list[Term], writes: list[Write]) -> None:
        name = f"p{len(self.steps)}"
        if FALSE not in guard:
            asked = tuple(part for part in guard if part is not TRUE)
            self.commands.append(Command(Actor(name), len(self.steps), asked, tuple(writes)))
        self.steps.append(Step(name, name, HERE))

    def system(self) -> TransitionSystem:
        variables = (*self.held, *self.tables, self.parent)
        return TransitionSystem(
            "random",
            variables,
            {variable: (0,) * variable.size for variable in variables},
            tuple(self.steps),
            tuple(self.commands),
            (),
            tuple(ProcessInfo(step.process, (), None) for step in self.steps),
            FALSE,
            {"Plan": self.members},
        )


def described(seed: int, members: int) -> TransitionSystem:
    size = Size(members, random.Random(seed))
    newest = size.held[0]
    size._fire([], [Write(newest, (), add(read(newest), number(1)))])
    for _ in range(size.chance.randint(2, 5)):
        size.add_command()
    if size.chance.random() < 0.5:
        size.add_choice()
    return size.system()


def is_accepted(seed: int) -> bool:
    try:
        check_endless("Plan", described(seed, REMEMBERED + 1), (), described(seed, REMEMBERED), ())
    except ModelError:
        return False
    return True


def by_ranks(system: TransitionSystem) -> list[set[State]] | None:
    """The states of ranks after each number of steps; None where something is added to a member that is not the newest,
    and where there is no room."""
    ranks, interpreter = Ranks(system), Interpreter(watched(system))
    levels = [{ranks(state) for state in initial_states(system)}]
    for _ in range(STEPS):
        if any(fault.kind is FaultKind.NEWEST for state in levels[-1] for fault in interpreter.faults(state)):
            return None
        levels.append({ranks(after) for state in levels[-1] for _, after in interpreter.steps(state)})
    return levels


def by_numbers(system: TransitionSystem, size: TransitionSystem) -> list[set[State]]:
    """The same with members that are never counted again, in their order."""
    ranks, interpreter, domain = Ranks(system), Interpreter(system), system.variables[0].domain
    level = set(initial_states(system))
    found = [{ranks.in_order(state, size) for state in level}]
    for _ in range(STEPS):
        after: set[State] = set()
        for state in level:
            full = len(ranks.remembered(state)["Plan"]) == REMEMBERED
            after |= {s for command, s in interpreter.steps(state) if not (full and sums(command, domain))}
        level = after
        found.append({ranks.in_order(state, size) for state in level})
    return found


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_what_is_accepted_may_be_searched_by_ranks(first: int) -> None:
    for seed in range(first, first + 50):
        if is_accepted(seed):
            small = described(seed, REMEMBERED)
            levels = by_ranks(small)
            if levels is not None:
                assert by_numbers(described(seed, REMEMBERED + STEPS), small) == levels, seed


def test_many_are_accepted_and_many_are_not() -> None:
    accepted = sum(map(is_accepted, range(200)))

    assert 40 <= accepted <= 160
