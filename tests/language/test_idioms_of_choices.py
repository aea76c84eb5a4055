"""What a process waits for and chooses: every value that is allowed is explored, once."""

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
    choose,
    each,
    no_deadlock,
    process,
    until,
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


class Choosing(Counting):
    seen: Plan = Plan.none

    @process
    def work(self) -> Steps:
        self_service = yield choose(bool, "flip")
        self.busy = self_service
        self.light = yield choose(Light, "paint", where=lambda light: light != self.light)
        self.a = yield choose(range(1, 4), "count", where=lambda n: n > 1)
        self.b = yield choose((0, 3), "jump")
        self.seen = yield choose(Plan, "plan", where=lambda plan: plan >= Plan(2))


def test_choose_takes_every_value_that_where_allows(states: States) -> None:
    """1, then × 2 of bool, × 1 of the other light, × 2 of range, × 2 of a tuple, × 2 of plans."""
    assert 1 + 2 + 2 + 4 + 8 + 16 == states(Choosing())


class Stealing(Counting):
    owner: Worker = Worker.first

    @process(each=Worker)
    def work(self, me: Worker) -> Steps:
        self.owner = yield choose([other for other in Worker if other != me], "pass on")


def test_choose_from_all_but_oneself(states: States) -> None:
    """The start, one or the other done, and both done: whoever is last has passed it on, so both owners."""
    assert 1 + 2 + 2 == states(Stealing(), lambda m: (not m.work[Worker.first].done) or m.owner != Worker.none)


class Waiting(Counting):
    @process
    def work(self) -> Steps:
        while True:
            yield until(lambda: self.busy, "serve", idle=True)
            self.busy = False

    @process
    def ask(self) -> Steps:
        yield "ask"
        self.busy = True


def test_waiting_for_ever_is_no_deadlock_where_it_is_idle() -> None:
    """Before, asked, served."""
    verdict = check(Waiting(), no_deadlock)

    assert ("holds-in-scope", 3) == (verdict.name, verdict.statistics.states)
