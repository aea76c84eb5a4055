"""Whether a value may be stored in a variable or used as a key: its type is settled now, its bounds on each path."""

from __future__ import annotations

from typing import Any

from raceproof.checker.errors import Code, ModelError, mistake
from raceproof.checker.language.scope import is_open
from raceproof.checker.language.values import Values, written
from raceproof.checker.lowering.forking import StepFault, current_path
from raceproof.checker.lowering.symbols import Symbol, as_term
from raceproof.checker.system.build import conjunction, le, number
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.open import last_of
from raceproof.checker.system.terms import Op, Term
from raceproof.checker.system.transition import FaultKind


def checked(value: Any, values: Values, name: str) -> Term:
    """The term of a value that is about to be stored, on the path on which it lies in the domain."""
    if isinstance(value, Symbol):
        _check_type(value, values, name)
    new = as_term(value, values, name)
    domain = values.domain
    if not new.boolean:
        message = f"{name} takes a value outside of {describe(domain)}"
        within = _within(new, domain.low, _greatest(values, new))
        current_path().demand(within, lambda: StepFault(FaultKind.DOMAIN, message))
    return new


def _greatest(values: Values, new: Term) -> Term | None:
    """The greatest value to be checked for. An endless domain has none: a search watches how many are remembered. What
    is in a domain with any number of members is never above its last one."""
    domain = values.domain
    if is_open(values.python):
        return None if _domain_of(new) == domain.name else last_of(domain)
    return None if domain.endless or domain.high is None else number(domain.high)


def _domain_of(node: Term) -> str | None:
    """The domain that a value is taken from as it is."""
    if node.op in (Op.READ, Op.READ_AFTER):
        return node.variable.domain.name
    return node.parameter.domain.name if node.op is Op.PARAMETER else None


def _within(node: Term, low: int, high: Term | None) -> Term:
    """That a number lies in a range, without the part that the path knows already."""
    facts = current_path().facts
    bounds = [le(number(low), node)] + ([] if high is None else [le(node, high)])
    return conjunction(bound for bound in bounds if not facts.decide(bound))


def _check_type(symbol: Symbol, values: Values, name: str) -> None:
    """Raises ModelError where a symbol's type is not the one that `name` holds."""
    wanted, given = values.python, symbol.values.python if symbol.values else int
    if wanted is bool and not symbol.term.boolean:
        raise mistake(
            f"{name} is a bool and gets a number", "compare the number with something", code=Code.WRONG_DOMAIN
        )
    if given is wanted:
        return
    article = symbol.values.article if symbol.values else "an int"
    hint = f"give {values.article}"
    if given is int and values.domain.kind is Kind.ORDINAL:
        hint = f"write {values.domain.name}.none + number"
    elif wanted is int and symbol.values and symbol.values.domain.kind is Kind.ORDINAL:
        hint = f"the number of {article} is its distance to none: value - {symbol.values.domain.name}.none"
    elif wanted is int and given is bool:
        hint = "write 1 if condition else 0"
    raise mistake(f"{name} is {values.article} and gets {article}", hint, code=Code.WRONG_DOMAIN)


def key_term(part: Any, values: Values, name: str) -> Term:
    """The term of a key of a table, on the path on which it is a member. Raises StepFault on the other."""
    if isinstance(part, Symbol):
        _check_type(part, values, f"the key of {name}")
    try:
        found = as_term(part, values, f"the key of {name}")
    except ModelError as error:
        raise mistake(error.message, f"give {values.article} that is a member", code=error.code) from error
    domain = values.domain
    low = 1 if domain.has_none else domain.low
    if not found.boolean:
        asked = "that key" if isinstance(part, Symbol) else written(part)
        message = f"{name} has no entry for {asked}; its keys are {describe(domain, low)}"
        within = _within(found, low, _greatest(values, found))
        current_path().demand(within, lambda: StepFault(FaultKind.KEY, message))
    return found


def describe(domain: Domain, low: int | None = None) -> str:
    """`Plan (none, plan 1 .. plan 4)`: for messages about values out of place; only those from `low` on, if given."""
    if domain.kind is Kind.INT:
        return domain.name
    if not domain.bounded:
        return f"{domain.name} (from {domain.show(domain.low)})"
    first, last = domain.members.start, domain.greatest
    if last < first:
        return f"{domain.name} (none only)"
    shown = domain.show(first) if first == last else f"{domain.show(first)} .. {domain.show(last)}"
    return f"{domain.name} ({'none, ' if domain.has_none and not low else ''}{shown})"
