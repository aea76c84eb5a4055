"""Ground conditions as a script in SMT-LIB 2: what every solver reads. Shared subterms are defined once.

Numbers are integers, a table is a function of its keys, and every entry, parameter and size that is spoken of lies in
its domain: the types of the model. (Barrett, Fontaine, Tinelli, "The SMT-LIB Standard", version 2.6.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from raceproof.checker.system.build import conjunction, le, number
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.open import last_of, size_variable
from raceproof.checker.system.terms import Op, Term, Variable, subterms

LOGIC = "QF_UFLIA"

_PLAIN: Mapping[Op, str] = {
    Op.ADD: "+",
    Op.SUB: "-",
    Op.MUL: "*",
    Op.LT: "<",
    Op.LE: "<=",
    Op.EQ: "=",
    Op.NOT: "not",
    Op.AND: "and",
    Op.OR: "or",
    Op.ITE: "ite",
}


def typing(roots: Iterable[Term], sizes: frozenset[Variable]) -> list[Term]:
    """That everything that ground conditions read lies in its domain; `sizes` are those of the open domains."""
    found: dict[Term, None] = {}
    seen: set[Term] = set()
    pending = list(roots)
    while pending:
        for node in subterms((pending.pop(),)):
            if node in seen:
                continue
            seen.add(node)
            condition = _typed(node, sizes)
            if condition is not None and not condition.is_const:
                found[condition] = None
                pending.append(condition)
    return list(found)


def _typed(node: Term, sizes: frozenset[Variable]) -> Term | None:
    if node.boolean or node.op not in (Op.READ, Op.PARAMETER):
        return None
    domain = node.parameter.domain if node.op is Op.PARAMETER else node.variable.domain
    parts = [le(number(domain.low), node)]
    if domain.high is not None:
        parts.append(le(node, number(domain.high)))
    elif size_variable(domain) in sizes and node is not last_of(domain):
        parts.append(le(node, last_of(domain)))
    return conjunction(parts)


@dataclass
class Script:
    """A script that grows: declarations, definitions and assertions."""

    lines: list[str] = field(default_factory=list)
    _declared: set[str] = field(default_factory=set)
    _defined: dict[Term, str] = field(default_factory=dict)

    def require(self, condition: Term, unless: str | None = None) -> None:
        """A condition that must hold, or, with a name, that must hold where that is true."""
        text = self.text(condition)
        self.lines.append(f"(assert {text})" if unless is None else f"(assert (=> {unless} {text}))")

    def text(self, root: Term) -> str:
        """The term, with definitions for what it has more than once."""
        nodes = list(subterms((root,)))
        uses = Counter(arg for node in nodes for arg in node.args)
        for node in nodes:
            if node in self._defined:
                continue
            text = self._expression(node)
            if node.args and (uses[node] > 1 or len(text) > 2000):
                name = f"t{len(self._declared)}"
                self._declared.add(name)
                self.lines.append(f"(define-fun {name} () {_sort(node.boolean)} {text})")
                text = name
            self._defined[node] = text
        return self._defined[root]

    def _expression(self, node: Term) -> str:
        args = [self._defined[arg] for arg in node.args]
        match node.op:
            case Op.CONST:
                return _constant(node)
            case Op.PARAMETER:
                return self._declare(node.parameter.name, (), _sort(node.boolean))
            case Op.READ:
                variable = node.variable
                name = self._declare(variable.name, variable.keys, _sort(node.boolean))
                return f"({name} {' '.join(args)})" if args else name
            case Op.DIV | Op.MOD:
                return _division(node, args[0])
            case Op.READ_AFTER | Op.FORALL:
                raise ValueError(f"{node!r} is no ground condition on one state")
            case _:
                return f"({_PLAIN[node.op]} {' '.join(args)})"

    def _declare(self, name: str, keys: tuple[Domain, ...], sort: str) -> str:
        symbol = f"|{name}|"
        if symbol not in self._declared:
            self._declared.add(symbol)
            self.lines.append(f"(declare-fun {symbol} ({' '.join(_key_sort(key) for key in keys)}) {sort})")
        return symbol

    def __str__(self) -> str:
        return "\n".join((f"(set-logic {LOGIC})", *self.lines, ""))


def _sort(boolean: bool) -> str:
    return "Bool" if boolean else "Int"


def _key_sort(key: Domain) -> str:
    return _sort(key.kind is Kind.BOOL)


def _constant(node: Term) -> str:
    if node.boolean:
        return "true" if node.value else "false"
    return str(node.value) if node.value >= 0 else f"(- {-node.value})"


def _division(node: Term, dividend: str) -> str:
    """Python rounds down, whatever the signs; SMT-LIB does so for a positive divisor."""
    divisor = node.args[1].value
    operator = "div" if node.op is Op.DIV else "mod"
    if divisor > 0:
        return f"({operator} {dividend} {divisor})"
    negated = f"({operator} (- {dividend}) {-divisor})"
    return negated if node.op is Op.DIV else f"(- {negated})"
