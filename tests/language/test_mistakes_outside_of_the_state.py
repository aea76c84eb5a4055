"""Steps that use or change what is not state: each is refused at its line, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

MISTAKES: dict[str, tuple[str, str, str]] = {
    "a list of the model": (
        """
        def __init__(self) -> None:
            self.log = []

        @action
        def work(self) -> None:
            self.log.append(self.newest)  # wrong
        """,
        "work changes self.log, which is a constant",
        "declare it as state; a list or set of members is dict[Domain, bool] = each(False)",
    ),
    "a dict of the model": (
        """
        def __init__(self) -> None:
            self.cache = {}

        @action
        def work(self) -> None:
            self.cache["newest"] = self.newest  # wrong
        """,
        "work changes self.cache, which is a constant",
        "declare it as state; a list or set of members is dict[Domain, bool] = each(False)",
    ),
    "a list of the module": (
        """
        @action
        def work(self) -> None:
            LOG.append(self.newest)  # wrong
        """,
        "work changes LOG, which is outside of the model",
        "declare it as state; a list or set of members is dict[Domain, bool] = each(False)",
    ),
    "random numbers of the model": (
        """
        def __init__(self) -> None:
            self.random = random.Random(3)

        @action
        def work(self) -> None:
            self.busy = self.random.random() > 0.5  # wrong
        """,
        "work uses random",
        "leave the value open: choose(Domain, ...), so that every value is explored",
    ),
    "a property that is cached": (
        """
        @action
        def work(self) -> None:
            self.busy = self.ready

        @functools.cached_property
        def ready(self) -> bool:  # wrong
            return self.busy
        """,
        "ready keeps what it has returned",
        "the state changes between two calls: use @property, or no decorator",
    ),
    "a method that is cached": (
        """
        @action
        def work(self) -> None:
            self.busy = self.ready()

        @functools.lru_cache
        def ready(self) -> bool:  # wrong
            return self.busy
        """,
        "ready keeps what it has returned",
        "the state changes between two calls: use @property, or no decorator",
    ),
    "a list by another name": (
        """
        log = []

        @action
        def work(self) -> None:
            log = self.log
            log.append(1)
            self.busy = len(log) > 1_000
        """,
        "a step changes self.log, which is a constant",
        "declare it as state; a list or set of members is dict[Domain, bool] = each(False)",
    ),
    "a loop of ifs over a large table": (
        """
        bits: dict[Annotated[int, range(0, 500)], bool] = each(False)

        @action
        def work(self) -> None:
            for number in range(500):
                if self.bits[number]:  # wrong
                    self.busy = True
        """,
        "one step asked more than 400 questions about the state",
        "the usual cause is a loop without a yield, or a loop over a large domain; use forall, exists or count",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_step_may_use_the_state_alone(name: str, refusal_in_model: Callable[[str], tuple[str, str, str]]) -> None:
    lines, message, hint = MISTAKES[name]

    assert (message, hint) == refusal_in_model(lines)[:2]


MODULES: dict[str, tuple[str, str, str]] = {
    "a helper with a decorator": (
        """
        def twice(function):
            @functools.wraps(function)
            def both(self):
                yield from function(self)
                yield from function(self)

            return both


        class M(Model):
            busy: bool = False

            @process
            def work(self) -> Steps:
                yield from self.helper()

            @twice
            def helper(self) -> Steps:  # wrong
                yield "b"
        """,
        "helper is wrapped by a decorator",
        "a method that yields has no decorator but @process",
    ),
    "random, imported by name": (
        """
        from random import choice as pick


        class M(Model):
            busy: bool = False

            @action
            def work(self) -> None:
                self.busy = pick((True, False))  # wrong
        """,
        "work uses random",
        "leave the value open: choose(Domain, ...), so that every value is explored",
    ),
    "random, in a function of the module": (
        """
        def coin() -> bool:
            return random.random() > 0.5  # wrong


        class M(Model):
            busy: bool = False

            @action
            def work(self) -> None:
                self.busy = coin()
        """,
        "coin uses random",
        "leave the value open: choose(Domain, ...), so that every value is explored",
    ),
    "a global counter": (
        """
        number = 0


        def count() -> int:
            global number  # wrong
            number += 1
            return number


        class M(Model):
            busy: bool = False

            @action
            def work(self) -> None:
                self.busy = count() > 1
        """,
        "count uses global",
        "state lives in attributes of the model, self.name",
    ),
    "a list that a function of the module changes": (
        """
        def keep(plan: Plan) -> None:
            LOG.append(plan)  # wrong


        class M(Model):
            newest: Plan = Plan.none

            @action
            def work(self) -> None:
                keep(self.newest)
        """,
        "keep changes LOG, which is outside of the model",
        "declare it as state; a list or set of members is dict[Domain, bool] = each(False)",
    ),
    "a counter in a condition": (
        """
        COUNTER = itertools.count()


        class M(Model):
            count: Annotated[int, range(0, 6)] = 0
            busy: bool = False

            @action
            def work(self) -> None:
                if self.count > next(COUNTER) % 3:  # wrong
                    self.busy = True
        """,
        "the same code asked two different questions when it was run again",
        "a step must depend on the state alone: no random, time, sets of objects, or objects that it changes",
    ),
    "a counter in a value": (
        """
        COUNTER = itertools.count()


        class M(Model):
            count: Annotated[int, range(0, 6)] = 0

            @action
            def work(self) -> None:  # wrong
                self.count = next(COUNTER) % 6
        """,
        "the same code did something else when it was run again",
        "a step must depend on the state alone: no random, time, sets of objects, or objects that it changes",
    ),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_may_not_have_state_of_its_own(name: str, refusal: Callable[[str], tuple[str, str, str]]) -> None:
    lines, message, hint = MODULES[name]

    assert (message, hint) == refusal(lines)[:2]
