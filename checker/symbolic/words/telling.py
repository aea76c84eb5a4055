"""What of an invariant is worth telling people: clauses that say the same with fewer words, if they still prove it."""

from __future__ import annotations

from collections.abc import Sequence

from raceproof.checker.limits import LimitReached, Limits
from raceproof.checker.symbolic.houdini import Look
from raceproof.checker.symbolic.invariant import Invariant
from raceproof.checker.symbolic.parametric import Search
from raceproof.checker.symbolic.words.clauses import Clause, clauses_of, sharpened, without_needless
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import TransitionSystem


def worth_telling(system: TransitionSystem, invariant: Invariant, look: Look) -> list[Clause]:
    """The clauses of an invariant that its claims do not say themselves; fewer, where fewer still prove every claim. A
    limit or an interruption ends the attempt to make do with fewer, and nothing else."""
    said = {claim.predicate for claim in invariant.claims}
    clauses = _besides(invariant.lemmas, said)
    fewer = without_needless(sharpened(without_needless(clauses)))
    lemmas = [*(lemma for lemma in invariant.lemmas if lemma in said), *(clause.term for clause in fewer)]
    try:
        search = Search(system, invariant.claims, {}, Limits(), look, lambda text: None)
        better = search.inductive_of(lemmas)
    except (LimitReached, KeyboardInterrupt):
        return clauses
    return _besides(better.lemmas, said) if better and set(better.claims) == set(invariant.claims) else clauses


def _besides(lemmas: Sequence[Term], said: set[Term]) -> list[Clause]:
    return [clause for lemma in lemmas if lemma not in said for clause in clauses_of(lemma)]
