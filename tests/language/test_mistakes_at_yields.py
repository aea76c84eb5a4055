"""What a process may not keep across a yield, nor ask at one: each mistake is refused at its line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

MISTAKES: dict[str, tuple[str, str, str]] = {
    "a list as an argument that is kept": (
        """
        @process
        def work(self) -> Steps:
            yield from self.helper([1])

        def helper(self, plans) -> Steps:
            yield "b"  # wrong
            self.count = len(plans)
        """,
        "plans is kept across this yield and is a list",
        "keep values of a domain; what a list or set gathers belongs in a table of the state",
    ),
    "an int without bounds that is kept": (
        """
        @process
        def work(self) -> Steps:
            n = 0
            while True:
                yield "a"  # wrong
                n += 1
                self.busy = n > 3
        """,
        "n is kept across this yield and is an int without bounds",
        "annotate it: n: Annotated[int, range(0, 5)] = ...",
    ),
    "an int that was calculated and is kept": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            n = self.count + 1
            yield "b"  # wrong
            self.busy = n > 2
        """,
        "n is kept across this yield and is an int without bounds",
        "annotate it: n: Annotated[int, range(0, 5)] = ...",
    ),
    "an int with an annotation that is no domain": (
        """
        @process
        def work(self) -> Steps:
            n: int = 0  # wrong
            yield "a"
            self.count = n
        """,
        "int is no domain",
        "an int needs its bounds: Annotated[int, range(0, 6)], or use an Ordinal, sized by the scope",
    ),
    "a list that is kept": (
        """
        @process
        def work(self) -> Steps:
            plans = []
            yield "a"  # wrong
            plans.append(3)
        """,
        "plans is kept across this yield and is a list",
        "keep values of a domain; what a list or set gathers belongs in a table of the state",
    ),
    "a table that is kept": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            table = self.root
            yield "b"  # wrong
            table[Endpoint.first] = Plan.first
        """,
        "table is kept across this yield and is a table",
        "ask the model for it after the yield: self.table[key]",
    ),
    "a lambda that is kept": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            free = lambda: not self.busy
            yield until(free, "b")  # wrong
            self.busy = free()
        """,
        "free is kept across this yield and is a function",
        "make it a method of the model",
    ),
    "a local that has no value yet": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            if self.busy:
                seen = self.newest
            yield "b"
            self.newest = seen  # wrong
        """,
        "uses seen, which has no value here",
        "check the spelling; a local needs a value on every way to this line",
    ),
    "where another process is": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            self.busy = self.other.done  # wrong

        @process
        def other(self) -> Steps:
            yield "b"
        """,
        "asks where other is from within a step",
        "a process knows only the model's attributes; claims may ask for control locations",
    ),
    "a label with the name of who acts": (
        """
        @process(each=Worker)
        def work(self, me: Worker) -> Steps:
            yield f"do {me}"  # wrong
        """,
        "the label at this yield is not the same for every work",
        "say the same for all of them: a trace shows who acts, and `where` may ask",
    ),
    "positions to choose from that are not the same for all": (
        """
        @process(each=Worker)
        def work(self, me: Worker) -> Steps:
            yield choose((me, "nobody"), "take")  # wrong
        """,
        "what there is to choose at this yield is not the same for every work",
        "say the same for all of them: a trace shows who acts, and `where` may ask",
    ),
    "a condition that writes": (
        """
        @process
        def work(self) -> Steps:
            yield until(lambda: self.take(), "a")

        def take(self) -> bool:
            self.busy = True  # wrong
            return True
        """,
        "writes busy in a condition, label or claim",
        "these only look: write the state in a step",
    ),
    "a choice that writes": (
        """
        @process
        def work(self) -> Steps:
            yield choose(Plan, "a", where=self.take)

        def take(self, plan: Plan) -> bool:
            self.newest = plan  # wrong
            return True
        """,
        "writes newest in a condition, label or claim",
        "these only look: write the state in a step",
    ),
    "a condition that blocks": (
        """
        @process
        def work(self) -> Steps:
            yield until(lambda: self.ready(), "a")

        def ready(self) -> bool:
            require(self.busy)  # wrong
            return True
        """,
        "a condition uses require(), which blocks a step",
        "return the condition itself: until(lambda: this and that)",
    ),
    "a condition that is a method": (
        """
        @process
        def work(self) -> Steps:
            yield until(lambda: self.ready, "a")  # wrong

        def ready(self) -> bool:
            return self.busy
        """,
        "a condition is a function, which is always true",
        "call it: ready()",
    ),
    "an if that asks a method": (
        """
        @process
        def work(self) -> Steps:
            yield "a"

            if self.ready:  # wrong
                self.busy = False

        def ready(self) -> bool:
            return self.busy
        """,
        "work asks whether the method ready is true, which it always is",
        "call it: ready()",
    ),
    "a requirement that is a method": (
        """
        @action
        def work(self) -> None:
            require(self.ready)  # wrong

        def ready(self) -> bool:
            return self.busy
        """,
        "require() gets a function, which is always true",
        "call it: ready()",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_yield_is_refused_with_what_to_write_instead(
    name: str, refusal_in_model: Callable[[str], tuple[str, str, str]]
) -> None:
    lines, message, hint = MISTAKES[name]

    assert (message, hint) == refusal_in_model(lines)[:2]
