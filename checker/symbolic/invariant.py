"""An inductive invariant for any number of processes and of values, and all that has to be shown for it to be one."""

from __future__ import annotations

from dataclasses import dataclass

from raceproof.checker.symbolic.obligations import Obligation, consecution, initiation, safety, soundness, told
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import Property, TransitionSystem


@dataclass(frozen=True, slots=True)
class Invariant:
    """Lemmas that every command keeps and that hold at the start; `claims` follow from them."""

    lemmas: tuple[Term, ...]
    claims: tuple[Property, ...]

    def obligations(self, system: TransitionSystem) -> list[Obligation]:
        """Everything that has to be shown."""
        names = [f"lemma {number + 1}" for number in range(len(self.lemmas))]
        found = [initiation(system, lemma, name) for lemma, name in zip(self.lemmas, names, strict=True)]
        for number, command in enumerate(system.commands):
            shown = f"command {number}, {told(system, command)}"
            for lemma, name in zip(self.lemmas, names, strict=True):
                obligation = consecution(command, shown, self.lemmas, lemma, name)
                if not obligation.goal.is_const or not obligation.goal.value:
                    found.append(obligation)
        found += soundness(system, self.lemmas)
        for claim in self.claims:
            found += safety(system, claim, self.lemmas)
        return found
