"""Proofs for any number of processes and of values: an inductive invariant over all of them.

The claims and the author's lemmas are tried first, then with the unconditional candidates, then with all; what is left
of them together is inductive. Of that, what the claims need is kept. (Parameterised verification by invariants over
small instances: Pnueli, Ruah, Zuck, TACAS 2001; Ma et al., "I4: Incremental Inference of Inductive Invariants", SOSP
2019.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from raceproof.checker.limits import LimitReached, Limits
from raceproof.checker.symbolic.candidates import Candidates
from raceproof.checker.symbolic.closing import Closing
from raceproof.checker.symbolic.houdini import Houdini, Lemmas, Look, Question
from raceproof.checker.symbolic.invariant import Invariant
from raceproof.checker.symbolic.obligations import Obligation, initiation, safety, soundness
from raceproof.checker.symbolic.obstacle import Obstacle, Obstacles
from raceproof.checker.symbolic.states import States
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem

Tell = Callable[[str], None]

STARTS_AT_ONCE = 200
"""Of how many lemmas one question asks whether they hold at the start."""


@dataclass
class Search:
    """The search for an invariant that proves claims, with the help of `lemmas`, the author's: those that it uses are
    claims of the invariant too. Of all that was tried last, the `known` ones are inductive together, and some step
    breaks each of the `broken` ones."""

    system: TransitionSystem
    claims: tuple[Property, ...]
    small: dict[str, int]
    limits: Limits
    look: Look
    tell: Tell
    lemmas: tuple[Property, ...] = ()
    left: list[Property] = field(default_factory=list)
    known: list[Term] = field(default_factory=list)
    broken: list[Term] = field(default_factory=list)

    def run(self) -> Invariant | None:
        """An invariant for as many claims as it can; None where it is for none. Raises LimitReached."""
        closing = Closing(self.system, self.small)
        given = [claim.predicate for claim in (*self.claims, *self.lemmas) if claim.kind is ClaimKind.ALWAYS]
        found: Invariant | None = None
        self.left = list(self.claims)
        self.tell("the claims as their own invariant")
        proved = self.inductive_of(given)
        if proved and not self.left:
            return proved
        found = proved
        self.tell("exploring a small scope")
        states = States.of(closing.closed(), self.limits)
        candidates = Candidates(closing, states)
        more: list[Term] = []
        for conditions in (0, 1, 2):
            self.look()
            further = candidates.found(conditions)
            if conditions and not further:
                continue
            more += further
            self.tell(f"{len(more):,} candidate lemmas")
            self.left = list(self.claims)
            better = self.inductive_of([*given, *more])
            if better and (found is None or self._proved(better) > self._proved(found)):
                found = better
            if not self.left:
                return found
        self.left = [claim for claim in self.claims if found is None or claim not in found.claims]
        return found

    def _proved(self, invariant: Invariant) -> int:
        return sum(claim in self.claims for claim in invariant.claims)

    def obstacle(self, claim: Property) -> Obstacle | None:
        """Why a claim of those that are `left` is not inductive, as small sizes show it. Raises LimitReached."""
        claims = [each.predicate for each in self.left if each.kind is ClaimKind.ALWAYS]
        candidates = [lemma for lemma in self.broken if lemma not in claims]
        return Obstacles(self.system, self.small, self.known, claims, candidates, self.limits, self.look).of(claim)

    def inductive_of(self, lemmas: Iterable[Term]) -> Invariant | None:
        """What of the lemmas is inductive, and what it proves."""
        lemmas = list(dict.fromkeys(lemmas))
        kept = self._true_at_start(lemmas)
        over = Lemmas.over(self.system, kept)
        houdini = Houdini(over, self.look, self.tell)
        left = houdini.inductive()
        self.known = [kept[number] for number in left]
        self.broken = [lemma for lemma in lemmas if lemma not in set(self.known)]
        minimal = _Needed(self.system, over, houdini, left, self.look)
        if not minimal.sound():
            return None
        proved = [claim for claim in self.claims if minimal.proves(claim)]
        self.left = [claim for claim in self.claims if claim not in proved]
        if not proved:
            return None
        used = minimal.used(self.lemmas)
        return Invariant(tuple(over.all[number] for number in minimal.closed()), (*proved, *used))

    def _true_at_start(self, lemmas: Sequence[Term]) -> list[Term]:
        """The lemmas that hold in every initial state."""
        goals = {number: initiation(self.system, lemma, "").goal for number, lemma in enumerate(lemmas)}
        left = dict.fromkeys(goals)
        numbers = list(goals)
        for first in range(0, len(numbers), STARTS_AT_ONCE):
            some = numbers[first : first + STARTS_AT_ONCE]
            question = Question(Lemmas.over(self.system, []), (), {number: goals[number] for number in some}, ())
            while refuted := question.refuted([], [number for number in some if number in left], self.look()):
                for number in refuted:
                    del left[number]
            if refuted is None:
                raise LimitReached("Z3 gave up on an initial state")
        return [lemmas[number] for number in left]


@dataclass
class _Needed:
    """Which of the inductive lemmas are needed, found from what each proof made use of."""

    system: TransitionSystem
    over: Lemmas
    houdini: Houdini
    left: list[int]
    look: Look
    needed: dict[int, None] = field(default_factory=dict)

    def sound(self) -> bool:
        """Whether no step goes wrong."""
        return self._shown(soundness(self.system, ()))

    def proves(self, claim: Property) -> bool:
        """Whether the lemmas prove a claim; notes those that it needs."""
        if claim.kind is ClaimKind.ALWAYS and claim.predicate in (self.over.all[number] for number in self.left):
            self.needed[self.over.all.index(claim.predicate)] = None
            return self._shown(each for each in safety(self.system, claim, ()) if each.goal is not claim.predicate)
        return self._shown(safety(self.system, claim, ()))

    def used(self, lemmas: Iterable[Property]) -> list[Property]:
        """The author's lemmas that are needed, as far as they are defined in every state."""
        found: list[Property] = []
        left, more = list(lemmas), list(lemmas)
        while more:
            needed = {self.over.all[number] for number in self.closed()}
            more = [lemma for lemma in left if lemma.predicate in needed]
            left = [lemma for lemma in left if lemma not in more]
            found += [lemma for lemma in more if self.proves(lemma)]
        return found

    def _shown(self, obligations: Iterable[Obligation]) -> bool:
        found: list[int] = []
        for obligation in obligations:
            question = Question(self.over, obligation.given, {0: obligation.goal}, self.left)
            core = self._core(question, 0)
            if core is None:
                return False
            found += core
        self.needed.update(dict.fromkeys(found))
        return True

    def _core(self, question: Question, goal: int) -> list[int] | None:
        """Lemmas that are enough: if possible, some that are needed already."""
        before = [number for number in self.left if number in self.needed]
        core = question.core(goal, before, self.look())
        return question.core(goal, self.left, self.look()) if core is None else core

    def closed(self) -> Sequence[int]:
        """The needed lemmas, those that are needed to keep them, and so on."""
        pending = list(self.needed)
        while pending:
            number = pending.pop()
            for question in self.houdini.questions:
                if number not in question.goals:
                    continue
                core = self._core(question, number)
                if core is None:
                    raise LimitReached("Z3 gave up on a lemma that it has shown before")
                for other in core:
                    if other not in self.needed:
                        self.needed[other] = None
                        pending.append(other)
        return sorted(self.needed)
