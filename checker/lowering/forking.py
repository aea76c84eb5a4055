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
    Code,
    Location,
    ModelError,
    author_location,
    author_location_of,
    mistake,
    raised_by_author,
)
from raceproof.checker.language.steps import Blocked
from raceproof.checker.lowering.loops import KeepsLoops, Loop
from raceproof.checker.lowering.turns import ALONE, MOST_QUESTIONS, Decision, Turn, left_early, not_repeatable
from raceproof.checker.system.build import (
    FALSE,
    conjunction,
    exists,
    ite,
    negation,
    truth,
)
from raceproof.checker.system.domain import Domain
from raceproof.checker.system.ranges import Facts
from raceproof.checker.system.terms import Parameter, Term
from raceproof.checker.system.transition import FaultKind

MOST_ANSWERS = 100_000
MOST_PATHS = 20_000


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
    turn: Turn | None = None
    loop: Loop | None = None
    store: KeepsLoops | None = None
    faults: list[tuple[tuple[Term, ...], StepFault]] = field(default_factory=list)
    named: int = 0
    written: int = 0
    heads: dict[object, object] = field(default_factory=dict)

    def ask(self, question: Term) -> bool:
        """The truth of a condition on this path. Raises ModelError when code asks otherwise on replay, or too much."""
        self.asked += 1
        if self.turn and self.turn.concerns(question):
            settled = self.facts.decide(question)
            return self.turn.ask(question) if settled is None else settled
        if self.asked > MOST_ANSWERS:
            raise mistake(
                f"one step asked the state more than {MOST_ANSWERS} times",
                "the usual cause is a loop that waits for another process: yield until(lambda: ...) instead",
                code=Code.ENDLESS_STEP,
            )
        settled = self.facts.decide(question)
        if settled is not None:
            return settled
        position = len(self.decisions)
        if position >= MOST_QUESTIONS:
            raise mistake(
                f"one step asked more than {MOST_QUESTIONS} questions about the state",
                "the usual cause is a loop without a yield, or a loop over a large domain; use forall, exists or count",
                code=Code.ENDLESS_STEP,
            )
        if position < len(self.replay):
            expected, answer = self.replay[position]
            if expected is not question:
                raise not_repeatable()
        else:
            answer = True
            self.open.append((*self.decisions, (question, False)))
        self.decisions.append((question, answer))
        if not self.facts.assume(question, answer):
            raise Infeasible
        return answer

    def demand(self, condition: Term, fault: Callable[[], StepFault]) -> None:
        """Raises the fault on the path on which the condition does not hold. In a turn that stands for any member, the
        fault is noted, and the turn goes on for the members for which it does hold."""
        if self.turn and self.turn.concerns(condition):
            if self.facts.decide(condition) or self.turn.facts.decide(condition):
                return
            self.faults.append(((*self.guard, *self.turn.guard, negation(condition)), fault()))
            self.turn.assume(condition)
        elif not self.ask(condition):
            raise fault()

    def fresh(self, name: str, domain: Domain) -> Parameter:
        """A parameter of its own for something that the path leaves open."""
        self.named += 1
        return Parameter(f"{name}~{self.named}", domain)

    def assume(self, condition: Term) -> None:
        """Go on only where the condition holds, without a second run for where it does not."""
        settled = self.facts.decide(condition)
        if settled is None:
            position = len(self.decisions)
            if position < len(self.replay) and self.replay[position][0] is not condition:
                raise not_repeatable()
            self.decisions.append((condition, True))
            settled = self.facts.assume(condition)
        if not settled:
            raise Infeasible

    @property
    def guard(self) -> tuple[Term, ...]:
        return tuple(question if answer else negation(question) for question, answer in self.decisions)


merging: ContextVar[bool] = ContextVar("merging", default=False)
"""Whether a predicate is being run for all its answers at once: it may look only."""

depth: ContextVar[int] = ContextVar("depth", default=0)
"""How many members quantifiers around the running code have bound: each has a name of its own."""

_current: ContextVar[Path | None] = ContextVar("path", default=None)


def current_path() -> Path:
    """The path that is running. Raises ModelError outside of any: a symbol has leaked out of its step."""
    path = _current.get()
    if path is None:
        raise mistake(
            "a value of the state was kept and used outside of its step",
            "let processes talk through the model's attributes only",
            code=Code.REPEATABLE,
        )
    return path


def loop_around() -> Loop | None:
    """The loop over any number of members that is under way."""
    path = _current.get()
    return path.loop if path else None


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
        around = _current.get()
        path.loop = around.loop if around and merging.get() else None
        token = _current.set(path)
        outcome: Any
        try:
            outcome = run()
            if path.turn:
                raise left_early()
        except Infeasible:
            continue
        except StepFault as fault:
            outcome = fault
        except Blocked as blocked:
            if path.turn:
                raise left_early() from blocked
            if not keep_blocked:
                continue
            outcome = blocked
        except AssertionError as error:
            if path.turn:
                raise left_early() from error
            outcome = StepFault(FaultKind.ASSERTION, str(error) or "assert failed", author_location_of(error))
        except _OF_A_VALUE as error:
            if path.turn:
                raise left_early() from error
            if not path.decisions or not raised_by_author(error):
                raise
            outcome = StepFault(FaultKind.EXCEPTION, told(error), author_location_of(error))
        finally:
            _current.reset(token)
            pending.extend(path.open)
        if len(path.decisions) < len(path.replay):
            raise not_repeatable()
        yield path, outcome
    raise mistake(
        f"one step branches in more than {MOST_PATHS} ways",
        "split it with a yield, or ask with forall, exists or count instead of a loop of ifs",
        code=Code.TOO_MANY_WAYS,
    )


def repeated_paths(run: Callable[[], Any]) -> list[tuple[Path, Any]]:
    """Every path through `run`, found twice. Raises ModelError where the second time tells something else."""
    found = list(paths(run))
    again = list(paths(run))
    if [_told(*entry) for entry in found] != [_told(*entry) for entry in again]:
        raise mistake("the same code did something else when it was run again", ALONE, code=Code.REPEATABLE)
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
            message = "a condition uses require(), which blocks a step"
            hint, location = "return the condition itself: until(lambda: this and that)", author_location_of(outcome)
            raise ModelError(message, hint=hint, location=location, code=Code.CHANGE_IN_QUESTION)
        if isinstance(outcome, StepFault):
            faults.append((conjunction(path.guard), outcome))
            continue
        settled = path.facts.decide(outcome) if outcome.boolean else None
        found.append((path.decisions, outcome if settled is None else truth(settled)))
    return _tree(found, 0) if found else FALSE, faults


def merge(
    run: Callable[[], Any],
    as_term: Callable[[Any], Term],
    facts: Facts,
    given: Sequence[Term] = (),
    over: Sequence[Parameter] = (),
) -> Term:
    """One term for all the values that `run` may have; where it goes wrong, and `given` holds, so does this path.
    `over` stands for members: it goes wrong where it does so for some of them."""
    token, deeper = merging.set(True), depth.set(depth.get() + len(over))
    try:
        value, faults = cases(run, as_term, facts)
    finally:
        merging.reset(token)
        depth.reset(deeper)
    for condition, fault in faults:
        wrong = conjunction((*given, condition))
        for member in over:
            wrong = exists(member, wrong)
        current_path().demand(negation(wrong), lambda fault=fault: fault)  # type: ignore[misc]
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
