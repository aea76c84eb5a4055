"""Claims that cannot mean what they say: each is refused at its line, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

MISTAKES: dict[str, tuple[str, str, str]] = {
    "a missing return": (
        """
        @always
        def good(m: M) -> bool:  # wrong
            all(m.root.values())
        """,
        "good returns None",
        "the usual cause is a missing `return`",
    ),
    "a return that is missing on one side": (
        """
        @always
        def good(m: M) -> bool:  # wrong
            if m.count > 3:
                return True
        """,
        "good returns None",
        "the usual cause is a missing `return`",
    ),
    "a line without effect": (
        """
        @always
        def good(m: M) -> bool:
            m.busy  # wrong
        """,
        "good has a line without any effect",
        "call it with (), or leave it out",
    ),
    "an unknown attribute": (
        """
        @always
        def good(m: M) -> bool:
            return m.newst == Plan.none  # wrong
        """,
        "M has no attribute 'newst'",
        "did you mean 'newest'?",
    ),
    "two states for a claim about one": (
        """
        @always
        def good(a: M, b: M) -> bool:  # wrong
            return True
        """,
        "good takes 2 arguments; a claim @always takes 1",
        "(before, after) for @each_step, one state for the others",
    ),
    "one state for a claim about steps": (
        """
        @each_step
        def good(a: M) -> bool:  # wrong
            return True
        """,
        "good takes 1 argument; a claim @each_step takes 2",
        "(before, after) for @each_step, one state for the others",
    ),
    "an unknown place": (
        """
        @always
        def good(m: M) -> bool:
            return m.work.at("wrk")  # wrong
        """,
        "work has no place 'wrk'",
        "did you mean 'work'?",
    ),
    "an unknown local": (
        """
        @always
        def good(m: M) -> bool:
            return forall(Worker, lambda w: m.serve[w].min == Plan.none)  # wrong
        """,
        "serve has no local 'min' at its yields",
        "did you mean 'mine'?",
    ),
    "nobody in particular": (
        """
        @always
        def good(m: M) -> bool:
            return m.serve.at("take")  # wrong
        """,
        "asks for serve.at of nobody in particular",
        "write serve[who].at",
    ),
    "a member of another domain": (
        """
        @always
        def good(m: M) -> bool:
            return m.serve[Plan.first].at("take")  # wrong
        """,
        "the key of serve is a Worker and gets Plan(1)",
        "give a Worker that is a member",
    ),
    "too many members": (
        """
        @always
        def good(m: M) -> bool:
            return m.serve[Worker.first, Worker.first].at("take")  # wrong
        """,
        "asks for serve with 2 keys",
        "write serve[worker]",
    ),
    "the key of another domain": (
        """
        @always
        def good(m: M) -> bool:
            return m.root[m.owner] == Plan.none  # wrong
        """,
        "the key of root is an Endpoint and gets a Worker",
        "give an Endpoint",
    ),
    "by= an unknown process": (
        """
        @recoverable(by=("wrk",))
        def good(m: M) -> bool:  # wrong
            return m.busy
        """,
        "good counts on wrk, which is no process",
        "did you mean 'work'?",
    ),
    "by= a text": (
        """
        @recoverable(by="work")  # wrong
        def good(m: M) -> bool:
            return m.busy
        """,
        'by="work" is a text, not names',
        'write by=("work",)',
    ),
    "by= a process itself": (
        """
        @recoverable(by=(M.work,))  # wrong
        def good(m: M) -> bool:
            return m.busy
        """,
        "by= holds work itself, not its name",
        'write "work"',
    ),
    "given= a value": (
        """
        @recoverable(given=True)  # wrong
        def good(m: M) -> bool:
            return m.busy
        """,
        "given=True is no function",
        "write given=lambda m: ...",
    ),
    "given= a lambda with is": (
        """
        @recoverable(given=lambda m: m.newest is None)  # wrong
        def good(m: M) -> bool:
            return m.busy
        """,
        "a lambda compares with `is`",
        "write m.newest == Domain.none, with the name of its domain",
    ),
    "given= a lambda that returns nothing": (
        """
        @recoverable(given=lambda m: None)
        def good(m: M) -> bool:  # wrong
            return m.busy
        """,
        "given returns None",
        "the usual cause is a missing `return`",
    ),
    "a claim that writes": (
        """
        @always
        def good(m: M) -> bool:
            m.busy = True  # wrong
            return True
        """,
        "writes busy in a condition, label or claim",
        "these only look: write the state in a step",
    ),
    "is": (
        """
        @always
        def good(m: M) -> bool:
            return m.newest is Plan.none  # wrong
        """,
        "good compares with `is`",
        "compare with == or !=",
    ),
    "is, in a function that a claim calls": (
        """
        def none_yet(m: M) -> bool:
            return m.newest is Plan.none  # wrong


        @always
        def good(m: M) -> bool:
            return none_yet(m)
        """,
        "none_yet compares with `is`",
        "compare with == or !=",
    ),
    "is, in a claim that is a lambda": (
        """
        good = always(lambda m: m.newest is Plan.none)  # wrong
        """,
        "a lambda compares with `is`",
        "compare with == or !=",
    ),
    "print": (
        """
        @always
        def good(m: M) -> bool:
            print(m.busy)  # wrong
            return True
        """,
        "good prints",
        "show a state with a @view, or step through the oracle with pdb",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_claim_is_refused_with_what_to_write_instead(
    name: str, refusal_of_claim: Callable[[str], tuple[str, str, str]]
) -> None:
    lines, message, hint = MISTAKES[name]

    assert (message, hint) == refusal_of_claim(lines)[:2]
