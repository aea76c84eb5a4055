"""Building terms: each function returns the simplest term it can see, and folds constants exactly.

Integers are unbounded here; only what is stored must lie in a domain.
"""

from __future__ import annotations

from collections.abc import Iterable

from raceproof.checker.system.domain import Kind
from raceproof.checker.system.terms import Op, Parameter, Term, Variable, free_parameters, show, term

TRUE = term(Op.CONST, (), 1, True)
FALSE = term(Op.CONST, (), 0, True)


def truth(value: bool) -> Term:
    return TRUE if value else FALSE


def number(value: int) -> Term:
    return term(Op.CONST, (), value, False)


def read(variable: Variable, index: tuple[Term, ...] = (), *, after: bool = False) -> Term:
    """The value of a variable or table entry: before a step, or `after` it."""
    op = Op.READ_AFTER if after else Op.READ
    boolean = variable.domain.kind is Kind.BOOL
    if variable.domain.low == variable.domain.high:
        return term(Op.CONST, (), variable.domain.low, boolean)
    return term(op, index, variable, boolean)


def parameter(of: Parameter) -> Term:
    return term(Op.PARAMETER, (), of, of.domain.kind is Kind.BOOL)


def add(a: Term, b: Term) -> Term:
    if a.is_const and not b.is_const:
        a, b = b, a
    if b.is_const:
        if a.is_const:
            return number(a.value + b.value)
        if b.value == 0:
            return a
        if a.op is Op.ADD and a.args[1].is_const:
            return add(a.args[0], number(a.args[1].value + b.value))
    return term(Op.ADD, (a, b), None, False)


def sub(a: Term, b: Term) -> Term:
    if b.is_const:
        return add(a, number(-b.value))
    if a is b:
        return number(0)
    return term(Op.SUB, (a, b), None, False)


def mul(a: Term, b: Term) -> Term:
    if a.is_const and not b.is_const:
        a, b = b, a
    if b.is_const:
        if a.is_const:
            return number(a.value * b.value)
        if b.value in (0, 1):
            return a if b.value else number(0)
    return term(Op.MUL, (a, b), None, False)


def div(a: Term, b: Term) -> Term:
    """Floor division by a constant other than 0. Raises ZeroDivisionError, TypeError."""
    if a.is_const:
        return number(a.value // b.value)
    return a if b.value == 1 else term(Op.DIV, (a, _divisor(b)), None, False)


def mod(a: Term, b: Term) -> Term:
    """Remainder with the sign of the divisor, a constant other than 0. Raises ZeroDivisionError, TypeError."""
    if a.is_const:
        return number(a.value % b.value)
    return term(Op.MOD, (a, _divisor(b)), None, False)


def _divisor(b: Term) -> Term:
    if b.value == 0:
        raise ZeroDivisionError
    return b


def lt(a: Term, b: Term) -> Term:
    if a.is_const and b.is_const:
        return truth(a.value < b.value)
    if a is b:
        return FALSE
    return _shifted(Op.LT, a, b)


def le(a: Term, b: Term) -> Term:
    if a.is_const and b.is_const:
        return truth(a.value <= b.value)
    if a is b:
        return TRUE
    return _shifted(Op.LE, a, b)


def _shifted(op: Op, a: Term, b: Term) -> Term:
    """Compare `x + c` with a constant as `x` with another constant."""
    if a.op is Op.ADD and a.args[1].is_const and b.is_const:
        return term(op, (a.args[0], number(b.value - a.args[1].value)), None, True)
    if b.op is Op.ADD and b.args[1].is_const and a.is_const:
        return term(op, (number(a.value - b.args[1].value), b.args[0]), None, True)
    return term(op, (a, b), None, True)


def eq(a: Term, b: Term) -> Term:
    """Equality of two numbers or of two truth values."""
    if a is b:
        return TRUE
    if a.is_const and not b.is_const:
        a, b = b, a
    if b.is_const:
        if a.is_const:
            return truth(a.value == b.value)
        if a.boolean:
            return a if b.value else negation(a)
        if a.op is Op.ITE and a.args[1].is_const and a.args[2].is_const:
            return ite(a.args[0], eq(a.args[1], b), eq(a.args[2], b))
        if a.op is Op.ADD and a.args[1].is_const:
            return eq(a.args[0], number(b.value - a.args[1].value))
    elif show(b) < show(a):
        a, b = b, a
    return term(Op.EQ, (a, b), None, True)


def negation(a: Term) -> Term:
    match a.op:
        case Op.CONST:
            return truth(not a.value)
        case Op.NOT:
            return a.args[0]
        case Op.LT:
            return le(a.args[1], a.args[0])
        case Op.LE:
            return lt(a.args[1], a.args[0])
        case _:
            return term(Op.NOT, (a,), None, True)


def conjunction(parts: Iterable[Term]) -> Term:
    return _joined(Op.AND, parts, TRUE, FALSE)


def disjunction(parts: Iterable[Term]) -> Term:
    return _joined(Op.OR, parts, FALSE, TRUE)


def _joined(op: Op, parts: Iterable[Term], neutral: Term, absorbing: Term) -> Term:
    found: dict[Term, None] = {}
    for part in parts:
        for leaf in part.args if part.op is op else (part,):
            if leaf is absorbing or negation(leaf) in found:
                return absorbing
            if leaf is not neutral:
                found[leaf] = None
    if not found:
        return neutral
    leaves = tuple(found)
    return leaves[0] if len(leaves) == 1 else term(op, leaves, None, True)


def implies(a: Term, b: Term) -> Term:
    return disjunction((negation(a), b))


def ite(condition: Term, then: Term, otherwise: Term) -> Term:
    """`then` where the condition holds, else `otherwise`; both numbers or both truth values."""
    if condition.is_const:
        return then if condition.value else otherwise
    if then is otherwise:
        return then
    if condition.op is Op.NOT:
        return ite(condition.args[0], otherwise, then)
    if then.boolean:
        if then.is_const:
            rest = (condition, otherwise) if then.value else (negation(condition), otherwise)
            return disjunction(rest) if then.value else conjunction(rest)
        if otherwise.is_const:
            rest = (negation(condition), then) if otherwise.value else (condition, then)
            return disjunction(rest) if otherwise.value else conjunction(rest)
    return term(Op.ITE, (condition, then, otherwise), None, then.boolean)


def as_number(a: Term) -> Term:
    """A truth value as 0 or 1; a number as it is."""
    return ite(a, number(1), number(0)) if a.boolean else a


def as_truth(a: Term) -> Term:
    """Python's truth of a number: other than 0; a truth value as it is."""
    return a if a.boolean else negation(eq(a, number(0)))


def forall(of: Parameter, body: Term) -> Term:
    """The body holds for every member that the parameter may stand for; there is at least one."""
    if of not in free_parameters((body,)):
        return body
    if body.op is Op.AND:
        return conjunction(forall(of, part) for part in body.args)
    return term(Op.FORALL, (body,), of, True)


def exists(of: Parameter, body: Term) -> Term:
    """The body holds for some member that the parameter may stand for."""
    return negation(forall(of, negation(body)))
