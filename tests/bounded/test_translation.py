"""Every operator on all small values: Z3 and the Python text of the explicit engine say what a plain reading says."""

from collections.abc import Callable, Iterator
from itertools import product

import pytest
import z3

from raceproof.checker.bounded.integers import Number
from raceproof.checker.bounded.slots import Slots
from raceproof.checker.bounded.translate import TABLE, Translator
from raceproof.checker.explicit.layout import Layout
from raceproof.checker.explicit.portable.emit import Emitter
from raceproof.checker.system.build import FALSE, TRUE, number, parameter
from raceproof.checker.system.domain import BOOL, Domain, Kind
from raceproof.checker.system.terms import Op, Parameter, Term, Variable, subterms, term
from raceproof.checker.system.transition import TransitionSystem
from raceproof.checker.verdict import State

Evaluate = Callable[..., int]

PLACE = Domain("Place", Kind.ID, 0, 3)
X = Variable("x", (), Domain("around zero", Kind.INT, -4, 3))
Y = Variable("y", (), Domain("mostly positive", Kind.INT, -1, 5))
FAR = Variable("far", (), Domain("far from zero", Kind.INT, 100, 104))
BELOW = Variable("below", (), Domain("below zero", Kind.INT, -9, -6))
ONLY = Variable("only", (), Domain("one value", Kind.INT, -2, -2))
B = Variable("b", (), BOOL)
C = Variable("c", (), BOOL)
HERE = Variable("here", (), PLACE)
TABLE_OF_NUMBERS = Variable("numbers", (PLACE,), Domain("small", Kind.INT, -1, 1))
TABLE_OF_TRUTHS = Variable("truths", (BOOL, Domain("offset", Kind.INT, -1, 0)), BOOL)
VARIABLES = (X, Y, FAR, BELOW, ONLY, B, C, HERE, TABLE_OF_NUMBERS, TABLE_OF_TRUTHS)
SYSTEM = TransitionSystem(
    "small values",
    VARIABLES,
    {variable: (None,) * variable.size for variable in VARIABLES},
    (), (), (), (), TRUE, {},
)  # fmt: skip
DIVISORS = (-7, -4, -3, -2, -1, 1, 2, 3, 4, 7, 50)


def of(variable: Variable, *index: Term, after: bool = False) -> Term:
    return term(Op.READ_AFTER if after else Op.READ, index, variable, variable.domain.kind is Kind.BOOL)


def numeric(op: Op, *args: Term) -> Term:
    return term(op, args, None, False)


def logical(op: Op, *args: Term) -> Term:
    return term(op, args, None, True)


def cases() -> Iterator[Term]:
    """Terms as they stand, without the simplifications of `build`."""
    x, y, b, c = of(X), of(Y), of(B), of(C)
    numbers = (x, y, of(FAR), of(BELOW), of(ONLY), number(-5), number(0), number(2), b)
    yield from (TRUE, FALSE, number(-5), number(0), number(9))
    yield from (of(variable) for variable in VARIABLES if not variable.keys)
    yield from (of(variable, after=True) for variable in VARIABLES if not variable.keys)
    for left, right in product((x, of(BELOW), b), numbers):
        yield from (numeric(op, left, right) for op in (Op.ADD, Op.SUB, Op.MUL))
        yield from (logical(op, left, right) for op in (Op.LT, Op.LE, Op.EQ))
        yield logical(Op.EQ, of(X, after=True), right)
    for dividend, divisor in product((x, of(FAR), of(BELOW), number(-5), number(5)), DIVISORS):
        yield from (numeric(op, dividend, number(divisor)) for op in (Op.DIV, Op.MOD))
    yield numeric(Op.MOD, numeric(Op.SUB, numeric(Op.MUL, x, y), of(FAR)), number(-3))
    yield numeric(Op.DIV, numeric(Op.MUL, numeric(Op.SUB, x, y), numeric(Op.SUB, y, x)), number(2))
    yield from (logical(Op.EQ, b, c), logical(Op.EQ, b, TRUE), logical(Op.NOT, b), logical(Op.NOT, logical(Op.NOT, c)))
    yield from (logical(op, *args) for op in (Op.AND, Op.OR) for args in ((b, c), (b, c, logical(Op.LT, x, y))))
    yield numeric(Op.ITE, b, x, of(FAR))
    yield numeric(Op.ITE, logical(Op.LE, x, y), of(BELOW), numeric(Op.SUB, number(0), x))
    yield logical(Op.ITE, b, c, logical(Op.EQ, x, number(3)))
    for after in (False, True):
        yield from (of(TABLE_OF_NUMBERS, key, after=after) for key in (number(1), number(3), of(HERE)))
        yield of(TABLE_OF_NUMBERS, numeric(Op.ADD, of(TABLE_OF_NUMBERS, number(2)), number(2)), after=after)
        yield of(TABLE_OF_TRUTHS, b, numeric(Op.SUB, number(-1), of(X, after=after)), after=after)
        yield of(TABLE_OF_TRUTHS, TRUE, of(X), after=after)


