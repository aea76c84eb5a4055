"""Helpers that are called in a way that does nothing, or not what it seems: each is refused at its line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

MISTAKES: dict[str, tuple[str, str, str]] = {
    "a helper without yield from": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            self.helper()  # wrong

        def helper(self) -> Steps:
            yield "b"
        """,
        "work calls helper without yield from",
        "write yield from self.helper(...): its steps happen only then",
    ),
    "a helper that is yielded itself": (
        """
        @process
        def work(self) -> Steps:
            yield self.helper()  # wrong

        def helper(self) -> Steps:
            yield "b"
        """,
        "work calls helper without yield from",
        "write yield from self.helper(...): its steps happen only then",
    ),
    "a helper whose result is its generator": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            self.busy = self.helper()  # wrong

        def helper(self) -> Steps:
            yield "b"
            return True
        """,
        "work calls helper without yield from",
        "write yield from self.helper(...): its steps happen only then",
    ),
    "a helper that calls itself": (
        """
        @process
        def work(self) -> Steps:
            yield from self.helper()

        def helper(self) -> Steps:
            yield "b"
            yield from self.helper()  # wrong
        """,
        "helper calls itself",
        "a process has a fixed depth; use a loop",
    ),
    "a method that calls itself": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            self.busy = self.ready()

        def ready(self) -> bool:
            return self.ready()  # wrong
        """,
        "the model's code calls itself without end",
        "a step is finite: write a loop over a domain",
    ),
    "yield from a list": (
        """
        @process
        def work(self) -> Steps:
            yield from ["a", "b"]  # wrong
        """,
        "yields from something that is no method of the model",
        "write yield from self.helper(arguments)",
    ),
    "yield from a function": (
        """
        @process
        def work(self) -> Steps:
            yield from sorted(["a", "b"])  # wrong
        """,
        "yields from something that is no method of the model",
        "write yield from self.helper(arguments)",
    ),
    "yield from a method without a yield": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            yield from self.helper()  # wrong

        def helper(self) -> None:
            self.busy = True
        """,
        "yields from helper, which has no yield",
        "write self.helper(...) without yield from",
    ),
    "yield from a process": (
        """
        @process
        def work(self) -> Steps:
            yield from self.other()  # wrong

        @process
        def other(self) -> Steps:
            yield "b"
        """,
        "work calls the process other",
        "a process runs by itself; share steps in a method without @process",
    ),
    "too many arguments for a helper": (
        """
        @process
        def work(self) -> Steps:
            yield from self.helper(Plan.first)  # wrong

        def helper(self) -> Steps:
            yield "b"
        """,
        "helper: too many positional arguments",
        "it takes no arguments",
    ),
    "too few arguments for a helper": (
        """
        @process
        def work(self) -> Steps:
            yield from self.helper()  # wrong

        def helper(self, plan: Plan, endpoint: Endpoint) -> Steps:
            yield "b"
        """,
        "helper: missing a required argument: 'plan'",
        "it takes (plan, endpoint)",
    ),
    "a helper with any number of arguments": (
        """
        @process
        def work(self) -> Steps:
            yield from self.helper(1)

        def helper(self, *plans: int) -> Steps:  # wrong
            yield "b"
        """,
        "helper takes any number of arguments",
        "name its arguments: (self, plan, endpoint)",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_helper_is_refused_with_what_to_write_instead(
    name: str, refusal_in_model: Callable[[str], tuple[str, str, str]]
) -> None:
    lines, message, hint = MISTAKES[name]

    assert (message, hint) == refusal_in_model(lines)[:2]
