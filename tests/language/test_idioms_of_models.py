"""Models that authors write: helpers with and without yields, inheritance, constants, domains defined anywhere."""

from __future__ import annotations

import enum
from collections.abc import Callable, Generator
from typing import Annotated, Any

from raceproof.checker.language import Id, Model, Ordinal, Steps, anything, each, process, until

States = Callable[..., int]
Digit = Annotated[int, range(4)]
Helper = Generator[str, Any, int]


class Worker(Id, size=2):
    """One of two."""


class Plan(Ordinal, size=3):
    """A generation."""


class Light(enum.Enum):
    """Two values."""

    RED = 1
    GREEN = 2


class Counting(Model):
    """What most models here are made of."""

    a: Digit = 0
    b: Digit = 0
    newest: Plan = Plan.none
    busy: bool = False
    light: Light = Light.RED
    root: dict[Worker, Digit] = each(0)


class Nested(Counting):
    @process
    def work(self) -> Steps:
        for worker in Worker:
            yield from self.visit(worker, twice=True)
            yield from self.visit(worker)

    def visit(self, worker: Worker, twice: bool = False) -> Steps:
        for _ in range(2 if twice else 1):
            yield "visit"
            self.root[worker] += 1


def test_helpers_are_inlined_with_defaults_and_keywords(states: States) -> None:
    assert 7 == states(Nested(), lambda m: (not m.work.done) or sum(m.root.values()) == 6)


class Returning(Counting):
    light: Light = anything

    @process
    def work(self) -> Steps:
        yield "start"
        got = yield from self.outer(2)
        yield "store"
        self.a = got

    def outer(self, extra: int) -> Helper:
        got = yield from self.inner(self.light)
        self.b = got + extra if got < 2 else got
        return self.b

    def inner(self, light: Light) -> Helper:
        while True:
            yield "inner"
            if self.busy:
                return 1
            self.busy = True
            if light == Light.GREEN:
                return 3


def test_nested_helpers_return_values(states: States) -> None:
    """Red turns once more than green: start, inner, inner, store, done."""
    assert 5 + 4 == states(Returning(), lambda m: (not m.work.done) or (m.a == 3 and m.b == 3))


class Symbolic(Counting):
    newest: Plan = anything

    @process
    def work(self) -> Steps:
        yield "take"
        yield from self.put(self.newest)

    def put(self, plan: Plan) -> Steps:
        yield "put"
        if plan < Plan.last:
            self.newest = plan + 1


def test_a_helper_takes_a_value_of_the_state(states: States) -> None:
    """Three plans at the start, three on their way, and two at the end."""
    assert 3 + 3 + 2 == states(Symbolic())


class Helped(Counting):
    LIMIT = 2

    def __init__(self, step: int = 1) -> None:
        self.step = step
        self.a = 1

    @property
    def room(self) -> bool:
        return self.a + self.step <= self.LIMIT + 1

    def grow(self) -> int:
        self.a += self.step
        return self.a

    @process
    def work(self) -> Steps:
        while True:
            yield until(lambda: self.room, "grow")
            self.b = self.grow()


def test_plain_helpers_properties_and_constants_work_as_in_any_class(states: States) -> None:
    assert 3 == states(Helped(), lambda m: m.b in (0, 2, 3))
    assert 2 == states(Helped(step=2), lambda m: m.b in (0, 3))


class Extended(Helped):
    LIMIT = 1

    def grow(self) -> int:
        return super().grow()

    @process
    def reset(self) -> Steps:
        yield from self.again()

    def again(self) -> Steps:
        yield "reset"
        self.a = 1


class ExtendedFurther(Extended):
    a: Digit = 0

    def again(self) -> Steps:
        yield "prepare"
        yield from super().again()


def test_a_subclass_overrides_helpers_and_adds_processes(states: States) -> None:
    """a = 1 or 2, with or without the reset; after it a grows again, while b stays 2: so b tells 0 from 2 at a = 1."""
    assert 2 + 3 == states(Extended())
    assert 2 + 2 + 3 == states(ExtendedFurther())


class Restarted(Counting):
    busy = True
    newest = Plan.first

    @process
    def work(self) -> Steps:
        yield "free"
        self.busy = False


def test_a_subclass_gives_state_another_initial_value(states: States) -> None:
    assert 2 == states(Restarted(), lambda m: m.newest == Plan.first and m.busy != m.work.done)


class Pairs(Model):
    met: dict[tuple[Worker, Worker], bool] = each(lambda one, other: one == other)

    @process(each=(Worker, Worker))
    def meet(self, one: Worker, other: Worker) -> Steps:
        yield "meet"
        self.met[one, other] = True


def test_a_process_runs_for_every_pair_and_tables_have_tuples_as_keys(states: States) -> None:
    """Four processes that are done or not."""
    assert 2**4 == states(Pairs(), lambda m: all(m.met[w, w] for w in Worker))


def model_of_local_domains() -> tuple[Model, type]:
    """A model and a domain that exist in a function only."""

    class Job(Id, size=2):
        """Local to the function."""

    class Jobs(Model):
        open: dict[Job, bool] = each(True)
        last: Job = Job.none

        @process(each=Job)
        def run(self, me: Job) -> Steps:
            mine: Job = me
            yield until(lambda: self.open[me], "run")
            self.open[mine] = False
            self.last = mine

    return Jobs(), Job


def test_domains_may_be_local_to_a_function_and_annotations_texts(states: States) -> None:
    """Which are closed, and which of them was the last."""
    model, job = model_of_local_domains()

    assert 1 + 2 + 2 == states(model)
    assert 1 + 3 + 3 * 2 + 3 == states(model, scope={job: 3})
    assert 2 == states(model, scope={"Job": 1})


class Watched(Counting):
    @process
    def work(self) -> Steps:
        yield "start"
        for worker in Worker:
            yield "visit"
            self.root[worker] = 1
        yield "end"


def test_a_claim_may_ask_for_a_loop_variable(states: States) -> None:
    visited = lambda m: (not m.work.at("visit")) or m.root[m.work.worker] == 0
    assert 5 == states(Watched(), visited, lambda m: (not m.work.at("end")) or m.work.worker == Worker.last)
