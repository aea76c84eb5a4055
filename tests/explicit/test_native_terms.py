"""Every operator and every kind of write on all small values: machine code says what the interpreter says."""

from collections.abc import Iterator, Sequence
from ctypes import c_uint64
from functools import cache
from itertools import product

import numpy as np
import pytest

from raceproof.checker.explicit.layout import MARK, WORD, Layout
from raceproof.checker.explicit.native.assembly import WORD_MASK
from raceproof.checker.explicit.native.control import address
from raceproof.checker.explicit.native.machine import Machine
from raceproof.checker.explicit.native.module import Module
from raceproof.checker.explicit.native.terms import TermWriter
from raceproof.checker.explicit.questions import Questions
from raceproof.checker.system.build import FALSE, TRUE, number, parameter
from raceproof.checker.system.domain import BOOL, Domain, Kind
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.terms import Op, Parameter, Term, Variable, subterms, term
from raceproof.checker.system.transition import Actor, Command, ProcessInfo, TransitionSystem, Write
from raceproof.checker.verdict import State

PLACE = Domain("Place", Kind.ID, 0, 3)
MANY = Domain("Many", Kind.ORDINAL, 0, 40)
OFFSET = Domain("offset", Kind.INT, -1, 0)
X = Variable("x", (), Domain("around zero", Kind.INT, -4, 3))
Y = Variable("y", (), Domain("mostly positive", Kind.INT, -1, 5))
FAR = Variable("far", (), Domain("far from zero", Kind.INT, 100, 104))
BELOW = Variable("below", (), Domain("below zero", Kind.INT, -9, -6))
ONLY = Variable("only", (), Domain("one value", Kind.INT, -2, -2))
NEVER = Variable("never", (), Domain("never written", Kind.INT, -3, 9))
B = Variable("b", (), BOOL)
C = Variable("c", (), BOOL)
HERE = Variable("here", (), PLACE)
THERE = Variable("there", (), MANY)
LARGE = Variable("large", (), Domain("large", Kind.INT, -(2**58), 2**58))
SMALL_TABLE = Variable("numbers", (PLACE,), Domain("small", Kind.INT, -1, 1))
TRUTHS = Variable("truths", (BOOL, OFFSET), BOOL)
SPREAD = Variable("spread", (MANY,), Domain("three", Kind.INT, 7, 9))
BITS = Variable("bits", (MANY, BOOL), BOOL)
GRID = Variable("grid", (PLACE, OFFSET), Domain("nine", Kind.INT, -4, 4))
CHANGING = (X, Y, FAR, BELOW, B, C, HERE, THERE, LARGE, SMALL_TABLE, TRUTHS, SPREAD, BITS, GRID)
VARIABLES = (ONLY, NEVER, *CHANGING)
DIVISORS = (-7, -4, -3, -2, -1, 1, 2, 3, 4, 7, 50)


def of(variable: Variable, *index: Term, after: bool = False) -> Term:
    return term(Op.READ_AFTER if after else Op.READ, index, variable, variable.domain.kind is Kind.BOOL)


def numeric(op: Op, *args: Term) -> Term:
    return term(op, args, None, False)


def logical(op: Op, *args: Term) -> Term:
    return term(op, args, None, True)


TOUCH = Command(Actor("all"), 0, (), tuple(Write(v, tuple(of(HERE) for _ in v.keys), of(v)) for v in CHANGING))
SYSTEM = TransitionSystem(
    "small values",
    VARIABLES,
    {variable: ((7,) if variable is NEVER else (None,)) * variable.size for variable in VARIABLES},
    (), (TOUCH,), (), (ProcessInfo("all", (), None),), TRUE, {},
)  # fmt: skip
LAYOUT = Layout(SYSTEM)
INTERPRETER = Interpreter(SYSTEM)


