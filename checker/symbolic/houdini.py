"""Houdini: of many candidate lemmas, the most that are inductive together.

All are assumed; a command that can break one of them refutes it, and it is assumed no more; what is left when nothing
can be refuted is kept by every command. The largest such set is unique. (Flanagan and Leino, "Houdini, an Annotation
Assistant for ESC/Java", FME 2001.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import z3

from raceproof.checker.limits import LimitReached
from raceproof.checker.symbolic.grounding import Names, instances, skolemized, skolemized_apart
from raceproof.checker.symbolic.rewriting import stepping
from raceproof.checker.symbolic.z3terms import Z3Terms
from raceproof.checker.system.build import TRUE, negation
from raceproof.checker.system.domain import Kind
from raceproof.checker.system.open import size_variable
from raceproof.checker.system.terms import Op, Parameter, Term, Variable, subterms
from raceproof.checker.system.transition import Command, TransitionSystem

Look = Callable[[], int]
"""Raises LimitReached; returns how many milliseconds one question may take."""

MOST_INSTANCES = 200_000


@dataclass
class Lemmas:
    """Lemmas over one system, each with a literal that says that it is assumed."""

    system: TransitionSystem
    all: list[Term]
    terms: Z3Terms
    _said: dict[tuple[int, tuple[tuple[Term, ...], ...]], Term] = field(default_factory=dict)
    _bound: dict[int, list[Parameter]] = field(default_factory=dict)
    _read: dict[int, set[Variable]] = field(default_factory=dict)

    @staticmethod
    def over(system: TransitionSystem, lemmas: Iterable[Term]) -> Lemmas:
        domains = {domain for v in system.variables for domain in (*v.keys, v.domain)}
        sizes = frozenset(map(size_variable, domains)) & frozenset(system.variables)
        return Lemmas(system, list(dict.fromkeys(lemmas)), Z3Terms(sizes))

    @cached_property
    def literals(self) -> list[Any]:
        return [self.terms.literal(f"lemma {number}") for number in range(len(self.all))]

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The lemma that each literal says is assumed, by Z3's own number of the literal."""
        return {literal.get_id(): number for number, literal in enumerate(self.literals)}

    def read_by(self, number: int) -> set[Variable]:
        """What a lemma speaks of."""
        if number not in self._read:
            nodes = subterms((self.all[number],))
            self._read[number] = {node.variable for node in nodes if node.op is Op.READ}
        return self._read[number]

    def said(self, number: int, names: Names) -> Term:
        """A lemma said of the named members."""
        lemma = self.all[number]
        if number not in self._bound:
            self._bound[number] = [node.parameter for node in subterms((lemma,)) if node.op is Op.FORALL]
        key = (number, tuple(tuple(names.of(each)) for each in self._bound[number]))
        if key not in self._said:
            self._said[key] = instances(skolemized(lemma, names), names, [MOST_INSTANCES])
        return self._said[key]


