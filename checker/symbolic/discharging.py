"""Discharging obligations: each is one script that both solvers must find unsatisfiable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from raceproof.checker.symbolic.grounding import MOST_INSTANCES, Names, TooMany, instances, skolemized
from raceproof.checker.symbolic.obligations import Obligation
from raceproof.checker.symbolic.smtlib import Script, typing
from raceproof.checker.symbolic.solvers import Answer, ask_cvc5, ask_z3
from raceproof.checker.system.build import negation
from raceproof.checker.system.open import size_variable
from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import TransitionSystem


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


def script_of(obligation: Obligation, sizes: frozenset[Variable]) -> str:
    """The obligation as a script that must be unsatisfiable. Raises TooMany."""
    names = Names()
    conditions = [skolemized(part, names) for part in (negation(obligation.goal), *obligation.given)]
    names.collect(conditions)
    budget = [MOST_INSTANCES]
    facts = [instances(condition, names, budget) for condition in conditions]
    script = Script()
    for fact in (*facts, *typing(facts, sizes)):
        script.assert_(fact)
    return str(script)


def failures(system: TransitionSystem, obligations: Iterable[Obligation], milliseconds: int) -> Iterator[Failure]:
    """The obligations that one of the solvers does not discharge, in order; each solver is asked about all."""
    sizes = sizes_of(system)
    for obligation in obligations:
        try:
            script = script_of(obligation, sizes)
        except TooMany:
            yield Failure(obligation.name, "neither", Answer.UNKNOWN)
            continue
        for solver, ask in (("Z3", ask_z3), ("cvc5", ask_cvc5)):
            answer = ask(script, milliseconds)
            if answer is not Answer.UNSATISFIABLE:
                yield Failure(obligation.name, solver, answer)
