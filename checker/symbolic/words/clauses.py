"""The lemmas of an invariant as clauses: of whom they speak, where that process is, on what condition, and what then
holds. Clauses that others make needless are left out; what they say together stays the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from raceproof.checker.system.build import FALSE, disjunction, eq, forall, le, lt, negation, number
from raceproof.checker.system.domain import Kind
from raceproof.checker.system.terms import Op, Parameter, Term


@dataclass(frozen=True, slots=True)
class Clause:
    """Of all `over`: while `control`, the place of a process, is one of `codes`, and all `conditions` hold, so does
    `fact`; where that is false, this is never so. Without a control: wherever anybody is."""

    over: tuple[Parameter, ...]
    control: Term | None
    codes: frozenset[int]
    conditions: tuple[Term, ...]
    fact: Term

    @property
    def term(self) -> Term:
        here = [eq(self.control, number(code)) for code in sorted(self.codes)] if self.control else []
        place = [negation(disjunction(here))] if here else []
        found = disjunction((*place, *map(negation, self.conditions), self.fact))
        for each in reversed(self.over):
            found = forall(each, found)
        return found


def clauses_of(lemma: Term, over: tuple[Parameter, ...] = ()) -> Iterator[Clause]:
    """What a lemma says, clause by clause."""
    if lemma.op is Op.AND:
        for part in lemma.args:
            yield from clauses_of(part, over)
    elif lemma.op is Op.FORALL:
        yield from clauses_of(lemma.args[0], (*over, lemma.parameter))
    else:
        yield from _clauses(lemma.args if lemma.op is Op.OR else (lemma,), over)


def _clauses(parts: Sequence[Term], over: tuple[Parameter, ...]) -> Iterator[Clause]:
    control: Term | None = None
    codes: frozenset[int] = frozenset()
    rest: list[Term] = []
    for part in parts:
        here = _place(part)
        if here and control is None:
            control, codes = here
        else:
            rest.append(part)
    *before, last = rest or [FALSE]
    conditions = tuple(negation(part) for part in before)
    for fact in last.args if last.op is Op.AND else (last,):
        yield Clause(over, control, codes, conditions, fact)


def _place(part: Term) -> tuple[Term, frozenset[int]] | None:
    """Where a process is not, if that is what a part of a clause says."""
    if part.op is not Op.NOT:
        return None
    inner = part.args[0]
    found = [_at(each) for each in (inner.args if inner.op is Op.OR else (inner,))]
    places = [each for each in found if each is not None]
    if not places or len(places) < len(found) or len({here for here, _ in places}) > 1:
        return None
    return places[0][0], frozenset(code for _, code in places)


def _at(part: Term) -> tuple[Term, int] | None:
    if part.op is Op.EQ and part.args[0].op is Op.READ and part.args[1].is_const:
        here, code = part.args
        if here.variable.domain.kind is Kind.LOCATION:
            return here, code.value
    return None


def without_needless(clauses: Iterable[Clause]) -> list[Clause]:
    """The clauses that no other one implies. (Only what can be seen at once; together they mean the same.)"""
    kept: list[Clause] = []
    for clause in dict.fromkeys(clauses):
        if any(_implies(one, clause) for one in kept):
            continue
        kept = [one for one in kept if not _implies(clause, one)]
        kept.append(clause)
    return kept


def _implies(one: Clause, other: Clause) -> bool:
    """Whether a clause says as much as another, and in no fewer cases."""
    anywhere = one.control is None or (one.control is other.control and one.codes >= other.codes)
    # What is said of one process and not of another differs in `over`; a clause about nobody covers everybody.
    about = one.over == other.over or not one.over
    return about and anywhere and set(one.conditions) <= set(other.conditions) and _stronger(one.fact, other.fact)


def _stronger(one: Term, other: Term) -> bool:
    """Whether a comparison implies another one."""
    if one is other or one is FALSE:
        return True
    if one.op not in (Op.EQ, Op.LT) or len(one.args) != 2 or one.args[0].boolean:
        return False
    a, b = one.args
    if one.op is Op.EQ:
        nothing = b.is_const and b.value == 0 and other.op is Op.LE and other.args[0] is a
        return nothing or other in (le(a, b), le(b, a))
    return other in (le(a, b), negation(eq(a, b))) or other is negation(eq(b, number(0)))


def sharpened(clauses: Iterable[Clause]) -> list[Clause]:
    """Two facts about the same values, in the same case, as one."""
    found: dict[object, list[Clause]] = {}
    for clause in clauses:
        case = found.setdefault((clause.over, clause.control, clause.codes, clause.conditions), [])
        for at, other in enumerate(case):
            both = _both(clause.fact, other.fact) or _both(other.fact, clause.fact)
            if both is not None:
                case[at] = replace(other, fact=both)
                break
        else:
            case.append(clause)
    return [clause for case in found.values() for clause in case]


def _both(one: Term, other: Term) -> Term | None:
    """What two facts say together, where that is one fact."""
    if other is negation(one):
        return FALSE
    if one.op is not Op.LE:
        return None
    a, b = one.args
    if other is le(b, a):
        return eq(a, b)
    return lt(a, b) if other is negation(eq(a, b)) else None


def together(clauses: Iterable[Clause]) -> list[Clause]:
    """Clauses that differ only in the place as one."""
    found: dict[object, Clause] = {}
    for clause in clauses:
        key = (clause.over, clause.control, clause.conditions, clause.fact)
        codes = clause.codes | (found[key].codes if key in found else frozenset())
        found[key] = Clause(clause.over, clause.control, codes, clause.conditions, clause.fact)
    return list(found.values())