@dataclass
class Question:
    """Whether some of several goals can be broken where the lemmas and conditions hold; `among` are the lemmas that can
    be assumed, by number."""

    lemmas: Lemmas
    given: tuple[Term, ...]
    goals: dict[int, Term]
    among: Sequence[int]
    solver: Any = field(init=False)
    broken: dict[int, Any] = field(init=False)
    wrong: dict[int, Any] = field(init=False)

    def __post_init__(self) -> None:
        terms, names = self.lemmas.terms, Names()
        given = [skolemized(part, names) for part in self.given]
        parts = skolemized_apart([negation(goal) for goal in self.goals.values()], names)
        negated = dict(zip(self.goals, parts, strict=True))
        names.collect((*given, *parts))
        budget = [MOST_INSTANCES]
        facts = [instances(part, names, budget) for part in given]
        bad = {number: instances(part, names, budget) for number, part in negated.items()}
        said = {number: self.lemmas.said(number, names) for number in self.among}
        self.solver = terms.solver()
        terms.require(self.solver, map(terms.of, facts))
        terms.require(self.solver, terms.types((*facts, *bad.values(), *said.values())))
        literals = self.lemmas.literals
        terms.require(self.solver, (terms.implies(literals[number], terms.of(fact)) for number, fact in said.items()))
        self.wrong = {number: terms.of(part) for number, part in bad.items()}
        self.broken = {number: terms.literal(f"broken {number}") for number in bad}
        terms.require(self.solver, (terms.same(self.broken[number], self.wrong[number]) for number in bad))
        self._some: dict[frozenset[int], Any] = {}

    def refuted(self, assumed: Sequence[int], asked: Sequence[int], milliseconds: int) -> list[int] | None:
        """Some of the goals asked about that can be broken; none where none can be, None where the solver gives up."""
        if not asked:
            return []
        terms = self.lemmas.terms
        some = terms.literal(f"some {len(self._some)}")
        self._some[frozenset(asked)] = some
        terms.require(self.solver, [terms.implies(some, terms.any_of([self.broken[number] for number in asked]))])
        self.solver.set(timeout=milliseconds, ctrl_c=False)
        answer = terms.check(self.solver, [some, *(self.lemmas.literals[number] for number in assumed)])
        if answer == z3.unsat:
            return []
        if answer != z3.sat:
            return None
        model = self.solver.model()
        return [number for number in asked if z3.is_true(model.eval(self.broken[number], model_completion=True))]

    def core(self, number: int, assumed: Sequence[int], milliseconds: int) -> list[int] | None:
        """Lemmas that are enough to keep a goal; None where they are not known to be."""
        self.solver.set(timeout=milliseconds, ctrl_c=False)
        assumptions = [self.broken[number], *(self.lemmas.literals[each] for each in assumed)]
        answer = self.lemmas.terms.check(self.solver, assumptions)
        if answer != z3.unsat:
            return None
        numbers = self.lemmas.numbers
        return [numbers[part.get_id()] for part in self.solver.unsat_core() if part.get_id() in numbers]


def kept_by(lemmas: Lemmas, command: Command, among: Sequence[int]) -> Question:
    """Whether a command keeps lemmas: those of these that speak of what it writes."""
    after = stepping(command)
    goals = {number: after.of(lemmas.all[number]) for number in among if _may_break(command, lemmas, number)}
    return Question(lemmas, command.guard, {number: goal for number, goal in goals.items() if goal is not TRUE}, among)


def _may_break(command: Command, lemmas: Lemmas, number: int) -> bool:
    """Whether a command writes something that a lemma speaks of, other than that somebody is at another place now."""
    written = {write.variable: write for write in command.writes}
    lemma, touched = lemmas.all[number], written.keys() & lemmas.read_by(number)
    if len(touched) != 1:
        return bool(touched)
    (variable,) = touched
    body = lemma.args[0] if lemma.op is Op.FORALL else lemma
    value = written[variable].value
    return not (
        variable.domain.kind is Kind.LOCATION
        and value.is_const
        and body.op is Op.OR
        and _asks_for_place(body) not in (None, value.value)
    )


def _asks_for_place(clause: Term) -> int | None:
    """The place of which alone a clause speaks."""
    for part in clause.args:
        if part.op is Op.NOT and part.args[0].op is Op.EQ:
            here, code = part.args[0].args
            if here.op is Op.READ and here.variable.domain.kind is Kind.LOCATION and code.is_const:
                return code.value
    return None


@dataclass
class Houdini:
    """The search for the most lemmas that every command keeps."""

    lemmas: Lemmas
    look: Look
    tell: Callable[[str], None] = lambda text: None
    questions: list[Question] = field(default_factory=list)

    def inductive(self) -> list[int]:
        """The numbers of the lemmas that are left. Raises LimitReached, also where a solver gives up."""
        left = dict.fromkeys(range(len(self.lemmas.all)))
        # What was refuted before a command is asked about the first time has no part in any question about it.
        for command in self.lemmas.system.commands:
            self.look()
            self.questions.append(kept_by(self.lemmas, command, list(left)))
            self._refute(self.questions[-1], left)
        changed = True
        while changed:
            changed = False
            for question in self.questions:
                changed |= self._refute(question, left)
        return list(left)

    def _refute(self, question: Question, left: dict[int, None]) -> bool:
        """Take away what a command can break; whether that was anything."""
        before = len(left)
        while True:
            asked = [number for number in question.goals if number in left]
            refuted = question.refuted(list(left), asked, self.look())
            if refuted is None:
                raise LimitReached("Z3 gave up on a lemma")
            if not refuted:
                return len(left) < before
            for number in refuted:
                del left[number]
            self.tell(f"{len(left):,} of {len(self.lemmas.all):,} lemmas left")
