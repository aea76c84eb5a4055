"""Loops and other blocks that cannot be part of a process: each is refused at its line, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

MISTAKES: dict[str, tuple[str, str, str]] = {
    "an endless loop without a yield": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            while True:  # wrong
                self.busy = True
        """,
        "work loops for ever without a yield",
        "yield inside the loop: every turn is then a step of its own",
    ),
    "a loop that waits for another process": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            while not self.busy:  # wrong
                pass
        """,
        "work does not reach a yield within 10000 statements",
        "yield inside the loop; to wait for another process write yield until(lambda: ...)",
    ),
    "a loop that need not reach its yield": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            while self.count < 3:  # wrong
                if self.busy:
                    yield "b"
        """,
        "work does not reach a yield within 10000 statements",
        "yield inside the loop; to wait for another process write yield until(lambda: ...)",
    ),
    "a helper that waits for another process": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            self.spin()

        def spin(self) -> None:
            while self.busy:  # wrong
                pass
        """,
        "one step asked the state more than 100000 times",
        "the usual cause is a loop that waits for another process: yield until(lambda: ...) instead",
    ),
    "a loop without end": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            for _ in itertools.count():  # wrong
                self.busy = not self.busy
        """,
        "work does not reach a yield within 10000 statements",
        "yield inside the loop; to wait for another process write yield until(lambda: ...)",
    ),
    "a loop without end and with a yield": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            for _ in itertools.count():
                yield "b"  # wrong
        """,
        "yields inside a loop over more than 10000 items",
        "loop over fewer things",
    ),
    "a loop over values of the state with a yield": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            for plan in [self.newest]:
                yield "b"  # wrong
                self.newest = plan
        """,
        "yields inside a loop over values of the state",
        "loop over a domain and test each member with if",
    ),
    "a loop that asks the state between its yields": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            for e in (e for e in Endpoint if self.root[e] == Plan.none):
                yield "b"  # wrong
                self.root[e] = Plan.first
        """,
        "yields inside a loop that asks the state for its next item",
        "take the items before the loop, as a list, or loop over a domain and test each member with if",
    ),
    "a loop variable that is assigned": (
        """
        @process
        def work(self) -> Steps:
            for e in Endpoint:
                yield "a"
                if self.busy:
                    e = Endpoint.first  # wrong
        """,
        "work assigns the loop variable e",
        "use another name for the new value",
    ),
    "an argument that is assigned": (
        """
        @process(each=Worker)
        def work(self, me: Worker) -> Steps:
            yield "a"
            if self.busy:
                me = Worker.first  # wrong
        """,
        "work assigns its argument me",
        "copy it to a local of another name",
    ),
    "a loop with else": (
        """
        @process
        def work(self) -> Steps:
            for _ in Endpoint:
                yield "a"
            else:
                self.busy = True  # wrong
        """,
        "work uses else on a loop",
        "set a flag before the break and test it after the loop",
    ),
    "try": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            try:  # wrong
                self.busy = True
            finally:
                pass
        """,
        "work uses try",
        "a step cannot fail and go on; test the condition with if, or block with require(...)",
    ),
    "with": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            with self.busy:  # wrong
                pass
        """,
        "work uses with",
        "a lock is state: wait with until(...) and write who holds it",
    ),
    "match": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            match self.count:  # wrong
                case 1:
                    self.busy = True
        """,
        "work uses match",
        "compare with if and elif",
    ),
    "a function inside a step": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            def free() -> bool:  # wrong
                return self.busy
        """,
        "work defines a function inside a step",
        "make it a method, or use a lambda",
    ),
    "a class inside a step": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            class Job:  # wrong
                pass
        """,
        "work defines a class inside a step",
        "define it at the top of the file",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_loop_is_refused_with_what_to_write_instead(
    name: str, refusal_in_model: Callable[[str], tuple[str, str, str]]
) -> None:
    lines, message, hint = MISTAKES[name]

    assert (message, hint) == refusal_in_model(lines)[:2]
