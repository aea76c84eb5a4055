"""The conditions that the author's code asks while a step is taken for real, in the author's words and order.

A trace function looks on while the oracle takes the step: before each `if`, `while`, `assert` and `require`, and when
the condition of an `until` or the `where` of a `choose` is called, the condition is asked with the values that it is
about to see.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from raceproof.checker.errors import ModelError, is_authors
from raceproof.checker.explain.course import Course
from raceproof.checker.explain.findings import Reason
from raceproof.checker.explain.reasons import why_expression, why_returned
from raceproof.checker.explain.syntax import syntax_in
from raceproof.checker.language.access import Access
from raceproof.checker.oracle import Oracle, OracleState
from raceproof.checker.oracle.run import AssertFailed
from raceproof.checker.oracle.store import RealStore
from raceproof.checker.system.transition import Actor

_MOST_CONDITIONS = 200


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was asked; the step can be taken only if it is true, where it is `demanded`."""

    reason: Reason
    demanded: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of asking an actor to move: the state after it, None where it has to wait or goes wrong; the
    conditions that were asked; how it went wrong."""

    after: OracleState | None
    conditions: tuple[Condition, ...]
    failure: AssertFailed | ModelError | None = None

    @property
    def possible(self) -> bool:
        return self.after is not None or self.failure is not None

    @property
    def blocking(self) -> Reason | None:
        """The condition that keeps the actor from moving, or that goes wrong."""
        found = [condition.reason for condition in self.conditions if condition.demanded]
        return found[-1] if found and not found[-1].holds else None


def attempt(oracle: Oracle, state: OracleState, actor: Actor) -> Attempt:
    """Let one of `Oracle.actors` move, and watch. A generator that has to be brought back to where it waits is not
    watched on its way there."""
    for thread in state.threads:
        if (thread.process, thread.instance) == (actor.process, actor.instance):
            oracle.wake(thread)
    watch = _Watch(oracle.store)
    after: OracleState | None = None
    failure: AssertFailed | ModelError | None = None
    with watch.looking():
        try:
            after = oracle.step(state, actor)
        except (AssertFailed, ModelError) as error:
            failure = error
    return Attempt(after, tuple(watch.found), failure)


def attempts(run: Course) -> list[Attempt]:
    """The steps of a course once more, one after the other, watched."""
    found: list[Attempt] = []
    state = run.real[0]
    for leaf in run.leaves:
        tried = attempt(run.oracle, state, leaf.actor)
        found.append(tried)
        state = tried.after or state
    return found


@dataclass(slots=True)
class _Watch:
    """A trace function and what it has seen."""

    store: RealStore
    found: list[Condition] = field(default_factory=list)

    @contextmanager
    def looking(self) -> Iterator[None]:
        before = sys.gettrace()
        sys.settrace(self._called)
        try:
            yield
        finally:
            sys.settrace(before)

    def _called(self, frame: FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        if not is_authors(code.co_filename):
            return None
        caller = frame.f_back.f_code if frame.f_back else None
        if caller is Oracle._passes.__code__:
            self._waits_for(frame)
        return self._line

    def _waits_for(self, frame: FrameType) -> None:
        """What an `until` or a `where` asks."""
        with self._only_looking():
            reason = why_returned(frame.f_code, _names(frame))
        if reason is not None:
            self._note(reason, demanded=True)

    @contextmanager
    def _only_looking(self) -> Iterator[None]:
        """A condition that is asked once more must not do once more what it does."""
        before, self.store.access = self.store.access, Access.LOOK
        try:
            yield
        finally:
            self.store.access = before

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            syntax = syntax_in(frame.f_code.co_filename)
            test = syntax.tests.get(frame.f_lineno) if syntax else None
            if syntax and test:
                with self._only_looking():
                    reason = why_expression(syntax, test[0], _names(frame))
                if reason is not None:
                    self._note(reason, demanded=test[1])
        return self._line

    def _note(self, reason: Reason, *, demanded: bool) -> None:
        if len(self.found) < _MOST_CONDITIONS:
            self.found.append(Condition(reason, demanded))


def _names(frame: FrameType) -> dict[str, Any]:
    return {**frame.f_globals, **frame.f_locals}
