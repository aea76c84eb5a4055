"""Random transition systems and claims about them. The dice are random.Random's: hypothesis prefers systems in which
little happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from raceproof.checker.errors import Location
from raceproof.checker.system import build
from raceproof.checker.system.build import TRUE, number, read
from raceproof.checker.system.domain import BOOL, Domain, Kind
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.terms import Term, Variable
from raceproof.checker.system.transition import (
    Actor,
    ClaimKind,
    Command,
    Fault,
    FaultKind,
    ProcessInfo,
    Property,
    Step,
    TransitionSystem,
    Undefined,
    Write,
)
from raceproof.checker.verdict import State

PLACE = Domain("Place", Kind.ID, 0, 2)
MANY = Domain("Many", Kind.ORDINAL, 0, 30)
LOCATION = Domain("location", Kind.LOCATION, 0, 3)
SMALL = (
    BOOL,
    PLACE,
    Domain("small", Kind.INT, 0, 2),
    Domain("negative", Kind.INT, -2, 1),
    Domain("far", Kind.INT, 7, 9),
    Domain("one", Kind.INT, 1, 1),
)
WIDE = tuple(Domain(f"{bits} bits", Kind.INT, low, low + (1 << bits) - 1) for bits in (9, 14) for low in (0, -77, 1000))
WIDEST = Domain("20 bits", Kind.INT, -5, (1 << 20) - 6)
CONTROL = Variable("worker.at", (PLACE,), LOCATION)
FAULTS = (FaultKind.DOMAIN, FaultKind.KEY, FaultKind.ASSERTION, FaultKind.EXCEPTION)
NOWHERE = Location("nowhere.py", 1)


@dataclass(frozen=True)
class Terms:
    """Throws random terms over some variables, in the state before a step or, where `steps`, around it."""

    dice: Random
    variables: tuple[Variable, ...]
    steps: bool = False

    def within(self, node: Term, domain: Domain) -> Term:
        """A term that is always one of the domain's members, made from any number."""
        if domain.kind is Kind.BOOL:
            return build.as_truth(node)
        members = domain.members
        return build.add(build.mod(build.as_number(node), number(len(members))), number(members.start))

    def entry(self, depth: int) -> Term:
        variable = self.dice.choice(self.variables)
        index = tuple(self.within(self.number(depth - 1), key) for key in variable.keys)
        return read(variable, index, after=self.steps and self.dice.random() < 0.5)

    def number(self, depth: int = 2) -> Term:
        match self.dice.randrange(5) if depth > 0 else self.dice.randrange(2) * 4:
            case 0:
                return number(self.dice.randint(-3, 9)) if depth <= 0 else build.as_number(self.entry(depth))
            case 1:
                operator = self.dice.choice((build.add, build.sub, build.mul))
                return operator(self.number(depth - 1), self.number(depth - 1))
            case 2:
                operator = self.dice.choice((build.div, build.mod))
                return operator(self.number(depth - 1), number(self.dice.choice((-3, -2, -1, 2, 3, 4))))
            case 3:
                return build.ite(self.truth(depth - 1), self.number(depth - 1), self.number(depth - 1))
            case _:
                return build.as_number(self.entry(depth))

    def truth(self, depth: int = 2) -> Term:
        match self.dice.randrange(6) if depth > 0 else 6:
            case 0 | 1:
                operator = self.dice.choice((build.lt, build.le, build.eq))
                return operator(self.number(depth - 1), self.number(depth - 1))
            case 2:
                return build.negation(self.truth(depth - 1))
            case 3:
                joined = self.dice.choice((build.conjunction, build.disjunction))
                return joined((self.truth(depth - 1), self.truth(depth - 1), self.truth(depth - 1)))
            case 4:
                return build.eq(self.truth(depth - 1), self.truth(depth - 1))
            case 5:
                return build.ite(self.truth(depth - 1), self.truth(depth - 1), self.truth(depth - 1))
            case _:
                return build.as_truth(self.entry(0))

    def guard(self) -> tuple[Term, ...]:
        return tuple(self.truth() for _ in range(self.dice.choice((0, 0, 1, 1, 2))))

    def writes(self) -> tuple[Write, ...]:
        found = []
        for _ in range(self.dice.randint(1, 3)):
            variable = self.dice.choice(self.variables)
            index = tuple(self.within(self.number(1), key) for key in variable.keys)
            more = build.add(build.as_number(read(variable, index)), number(self.dice.choice((1, 1, 2, -1))))
            new = more if self.dice.random() < 0.6 else self.number()
            found.append(Write(variable, index, self.within(new, variable.domain)))
        return tuple(found)


def starts(dice: Random, variables: tuple[Variable, ...]) -> dict[Variable, tuple[int | None, ...]]:
    """Mostly the default; now and then another member, or all of them, where that is not too many."""
    found: dict[Variable, tuple[int | None, ...]] = {}
    free = dice.choice((0, 0, 1, 2, 3))
    for variable in variables:
        codes: list[int | None] = []
        for _ in range(variable.size):
            few = len(variable.domain.members) <= 4
            chosen = dice.choice(variable.domain.members) if dice.random() < 0.2 else variable.domain.default
            any_member = free and few and dice.random() < 0.4
            codes.append(None if any_member else chosen)
            free -= bool(any_member)
        found[variable] = tuple(codes)
    return found


