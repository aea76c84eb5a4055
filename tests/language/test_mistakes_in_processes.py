"""Processes that cannot be what their author meant: each is refused at its line, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

MISTAKES: dict[str, tuple[str, str, str]] = {
    "a process without a yield": (
        """
        @process
        def work(self) -> Steps:  # wrong
            self.busy = True
        """,
        "the process work has no yield",
        "a process yields where others may run; use @action for a single step of the environment",
    ),
    "an asynchronous process": (
        """
        @process
        async def work(self) -> Steps:  # wrong
            yield "a"
        """,
        "the process work is asynchronous",
        "write def, and yield where another process may run",
    ),
    "an action with a yield": (
        """
        @action
        def work(self) -> None:  # wrong
            yield "a"
        """,
        "the action work has a yield",
        "an action is one step; use @process for something that takes several",
    ),
    "an argument without a domain": (
        """
        @process
        def work(self, me: Worker) -> Steps:  # wrong
            yield "a"
        """,
        "work takes 2 arguments instead of 1",
        "write (self), or say each=Domain",
    ),
    "a domain without an argument": (
        """
        @process(each=Worker)
        def work(self) -> Steps:  # wrong
            yield "a"
        """,
        "work takes 1 argument instead of 2",
        "write (self, and one for each of Worker)",
    ),
    "an action for each without an argument": (
        """
        @action(each=(Worker, Endpoint))
        def work(self, me: Worker) -> None:  # wrong
            self.busy = True
        """,
        "work takes 2 arguments instead of 3",
        "write (self, and one for each of Worker, Endpoint)",
    ),
    "each is an Enum": (
        """
        @process(each=Light)
        def work(self, me: Light) -> Steps:  # wrong
            yield "a"
        """,
        "each=Light is no domain",
        "declare class Worker(Id) and write each=Worker",
    ),
    "each is a text": (
        """
        @process(each="Worker")
        def work(self, me: Worker) -> Steps:  # wrong
            yield "a"
        """,
        "each='Worker' is no domain",
        "declare class Worker(Id) and write each=Worker",
    ),
    "a domain in the place of the method": (
        """
        @process(Worker)  # wrong
        def work(self, me: Worker) -> Steps:
            yield "a"
        """,
        "@process got Worker, which is no method",
        "write @process(each=Worker)",
    ),
    "an unknown fairness": (
        """
        @process(fair="often")
        def work(self) -> Steps:  # wrong
            yield "a"
        """,
        "fair='often' is no fairness",
        'write fair="weak" or fair="strong"',
    ),
    "a forgotten @process": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

        def rest(self) -> Steps:  # wrong
            yield "b"
        """,
        "rest yields, but it is no process and nobody yields from it",
        "mark it with @process, or leave it out",
    ),
    "state written before the first yield": (
        """
        @process
        def work(self) -> Steps:
            self.busy = True  # wrong
            yield "a"
        """,
        "writes busy before its first yield",
        "code before the first yield may set locals only",
    ),
    "state read before the first yield": (
        """
        @process
        def work(self) -> Steps:
            mine = self.newest  # wrong
            yield "a"
        """,
        "reads newest before its first yield",
        "code before the first yield may set locals to constants only",
    ),
    "require before the first yield": (
        """
        @process
        def work(self) -> Steps:
            require(False)  # wrong
            yield "a"
        """,
        "work blocks before its first yield",
        "move require(...) behind a yield",
    ),
    "a local that starts outside of its domain": (
        """
        @process
        def work(self) -> Steps:
            mine: Plan = Plan(9)
            yield "a"  # wrong
            self.newest = mine
        """,
        "mine takes a value outside of Plan (none, plan 1 .. plan 3)",
        "this happens before the first yield",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_process_is_refused_with_what_to_write_instead(
    name: str, refusal_in_model: Callable[[str], tuple[str, str, str]]
) -> None:
    lines, message, hint = MISTAKES[name]

    assert (message, hint) == refusal_in_model(lines)[:2]
