"""Discharging obligations: each is one script that both solvers must find unsatisfiable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from raceproof.checker.symbolic.grounding import MOST_INSTANCES, Names, TooMany, instances, skolemized, skolemized_apart
from raceproof.checker.symbolic.obligations import Obligation
from raceproof.checker.symbolic.smtlib import Script, typing
from raceproof.checker.symbolic.solvers import Answer, ask_cvc5, ask_z3
from raceproof.checker.system.build import disjunction, negation
from raceproof.checker.system.open import size_variable
from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import TransitionSystem

MILLISECONDS = 10_000
"""What a solver may take for one question."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An obligation that a solver did not discharge."""

    name: str
    solver: str
    answer: Answer


def sizes_of(system: TransitionSystem) -> frozenset[Variable]:
    """The variables that say how many members open domains have."""
    domains = {domain for variable in system.variables for domain in (*variable.keys, variable.domain)}
    return frozenset(map(size_variable, domains)) & frozenset(system.variables)


def script_of(obligations: Sequence[Obligation], sizes: frozenset[Variable]) -> str:
    """A script that is unsatisfiable only if every one of the obligations, which have the same conditions, is met.
    Raises TooMany."""
    names = Names()
    given = [skolemized(part, names) for part in obligations[0].given]
    goals = skolemized_apart([negation(obligation.goal) for obligation in obligations], names)
    names.collect((*given, *goals))
    budget = [MOST_INSTANCES]
    facts = [instances(part, names, budget) for part in given]
    facts.append(disjunction(instances(part, names, budget) for part in goals))
    script = Script()
    for fact in (*facts, *typing(facts, sizes)):
        script.require(fact)
    return str(script)


def failures(system: TransitionSystem, obligations: Iterable[Obligation], milliseconds: int) -> Iterator[Failure]:
    """The obligations that one of the solvers does not discharge, in order; each solver is asked about all. Those with
    the same conditions are asked about together, and one by one where that fails."""
    sizes = sizes_of(system)
    for _, group in groupby(obligations, lambda obligation: obligation.given):
        together = list(group)
        if any(True for _ in _asked(together, sizes, milliseconds)):
            for obligation in together:
                yield from _asked([obligation], sizes, milliseconds)


def _asked(obligations: Sequence[Obligation], sizes: frozenset[Variable], milliseconds: int) -> Iterator[Failure]:
    """What the solvers say, where it is not what it should be."""
    name = obligations[0].name
    try:
        script = script_of(obligations, sizes)
    except TooMany:
        yield Failure(name, "neither", Answer.UNKNOWN)
        return
    for solver, ask in (("Z3", ask_z3), ("cvc5", ask_cvc5)):
        answer = ask(script, milliseconds)
        if answer is not Answer.UNSATISFIABLE:
            yield Failure(name, solver, answer)
