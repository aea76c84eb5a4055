"""From quantified conditions to ground ones: what must hold for all is asked of the members that are named.

In a set of conditions that is to be shown unsatisfiable, a member that must exist gets a name, and what holds for all
members is said of each member that has a name. That leaves conditions out, so what is unsatisfiable then was so before;
it need not be the other way round. The conditions are those of one state, over finitely many names, so a solver decides
them. (Skolem, 1920; Herbrand, 1930; instantiation: Ge and de Moura, "Complete instantiation for quantified formulas in
satisfiability modulo theories", CAV 2009.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from raceproof.checker.symbolic.rewriting import Rewriting, putting
from raceproof.checker.system.build import conjunction, disjunction, le, negation, number, parameter
from raceproof.checker.system.open import last_of
from raceproof.checker.system.terms import Op, Parameter, Term, free_parameters, subterms

MOST_INSTANCES = 20_000


@dataclass
class Names:
    """The members that are named, by domain, and fresh names."""

    by_domain: dict[str, dict[Term, None]] = field(default_factory=dict)
    made: int = 0
    _put: dict[tuple[Parameter, Term], Rewriting] = field(default_factory=dict)

    def fresh(self, like: Parameter) -> Term:
        self.made += 1
        made = parameter(Parameter(f"{like.domain.name}!{self.made}", like.domain))
        self.by_domain.setdefault(like.domain.name, {})[made] = None
        return made

    def collect(self, roots: Iterable[Term]) -> None:
        """Every value of a domain that the conditions speak of, unless a quantifier binds a part of it."""
        for root in roots:
            for name, node in _values(root):
                self.by_domain.setdefault(name, {})[node] = None

    def put(self, member: Term, what: Parameter, body: Term) -> Term:
        """What a condition says of a member."""
        if (what, member) not in self._put:
            self._put[what, member] = putting(member, what)
        return self._put[what, member].of(body)

    def of(self, what: Parameter) -> Sequence[Term]:
        return tuple(self.by_domain.get(what.domain.name, ()))


_VALUES: WeakKeyDictionary[Term, tuple[tuple[str, Term], ...]] = WeakKeyDictionary()


def _values(root: Term) -> tuple[tuple[str, Term], ...]:
    """The values in a condition that no quantifier binds, each with its domain."""
    found = _VALUES.get(root)
    if found is None:
        named = ((domain_of(node), node) for node in subterms((root,)))
        found = tuple(
            (name, node)
            for name, node in named
            if name and not any("?" in bound.name for bound in free_parameters((node,)))
        )
        # A term that is a value of its own would keep itself alive.
        if not any(node is root for _, node in found):
            _VALUES[root] = found
    return found


def domain_of(node: Term) -> str | None:
    """The domain whose values a term has, if any number of members may be in it."""
    match node.op:
        case Op.READ:
            domain = node.variable.domain
        case Op.PARAMETER:
            domain = node.parameter.domain
        case Op.ADD | Op.SUB:
            return domain_of(node.args[0])
        case _:
            return None
    return domain.name if domain.high is None and not node.boolean else None


def skolemized(node: Term, names: Names) -> Term:
    """The condition in negation normal form, as far as it is quantified, with a name for every member that must exist.
    Those that are named inside of what holds for all are named when that is instantiated."""
    return _normal(node, True, names)


def skolemized_apart(nodes: Sequence[Term], names: Names) -> list[Term]:
    """Conditions of which at most one has to hold, in normal form: they may share names, as what exists for one of them
    need not exist for another."""
    first, found = names.made, []
    for node in nodes:
        names.made = first
        found.append(skolemized(node, names))
    return found


def _normal(node: Term, positive: bool, names: Names | None) -> Term:
    if not _quantified(node):
        return node if positive else negation(node)
    match node.op:
        case Op.NOT:
            return _normal(node.args[0], not positive, names)
        case Op.AND | Op.OR:
            parts = [_normal(arg, positive, names) for arg in node.args]
            return conjunction(parts) if (node.op is Op.AND) is positive else disjunction(parts)
        case Op.ITE:
            condition, then, otherwise = node.args
            chosen = disjunction(
                (
                    conjunction((_normal(condition, True, names), _normal(then, positive, names))),
                    conjunction((_normal(condition, False, names), _normal(otherwise, positive, names))),
                )
            )
            return chosen
        case Op.EQ:
            a, b = node.args
            return disjunction(
                (
                    conjunction((_normal(a, True, names), _normal(b, positive, names))),
                    conjunction((_normal(a, False, names), _normal(b, not positive, names))),
                )
            )
        case Op.FORALL if not positive:
            if names is None:
                return negation(node)
            return _normal(names.put(names.fresh(node.parameter), node.parameter, node.args[0]), False, names)
        case Op.FORALL:
            return node
        case _:
            return node if positive else negation(node)


_QUANTIFIED: WeakKeyDictionary[Term, bool] = WeakKeyDictionary()


def _quantified(root: Term) -> bool:
    """Whether a quantifier is in a term; each subterm is looked at once."""
    stack = [root]
    while root not in _QUANTIFIED:
        node = stack[-1]
        if node.op is Op.FORALL:
            _QUANTIFIED[stack.pop()] = True
        elif missing := [arg for arg in node.args if arg not in _QUANTIFIED]:
            stack += missing
        else:
            _QUANTIFIED[stack.pop()] = any(_QUANTIFIED[arg] for arg in node.args)
    return _QUANTIFIED[root]


def instances(node: Term, names: Names, budget: list[int]) -> Term:
    """A condition in normal form with every "for all" said of the named members."""
    if not _quantified(node):
        return node
    match node.op:
        case Op.AND:
            return conjunction(instances(arg, names, budget) for arg in node.args)
        case Op.OR:
            return disjunction(instances(arg, names, budget) for arg in node.args)
        case Op.FORALL:
            found: list[Term] = []
            for member in names.of(node.parameter):
                budget[0] -= 1
                if budget[0] < 0:
                    raise TooMany
                body = names.put(member, node.parameter, node.args[0])
                within = is_member(member, node.parameter)
                found.append(disjunction((negation(within), instances(_normal(body, True, names), names, budget))))
            return conjunction(found)
        case _:
            raise ValueError(f"a quantifier in {node!r} cannot be instantiated")


class TooMany(Exception):
    """There are too many instances."""


def is_member(member: Term, what: Parameter) -> Term:
    """That a value is a member proper, which `none`, or one more than the last, is not."""
    if member.op is Op.PARAMETER and member.parameter.domain == what.domain:
        return conjunction(())
    parts = [le(number(what.domain.low), member)]
    if member.op in (Op.ADD, Op.SUB):
        parts.append(le(member, last_of(what.domain)))
    return conjunction(parts)