def reached(dice: Random, system: TransitionSystem, most_entries: int = 4) -> Term:
    """That some entries hold what they hold in a state that some steps lead to: first of all what has changed."""
    interpreter = Interpreter(system)
    first: State = tuple(v.domain.members[0] if c is None else c for v in system.variables for c in system.initial[v])
    state = first
    for _ in range(dice.randint(0, 12)):
        following = [after for _, after in interpreter.steps(state) if after != state]
        state = dice.choice(following) if following else state
    entries = [(v, codes) for v in system.variables for codes in v.codes()]
    changed = [entry for entry, one, other in zip(entries, first, state, strict=True) if one != other]
    chosen = dice.sample(changed, min(len(changed), 2)) + dice.sample(
        entries, min(len(entries), dice.randint(0, most_entries - 2))
    )
    parts = []
    for variable, codes in chosen:
        value = state[interpreter.position(variable, codes)]
        entry = read(variable, tuple(map(number, codes)))
        parts.append(build.eq(entry, build.truth(bool(value)) if entry.boolean else number(value)))
    return build.conjunction(parts)


def commands_of_actions(dice: Random, terms: Terms, actions: Sequence[str]) -> list[Command]:
    places = [dice.randrange(len(actions)) for _ in range(dice.randint(1, 4))]
    return [Command(Actor(actions[place]), place, terms.guard(), terms.writes()) for place in places]


def commands_of_workers(dice: Random, terms: Terms, first_step: int) -> list[Command]:
    """A process with two instances, each of which goes from place to place."""
    found = []
    for instance in (1, 2):
        for code in range(3):
            stands = build.eq(read(CONTROL, (number(instance),)), number(code))
            for _ in range(dice.choice((0, 1, 1, 2))):
                on = Write(CONTROL, (number(instance),), number(dice.randrange(4)))
                guard = (stands, *terms.guard())
                found.append(Command(Actor("worker", (instance,)), first_step + code, guard, (*terms.writes(), on)))
    return found


def system_of(dice: Random, variables: tuple[Variable, ...]) -> TransitionSystem:
    """Commands of some actions and, now and then, of a process with places; perhaps faults; perhaps an end."""
    working = dice.random() < 0.5
    variables = (*variables, CONTROL) if working else variables
    terms = Terms(dice, variables)
    actions = ("first", "second", "third")[: dice.randint(1, 3)]
    steps = [Step(name, name, NOWHERE) for name in actions]
    processes = [ProcessInfo(name, (), None) for name in actions]
    commands = commands_of_actions(dice, terms, actions)
    if working:
        steps += [Step("worker", f"place {code}", NOWHERE, code) for code in range(3)]
        processes.append(ProcessInfo("worker", (PLACE,), CONTROL))
        commands += commands_of_workers(dice, terms, len(actions))
    at_rest = build.FALSE if dice.random() < 0.5 else terms.truth()
    initial = starts(dice, variables)
    parts = (variables, initial, tuple(steps), tuple(commands), (), tuple(processes), at_rest, {"Place": 2})
    system = TransitionSystem("random", *parts)
    if dice.random() < 0.5:
        still = build.negation(reached(dice, system))
        system = replace(system, commands=tuple(replace(c, guard=(*c.guard, still)) for c in commands))
    faults = []
    for kind in dice.choice(((), (), (FaultKind.ASSERTION,), (FaultKind.ASSERTION,) * 2, FAULTS)):
        place = dice.randrange(len(actions))
        faults.append(Fault(Actor(actions[place]), place, (reached(dice, system, 6),), kind, kind.value, None))
    return replace(system, faults=tuple(faults))


def claims_about(dice: Random, system: TransitionSystem) -> tuple[Property, ...]:
    """Two to eight claims of all kinds, which now and then are undefined somewhere."""
    found = []
    names = [process.name for process in system.processes]
    for position in range(dice.randint(2, 8)):
        kind = dice.choice(list(ClaimKind))
        claim = Property(f"claim {position}", kind, TRUE, TRUE)
        terms = Terms(dice, system.variables, steps=kind is ClaimKind.EACH_STEP)
        if kind not in (ClaimKind.DEADLOCK, ClaimKind.ASSERTION):
            predicate = terms.truth() if dice.random() < 0.4 else reached(dice, system, 6)
            if kind in (ClaimKind.ALWAYS, ClaimKind.EACH_STEP) and dice.random() < 0.8:
                predicate = build.negation(predicate)
            claim = replace(claim, predicate=predicate)
            if dice.random() < 0.05:
                claim = replace(claim, undefined=(Undefined(reached(dice, system, 6), "asks for nothing", None),))
        if kind is ClaimKind.RECOVERABLE:
            by = None if dice.random() < 0.5 else frozenset(dice.sample(names, dice.randint(1, len(names))))
            claim = replace(claim, premise=dice.choice((TRUE, terms.truth(), reached(dice, system))), by=by)
        found.append(claim)
    return tuple(found)


def small(seed: int) -> tuple[TransitionSystem, tuple[Property, ...]]:
    """Two to five small variables and tables, in one word."""
    dice = Random(seed)
    shapes = [(dice.choice(((), (), (PLACE,), (BOOL,))), dice.choice(SMALL)) for _ in range(dice.randint(2, 5))]
    system = system_of(dice, tuple(Variable(f"v{place}", *shape) for place, shape in enumerate(shapes)))
    return system, claims_about(dice, system)


def wide(seed: int) -> tuple[TransitionSystem, tuple[Property, ...]]:
    """Eight to twenty variables and tables in several words."""
    dice = Random(seed)
    keys: tuple[tuple[Domain, ...], ...] = ((), (), (), (), (PLACE,), (MANY,))
    domains = (*WIDE, WIDEST, *SMALL)
    shapes = [(dice.choice(keys), dice.choice(domains)) for _ in range(dice.randint(8, 20))]
    system = system_of(dice, tuple(Variable(f"v{place}", *shape) for place, shape in enumerate(shapes)))
    return system, claims_about(dice, system)
