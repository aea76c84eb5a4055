"""The compiled search on systems whose answer is known: long chains, many states, many successors, next to nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from raceproof.checker.explicit import explore
from raceproof.checker.explicit.layout import MARK, Layout
from raceproof.checker.explicit.native.assembly import WORD_MASK
from raceproof.checker.explicit.native.table import OTHERS
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options
from raceproof.checker.system.build import (
    FALSE,
    TRUE,
    add,
    conjunction,
    disjunction,
    eq,
    ite,
    le,
    lt,
    mod,
    negation,
    number,
    read,
)
from raceproof.checker.system.domain import BOOL, Domain, Kind
from raceproof.checker.system.terms import Term, Variable
from raceproof.checker.system.transition import ClaimKind, FaultKind, Property, TransitionSystem
from raceproof.checker.verdict import HoldsInScope, Path, Statistics, Violated

System = Callable[..., TransitionSystem]
Said = Callable[..., Any]

PLAIN = Options(symmetry=False, partial_order=False)
WHOLE = Property("all", ClaimKind.ALWAYS, TRUE, TRUE)
STUCK = Property("stuck", ClaimKind.DEADLOCK, TRUE, TRUE)
FIRM = Property("asserted", ClaimKind.ASSERTION, TRUE, TRUE)
NOBODY = Domain("Nobody", Kind.ID, 0, 0)


def numbered(name: str, most: int) -> Variable:
    return Variable(name, (), Domain(f"to {most}", Kind.INT, 0, most))


def always(predicate: Term) -> Property:
    return Property("always", ClaimKind.ALWAYS, predicate, TRUE)


def each_step(predicate: Term) -> Property:
    return Property("each step", ClaimKind.EACH_STEP, predicate, TRUE)


def recoverable(predicate: Term, premise: Term = TRUE, by: frozenset[str] | None = None) -> Property:
    return Property("recoverable", ClaimKind.RECOVERABLE, predicate, premise, by)


def statistics(system: TransitionSystem, *claims: Property) -> Statistics:
    return explore(system, claims or (WHOLE,), None, PLAIN, "native")[0].statistics


def counts(found: Statistics) -> tuple[int, int, int]:
    return found.states, found.transitions, found.depth


def paths(system: TransitionSystem, *claims: Property) -> list[Path | None]:
    found = []
    for verdict in explore(system, claims, None, PLAIN, "native"):
        assert isinstance(verdict, HoldsInScope | Violated)
        found.append(verdict.path if isinstance(verdict, Violated) else verdict.witness)
    return found


def lengths(system: TransitionSystem, *claims: Property) -> list[int | None]:
    return [path.length if path else None for path in paths(system, *claims)]


@pytest.fixture(scope="module")
def chain(system: System) -> Callable[[int], TransitionSystem]:
    """States 0 to `last`, one after the other; from the last one nothing leads on. Beside it a flag may be raised until
    the second state, after which it stays as it is."""

    def of(last: int) -> TransitionSystem:
        x, flag = numbered("x", last), Variable("flag", (), BOOL)
        on = (lt(read(x), number(last)),)
        moves = [("on", on, {x: add(read(x), number(1))}), ("raise", (lt(read(x), number(2)),), {flag: TRUE})]
        wrong = [("on", (eq(read(x), number(last - 1)), read(flag)), FaultKind.ASSERTION)]
        return system({x: (0,), flag: (0,)}, moves, wrong)

    return of


@pytest.mark.parametrize("last", [2, 253, 254, 255, 256, 257, 300, 511, 512, 1000])
def test_depths_beyond_a_byte_are_told_apart(last: int, chain: Callable[[int], TransitionSystem]) -> None:
    system = chain(last)
    x, flag = (read(variable) for variable in system.variables)
    lost = recoverable(eq(x, number(0)), conjunction((flag, eq(x, number(last)))))
    claims = (always(lt(x, number(last))), each_step(negation(eq(x, number(last - 1)))), lost, STUCK, FIRM)
    found = statistics(system, *claims)

    assert (2 * last + 2, 2 * last + 4, last + 1) == counts(found)
    assert [last, last, last + 1, last, last + 1] == lengths(system, *claims)


def test_depths_beyond_two_bytes_are_told_apart(chain: Callable[[int], TransitionSystem]) -> None:
    system = chain(66_000)
    x, flag = (read(variable) for variable in system.variables)

    assert 66_001 == statistics(system).depth
    assert 2 * 66_000 + 2 == statistics(system).states
    assert [300] == lengths(system, always(disjunction((lt(x, number(299)), negation(flag)))))


def test_both_searches_say_the_same_of_a_long_chain(chain: Callable[[int], TransitionSystem], said: Said) -> None:
    system = chain(600)
    x, flag = (read(variable) for variable in system.variables)
    claims = (
        recoverable(le(number(600), x), by=frozenset({"on"})),
        recoverable(flag),
        recoverable(flag, by=frozenset({"raise"})),
        recoverable(eq(x, number(299)), le(number(280), x)),
        always(lt(x, number(555))),
        STUCK,
    )

    assert said("portable", system, claims) == said("native", system, claims)


@pytest.fixture(scope="module")
def counters(system: System) -> TransitionSystem:
    """Six counters to nine, each of which moves on when it likes: a million states."""
    digits = [numbered(f"digit {place}", 9) for place in range(6)]
    moves = [(f"step {place}", (), {d: mod(add(read(d), number(1)), number(10))}) for place, d in enumerate(digits)]
    return system(dict.fromkeys(digits, (0,)), moves)


def test_a_million_states_are_counted_exactly(counters: TransitionSystem) -> None:
    found = statistics(counters)

    assert (1_000_000, 6_000_000, 54) == counts(found)
    assert frozenset(range(6)) == found.fired


def test_depths_move_with_states_into_larger_tables(counters: TransitionSystem, system: System) -> None:
    nines = conjunction(eq(read(digit), number(9)) for digit in counters.variables)
    x, y = numbered("x", 299), numbered("y", 299)
    square = system(
        {x: (0,), y: (0,)}, [(v.name, (lt(read(v), number(299)),), {v: add(read(v), number(1))}) for v in (x, y)]
    )
    corner = conjunction((eq(read(x), number(299)), eq(read(y), number(299))))

    assert [54] == lengths(counters, always(negation(nines)))
    assert [598] == lengths(square, always(negation(corner)))
    assert (90_000, 179_400, 598) == counts(statistics(square))


def test_states_with_the_same_hash_are_told_apart(system: System) -> None:
    """Of a state of several words the first one is mixed with the others: here so that two states get the same one."""
    low, high, other = (
        Variable(f"{bits} bits", (), Domain("bits", Kind.INT, 0, (1 << bits) - 1)) for bits in (32, 31, 40)
    )

    def mixed(word: int) -> int:
        spread = word * OTHERS & WORD_MASK
        return (spread ^ spread >> 31) & ~MARK

    first = mixed(1) ^ mixed(2)
    writes = {low: number(first & 0xFFFFFFFF), high: number(first >> 32), other: number(2)}
    pair = system({low: (0,), high: (0,), other: (1,)}, [("on", (eq(read(other), number(1)),), writes)])

    assert {low: (0,), high: (32,), other: (64,)} == Layout(pair).positions
    assert (2, 1, 1) == counts(statistics(pair))


def test_tables_grow_alike_for_states_of_several_words(system: System, said: Said) -> None:
    digits = [numbered(f"digit {place}", 5) for place in range(5)]
    copies = [Variable(f"copy {place}", (), Domain("wide", Kind.INT, 0, 1 << 30)) for place in range(5)]
    moves: list[Any] = []
    for place, (digit, copy) in enumerate(zip(digits, copies, strict=True)):
        on = mod(add(read(digit), number(1)), number(6))
        moves.append((f"step {place}", (), {digit: on, copy: ite(eq(on, number(5)), number(1 << 29), number(place))}))
    many = system(dict.fromkeys((*digits, *copies), (0,)), moves)
    claims = (WHOLE, recoverable(eq(read(digits[0]), number(3)), by=frozenset({"step 0"})))
    found = said("native", many, claims)

    assert found == said("portable", many, claims)
    assert 10_000 < found[0][0]


@pytest.mark.parametrize("fan", [63, 64, 65, 700])
def test_a_state_may_have_more_successors_than_a_batch(fan: int, system: System, said: Said) -> None:
    x = numbered("x", fan)
    moves = [(f"to {value}", (eq(read(x), number(0)),), {x: number(value)}) for value in range(1, fan + 1)]
    wide = system({x: (0,)}, moves)
    claims = (always(lt(read(x), number(fan))), STUCK, recoverable(eq(read(x), number(fan))))
    found = said("native", wide, claims)

    assert (fan + 1, fan, 1, frozenset(range(fan))) == found[0]
    assert found == said("portable", wide, claims)


def test_levels_may_be_larger_than_a_chunk(system: System, said: Said) -> None:
    x, y = numbered("x", 199), numbered("y", 199)
    moves = [(f"x to {value}", (eq(read(x), number(0)),), {x: number(value)}) for value in range(1, 200)]
    moves += [(f"y to {value}", (eq(read(y), number(0)),), {y: number(value)}) for value in range(1, 200)]
    broad = system({x: (0,), y: (0,)}, moves)
    claims = (always(negation(conjunction((eq(read(x), number(150)), eq(read(y), number(199)))))), STUCK, WHOLE)

    assert said("portable", broad, claims) == said("native", broad, claims)


def test_a_system_without_commands_has_its_initial_states(system: System, said: Said) -> None:
    x, y = numbered("x", 9), numbered("y", 40)
    still = system({x: (None,), y: (None,)})
    claims = (always(lt(add(read(x), read(y)), number(49))), STUCK, recoverable(eq(read(x), number(5))))
    found = said("native", still, claims)

    assert (410, 0, 0, frozenset()) == found[0]
    assert found == said("portable", still, claims)


def test_a_system_without_variables_has_one_state(system: System, said: Said) -> None:
    turn: list[Any] = [("turn", (), {})]
    for moves, transitions in ((turn[:0], 0), (turn, 1)):
        empty = system({}, moves)
        claims = (always(FALSE), WHOLE, STUCK, recoverable(FALSE), each_step(FALSE))
        found = said("native", empty, claims)

        assert (1, transitions, 0) == found[0][:3]
        assert found == said("portable", empty, claims)


def test_a_system_may_have_no_initial_state(system: System, said: Said) -> None:
    nobody = Variable("nobody", (), NOBODY)
    impossible = system({nobody: (None,), numbered("x", 3): (0,)})
    claims = (WHOLE, STUCK, recoverable(FALSE), Property("reachable", ClaimKind.REACHABLE, TRUE, TRUE))

    assert said("portable", impossible, claims) == said("native", impossible, claims)


def test_a_table_may_have_no_entries(system: System, said: Said) -> None:
    nothing, x = Variable("nothing", (NOBODY,), BOOL), numbered("x", 3)
    odd = system({nothing: (), x: (0,)}, [("on", (lt(read(x), number(3)),), {x: add(read(x), number(1))})])

    assert said("portable", odd, (WHOLE, STUCK)) == said("native", odd, (WHOLE, STUCK))


def test_a_search_without_claims_says_nothing(counters: TransitionSystem) -> None:
    assert () == explore(counters, (), Limits(max_states=100), PLAIN, "native")


@pytest.mark.parametrize("failing", range(8))
def test_a_stuck_state_is_found_wherever_a_faulty_one_was(failing: int, system: System) -> None:
    """States of different levels come to stand at the same addresses."""
    x = numbered("x", 8)
    moves = [("on", (lt(read(x), number(8)),), {x: add(read(x), number(1))})]
    wrong = [("on", (eq(read(x), number(failing)),), FaultKind.ASSERTION)]
    stuck = system({x: (0,)}, moves, wrong)

    assert [8] == lengths(stuck, STUCK)


def test_a_state_with_a_faulty_step_is_not_stuck(system: System) -> None:
    x = numbered("x", 8)
    moves = [("on", (lt(read(x), number(8)),), {x: add(read(x), number(1))})]
    failing = system({x: (0,)}, moves, [("on", (eq(read(x), number(8)),), FaultKind.ASSERTION)])

    assert [None, 9] == lengths(failing, STUCK, FIRM)


def test_one_predicate_may_be_asked_of_states_and_of_steps(system: System, said: Said) -> None:
    x = numbered("x", 5)
    moves = [("on", (lt(read(x), number(5)),), {x: add(read(x), number(1))}), ("back", (), {x: number(0)})]
    turning = system({x: (0,)}, moves, at_rest=lt(read(x), number(3)))
    predicate = lt(read(x), number(3))
    claims = (each_step(predicate), always(predicate), recoverable(predicate))

    for asked in (claims, claims[::-1], (claims[0], claims[2])):
        assert said("portable", turning, asked) == said("native", turning, asked)


@pytest.mark.parametrize("workers", [2, 3])
def test_several_workers_say_the_same(
    workers: int, chain: Callable[[int], TransitionSystem], counters: TransitionSystem, said: Said
) -> None:
    options = Options(workers=workers, symmetry=False, partial_order=False)
    digits = [read(variable) for variable in counters.variables]
    nines = always(negation(conjunction(eq(digit, number(9)) for digit in digits[:2])))
    line = chain(300)
    x, flag = (read(variable) for variable in line.variables)
    claims = (always(lt(x, number(300))), recoverable(flag), STUCK, FIRM)

    assert said("native", line, claims) == said("native", line, claims, options=options)
    assert said("native", counters, (nines, STUCK)) == said("native", counters, (nines, STUCK), options=options)
