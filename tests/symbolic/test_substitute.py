"""Substitution under quantifiers: what is bound stays, and what comes in is not caught."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from raceproof.checker.system.build import conjunction, disjunction, eq, forall, le, negation, number, parameter
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.substitute import substitute
from raceproof.checker.system.terms import Op, Parameter, Term

MEMBERS = range(1, 4)
DOMAIN = Domain("Plan", Kind.ORDINAL, 1, 3)
X, Y, Z = (Parameter(name, DOMAIN) for name in "xyz")
x, y, z = map(parameter, (X, Y, Z))


def value(term: Term, given: Mapping[Term, int]) -> int:
    """What a term is worth where its free parameters have these values."""
    if term.op is Op.FORALL:
        bound = parameter(term.parameter)
        return int(all(value(term.args[0], {**given, bound: member}) for member in MEMBERS))
    args = [value(arg, given) for arg in term.args]
    match term.op:
        case Op.CONST:
            return term.value
        case Op.PARAMETER:
            return given[term]
        case Op.NOT:
            return int(not args[0])
        case Op.AND:
            return int(all(args))
        case Op.OR:
            return int(any(args))
        case Op.LE:
            return int(args[0] <= args[1])
        case Op.LT:
            return int(args[0] < args[1])
        case Op.EQ:
            return int(args[0] == args[1])
        case _:
            raise AssertionError(term.op)


def test_what_a_quantifier_binds_is_not_replaced() -> None:
    inner = forall(X, le(x, number(3)))

    assert inner is substitute(inner, {x: y})
    assert conjunction((le(y, number(2)), inner)) is substitute(conjunction((le(x, number(2)), inner)), {x: y})
    assert forall(Y, inner) is substitute(forall(Y, inner), {x: z})


def test_what_comes_in_is_not_caught() -> None:
    found = substitute(forall(Y, le(x, y)), {x: y})

    assert [1, 0, 0] == [value(found, {y: code}) for code in MEMBERS]


@st.composite
def formulas(draw: st.DrawFn, depth: int = 4) -> Term:
    if depth == 0:
        parts = st.sampled_from([x, y, z, number(1), number(2)])
        return draw(st.sampled_from([le, eq]))(draw(parts), draw(parts))
    one = draw(formulas(depth - 1))
    match draw(st.sampled_from(["and", "or", "not", "all"])):
        case "and":
            return conjunction((one, draw(formulas(depth - 1))))
        case "or":
            return disjunction((one, draw(formulas(depth - 1))))
        case "not":
            return negation(one)
        case _:
            return forall(draw(st.sampled_from([X, Y, Z])), one)


@given(formula=formulas(), new=st.dictionaries(st.sampled_from([x, y, z]), st.sampled_from([x, y, z, number(2)])))
def test_a_formula_means_what_it_means_where_the_values_are_those_put_in(formula: Term, new: dict[Term, Term]) -> None:
    found = substitute(formula, new)
    for codes in product(MEMBERS, repeat=3):
        state = dict(zip((x, y, z), codes, strict=True))
        put = {**state, **{old: value(term, state) for old, term in new.items()}}

        assert value(formula, put) == value(found, state)
