"""Candidate lemmas: what might be true in every state, made of the model's own words.

A clause says of any process, at one of its places or wherever it is, perhaps only where something else holds too, how
two values are ordered or whether an entry is set. Those that some reachable state of a small scope refutes are left
out: the search knows all of its states. (Flanagan and Leino, "Houdini, an Annotation Assistant for ESC/Java", FME
2001; dynamic detection: Ernst et al., "Dynamically discovering likely program invariants", 2001; small instances that
show the way: Pnueli, Ruah, Zuck, "Automatic Deductive Verification with Invisible Invariants", TACAS 2001.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

import numpy as np

from raceproof.checker.symbolic.closing import Closing
from raceproof.checker.symbolic.states import Column, States
from raceproof.checker.system.build import (
    conjunction,
    disjunction,
    eq,
    forall,
    le,
    lt,
    negation,
    number,
    parameter,
    read,
)
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.substitute import substitute
from raceproof.checker.system.terms import Op, Parameter, Term, Variable, subterms
from raceproof.checker.system.transition import ProcessInfo, TransitionSystem

MOST_CANDIDATES = 6_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause: `unless` none of these holds, one of these does. `over` are what it speaks of for all of them."""

    parts: tuple[Term, ...]
    over: tuple[Parameter, ...]

    @property
    def term(self) -> Term:
        found = disjunction(self.parts)
        for each in self.over:
            found = forall(each, found)
        return found


