"""Substitution: terms in which others stand for some, built anew with the builders that simplify."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from raceproof.checker.system.build import (
    add,
    conjunction,
    disjunction,
    div,
    eq,
    forall,
    ite,
    le,
    lt,
    mod,
    mul,
    negation,
    parameter,
    sub,
)
from raceproof.checker.system.terms import Op, Term, free_parameters, term

Rule = Callable[[Term, tuple[Term, ...]], Term]

BUILDERS: Mapping[Op, Callable[..., Term]] = {
    Op.ADD: add,
    Op.SUB: sub,
    Op.MUL: mul,
    Op.DIV: div,
    Op.MOD: mod,
    Op.LT: lt,
    Op.LE: le,
    Op.EQ: eq,
    Op.NOT: negation,
    Op.AND: lambda *parts: conjunction(parts),
    Op.OR: lambda *parts: disjunction(parts),
    Op.ITE: ite,
}


def rebuilt(node: Term, args: tuple[Term, ...]) -> Term:
    """The same operation on other arguments."""
    if args == node.args:
        return node
    if node.op is Op.FORALL:
        return forall(node.parameter, args[0])
    if node.op in (Op.READ, Op.READ_AFTER):
        return term(node.op, args, node.payload, node.boolean)
    return BUILDERS[node.op](*args)


def substitute(root: Term, new: Mapping[Term, Term]) -> Term:
    """The term with some terms replaced. A parameter that FORALL binds is not replaced, and takes another name where
    what is put below it has one of that name."""

    def rule(visible: Mapping[Term, Term]) -> Rule:
        return lambda node, args: visible.get(node, rebuilt(node, args))

    return _transform(root, rule, new)


def transform(root: Term, rule: Rule, new: Mapping[Term, Term]) -> Term:
    """Rebuild a term from its leaves; `rule` is given each node and its new arguments. `new` is what may turn up."""
    return _transform(root, lambda _: rule, new)


def _transform(root: Term, rule_for: Callable[[Mapping[Term, Term]], Rule], new: Mapping[Term, Term]) -> Term:
    """The same with a rule for what of `new` is not hidden by a quantifier outside."""
    rule = rule_for(new)
    coming = free_parameters(tuple(new.values()))
    done: dict[Term, Term] = {}
    for node in _outer_first(root):
        if node.op is not Op.FORALL:
            done[node] = rule(node, tuple(done[arg] for arg in node.args))
            continue
        bound, body = node.parameter, node.args[0]
        rest = {old: value for old, value in new.items() if old is not parameter(bound)}
        if bound in coming:
            fresh = replace(bound, name=bound.name + "'")
            while fresh in coming or fresh in free_parameters((body,)):
                fresh = replace(fresh, name=fresh.name + "'")
            body, bound = substitute(body, {parameter(bound): parameter(fresh)}), fresh
        done[node] = rule(term(Op.FORALL, (body,), bound, True), (_transform(body, rule_for, rest),))
    return done[root]


def _outer_first(root: Term) -> list[Term]:
    """Every subterm outside of quantifiers, arguments first, and the outermost quantifiers as wholes."""
    found: list[Term] = []
    seen: set[Term] = set()
    stack: list[tuple[Term, bool]] = [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            found.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            if node.op is not Op.FORALL:
                stack.extend((arg, False) for arg in node.args)
    return found
