"""Statements that authors write: control flow between and across yields, and the locals that it keeps."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Annotated

from raceproof.checker.check import check
from raceproof.checker.language import (
    Id,
    Model,
    Ordinal,
    Steps,
    always,
    anything,
    each,
    process,
    require,
)

States = Callable[..., int]
Digit = Annotated[int, range(4)]


class Worker(Id, size=2):
    """One of two."""


class Plan(Ordinal, size=3):
    """A generation."""


class Light(enum.Enum):
    """Two values."""

    RED = 1
    GREEN = 2


@always
def everything(m: Model) -> bool:
    """Visits every state."""
    return True


class Counting(Model):
    """What most models here are made of."""

    a: Digit = 0
    b: Digit = 0
    newest: Plan = Plan.none
    busy: bool = False
    light: Light = Light.RED
    root: dict[Worker, Digit] = each(0)


class Swap(Counting):
    a: Digit = 1
    b: Digit = 2

    @process
    def work(self) -> Steps:
        yield "swap"
        self.a, self.b = self.b, self.a


def test_a_swap_reads_both_before_it_writes(states: States) -> None:
    assert 2 == states(Swap(), lambda m: (not m.work.done) or (m.a == 2 and m.b == 1))


class Chained(Counting):
    @process
    def work(self) -> Steps:
        yield "assign"
        self.a = self.b = 3
        first, *rest = self.a, self.b, 1
        self.root[Worker.first] += first
        self.root[Worker.last] -= -len(rest)


def test_chained_starred_and_augmented_assignments_mean_what_they_mean_in_python(states: States) -> None:
    def expected(m: Chained) -> bool:
        return m.a == 3 and m.b == 3 and m.root[Worker.first] == 3 and m.root[Worker.last] == 2

    assert 2 == states(Chained(), lambda m: (not m.work.done) or expected(m))


class Looping(Counting):
    @process
    def work(self) -> Steps:
        while self.a < 3 and not self.busy:
            yield "add"
            self.a += 1

    @process
    def stop(self) -> Steps:
        yield "stop"
        self.busy = True


class LoopingBehindAYield(Looping):
    @process
    def work(self) -> Steps:
        yield "start"
        while self.a < 3 and not self.busy:
            yield "add"
            self.a += 1


def test_a_while_loop_asks_its_condition_after_every_turn(states: States) -> None:
    """Before the stop: at the start, a = 0, 1, 2 in the loop, and done with 3. After it: the same places, and done with
    a = 0, 1, 2 as well."""
    assert 5 + 5 + 3 == states(LoopingBehindAYield())


class Breaking(Counting):
    @process
    def work(self) -> Steps:
        for plan in Plan:
            yield "look"
            if plan == Plan(2):
                continue
            self.newest = plan
            if self.busy:
                break

    @process
    def disturb(self) -> Steps:
        yield "disturb"
        self.busy = True


def test_a_for_loop_is_left_by_break_and_goes_on_by_continue(states: States) -> None:
    """Undisturbed: newest none, 1, 1, and done with 3. Disturbed: the same, and done with 1."""
    assert 4 + 5 == states(Breaking())


class Early(Counting):
    @process(each=Worker)
    def work(self, me: Worker) -> Steps:
        yield "enter"
        if self.busy:
            return
        self.busy = True
        yield "leave"


def test_an_early_return_ends_a_process(states: States) -> None:
    """Both before; one in (two ways); then the other done or the first; everybody done."""
    assert 1 + 2 + 2 + 2 + 1 == states(Early())


class Keeping(Counting):
    @process
    def work(self) -> Steps:
        found: bool = False
        light: Light = Light.RED
        seen: Digit = 0
        while seen < 3:
            yield "count"
            seen += 1
            found = not found
            light = Light.GREEN if found else Light.RED
        yield "tell"
        self.busy, self.light, self.a = found, light, seen


def test_locals_of_a_process_are_kept_across_yields(states: States) -> None:
    """seen = 0, 1, 2; then it waits to tell; then it is done."""
    assert 5 == states(Keeping(), lambda m: (not m.work.done) or (m.busy and m.light == Light.GREEN and m.a == 3))


class Dead(Counting):
    newest: Plan = anything

    @process
    def work(self) -> Steps:
        while True:
            yield "look"
            seen = self.newest
            later = seen
            self.busy = seen == later
            yield "forget"


def test_a_local_that_is_dead_costs_nothing(states: States) -> None:
    """For each plan: the first look, forget, and look again with busy set."""
    assert 3 * 3 == states(Dead())


class Undone(Counting):
    @process
    def work(self) -> Steps:
        yield "try"
        self.a = 3
        self.root[Worker.first] = 3
        require(self.busy)
        self.b = 3

    @process
    def allow(self) -> Steps:
        yield "allow"
        self.busy = True


def test_a_step_that_blocks_in_the_middle_has_done_nothing(states: States) -> None:
    """Before, allowed, and done: what a blocked step wrote is never seen."""
    assert 3 == states(Undone(), lambda m: m.a == m.b and m.b == m.root[Worker.first])


class Ranges(Counting):
    STEPS = (("one", 1), ("two", 2))

    @process
    def work(self) -> Steps:
        for position, (name, amount) in enumerate(self.STEPS):
            yield f"add {name} at {position}"
            self.a += amount
        for worker, amount in zip(Worker, (2, 3), strict=True):
            yield "share"
            self.root[worker] = amount
        for key in {"x": 1, "y": 2}:
            yield "name " + key


def test_loops_over_enumerate_zip_and_dict_are_unrolled(states: States) -> None:
    assert 7 == states(Ranges(), lambda m: (not m.work.done) or m.a == 3)


class Lazy(Counting):
    @process
    def work(self) -> Steps:
        yield "walk"
        for _, held in self.root.items():
            if held == 0:
                self.root[Worker.last] = 1
                self.a += 1


def test_a_loop_over_a_table_sees_what_it_has_written_itself(states: States) -> None:
    assert 2 == states(Lazy(), lambda m: (not m.work.done) or m.a == 1)


class Settled(Counting):
    @process
    def work(self) -> Steps:
        yield "list"
        for worker in [worker for worker in Worker if self.root[worker] == 0]:
            yield "take"
            self.root[worker] = 1

    @process
    def hurry(self) -> Steps:
        yield "hurry"
        self.root[Worker.last] = 3


def test_a_list_of_members_is_settled_before_the_loop() -> None:
    """Alone: before, two turns, done. Hurry first: before, one turn, done with (1, 3). Hurry later: in the first of two
    turns, in the second, done with (1, 1).
    """
    verdicts = [check(Settled(), everything, engine=engine) for engine in ("explicit", "oracle")]

    assert [4 + 3 + 3] * 2 == [verdict.statistics.states for verdict in verdicts]