def operations() -> Iterator[Term]:
    """Terms as they stand, without the simplifications of `build`."""
    x, y, b, c = of(X), of(Y), of(B), of(C)
    numbers = (x, y, of(FAR), of(BELOW), of(ONLY), of(NEVER), number(-5), number(0), number(2), b)
    yield from (TRUE, FALSE, number(-5), number(0), number(9))
    yield from (of(variable, after=after) for variable in VARIABLES if not variable.keys for after in (False, True))
    for left, right in product((x, of(BELOW), b), numbers):
        yield from (numeric(op, left, right) for op in (Op.ADD, Op.SUB, Op.MUL))
        yield from (logical(op, left, right) for op in (Op.LT, Op.LE, Op.EQ))
        yield logical(Op.EQ, of(X, after=True), right)
    for dividend, divisor in product((x, of(FAR), of(BELOW), b, number(-5), number(5)), DIVISORS):
        yield from (numeric(op, dividend, number(divisor)) for op in (Op.DIV, Op.MOD))
    yield numeric(Op.MOD, numeric(Op.SUB, numeric(Op.MUL, x, y), of(FAR)), number(-3))
    yield numeric(Op.DIV, numeric(Op.MUL, numeric(Op.SUB, x, y), numeric(Op.SUB, y, x)), number(2))
    yield from (logical(Op.EQ, b, c), logical(Op.EQ, b, TRUE), logical(Op.NOT, b), logical(Op.NOT, logical(Op.NOT, c)))
    yield from (logical(op, *args) for op in (Op.AND, Op.OR) for args in ((b, c), (b, c, logical(Op.LT, x, y)), (c,)))
    yield numeric(Op.ITE, b, x, of(FAR))
    yield numeric(Op.ITE, b, c, of(FAR))
    yield numeric(Op.ITE, logical(Op.LE, x, y), of(BELOW), numeric(Op.SUB, number(0), x))
    yield logical(Op.ITE, b, c, logical(Op.EQ, x, number(3)))


def reads() -> Iterator[Term]:
    """Entries of tables, whose keys are known or computed, in one word and in several."""
    for after in (False, True):
        yield from (of(SMALL_TABLE, key, after=after) for key in (number(1), number(3), of(HERE), of(HERE, after=True)))
        yield of(SMALL_TABLE, numeric(Op.ADD, of(SMALL_TABLE, number(2)), number(2)), after=after)
        yield of(TRUTHS, of(B), numeric(Op.SUB, number(-1), of(X, after=after)), after=after)
        yield of(TRUTHS, TRUE, of(X), after=after)
        yield from (of(SPREAD, key, after=after) for key in (number(1), number(40), of(THERE)))
        yield of(BITS, of(THERE), logical(Op.NOT, of(B)), after=after)
        yield of(BITS, of(THERE), FALSE, after=after)
        yield of(BITS, number(17), of(C), after=after)
        yield of(GRID, of(HERE), of(X), after=after)
        yield of(GRID, number(2), numeric(Op.ITE, of(B), number(-1), number(0)), after=after)


OPERATIONS = tuple(dict.fromkeys(operations()))
READS = tuple(dict.fromkeys(reads()))


