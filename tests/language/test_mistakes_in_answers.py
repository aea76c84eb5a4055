"""Claims that give no answer, or none that is a truth value: each is refused at its line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

MISTAKES: dict[str, tuple[str, str, str]] = {
    "a generator": (
        """
        @always
        def good(m: M) -> bool:  # wrong
            yield m.busy
        """,
        "good returns a generator, not a truth value",
        "write a comparison",
    ),
    "a method that is not called": (
        """
        @always
        def good(m: M) -> bool:  # wrong
            return m.work.at
        """,
        "good returns a function, which is always true",
        "call it: at()",
    ),
    "a tuple": (
        """
        @always
        def good(m: M) -> bool:  # wrong
            return (m.busy, "busy")
        """,
        "good returns a tuple, not a truth value",
        "write a comparison",
    ),
    "an Ordinal": (
        """
        @always
        def good(m: M) -> bool:  # wrong
            return m.newest
        """,
        "good returns a Plan, not True or False",
        "return a comparison: ... == ...",
    ),
    "a number": (
        """
        @always
        def good(m: M) -> bool:  # wrong
            return count(Worker, lambda w: True)
        """,
        "good returns an int, not True or False",
        "return a comparison: ... == ...",
    ),
    "the truth of an Enum": (
        """
        @always
        def good(m: M) -> bool:  # wrong
            return m.light
        """,
        "asks whether a Light is true, which every member is",
        "compare it: == Light.RED",
    ),
    "a table and a dict": (
        """
        @always
        def good(m: M) -> bool:
            return m.root == {}  # wrong
        """,
        "compares the table root with something else",
        "compare entry by entry: forall(Domain, lambda x: ...)",
    ),
    "require": (
        """
        @always
        def good(m: M) -> bool:
            require(m.busy)  # wrong
            return True
        """,
        "a condition uses require(), which blocks a step",
        "return the condition itself: until(lambda: this and that)",
    ),
    "a predicate with too few arguments": (
        """
        @always
        def good(m: M) -> bool:
            return forall(Worker, Worker, lambda w: True)  # wrong
        """,
        "raised TypeError: good.<locals>.<lambda>() takes 1 positional argument but 2 were given",
        "the step failed while raceproof read it; run it under pdb with the oracle to look closer",
    ),
    "a predicate that comes first": (
        """
        @always
        def good(m: M) -> bool:
            return forall(lambda w: True, Worker)  # wrong
        """,
        "the last argument must be the predicate",
        "write forall(Domain, lambda x: ...)",
    ),
    "a decorator of a value": (
        """
        always(3)  # wrong
        """,
        "@always needs a function",
        "put @always above a def",
    ),
    "two decorators": (
        """
        @always  # wrong
        @always
        def good(m: M) -> bool:
            return m.busy
        """,
        "@always needs a function",
        "put @always above a def",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_an_answer_is_refused_with_what_to_write_instead(
    name: str, refusal_of_claim: Callable[[str], tuple[str, str, str]]
) -> None:
    lines, message, hint = MISTAKES[name]

    assert (message, hint) == refusal_of_claim(lines)[:2]
