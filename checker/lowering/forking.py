"""Forking by re-execution: run the author's code once for every way in which its conditions can go.

A condition over symbols asks the current path; the path answers, remembers, and leaves the other answer to a later
run of the same code. (The technique of CrossHair and of Amin and Rompf, "Collapsing Towers of Interpreters", POPL
2018, in its simplest form.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from raceproof.checker.errors import (
    Location,
    ModelError,
    author_location,
    author_location_of,
    mistake,
    raised_by_author,
)
from raceproof.checker.language.quantifiers import Question
from raceproof.checker.language.steps import Blocked
from raceproof.checker.system.build import FALSE, add, as_number, conjunction, disjunction, ite, negation, number, truth
from raceproof.checker.system.ranges import Facts
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import FaultKind

MOST_QUESTIONS = 400
MOST_ANSWERS = 100_000
MOST_PATHS = 20_000

Decision = tuple[Term, bool]


class StepFault(Exception):
    """A path on which the step must not be taken, because the model goes wrong there."""

    def __init__(self, kind: FaultKind, message: str, location: Location | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.location = location or author_location()


_OF_A_VALUE = (ArithmeticError, LookupError, ValueError, StopIteration, UnboundLocalError)
"""What code may raise in some states only: such a state, if it can be reached, shows that the model goes wrong there.
Any other exception is a mistake wherever it is made."""


def told(error: Exception) -> str:
    """An exception in words."""
    if isinstance(error, UnboundLocalError):
        return f"uses {error.name}, which has no value here"
    return f"raised {type(error).__name__}" + (f": {error}" if str(error) else "")


class Infeasible(Blocked):
    """A path that contradicts itself: no state takes it."""


@dataclass(slots=True)
class Path:
    """One run of a piece of code: the answers it must repeat, those it gave, and what is known by them."""

    replay: Sequence[Decision]
    facts: Facts
    asked: int = 0
    decisions: list[Decision] = field(default_factory=list)
    open: list[tuple[Decision, ...]] = field(default_factory=list)

    def ask(self, question: Term) -> bool:
        """The truth of a condition on this path. Raises ModelError when code asks otherwise on replay, or too much."""
        self.asked += 1
        if self.asked > MOST_ANSWERS:
            raise mistake(
                f"one step asked the state more than {MOST_ANSWERS} times",
                "the usual cause is a loop that waits for another process: yield until(lambda: ...) instead",
            )
        settled = self.facts.decide(question)
        if settled is not None:
            return settled
        position = len(self.decisions)
        if position >= MOST_QUESTIONS:
            raise mistake(
                f"one step asked more than {MOST_QUESTIONS} questions about the state",
                "the usual cause is a loop without a yield, or a loop over a large domain; use forall, exists or count",
            )
        if position < len(self.replay):
            expected, answer = self.replay[position]
            if expected is not question:
                raise _not_repeatable()
        else:
            answer = True
            self.open.append((*self.decisions, (question, False)))
        self.decisions.append((question, answer))
        if not self.facts.assume(question, answer):
            raise Infeasible
        return answer

    def assume(self, condition: Term) -> None:
        """Go on only where the condition holds, without a second run for where it does not."""
        settled = self.facts.decide(condition)
        if settled is None:
            position = len(self.decisions)
            if position < len(self.replay) and self.replay[position][0] is not condition:
                raise _not_repeatable()
            self.decisions.append((condition, True))
            settled = self.facts.assume(condition)
        if not settled:
            raise Infeasible

    @property
    def guard(self) -> tuple[Term, ...]:
        return tuple(question if answer else negation(question) for question, answer in self.decisions)


_ALONE = "a step must depend on the state alone: no random, time, sets of objects, or objects that it changes"


def _not_repeatable() -> ModelError:
    return mistake("the same code asked two different questions when it was run again", _ALONE)


merging: ContextVar[bool] = ContextVar("merging", default=False)
"""Whether a predicate is being run for all its answers at once: it may look only."""

_current: ContextVar[Path | None] = ContextVar("path", default=None)


def current_path() -> Path:
    """The path that is running. Raises ModelError outside of any: a symbol has leaked out of its step."""
    path = _current.get()
    if path is None:
        raise mistake(
            "a value of the state was kept and used outside of its step",
            "let processes talk through the model's attributes only",
        )
    return path


def paths(
    run: Callable[[], Any], facts: Facts | None = None, *, keep_blocked: bool = False
) -> Iterator[tuple[Path, Any]]:
    """Every path through `run` with its result, which is a StepFault where the path, and not every path, goes wrong;
    blocked paths are left out, or have Blocked as their result. Raises ModelError for code that never ends or is not
    repeatable."""
    pending: list[tuple[Decision, ...]] = [()]
    for _ in range(MOST_PATHS):
        if not pending:
            return
        path = Path(pending.pop(), Facts(facts))
        token = _current.set(path)
        outcome: Any
        try:
            outcome = run()
        except StepFault as fault:
            outcome = fault
        except Infeasible:
            continue
        except Blocked as blocked:
            if not keep_blocked:
                continue
            outcome = blocked
        except AssertionError as error:
            outcome = StepFault(FaultKind.ASSERTION, str(error) or "assert failed", author_location_of(error))
        except _OF_A_VALUE as error:
            if not path.decisions or not raised_by_author(error):
                raise
            outcome = StepFault(FaultKind.EXCEPTION, told(error), author_location_of(error))
        finally:
            _current.reset(token)
            pending.extend(path.open)
        if len(path.decisions) < len(path.replay):
            raise _not_repeatable()
        yield path, outcome
    raise mistake(
        f"one step branches in more than {MOST_PATHS} ways",
        "split it with a yield, or ask with forall, exists or count instead of a loop of ifs",
    )


def repeated_paths(run: Callable[[], Any]) -> list[tuple[Path, Any]]:
    """Every path through `run`, found twice. Raises ModelError where the second time tells something else."""
    found = list(paths(run))
    again = list(paths(run))
    if [_told(*entry) for entry in found] != [_told(*entry) for entry in again]:
        raise mistake("the same code did something else when it was run again", _ALONE)
    return found


def _told(path: Path, outcome: Any) -> object:
    # The message of an assert may show objects with their addresses: pytest writes such texts into the code it imports.
    shown = (outcome.kind, outcome.location) if isinstance(outcome, StepFault) else outcome
    return path.decisions, shown


def cases(
    run: Callable[[], Any], as_term: Callable[[Any], Term], facts: Facts | None = None
) -> tuple[Term, list[tuple[Term, StepFault]]]:
    """One term for all the values that `run` may have, by case distinction on the questions it asked, and the
    conditions under which it goes wrong instead."""
    found: list[tuple[list[Decision], Term]] = []
    faults: list[tuple[Term, StepFault]] = []
    for path, outcome in paths(lambda: as_term(run()), facts, keep_blocked=True):
        if isinstance(outcome, Blocked):
            raise ModelError(
                "a condition uses require(), which blocks a step",
                hint="return the condition itself: until(lambda: this and that)",
                location=author_location_of(outcome),
            )
        if isinstance(outcome, StepFault):
            faults.append((conjunction(path.guard), outcome))
            continue
        settled = path.facts.decide(outcome) if outcome.boolean else None
        found.append((path.decisions, outcome if settled is None else truth(settled)))
    return _tree(found, 0) if found else FALSE, faults


def merge(run: Callable[[], Any], as_term: Callable[[Any], Term], facts: Facts, given: Sequence[Term] = ()) -> Term:
    """One term for all the values that `run` may have; where it goes wrong, and `given` holds, so does this path."""
    token = merging.set(True)
    try:
        value, faults = cases(run, as_term, facts)
    finally:
        merging.reset(token)
    for condition, fault in faults:
        if current_path().ask(conjunction((*given, condition))):
            raise fault
    return value


def _tree(found: list[tuple[list[Decision], Term]], depth: int) -> Term:
    if len(found) == 1:
        return found[0][1]
    question = found[0][0][depth][0]
    yes = [entry for entry in found if entry[0][depth][1]]
    no = [entry for entry in found if not entry[0][depth][1]]
    if not yes or not no:
        return _tree(yes or no, depth + 1)
    return ite(question, _tree(yes, depth + 1), _tree(no, depth + 1))


@dataclass(frozen=True, slots=True)
class SymbolicQuantifier:
    """`forall`, `exists` and `count` as terms; `truth` and `wrap` turn values into terms and back."""

    truth: Callable[[Any], Term]
    wrap: Callable[[Term], Any]

    def forall(self, questions: Sequence[Question]) -> Any:
        return self.wrap(conjunction(self._until(questions, stop=False)))

    def exists(self, questions: Sequence[Question]) -> Any:
        return self.wrap(disjunction(self._until(questions, stop=True)))

    def count(self, questions: Sequence[Question]) -> Any:
        total = number(0)
        for question in questions:
            total = add(total, as_number(merge(question, self.truth, current_path().facts)))
        return self.wrap(total)

    def _until(self, questions: Sequence[Question], *, stop: bool) -> Iterator[Term]:
        """The answers in turn, each under the assumption that Python's all() or any() would get to it."""
        facts = Facts(current_path().facts)
        before: list[Term] = []
        for question in questions:
            answer = merge(question, self.truth, facts, before)
            yield answer
            before.append(negation(answer) if stop else answer)
            if not facts.assume(answer, not stop):
                return
