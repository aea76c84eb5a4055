"""Scripts: both solvers compute what Python computes."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from raceproof.checker.symbolic.smtlib import Script, typing
from raceproof.checker.symbolic.solvers import Answer, ask_cvc5, ask_z3
from raceproof.checker.system.build import (
    add,
    conjunction,
    disjunction,
    div,
    eq,
    ite,
    le,
    lt,
    mod,
    mul,
    negation,
    number,
    read,
    sub,
)
from raceproof.checker.system.domain import BOOL, Domain, Kind
from raceproof.checker.system.terms import Op, Term, Variable, subterms

NUMBERS = [Variable(name, (), Domain("-9..9", Kind.INT, -9, 9)) for name in ("x", "y")]
TRUTHS = [Variable(name, (), BOOL) for name in ("p", "q")]
TABLE = Variable("t", (Domain("0..3", Kind.INT, 0, 3),), Domain("-9..9", Kind.INT, -9, 9))


def random_number(dice: random.Random, depth: int) -> Term:
    if depth == 0:
        return dice.choice([number(dice.randint(-4, 4)), *map(read, NUMBERS)])
    one, two = random_number(dice, depth - 1), random_number(dice, depth - 1)
    divisor = number(dice.choice([-3, -2, -1, 1, 2, 3]))
    makers: list[Callable[[], Term]] = [
        lambda: add(one, two),
        lambda: sub(one, two),
        lambda: mul(one, number(dice.randint(-3, 3))),
        lambda: div(one, divisor),
        lambda: mod(one, divisor),
        lambda: ite(random_truth(dice, depth - 1), one, two),
        lambda: read(TABLE, (mod(one, number(4)),)),
    ]
    return dice.choice(makers)()


def random_truth(dice: random.Random, depth: int) -> Term:
    if depth == 0:
        return dice.choice([*map(read, TRUTHS), lt(random_number(dice, 0), random_number(dice, 0))])
    one, two = random_truth(dice, depth - 1), random_truth(dice, depth - 1)
    makers: list[Callable[[], Term]] = [
        lambda: conjunction((one, two)),
        lambda: disjunction((one, two)),
        lambda: negation(one),
        lambda: eq(one, two),
        lambda: le(random_number(dice, depth - 1), random_number(dice, depth - 1)),
        lambda: eq(random_number(dice, depth - 1), random_number(dice, depth - 1)),
    ]
    return dice.choice(makers)()


def evaluated(root: Term, state: dict[Variable, list[int]]) -> int:
    """The term's value, as Python computes it."""
    values: dict[Term, int] = {}
    for node in subterms((root,)):
        args = [values[arg] for arg in node.args]
        match node.op:
            case Op.CONST:
                values[node] = node.value
            case Op.READ:
                values[node] = state[node.variable][args[0] if args else 0]
            case Op.ITE:
                values[node] = args[1] if args[0] else args[2]
            case Op.AND:
                values[node] = int(all(args))
            case Op.OR:
                values[node] = int(any(args))
            case Op.NOT:
                values[node] = int(not args[0])
            case _:
                values[node] = int(eval(f"a {node.op.value} b", {"a": args[0], "b": args[1]}))
    return values[root]


def script_of(*conditions: Term) -> str:
    script = Script()
    for condition in (*conditions, *typing(conditions, frozenset())):
        script.require(condition)
    return str(script)


@pytest.mark.parametrize("seed", range(40))
def test_both_solvers_compute_what_python_computes(seed: int) -> None:
    dice = random.Random(seed)
    node = random_number(dice, 3)
    state = {v: [dice.randint(-9, 9)] for v in NUMBERS} | {v: [dice.randint(0, 1)] for v in TRUTHS}
    state[TABLE] = [dice.randint(-9, 9) for _ in range(4)]
    given = [eq(read(v), number(state[v][0])) for v in NUMBERS]
    given += [eq(read(v), negation(negation(read(v)))) if state[v][0] else negation(read(v)) for v in TRUTHS]
    given += [read(v) for v in TRUTHS if state[v][0]]
    given += [eq(read(TABLE, (number(code),)), number(value)) for code, value in enumerate(state[TABLE])]
    same = eq(node, number(evaluated(node, state)))

    for ask in (ask_z3, ask_cvc5):
        assert Answer.SATISFIABLE is ask(script_of(*given, same), 10_000)
        assert Answer.UNSATISFIABLE is ask(script_of(*given, negation(same)), 10_000)


def test_what_is_read_lies_in_its_domain() -> None:
    for ask in (ask_z3, ask_cvc5):
        assert Answer.UNSATISFIABLE is ask(script_of(lt(number(9), read(NUMBERS[0]))), 10_000)
        assert Answer.SATISFIABLE is ask(script_of(lt(number(8), read(NUMBERS[0]))), 10_000)