@dataclass
class Candidates:
    """The clauses over the words of a system that hold in every state of a small scope."""

    closing: Closing
    states: States
    _columns: dict[Term, Column] = field(default_factory=dict)

    @property
    def system(self) -> TransitionSystem:
        return self.closing.system

    def found(self, conditions: int) -> list[Term]:
        """The clauses, the shortest first: those that say that something holds, or that it does where one or two other
        things do. Two are asked only of those who are nowhere; a place is a condition, too."""
        kept: dict[Term, None] = {}
        for who in self._subjects():
            if conditions < 2:
                found = self._about(who, conditional=conditions == 1)
            else:
                found = iter(()) if who is None or who.control else self._about_nowhere(who)
            for candidate in found:
                kept[candidate.term] = None
        return list(kept)[:MOST_CANDIDATES]

    def _subjects(self) -> list[ProcessInfo | None]:
        """What clauses are about: nobody in particular; one of any number of processes, at one of its places; anybody
        else of whom there may be any number and who is nowhere."""
        several = [process for process in self.system.processes if any(not key.bounded for key in process.keys)]
        standing = [process for process in several if process.control is not None]
        covered = {process.keys for process in standing}
        others = {process.keys: process for process in several if process.keys not in covered}
        return [None, *standing, *others.values()]

    # Words

    def _about(self, who: ProcessInfo | None, *, conditional: bool) -> Iterator[Candidate]:
        """The clauses about one process of many, or about none."""
        over, me = self._names_of(who)
        facts = list(self._facts(over))
        anywhere = self._hold(facts, None, None, over)
        if not conditional:
            yield from (Candidate((fact,), over) for fact, holds in zip(facts, anywhere, strict=True) if holds)
        rest = [fact for fact, holds in zip(facts, anywhere, strict=True) if not holds]
        for place in (None, *(self._places(who, me) if who is None or who.control else ())):
            here = self._hold(rest, place, None, over) if place is not None else [False] * len(rest)
            where = () if place is None else (negation(place),)
            if not conditional:
                yield from (Candidate((*where, fact), over) for fact, holds in zip(rest, here, strict=True) if holds)
                continue
            left = [fact for fact, holds in zip(rest, here, strict=True) if not holds]
            for condition in self._conditions(over):
                if not self._possible(place, condition, over):
                    continue
                for fact, holds in zip(left, self._hold(left, place, condition, over), strict=True):
                    if holds and _is_narrow(fact, condition) and not _about_one_entry(fact, condition):
                        yield Candidate((*where, negation(condition), fact), over)

    def _about_nowhere(self, who: ProcessInfo) -> Iterator[Candidate]:
        """The clauses with two conditions that say more than those with one."""
        over, _ = self._names_of(who)
        facts, conditions = list(self._facts(over)), list(self._conditions(over))
        alone = [set(self._true(facts, condition, over)) for condition in conditions]
        for (one, under_one), (two, under_two) in combinations(zip(conditions, alone, strict=True), 2):
            both = conjunction((one, two))
            if not self._possible(None, both, over):
                continue
            left = [fact for fact in facts if fact not in under_one and fact not in under_two]
            for fact in self._true(left, both, over):
                if _is_narrow(fact, both) and not _about_one_entry(fact, one) and not _about_one_entry(fact, two):
                    yield Candidate((negation(one), negation(two), fact), over)

    def _true(self, facts: Sequence[Term], condition: Term, over: tuple[Parameter, ...]) -> list[Term]:
        """The facts that hold wherever a condition does."""
        return [fact for fact, holds in zip(facts, self._hold(facts, None, condition, over), strict=True) if holds]

    def _names_of(self, who: ProcessInfo | None) -> tuple[tuple[Parameter, ...], tuple[Term, ...]]:
        """Parameters that stand for one process of many, and the same as terms; none for nobody."""
        keys = enumerate(who.keys) if who else ()
        over = tuple(Parameter(f"{key.name}?{n}", key.of_members) for n, key in keys)
        return over, tuple(parameter(each) for each in over)

    def _places(self, who: ProcessInfo | None, me: tuple[Term, ...]) -> Iterator[Term]:
        """Where the process may be; for none, where the processes are of which there is one."""
        infos = [who] if who else [info for info in self.system.processes if info.control and not info.keys]
        for info in infos:
            control = info.control
            if control is not None:
                for code in range(control.domain.greatest + 1):
                    yield eq(read(control, me if who else ()), number(code))

    def _facts(self, over: tuple[Parameter, ...]) -> Iterator[Term]:
        """What a clause may say."""
        seen: set[Term] = set()
        for fact in (*self._orders(over), *self._truths(over)):
            for one in (fact, negation(fact)):
                if one not in seen and not one.is_const:
                    seen.add(one)
                    yield one

    def _conditions(self, over: tuple[Parameter, ...]) -> Iterator[Term]:
        """What a clause may ask first: truth values of whom it is about, who somebody is, whether a value is there at
        all. (Asking for entries that other values name as well makes three times as many clauses, of little use.)"""
        seen: set[Term] = set()
        for truth in self._truths(over):
            named = truth.op is Op.READ and any(arg.op is Op.READ for arg in truth.args)
            for one in (truth, negation(truth)):
                if one not in seen and not one.is_const and not named:
                    seen.add(one)
                    yield one
        for values in self._values(over).values():
            for value in values:
                one = negation(eq(value, number(0)))
                if not one.is_const and one not in seen:
                    seen.add(one)
                    yield one

    def _orders(self, over: tuple[Parameter, ...]) -> Iterator[Term]:
        for domain, values in self._values(over).items():
            if domain.kind is not Kind.ORDINAL:
                continue
            for value in values:
                yield eq(value, number(0))
            for one, two in combinations(values, 2):
                if _is_narrow(one, two):
                    yield from (le(one, two), lt(one, two), eq(one, two))

    def _truths(self, over: tuple[Parameter, ...]) -> Iterator[Term]:
        """Entries that are set, and who somebody is."""
        values = self._values(over)
        for variable in self._state():
            if variable.domain.kind in (Kind.BOOL, Kind.ENUM):
                for index in self._indices(variable, over, values):
                    if _is_narrow(read(variable, index)):
                        yield from _states_of(read(variable, index))
        for each in over:
            yield eq(parameter(each), number(1))
            for value in values.get(_with_none(each.domain), ()):
                yield eq(parameter(each), value)
        for domain, found in values.items():
            if domain.kind is Kind.ID:
                yield from (eq(value, number(0)) for value in found)

    def _values(self, over: tuple[Parameter, ...]) -> dict[Domain, list[Term]]:
        """What the state says that is a member of an open domain, in the order of its variables."""
        found: dict[Domain, list[Term]] = {}
        for variable in self._state():
            domain = variable.domain
            if domain.high is None and domain.kind in (Kind.ORDINAL, Kind.ID):
                for index in self._indices(variable, over, {}):
                    found.setdefault(_with_none(domain), []).append(read(variable, index))
        return found

    def _state(self) -> Iterable[Variable]:
        written = {write.variable for command in self.system.commands for write in command.writes}
        return [v for v in self.system.variables if v in written and v.domain.kind is not Kind.LOCATION]

    def _indices(
        self, variable: Variable, over: tuple[Parameter, ...], values: dict[Domain, list[Term]]
    ) -> Iterator[tuple[Term, ...]]:
        """Entries that can be named: by members of small domains, by who acts, by what the state says."""
        lists: list[Sequence[Term]] = []
        for key in variable.keys:
            if key.bounded:
                lists.append([number(code) for code in key.members])
            else:
                mine = [parameter(each) for each in over if _with_none(each.domain) == _with_none(key)]
                lists.append(mine if key.kind is Kind.ID else [*mine, *values.get(_with_none(key), ())])
        return product(*lists)

    # Whether they hold

    def _hold(
        self, facts: Sequence[Term], place: Term | None, condition: Term | None, over: tuple[Parameter, ...]
    ) -> list[bool]:
        """Which of the facts hold in every state in which the process is there and the condition holds."""
        holds = np.ones(len(facts), bool)
        for who in self._instances(over):
            rows = self._rows(place, condition, who)
            for number_, fact in enumerate(facts):
                if holds[number_]:
                    column = self._column(fact, who)
                    holds[number_] = bool(column.all()) if column.ndim == 0 else bool(column[rows].all())
        return holds.tolist()

    def _possible(self, place: Term | None, condition: Term, over: tuple[Parameter, ...]) -> bool:
        return any(self._rows(place, condition, who).any() for who in self._instances(over))

    def _rows(self, place: Term | None, condition: Term | None, who: tuple[tuple[Parameter, int], ...]) -> Column:
        rows = np.ones(len(self.states.rows), bool)
        for part in (place, condition):
            if part is not None:
                rows = rows & self._column(part, who)
        return rows

    def _instances(self, over: tuple[Parameter, ...]) -> list[tuple[tuple[Parameter, int], ...]]:
        codes = product(*(self.closing.members(each) for each in over))
        return [tuple(zip(over, each, strict=True)) for each in codes]

    def _column(self, fact: Term, who: tuple[tuple[Parameter, int], ...]) -> Column:
        term = substitute(fact, {parameter(each): number(code) for each, code in who}) if who else fact
        if term not in self._columns:
            self._columns[term] = self.states.column(self.closing.term(term))
        return self._columns[term]


