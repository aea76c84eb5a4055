"""`forall`, `exists`, `count` and `greatest` while a model is being lowered: one term instead of a fork per member."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from raceproof.checker.errors import Code, mistake
from raceproof.checker.language.quantifiers import Question
from raceproof.checker.lowering.counting import OpenCount
from raceproof.checker.lowering.forking import current_path, merge, merging
from raceproof.checker.system.build import (
    add,
    as_number,
    conjunction,
    disjunction,
    exists,
    forall,
    ite,
    le,
    negation,
    number,
    parameter,
)
from raceproof.checker.system.ranges import Facts
from raceproof.checker.system.substitute import substitute
from raceproof.checker.system.terms import Parameter, Term


@dataclass(frozen=True, slots=True)
class SymbolicQuantifier:
    """`forall`, `exists`, `count` and `greatest` as terms; `truth` and `wrap` turn values into terms and back, `member`
    a term into a member of a domain."""

    truth: Callable[[Any], Term]
    wrap: Callable[[Term], Any]
    member: Callable[[Term, Any], Any]

    def forall(self, questions: Sequence[Question]) -> Any:
        return self.wrap(conjunction(self._until(questions, stop=False)))

    def exists(self, questions: Sequence[Question]) -> Any:
        return self.wrap(disjunction(self._until(questions, stop=True)))

    def greatest(self, domain: Any, questions: Sequence[Question]) -> Any:
        found = number(0)
        for question in questions:
            if question.over:
                return self._some_greatest(domain, question)
            answer = merge(question, self.truth, current_path().facts)
            found = ite(answer, number(question.values[0].number), found)
        return self.member(found, domain)

    def _some_greatest(self, domain: Any, question: Question) -> Any:
        """A member that is the greatest with an answer of yes, where there is one."""
        if merging.get():
            raise mistake(
                "asks for the greatest of any number of members in a condition",
                "ask for it in a step",
                code=Code.OPEN_COUNT,
            )
        path, (any_member,) = current_path(), _parameters(question)
        answer = merge(question, self.truth, path.facts, (), (any_member,))
        if not path.ask(exists(any_member, answer)):
            return self.member(number(0), domain)
        chosen = parameter(path.fresh("greatest", any_member.domain))
        path.assume(substitute(answer, {parameter(any_member): chosen}))
        path.assume(forall(any_member, disjunction((le(parameter(any_member), chosen), negation(answer)))))
        return self.member(chosen, domain)

    def count(self, questions: Sequence[Question]) -> Any:
        total = number(0)
        for question in questions:
            if question.over and len(questions) == len(question.over) == 1:
                over = _parameters(question)
                answer = merge(question, self.truth, current_path().facts, (), over)
                return OpenCount(over[0], answer, self.wrap)
            if question.over:
                raise mistake(
                    "counts pairs of any number of members", "ask with exists or forall", code=Code.OPEN_COUNT
                )
            total = add(total, as_number(merge(question, self.truth, current_path().facts)))
        return self.wrap(total)

    def _until(self, questions: Sequence[Question], *, stop: bool) -> Iterator[Term]:
        """The answers in turn, each under the assumption that Python's all() or any() would get to it."""
        facts = Facts(current_path().facts)
        before: list[Term] = []
        for question in questions:
            over = _parameters(question)
            answer = merge(question, self.truth, facts, before, over)
            for member in over:
                answer = exists(member, answer) if stop else forall(member, answer)
            yield answer
            before.append(negation(answer) if stop else answer)
            if not facts.assume(answer, not stop):
                return


def _parameters(question: Question) -> tuple[Parameter, ...]:
    """What stands for any members in a question."""
    return tuple(symbol.term.parameter for symbol in question.over)
