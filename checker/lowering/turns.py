"""Turns of a loop over any number of members: one turn stands for all members for which the answers are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from raceproof.checker.errors import Code, ModelError, mistake
from raceproof.checker.system.build import negation
from raceproof.checker.system.ranges import Facts
from raceproof.checker.system.terms import Parameter, Term, free_parameters

MOST_QUESTIONS = 400

Decision = tuple[Term, bool]

ALONE = "a step must depend on the state alone: no random, time, sets of objects, or objects that it changes"


def not_repeatable() -> ModelError:
    return mistake("the same code asked two different questions when it was run again", ALONE, code=Code.REPEATABLE)


@dataclass(slots=True)
class Turn:
    """One turn of a loop over a domain that may have any number of members, for all members of which the answers are
    the same; `writes` are what it has written to their entries, `looks` what it has read of others."""

    element: Parameter
    replay: Sequence[Decision]
    facts: Facts
    decisions: list[Decision] = field(default_factory=list)
    open: list[tuple[Decision, ...]] = field(default_factory=list)
    impossible: bool = False

    def concerns(self, question: Term) -> bool:
        """Whether the answer may be another for other members."""
        return self.element in free_parameters((question,))

    def ask(self, question: Term) -> bool:
        settled = self.facts.decide(question)
        if settled is not None:
            return settled
        position = len(self.decisions)
        if position >= MOST_QUESTIONS:
            raise mistake(
                f"one turn of a loop asked more than {MOST_QUESTIONS} questions",
                "ask with exists or forall",
                code=Code.TOO_MANY_WAYS,
            )
        if position < len(self.replay):
            expected, answer = self.replay[position]
            if expected is not question:
                raise not_repeatable()
        else:
            answer = True
            self.open.append((*self.decisions, (question, False)))
        self.decisions.append((question, answer))
        self.impossible |= not self.facts.assume(question, answer)
        return answer

    def assume(self, condition: Term) -> None:
        """Go on for those members only for which a condition holds."""
        self.decisions.append((condition, True))
        self.impossible |= not self.facts.assume(condition)

    @property
    def guard(self) -> tuple[Term, ...]:
        return tuple(question if answer else negation(question) for question, answer in self.decisions)


def left_early() -> ModelError:
    return mistake(
        "a loop over any number of members ends before all had their turn",
        "ask with exists, forall or greatest: where a size is left open, a loop does the same for each member",
        code=Code.OPEN_LOOP,
    )