def _states_of(entry: Term) -> Iterator[Term]:
    """That an entry is set, or what it is."""
    if entry.boolean:
        yield entry
    elif entry.op is Op.READ:
        for code in range(entry.variable.domain.low, entry.variable.domain.greatest + 1):
            yield eq(entry, number(code))


def _is_narrow(*parts: Term) -> bool:
    """Whether terms speak of one member of each small domain only: clauses that mix them are seldom of use."""
    found: dict[Domain, int] = {}
    for node in (node for part in parts for node in subterms((part,))):
        if node.op is Op.READ:
            for key, code in zip(node.variable.keys, node.args, strict=True):
                if key.bounded and code.is_const and found.setdefault(key, code.value) != code.value:
                    return False
    return True


def _about_one_entry(fact: Term, condition: Term) -> bool:
    """Whether both only say which value the same entry has: what follows from that says nothing of the states."""
    one, two = (part.args[0] if part.op is Op.NOT else part for part in (fact, condition))
    return one is two or (one.op is two.op is Op.EQ and one.args[0] is two.args[0] and one.args[1].is_const)


def _with_none(domain: Domain) -> Domain:
    from dataclasses import replace

    return replace(domain, low=0) if domain.has_none else domain


def clauses(lemmas: Iterable[Term]) -> Term:
    """What several lemmas say together."""
    return conjunction(lemmas)