CASES = tuple(dict.fromkeys(cases()))


def states(reads: tuple[Term, ...], op: Op) -> Iterator[State]:
    """Every state as far as the terms read it with `op`; elsewhere the variables hold their default."""
    read = {node.variable for node in subterms(reads) if node.op is op}
    options = [
        range(variable.domain.low, variable.domain.greatest + 1) if variable in read else (variable.domain.default,)
        for variable in VARIABLES
        for _ in range(variable.size)
    ]
    return product(*options)


def asked(node: Term, evaluate: Evaluate) -> Iterator[tuple[State, State, int]]:
    """(before, after, value) for every pair of states in which the term has a value."""
    for before, after in product(states((node,), Op.READ), states((node,), Op.READ_AFTER)):
        try:
            yield before, after, int(evaluate(SYSTEM, node, before, after))
        except IndexError:
            continue


def rows_of(node: Term, evaluate: Evaluate) -> list[tuple[State, State, int]]:
    rows = list(asked(node, evaluate))
    assert rows, "no state gives the term a value"
    return rows


def value_of(translated: Number | z3.BoolRef, given: list[tuple[z3.ExprRef, z3.ExprRef]]) -> int:
    """The value of an expression in Z3, with values for all its symbols; a sign where the interval has one."""
    if not isinstance(translated, Number):
        return int(z3.is_true(z3.simplify(z3.substitute(translated, *given))))
    bits = z3.simplify(z3.substitute(translated.bits, *given))
    value = int(bits.as_signed_long() if translated.signed else bits.as_long())
    assert translated.low <= value <= translated.high
    return value


@pytest.mark.parametrize("node", CASES, ids=repr)
def test_z3_gives_every_term_its_value(node: Term, evaluate: Evaluate) -> None:
    slots = Slots(SYSTEM, z3.Context())
    symbols = slots.symbols("before"), slots.symbols("after")
    translated = Translator(slots, *symbols).value(node)

    def given(*states: State) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
        found: list[tuple[z3.ExprRef, z3.ExprRef]] = []
        for names, state in zip(symbols, states, strict=True):
            for symbol, code, domain in zip(names, state, slots.domains, strict=True):
                if isinstance(symbol, z3.BoolRef):
                    found.append((symbol, z3.BoolVal(bool(code), slots.context)))
                elif symbol is not None:
                    found.append((symbol, z3.BitVecVal(code - domain.low, domain.bits, slots.context)))
        return found

    rows = rows_of(node, evaluate)

    assert [value for _, _, value in rows] == [value_of(translated, given(*pair)) for *pair, _ in rows]


@pytest.mark.parametrize("node", CASES, ids=repr)
def test_python_text_gives_every_term_its_value(node: Term, evaluate: Evaluate) -> None:
    layout = Layout(SYSTEM)
    text = compile(Emitter(layout).text(node), "<term>", "eval")
    rows = rows_of(node, evaluate)

    assert [value for _, _, value in rows] == [
        int(eval(text, {"s": layout.pack(before), "t": layout.pack(after)})) for before, after, _ in rows
    ]


def test_every_operator_is_tried() -> None:
    of_proofs_only = {Op.FORALL}

    assert set(Op) - {Op.PARAMETER} - of_proofs_only == {part.op for node in CASES for part in subterms((node,))}
    assert set(Op) - of_proofs_only == set(TABLE)


def test_an_open_parameter_has_no_value_in_a_bounded_search() -> None:
    slots = Slots(SYSTEM, z3.Context())
    node = parameter(Parameter("amount", X.domain))

    with pytest.raises(ValueError, match="the parameter amount has no value in a bounded search"):
        Translator(slots, slots.symbols(""), slots.symbols("'")).value(node)
