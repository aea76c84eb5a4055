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
from raceproof.checker.symbolic.grounding import Names, instances, skolemized
from raceproof.checker.symbolic.obligations import after_step, next_state
from raceproof.checker.symbolic.z3terms import Z3Terms
from raceproof.checker.system.build import negation
from raceproof.checker.system.open import size_variable
from raceproof.checker.system.terms import Op, Term, Variable, subterms
from raceproof.checker.system.transition import Command, TransitionSystem

Look = Callable[[], int]
"""Raises LimitReached; returns how many milliseconds one question may take."""

MOST_INSTANCES = 200_000


class SharedNames(Names):
    """The same fresh names for every condition: at most one of them is broken at a time."""

    def begin(self) -> None:
        self._made = 0


@dataclass
class Lemmas:
    """Lemmas over one system, each with a literal that says that it is assumed."""

    system: TransitionSystem
    all: list[Term]
    terms: Z3Terms
    _instances: dict[tuple[int, tuple[Term, ...]], list[Term]] = field(default_factory=dict)

    @staticmethod
    def over(system: TransitionSystem, lemmas: Iterable[Term]) -> Lemmas:
        domains = {domain for v in system.variables for domain in (*v.keys, v.domain)}
        sizes = frozenset(map(size_variable, domains)) & frozenset(system.variables)
        return Lemmas(system, list(dict.fromkeys(lemmas)), Z3Terms(sizes))

    @cached_property
    def literals(self) -> list[Any]:
        return [self.terms.literal(f"lemma {number}") for number in range(len(self.all))]

    def said(self, number: int, names: Names) -> Term:
        """A lemma said of the named members."""
        return instances(skolemized(self.all[number], names), names, [MOST_INSTANCES])


@dataclass
class Question:
    """Whether some of several goals can be broken where the lemmas and conditions hold."""

    lemmas: Lemmas
    given: tuple[Term, ...]
    goals: dict[int, Term]
    solver: Any = field(init=False)
    broken: dict[int, Any] = field(init=False)
    wrong: dict[int, Any] = field(init=False)

    def __post_init__(self) -> None:
        terms, names = self.lemmas.terms, SharedNames()
        given = [skolemized(part, names) for part in self.given]
        first = names._made
        negated: dict[int, Term] = {}
        for number, goal in self.goals.items():
            names._made = first
            negated[number] = skolemized(negation(goal), names)
        names.collect((*given, *negated.values()))
        budget = [MOST_INSTANCES]
        facts = [instances(part, names, budget) for part in given]
        bad = {number: instances(part, names, budget) for number, part in negated.items()}
        said = [self.lemmas.said(number, names) for number in range(len(self.lemmas.all))]
        self.solver = terms.solver()
        for fact in (*facts,):
            self.solver.add(terms.of(fact))
        self.solver.add(*terms.types((*facts, *bad.values(), *said)))
        for literal, fact in zip(self.lemmas.literals, said, strict=True):
            self.solver.add(z3.Implies(literal, terms.of(fact)))
        self.wrong = {number: terms.of(part) for number, part in bad.items()}
        self.broken = {number: terms.literal(f"broken {number}") for number in bad}
        for number, literal in self.broken.items():
            self.solver.add(literal == self.wrong[number])
        self._some: dict[frozenset[int], Any] = {}

    def refuted(self, assumed: Sequence[int], asked: Sequence[int], milliseconds: int) -> list[int] | None:
        """Some of the goals asked about that can be broken; none where none can be, None where the solver gives up."""
        if not asked:
            return []
        some = self.lemmas.terms.literal(f"some {len(self._some)}")
        self._some[frozenset(asked)] = some
        self.solver.add(z3.Implies(some, z3.Or([self.broken[number] for number in asked])))
        self.solver.set(timeout=milliseconds)
        answer = self.solver.check(some, *(self.lemmas.literals[number] for number in assumed))
        if answer == z3.unsat:
            return []
        if answer != z3.sat:
            return None
        model = self.solver.model()
        return [number for number in asked if z3.is_true(model.eval(self.broken[number], model_completion=True))]

    def core(self, number: int, assumed: Sequence[int], milliseconds: int) -> list[int] | None:
        """Lemmas that are enough to keep a goal; None where they are not known to be."""
        self.solver.set(timeout=milliseconds)
        literals = {literal.get_id(): at for at, literal in enumerate(self.lemmas.literals)}
        answer = self.solver.check(self.broken[number], *(self.lemmas.literals[each] for each in assumed))
        if answer != z3.unsat:
            return None
        return [literals[part.get_id()] for part in self.solver.unsat_core() if part.get_id() in literals]


def kept_by(lemmas: Lemmas, command: Command) -> Question:
    """Whether a command keeps the lemmas: those that speak of what it writes."""
    written = {write.variable for write in command.writes}
    goals = {
        number: after_step(next_state(lemma), command)
        for number, lemma in enumerate(lemmas.all)
        if written & _read_by(lemma)
    }
    return Question(lemmas, command.guard, goals)


def _read_by(lemma: Term) -> set[Variable]:
    return {node.variable for node in subterms((lemma,)) if node.op is Op.READ}


@dataclass
class Houdini:
    """The search for the most lemmas that every command keeps."""

    lemmas: Lemmas
    look: Look
    questions: list[Question] = field(default_factory=list)

    def __post_init__(self) -> None:
        for command in self.lemmas.system.commands:
            self.look()
            self.questions.append(kept_by(self.lemmas, command))

    def inductive(self) -> list[int]:
        """The numbers of the lemmas that are left. Raises LimitReached, also where a solver gives up."""
        left = dict.fromkeys(range(len(self.lemmas.all)))
        changed = True
        while changed:
            changed = False
            for question in self.questions:
                while True:
                    asked = [number for number in question.goals if number in left]
                    refuted = question.refuted(list(left), asked, self.look())
                    if refuted is None:
                        raise LimitReached("Z3 gave up on a lemma")
                    if not refuted:
                        break
                    changed = True
                    for number in refuted:
                        del left[number]
        return list(left)
