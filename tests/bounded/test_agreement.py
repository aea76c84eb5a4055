"""Small models with one answer each: the bounded and the explicit engine give it, at the same length."""

import enum
from collections.abc import Callable
from typing import Annotated

import pytest

from raceproof.checker.bounded import unroll
from raceproof.checker.check import prepare
from raceproof.checker.explicit import explore
from raceproof.checker.language import (
    Claim,
    Id,
    Model,
    Ordinal,
    Steps,
    action,
    always,
    anything,
    assertions,
    choose,
    each,
    each_step,
    exists,
    forall,
    no_deadlock,
    process,
    reachable,
    recoverable,
    require,
    until,
)
from raceproof.checker.verdict import Verdict, Violated

Outcome = Callable[[Callable[[], tuple[Verdict, ...]]], tuple[str, int | None]]


class Worker(Id, size=2):
    pass


class Version(Ordinal, size=3):
    pass


class Lamp(enum.Enum):
    RED = "red"
    GREEN = "green"
    AMBER = "amber"


class TwoLocks(Model):
    """Each worker takes both locks, in an order that depends on who it is."""

    held: dict[bool, Worker] = each(Worker.none)

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        mine = me == Worker.first
        yield until(lambda: self.held[mine] == Worker.none, "take my lock")
        self.held[mine] = me
        yield until(lambda: self.held[not mine] == Worker.none, "take the other lock")
        self.held[not mine] = me
        yield "let go"
        self.held[mine] = Worker.none
        self.held[not mine] = Worker.none


class OneLock(Model):
    """The twin that cannot block: both workers ask for the same lock, once."""

    held: Worker = Worker.none

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        yield until(lambda: self.held == Worker.none, "take the lock")
        self.held = me
        yield "let go"
        self.held = Worker.none


@always
def nobody_holds_both(m: TwoLocks) -> bool:
    return not exists(Worker, lambda w: m.held[False] == w and m.held[True] == w)


@reachable
def both_hold_one(m: TwoLocks) -> bool:
    return m.held[True] != Worker.none and m.held[False] != Worker.none and m.held[True] != m.held[False]


@reachable
def everyone_is_done(m: OneLock) -> bool:
    return forall(Worker, lambda w: m.worker[w].done)


@reachable
def two_let_go(m: OneLock) -> bool:
    return forall(Worker, lambda w: m.worker[w].at("let go"))


class Register(Model):
    """Writers read a version, then write the next one: an update can be lost, and a version written back."""

    stored: Version = Version.none
    highest: Version = Version.none

    @process(each=Worker)
    def writer(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: self.stored < Version.last, "read")
            seen = self.stored
            yield "write"
            assert self.highest <= seen + 2, "somebody was much faster"
            self.stored = seen + 1
            self.highest = max(self.highest, self.stored)


@each_step
def never_back(before: Register, after: Register) -> bool:
    return after.stored >= before.stored


@always
def stored_is_highest(m: Register) -> bool:
    return m.stored == m.highest


@recoverable
def caught_up(m: Register) -> bool:
    return m.stored == m.highest


class Overflow(Model):
    """A counter that leaves its domain on the fifth tick."""

    ticks: Annotated[int, range(-2, 3)] = -2

    @action
    def tick(self) -> None:
        self.ticks += 1


@always
def below_two(m: Overflow) -> bool:
    return m.ticks < 2


@always
def below_three(m: Overflow) -> bool:
    return m.ticks < 3


class Walk(Model):
    """Negative numbers, rounded down: the walker's remainder tells where it may turn."""

    at: Annotated[int, range(-7, 5)] = 0
    turns: Annotated[int, range(4)] = 0

    @process
    def walker(self) -> Steps:
        while True:
            by = yield choose((-3, -1, 2), "walk", where=lambda d: -7 <= self.at + d < 5)
            self.at += by
            if self.at % -3 == -2 and self.at // 2 < -2 and self.turns < 3:
                self.turns += 1


@always
def few_turns(m: Walk) -> bool:
    return m.turns * m.turns - m.turns < 6


@reachable
def far_left_after_a_turn(m: Walk) -> bool:
    return m.at == -7 and m.turns == 1


class Ring(Model):
    """A table read and written under a key that is itself state."""

    head: Version = Version.first
    next: dict[Version, Version] = each(lambda v: v + 1 if v < Version.last else Version.first)
    visits: dict[tuple[Version, bool], Annotated[int, range(3)]] = each(0)
    odd: bool = False

    @process
    def mover(self) -> Steps:
        while True:
            yield "move"
            require(self.visits[self.head, self.odd] < 2)
            self.visits[self.head, self.odd] += 1
            self.head = self.next[self.head]
            self.odd = not self.odd

    @action
    def shorten(self) -> None:
        require(self.next[self.next[self.head]] != self.head)
        self.next[self.head] = self.next[self.next[self.head]]