def write_sets() -> Iterator[tuple[Write, ...]]:
    """What commands write: known and computed values and keys, several to one variable, to one word, over words."""
    x, b, here, there = of(X), of(B), of(HERE), of(THERE)
    other = numeric(Op.ADD, numeric(Op.MOD, here, number(3)), number(1))
    yield ()
    yield (Write(X, (), number(-4)), Write(Y, (), numeric(Op.ADD, x, number(1))), Write(B, (), FALSE))
    yield (Write(X, (), number(1)), Write(X, (), number(3)))
    yield (Write(B, (), of(C)), Write(C, (), b), Write(FAR, (), numeric(Op.ADD, b, number(103))))
    yield (Write(LARGE, (), numeric(Op.MUL, of(LARGE), number(-1))), Write(BELOW, (), number(-6)))
    yield (Write(SMALL_TABLE, (here,), number(1)), Write(SMALL_TABLE, (other,), number(-1)))
    yield (Write(SMALL_TABLE, (number(2),), number(1)), Write(SMALL_TABLE, (here,), number(0)))
    yield (Write(SMALL_TABLE, (here,), number(0)), Write(SMALL_TABLE, (number(2),), number(1)), Write(X, (), number(0)))
    yield (Write(SPREAD, (there,), number(9)), Write(SPREAD, (number(40),), number(8)), Write(Y, (), number(5)))
    yield (Write(SPREAD, (number(40),), number(8)), Write(SPREAD, (there,), of(SPREAD, number(1))))
    yield (Write(BITS, (there, b), TRUE), Write(BITS, (there, logical(Op.NOT, b)), FALSE), Write(HERE, (), number(3)))
    yield tuple(Write(BITS, (number(row), of(C)), b) for row in (1, 20, 40))
    yield (Write(GRID, (here, x), x), Write(GRID, (number(3), number(-1)), number(4)), Write(TRUTHS, (b, x), of(C)))
    yield (Write(NEVER, (), number(7)), Write(ONLY, (), number(-2)), Write(THERE, (), number(0)))


WRITE_SETS = tuple(write_sets())


class Compiled:
    """One module with a function for each term and each set of writes."""

    def __init__(self) -> None:
        module = Module(Questions(SYSTEM, ()), LAYOUT)
        two = [("ptr readonly", "before"), ("ptr readonly", "after")]
        names: list[str] = []
        for node in (*OPERATIONS, *READS):
            names.append(f"value_{len(names)}")
            code = module.function(names[-1], "i64", two, shown=True)
            writer = TermWriter(code, LAYOUT, module.constants, (code.argument(0), code.argument(1)))
            code.give(writer.number(node))
        for position, writes in enumerate(WRITE_SETS):
            code = module.function(f"write_{position}", "i64", [("ptr", "state"), ("ptr noalias", "out")], shown=True)
            TermWriter(code, LAYOUT, module.constants, (code.argument(0),)).write_state(writes, code.argument(1))
            code.give(code.argument(0)._replace(text="0", type="i64"))
        truths = [node for node in OPERATIONS if node.boolean][:64]
        code = module.function("holder", "i64", two, shown=True)
        code.give(code.call(module.holder(truths, 2), "i64", code.argument(0), code.argument(1)))
        self.truths = truths
        self.machine = Machine(module.text())
        self.before, self.after = (np.zeros(LAYOUT.words, np.uint64) for _ in range(2))

    def call(self, name: str, before: State, after: State | None = None) -> int:
        for words, state in ((self.before, before), (self.after, after)):
            packed = 0 if state is None else LAYOUT.pack(state) | MARK
            words[:] = [packed >> WORD * place & WORD_MASK for place in range(LAYOUT.words)]
        return self.machine.function(name, c_uint64, c_uint64)(address(self.before), address(self.after))

    def value(self, node: Term, before: State, after: State) -> int:
        found = self.call(f"value_{(*OPERATIONS, *READS).index(node)}", before, after)
        return found - (1 << WORD) if found >> WORD - 1 else found

    def written(self, position: int, state: State) -> tuple[State, bool]:
        """The state after some writes, and whether it is still marked."""
        self.call(f"write_{position}", state)
        packed = sum(int(word) << WORD * place for place, word in enumerate(self.after))
        return LAYOUT.unpack(packed & ~MARK), bool(packed & MARK)


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return Compiled()


def choices(variable: Variable) -> Sequence[int]:
    """Every value, or a few of a large domain."""
    domain = variable.domain
    return range(domain.low, domain.greatest + 1) if domain.bits < 7 else (domain.low, -1, 0, 77, domain.greatest)


@cache
def pattern(turn: int) -> State:
    """A state whose slots hold many different values."""
    return tuple(
        7 if v is NEVER else v.domain.low + (slot * 5 + turn * 3 + 1) % (v.domain.greatest - v.domain.low + 1)
        for v in VARIABLES
        for slot in range(v.size)
    )


