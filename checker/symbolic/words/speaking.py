"""Terms in the author's language: as Python that a claims file may hold, and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from raceproof.checker.symbolic.words.layout import Call, Expression, Lambda, Not, flat, joined
from raceproof.checker.system.build import eq, number
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.open import size_variable
from raceproof.checker.system.terms import Op, Parameter, Term, Variable, subterms
from raceproof.checker.system.transition import ProcessInfo, TransitionSystem

STATE = "m"
"""What a claim calls the state."""

_COMPARED = {Op.LT: "<", Op.LE: "<=", Op.EQ: "=="}
_CALCULATED = {Op.ADD: "+", Op.SUB: "-", Op.MUL: "*", Op.DIV: "//", Op.MOD: "%"}
_IN_WORDS = {"<": "is below", "<=": "is at most", "==": "is", "!=": "is not"}


class Unsayable(Exception):
    """A lemma that the language has no words for."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a variable is: a process, and which of its locals; the empty path is where it is."""

    process: ProcessInfo
    path: str


@dataclass(frozen=True)
class Speaker:
    """Says terms over the state of one system. `names` are what members that stand for all are called; `used` gathers
    the domains that are named."""

    system: TransitionSystem
    names: Mapping[Parameter, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    @cached_property
    def owners(self) -> dict[Variable, Owner]:
        found = {v: Owner(info, path) for info in self.system.processes for path, v in info.locals.items()}
        found |= {info.control: Owner(info, "") for info in self.system.processes if info.control}
        return found

    @cached_property
    def sizes(self) -> dict[Variable, Domain]:
        return {size_variable(domain): domain for v in self.system.variables for domain in (*v.keys, v.domain)}

    def naming(self, parameters: Sequence[Parameter]) -> Speaker:
        """A speaker that has names for these parameters too: initials where they differ, else the domain's name."""
        names = dict(self.names)
        for each in parameters:
            word = each.domain.name.lower()
            taken = {STATE, *names.values()}
            options = (word[0], word, *(f"{word}_{number}" for number in range(2, 99)))
            names[each] = next(name for name in options if name not in taken)
        return Speaker(self.system, names, self.used)

    # Python

    def condition(self, node: Term) -> Expression:
        """A truth value. Raises Unsayable."""
        match node.op:
            case Op.AND | Op.OR:
                return joined(node.op.value, [self.condition(part) for part in node.args])
            case Op.NOT if node.args[0].op is Op.EQ:
                return self._compared("!=", node.args[0])
            case Op.NOT:
                return Not(self.condition(node.args[0]))
            case Op.FORALL:
                inner = self.naming((node.parameter,))
                self.used.add(node.parameter.domain.name)
                body = inner.condition(node.args[0])
                return Call("forall", (node.parameter.domain.name, Lambda(inner.names[node.parameter], body)))
            case Op.LT | Op.LE | Op.EQ:
                return self._compared(_COMPARED[node.op], node)
            case _:
                return self.value(node)

    def _compared(self, sign: str, node: Term) -> str:
        left, right = node.args
        domain = self.domain(left) or self.domain(right)
        if domain and domain.kind is Kind.LOCATION:
            raise Unsayable(f"a comparison of places: {node!r}")
        return f"{self.value(left, domain)} {sign} {self.value(right, domain)}"

    def value(self, node: Term, domain: Domain | None = None) -> str:
        """A value; a constant is one of `domain`. Raises Unsayable."""
        match node.op:
            case Op.CONST:
                return str(bool(node.value)) if node.boolean else self.member(node.value, domain)
            case Op.PARAMETER if node.parameter in self.names:
                return self.names[node.parameter]
            case Op.READ:
                return self._entry(node)
            case _ if node.op in _CALCULATED and not any(arg.op in _CALCULATED for arg in node.args):
                left, right = node.args
                return f"{self.value(left, domain)} {_CALCULATED[node.op]} {self.value(right)}"
            case Op.LT | Op.LE | Op.EQ | Op.NOT | Op.AND | Op.OR:
                return f"({flat(self.condition(node))})"
            case _:
                raise Unsayable(f"{node!r}")

    def _entry(self, node: Term) -> str:
        variable = node.variable
        if variable in self.sizes:
            self.used.add(self.sizes[variable].name)
            return f"{self.sizes[variable].name}.last"
        keys = zip(node.args, variable.keys, strict=True)
        index = f"[{', '.join(self.value(arg, key) for arg, key in keys)}]" if node.args else ""
        owner = self.owners.get(variable)
        if owner is None:
            return f"{STATE}.{variable.name}{index}"
        if not owner.path:
            raise Unsayable(f"where {owner.process.name} is, without a place")
        return f"{STATE}.{owner.process.name}{index}.{owner.path}"

    def instance(self, control: Term) -> str:
        """A process whose place is read."""
        owner = self.owners[control.variable]
        keys = zip(control.args, control.variable.keys, strict=True)
        index = f"[{', '.join(self.value(arg, key) for arg, key in keys)}]" if control.args else ""
        return f"{STATE}.{owner.process.name}{index}"

    def member(self, code: int, domain: Domain | None) -> str:
        if domain is None or domain.kind is Kind.INT:
            return str(code)
        if domain.kind is Kind.BOOL:
            return str(bool(code))
        self.used.add(domain.name)
        if domain.has_none and code <= 0:
            return f"{domain.name}.none" if code == 0 else f"{domain.name}.none - {-code}"
        label = domain.show(code)
        if domain.labels and label in domain.labels and label.isidentifier():
            return f"{domain.name}.{label}"
        if domain.kind is Kind.ORDINAL:
            return f"{domain.name}.first" if code == 1 else f"{domain.name}.none + {code}"
        return f"{domain.name}.first" if code == 1 else f"{domain.name}({code})"

    def domain(self, node: Term) -> Domain | None:
        """Of what domain a value is, where that can be seen."""
        match node.op:
            case Op.READ:
                return node.variable.domain
            case Op.PARAMETER:
                return node.parameter.domain
            case Op.ADD | Op.SUB:
                return self.domain(node.args[0])
            case _:
                return None

    # Where a term has a meaning

    def undefined(self, node: Term) -> Iterator[Term]:
        """Where a term asks for the entry of no member: conditions of the kind that a value is none."""
        for part in subterms((node,)):
            if part.op is not Op.READ:
                continue
            for arg, key in zip(part.args, part.variable.keys, strict=True):
                domain = self.domain(arg)
                if key.has_none and arg.op is Op.READ and domain and domain.low == 0:
                    yield eq(arg, number(0))

    # Words

    def words(self, node: Term) -> str:
        """A condition in words."""
        match node.op:
            case Op.AND | Op.OR:
                return f" {node.op.value} ".join(map(self.words, node.args))
            case Op.NOT if node.args[0].op is Op.EQ:
                return self._words_compared("!=", node.args[0])
            case Op.NOT if node.args[0].op is Op.READ:
                return f"{self._noun(node.args[0])} is not set"
            case Op.NOT:
                return f"not ({self.words(node.args[0])})"
            case Op.LT | Op.LE | Op.EQ:
                return self._words_compared(_COMPARED[node.op], node)
            case Op.READ:
                return f"{self._noun(node)} is set"
            case Op.FORALL:
                inner = self.naming((node.parameter,))
                return f"of every {node.parameter.domain.name.lower()}: {inner.words(node.args[0])}"
            case _:
                return flat(self.condition(node))

    def _words_compared(self, sign: str, node: Term) -> str:
        left, right = node.args
        domain = self.domain(left) or self.domain(right)
        return f"{self._noun(left, domain)} {_IN_WORDS[sign]} {self._noun(right, domain)}"

    def _noun(self, node: Term, domain: Domain | None = None) -> str:
        match node.op:
            case Op.CONST if domain and not node.boolean:
                return domain.show(node.value)
            case Op.PARAMETER:
                return f"the {node.parameter.domain.name.lower()}"
            case Op.READ if node.variable not in self.sizes:
                owner = self.owners.get(node.variable)
                if owner:
                    return f"its {owner.path.rpartition('.')[2]}"
                pairs = zip(node.args, node.variable.keys, strict=True)
                of = " and ".join(self._noun(arg, key) for arg, key in pairs)
                return f"{node.variable.name} of {of}" if of else node.variable.name
            case _:
                return self.value(node, domain)

    @staticmethod
    def slug(words: str) -> str:
        """Words as a name."""
        kept = re.sub(r"\b(?:the|its|of|and|is)\b", " ", words)
        parts = re.sub(r"[^a-z0-9]+", " ", kept.lower()).split()
        return "_".join(part for at, part in enumerate(parts) if part not in parts[max(at - 1, 0) : at])