@always
def no_self_loop(m: Ring) -> bool:
    return forall(Version, lambda v: m.next[v] != v)


@always
def each_seen_once(m: Ring) -> bool:
    return forall(Version, lambda v: m.visits[v, True] < 2)


class Lights(Model):
    """A start that is left open, and a fault hidden behind one of the choices."""

    lamp: dict[Worker, Lamp] = each(anything)
    guard: Version = anything
    clock: Annotated[int, range(1, 4)] = 3

    @process(each=Worker)
    def switch(self, me: Worker) -> Steps:
        while True:
            colour = yield choose(Lamp, "switch", where=lambda c: c != self.lamp[me])
            self.lamp[me] = colour
            if self.clock > 1:
                self.clock -= 1


@always
def not_all_amber_late(m: Lights) -> bool:
    return not (forall(Worker, lambda w: m.lamp[w] == Lamp.AMBER) and m.clock == 1 and m.guard == Version.last)


@always
def guarded(m: Lights) -> bool:
    return m.guard != Version.none


@each_step
def red_turns_green(before: Lights, after: Lights) -> bool:
    return forall(Worker, lambda w: before.lamp[w] != Lamp.RED or after.lamp[w] != Lamp.AMBER)


@reachable
def unguarded(m: Lights) -> bool:
    return m.guard == Version.none


class Pointer(Model):
    """A claim may ask for the entry of nobody, at once, later or only after a step."""

    owner: Worker = Worker.first
    busy: dict[Worker, bool] = each(False)

    @process
    def handover(self) -> Steps:
        yield "work"
        self.busy[self.owner] = True
        yield "drop"
        self.owner = Worker.none


@always
def owner_rests(m: Pointer) -> bool:
    return not m.busy[m.owner]


@each_step
def next_owner_works(_: Pointer, after: Pointer) -> bool:
    return after.busy[after.owner]


class Chain(Model):
    """A failed assert and a forbidden step in one state, and more to come behind it."""

    at: Annotated[int, range(5)] = 0

    @action
    def move(self) -> None:
        require(self.at < 4)
        self.at += 1

    @action
    def check(self) -> None:
        assert self.at != 1, "one is odd"


@each_step
def never_two(_: Chain, after: Chain) -> bool:
    return after.at != 2


@always
def below_four(m: Chain) -> bool:
    return m.at < 4


ANSWERS: tuple[tuple[type[Model], Claim, str, int | None], ...] = (
    (TwoLocks, no_deadlock, "violated", 2),
    (TwoLocks, nobody_holds_both, "violated", 2),
    (TwoLocks, both_hold_one, "holds", 2),
    (OneLock, no_deadlock, "holds", None),
    (OneLock, assertions, "holds", None),
    (OneLock, everyone_is_done, "holds", 4),
    (OneLock, two_let_go, "violated", None),
    (Register, never_back, "violated", 6),
    (Register, stored_is_highest, "violated", 6),
    (Register, assertions, "violated", 8),
    (Register, no_deadlock, "violated", 6),
    (Overflow, below_two, "violated", 4),
    (Overflow, below_three, "fault", 5),
    (Overflow, no_deadlock, "fault", 5),
    (Walk, few_turns, "violated", 9),
    (Walk, far_left_after_a_turn, "holds", 5),
    (Ring, no_self_loop, "holds", None),
    (Ring, each_seen_once, "violated", 5),
    (Ring, no_deadlock, "violated", 5),
    (Lights, not_all_amber_late, "violated", 2),
    (Lights, guarded, "holds", None),
    (Lights, red_turns_green, "violated", 1),
    (Lights, unguarded, "violated", None),
    (Pointer, owner_rests, "violated", 1),
    (Pointer, next_owner_works, "fault", 2),
)
CASES = [pytest.param(*case, id=f"{case[0].__name__}-{case[1].name}") for case in ANSWERS]


@pytest.mark.parametrize(("model", "claim", "name", "length"), CASES)
def test_both_engines_agree(model: type[Model], claim: Claim, name: str, length: int | None, outcome: Outcome) -> None:
    prepared = prepare(model(), (claim,), {})
    system, claims = prepared.lowered.system, prepared.properties

    assert ((name, length),) * 2 == (
        outcome(lambda: explore(system, claims)),
        outcome(lambda: unroll(system, claims, 10)),
    )


def test_claims_asked_together_get_the_answers_they_get_alone() -> None:
    wanted = (assertions, never_two, below_four, no_deadlock)
    prepared = prepare(Chain(), wanted, {})
    system, claims = prepared.lowered.system, prepared.properties

    def lengths(verdicts: tuple[Verdict, ...]) -> list[int | None]:
        return [verdict.path.length if isinstance(verdict, Violated) and verdict.path else None for verdict in verdicts]

    assert ([2, 2, 4, None],) * 2 == (lengths(explore(system, claims)), lengths(unroll(system, claims, 10)))
