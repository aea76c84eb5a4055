"""Whether two decisions come to the same: guards with what follows where they hold, case by case.

Both sides are asked the same conditions, one after the other, and what is known so far settles as many of the rest as
it can; where nothing is left to ask, both must allow the same. Conditions that are not understood are taken as they
stand, so "the same" is always right, and "not the same" may be said of two that are. (Case splits with bounds on what
is read: Nelson and Oppen, "Simplification by cooperating decision procedures", 1979, at its simplest.)
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from raceproof.checker.system.build import negation
from raceproof.checker.system.ranges import Facts
from raceproof.checker.system.terms import Op, Term

MOST_CASES = 20_000


class Different(Exception):
    """The two sides allow different things."""


@dataclass(frozen=True, slots=True)
class Case:
    """What follows where all parts of a guard hold."""

    guard: tuple[Term, ...]
    outcome: Hashable


Outcomes = frozenset[Hashable]


def allowed_by(ours: Sequence[Case], theirs: Sequence[Case]) -> None:
    """Raises Different unless both sides allow the same in every state; an outcome that is an exception is raised
    where it is allowed."""
    try:
        _Split(atoms=False).compare(Facts(), ours, theirs)
    except Different:
        _Split(atoms=True).compare(Facts(), ours, theirs)


@dataclass(slots=True)
class _Split:
    """A comparison by cases; of `atoms`, or of whole conditions where both sides ask the same."""

    atoms: bool
    left: int = MOST_CASES

    def compare(self, facts: Facts, ours: Sequence[Case], theirs: Sequence[Case]) -> None:
        self.left -= 1
        if self.left < 0:
            raise Different
        answers: dict[Term, bool | None] = {}
        ours, theirs = _open(facts, ours, answers), _open(facts, theirs, answers)
        if {*ours} == {*theirs} and not any(isinstance(case.outcome, Exception) for case in ours):
            return
        question = self._question(facts, ours, theirs)
        if question is None:
            for case in (*ours, *theirs):
                if isinstance(case.outcome, Exception):
                    raise case.outcome
            if {case.outcome for case in ours} != {case.outcome for case in theirs}:
                raise Different
            return
        for answer in (True, False):
            further = Facts(facts)
            if further.assume(question, answer):
                self.compare(further, ours, theirs)

    def _question(self, facts: Facts, ours: Sequence[Case], theirs: Sequence[Case]) -> Term | None:
        for mine, other in ((ours, theirs), (theirs, ours)):
            parts = next((case.guard for case in mine if case.guard), None)
            if parts:
                asked = {part for case in other for part in case.guard}
                if not self.atoms and (parts[0] in asked or negation(parts[0]) in asked):
                    return parts[0]
                return _atom(facts, parts[0])
        return None


def _open(facts: Facts, cases: Sequence[Case], answers: dict[Term, bool | None]) -> list[Case]:
    """The cases that may still come about, with what is left to ask; `answers` are the facts' so far."""
    found: dict[Case, None] = {}
    for case in cases:
        left: list[Term] = []
        for part in case.guard:
            if part not in answers:
                answers[part] = facts.decide(part)
            if answers[part] is False:
                break
            if answers[part] is None:
                left.append(part)
        else:
            found[case if len(left) == len(case.guard) else Case(tuple(left), case.outcome)] = None
    return list(found)


def _atom(facts: Facts, node: Term) -> Term:
    """A condition without parts that helps to decide this one."""
    match node.op:
        case Op.NOT | Op.AND | Op.OR:
            return _atom(facts, next((arg for arg in node.args if facts.decide(arg) is None), node.args[0]))
        case Op.ITE:
            settled = facts.decide(node.args[0])
            return _atom(facts, node.args[0] if settled is None else node.args[1] if settled else node.args[2])
        case _:
            return node
