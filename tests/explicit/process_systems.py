"""Small systems of processes, written down by hand or at random: who moves from which place to which, and on what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from raceproof.checker.errors import Location
from raceproof.checker.system import build
from raceproof.checker.system.build import number, read
from raceproof.checker.system.domain import Domain, Kind
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
    Write,
)

NOWHERE = Location("nowhere.py", 1)
SMALL = Domain("small", Kind.INT, 0, 2)


def shared(name: str) -> Variable:
    """A variable from 0 to 2 that starts at 0."""
    return Variable(name, (), SMALL)


def at_least(variable: Variable, least: int) -> Term:
    return build.le(number(least), read(variable))


def becomes(variable: Variable, value: int | Term) -> Write:
    return Write(variable, (), number(value) if isinstance(value, int) else value)


@dataclass(frozen=True)
class Move:
    """One step of a process from a place to a place; one that goes wrong, where it has a kind of fault."""

    source: int
    target: int
    guard: tuple[Term, ...] = ()
    writes: tuple[Write, ...] = ()
    fault: FaultKind | None = None


def control(process: int, places: int) -> Variable:
    """Where a process is: at one of its places, from 0 on."""
    return Variable(f"p{process}.at", (), Domain(f"place of p{process}", Kind.INT, 0, places - 1))


def processes(*moves: Sequence[Move], at_rest: Term = build.TRUE, known: Sequence[Variable] = ()) -> TransitionSystem:
    """A system of processes p0, p1 and so on, which all begin at place 0. `known` are variables besides those that are
    written."""
    controls = [control(n, 1 + max((max(m.source, m.target) for m in own), default=0)) for n, own in enumerate(moves)]
    steps: list[Step] = []
    commands: list[Command] = []
    faults: list[Fault] = []
    for process, own in enumerate(moves):
        first, at = len(steps), controls[process]
        steps += [Step(f"p{process}", f"place {code}", NOWHERE, code) for code in at.domain.members]
        for move in own:
            actor, guard = Actor(f"p{process}"), (build.eq(read(at), number(move.source)), *move.guard)
            moved = [becomes(at, move.target)] if move.source != move.target else []
            if move.fault:
                faults.append(Fault(actor, first + move.source, guard, move.fault, move.fault.value, None))
            else:
                commands.append(Command(actor, first + move.source, guard, (*moved, *move.writes)))
    written = {write.variable for own in moves for move in own for write in move.writes}
    variables = (*controls, *sorted({*written, *known} - set(controls), key=lambda variable: variable.name))
    return TransitionSystem(
        "processes",
        variables,
        {variable: (variable.domain.low,) for variable in variables},
        tuple(steps),
        tuple(commands),
        tuple(faults),
        tuple(ProcessInfo(f"p{process}", (), at) for process, at in enumerate(controls)),
        at_rest,
        {},
    )


def always(predicate: Term, name: str = "claim") -> Property:
    return Property(name, ClaimKind.ALWAYS, predicate, build.TRUE)


NO_DEADLOCK = Property("no_deadlock", ClaimKind.DEADLOCK, build.TRUE, build.TRUE)
ASSERTIONS = Property("assertions", ClaimKind.ASSERTION, build.TRUE, build.TRUE)

PLACES = 4


@st.composite
def random_questions(draw: st.DrawFn) -> tuple[TransitionSystem, tuple[Property, ...]]:
    """Two or three processes of four places, which share little and now and then look at each other, and claims about
    them of the preserved kinds."""
    count = draw(st.sampled_from((2, 3, 3)))
    common = [shared("a"), shared("b")]
    locals = [shared(f"x{process}") for process in range(count)]
    controls = [control(process, PLACES) for process in range(count)]

    def condition(variables: Sequence[Variable]) -> Term:
        variable = draw(st.sampled_from(variables))
        return build.eq(read(variable), number(draw(st.sampled_from(variable.domain.members))))

    def write(own: int) -> Write:
        match draw(st.sampled_from(("set", "copy", "own", "own"))):
            case "set":
                return becomes(draw(st.sampled_from(common)), draw(st.integers(1, 2)))
            case "copy":
                return becomes(locals[own], read(draw(st.sampled_from(common))))
            case _:
                values: tuple[int | Term, ...] = (1, 2, build.mod(build.add(read(locals[own]), number(1)), number(3)))
                return becomes(locals[own], draw(st.sampled_from(values)))

    def process(own: int) -> list[Move]:
        seen = [locals[own], *common, *(controls[other] for other in range(count) if other != own)]
        moves = [
            Move(
                place,
                place + 1,
                tuple(condition(seen) for _ in range(draw(st.sampled_from((0, 0, 0, 1))))),
                tuple(write(own) for _ in range(draw(st.sampled_from((0, 1, 1))))),
            )
            for place in range(PLACES - 1)
        ]
        for _ in range(draw(st.sampled_from((0, 1)))):
            source, target = draw(st.integers(0, PLACES - 1)), draw(st.integers(0, PLACES - 1))
            moves.append(Move(source, target, (condition(seen),)[: draw(st.integers(0, 1))], (write(own),)))
        for kind in draw(st.sampled_from(((), (), (), (FaultKind.ASSERTION,), (FaultKind.DOMAIN,)))):
            guard = (condition(seen), condition([locals[own]]))
            moves.append(Move(draw(st.integers(0, PLACES - 1)), 0, guard, (), kind))
        return moves

    entries = [*common, *controls, *locals]
    system = processes(*map(process, range(count)), at_rest=condition(common), known=entries)
    never = build.conjunction(condition(entries) for _ in range(draw(st.integers(1, 3))))
    claims = (always(build.negation(never)), NO_DEADLOCK, ASSERTIONS)
    return system, draw(st.sampled_from((claims, claims[:1], claims[:1], claims[1:2], claims[2:])))