def states(roots: Sequence[Term], op: Op, turn: int) -> Iterator[State]:
    """Every state as far as the terms read variables with `op`; the tables and all else as in a pattern."""
    read = {node.variable for node in subterms(tuple(roots)) if node.op is op}
    options: list[Sequence[int]] = []
    base = pattern(turn)
    for variable in VARIABLES:
        first = SYSTEM.offsets[variable]
        free = variable in read and not variable.keys and variable is not NEVER
        options += [choices(variable)] if free else [(code,) for code in base[first : first + variable.size]]
    return product(*options)


def test_several_words_and_several_kinds_of_tables_are_tried() -> None:
    def words(variable: Variable) -> set[int]:
        return {position // WORD for position in LAYOUT.positions[variable]}

    assert LAYOUT.words > 3
    assert {SPREAD, BITS} == {variable for variable in CHANGING if len(words(variable)) > 1}
    assert {ONLY: -2, NEVER: 7} == LAYOUT.constants


def test_every_operator_is_tried() -> None:
    of_proofs_only = {Op.FORALL}
    tried = {part.op for node in (*OPERATIONS, *READS) for part in subterms((node,))}

    assert set(Op) - {Op.PARAMETER} - of_proofs_only == tried


@pytest.mark.parametrize("node", [*OPERATIONS, *READS], ids=repr)
def test_machine_code_gives_every_term_its_value(node: Term, compiled: Compiled) -> None:
    expected, actual = [], []
    for turn in range(2 if node in OPERATIONS else 4):
        for before, after in product(states((node,), Op.READ, turn), states((node,), Op.READ_AFTER, turn + 5)):
            answer = compiled.value(node, before, after)  # also where there is none: nothing may happen then
            try:
                expected.append(INTERPRETER.value(node, before, after))
            except IndexError:
                continue
            actual.append(answer)

    assert expected
    assert expected == actual


@pytest.mark.parametrize("position", range(len(WRITE_SETS)))
def test_machine_code_writes_what_the_interpreter_writes(position: int, compiled: Compiled) -> None:
    command = Command(Actor("all"), 0, (), WRITE_SETS[position])
    roots = [part for write in command.writes for part in (*write.index, write.value)]
    expected, actual = [], []
    for turn in range(3):
        for state in states(roots, Op.READ, turn):
            try:
                after = INTERPRETER.apply(command, state)
            except IndexError:
                continue
            if all(is_within(variable, after) for variable in VARIABLES):
                expected.append((after, True))
                actual.append(compiled.written(position, state))

    assert expected
    assert expected == actual


def is_within(variable: Variable, state: State) -> bool:
    """Whether all of a variable's slots hold one of its values."""
    first = SYSTEM.offsets[variable]
    return all(variable.domain.low <= code <= variable.domain.greatest for code in state[first : first + variable.size])


def test_a_mask_has_a_bit_for_each_term_that_does_not_hold(compiled: Compiled) -> None:
    expected, actual = [], []
    for before, after in product(map(pattern, range(8)), map(pattern, range(5, 9))):
        values = [INTERPRETER.value(node, before, after) for node in compiled.truths]
        expected.append(sum(1 << bit for bit, value in enumerate(values) if not value))
        actual.append(compiled.call("holder", before, after))

    assert len(compiled.truths) == 64
    assert expected == actual


def test_an_open_parameter_has_no_value_in_an_explicit_search() -> None:
    code = Module(Questions(SYSTEM, ()), LAYOUT).function("value", "i64", [("ptr", "before")])
    writer = TermWriter(code, LAYOUT, Module(Questions(SYSTEM, ()), LAYOUT).constants, (code.argument(0),))

    with pytest.raises(ValueError, match="the parameter amount has no value in an explicit search"):
        writer.value(parameter(Parameter("amount", X.domain)))
