"""What PDR proves, also without bounds, and what it refuses to believe."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated

import pytest
import z3

from raceproof.checker.check import prepare
from raceproof.checker.language import (
    Claim,
    Id,
    Model,
    Ordinal,
    Steps,
    always,
    choose,
    each,
    each_step,
    forall,
    no_deadlock,
    process,
    reachable,
    recoverable,
    until,
)
from raceproof.checker.limits import Limits
from raceproof.checker.symbolic.finite import pdr, spacer
from raceproof.checker.symbolic.finite.pdr import prove_by_pdr
from raceproof.checker.verdict import HoldsInScope, Undecided, Verdict, Violated


class Worker(Id, size=2):
    """Somebody who wants the lock."""


class Ticket(Ordinal, size=3):
    """A number that is drawn."""


class Release(Ordinal, size=3, endless=True):
    """There is always a newer one."""


class TicketLock(Model):
    """Whoever holds the ticket that is served has the lock; tickets are never used again."""

    next: Ticket = Ticket.none
    serving: Ticket = Ticket.none

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield "draw a ticket"
            mine: Ticket = self.next
            self.next += 1
            yield until(lambda: self.serving == mine, "wait")
            yield "leave"
            self.serving += 1


class Best(Model):
    """The greatest of all that were chosen is remembered."""

    best: Ticket = Ticket.none
    last: Ticket = Ticket.none

    @process
    def chooser(self) -> Steps:
        while True:
            chosen = yield choose(Ticket, "choose", where=lambda ticket: ticket != self.best)
            self.last = chosen
            self.best = max(self.best, chosen)


class Shelf(Model):
    """A table with an entry for each ticket."""

    sold: dict[Ticket, bool] = each(False)
    next: Ticket = Ticket.first

    @process
    def seller(self) -> Steps:
        while True:
            yield "sell"
            self.sold[self.next] = True
            self.next += 1


class Releases(Model):
    newest: Release = Release.none

    @process
    def publisher(self) -> Steps:
        while True:
            yield "publish"
            self.newest += 1


class Stairs(Model):
    """Four steps up, two at a time; odd numbers and what lies above are out of reach."""

    at: Annotated[int, range(12)] = 0

    @process
    def climber(self) -> Steps:
        while True:
            yield until(lambda: self.at != 8, "climb")
            self.at = (self.at + 2) % 12


class Belt(Model):
    """Never too full, but only because nobody ever changes by how much it fills."""

    load: Annotated[int, range(4)] = 0
    by: Annotated[int, range(3)] = 1

    @process
    def loader(self) -> Steps:
        while True:
            yield until(lambda: self.load < 3, "load")
            self.load += self.by


@always
def one_at_a_time(m: TicketLock) -> bool:
    return not forall(Worker, lambda w: m.worker[w].at("leave"))


@each_step
def never_back(before: TicketLock, after: TicketLock) -> bool:
    return after.serving >= before.serving


@always
def nobody_waits_long(m: TicketLock) -> bool:
    return m.next <= m.serving + 1


@reachable
def third_is_served(m: TicketLock) -> bool:
    return m.serving == Ticket.none + 3


@reachable
def served_before_drawn(m: TicketLock) -> bool:
    return m.serving > m.next


@always
def best_is_best(m: Best) -> bool:
    return m.best >= m.last


@always
def next_is_not_sold(m: Shelf) -> bool:
    return not m.sold[m.next]


@always
def something(m: Releases) -> bool:
    return m.newest >= Release.none


@always
def even(m: Stairs) -> bool:
    return m.at % 2 == 0


@always
def below_six(m: Stairs) -> bool:
    return m.at < 6


@reachable
def six(m: Stairs) -> bool:
    return m.at == 6


@reachable
def ten(m: Stairs) -> bool:
    return m.at == 10


@recoverable
def zero(m: Stairs) -> bool:
    return m.at == 0


@always
def never_empty_handed(m: Belt) -> bool:
    return m.by > 0


def prove(
    model: Model, *claims: Claim, scope: dict[type[Ticket], float] | None = None, limits: Limits | None = None
) -> tuple[Verdict, ...]:
    prepared = prepare(model, claims, scope)
    return prove_by_pdr(prepared.lowered.system, prepared.properties, limits)


def whys(verdicts: tuple[Verdict, ...]) -> list[str]:
    return [verdict.why if isinstance(verdict, Undecided) else verdict.name for verdict in verdicts]


UNBOUNDED = {Ticket: math.inf}
NOT_SHOWN = "Spacer has found a path to it, but where a domain is unbounded none can be shown"


def test_what_holds_of_any_number_of_tickets_is_proved() -> None:
    verdicts = prove(TicketLock(), one_at_a_time, never_back, served_before_drawn, scope=UNBOUNDED)

    assert ["holds-in-scope", "holds-in-scope", "violated"] == [verdict.name for verdict in verdicts]
    assert {"Ticket": None, "Worker": 2} == dict(verdicts[0].scope)


def test_what_can_be_reached_cannot_be_shown_without_bounds() -> None:
    assert [NOT_SHOWN] * 2 == whys(prove(TicketLock(), nobody_waits_long, third_is_served, scope=UNBOUNDED))


def test_a_choice_of_any_value_is_one_more_variable() -> None:
    quantified = "that nobody can move, whatever is chosen, cannot be said without a quantifier"

    assert ["holds-in-scope", quantified] == whys(prove(Best(), best_is_best, no_deadlock, scope=UNBOUNDED))


def test_a_table_with_infinitely_many_entries_is_left_alone() -> None:
    assert ["sold has an entry for each of infinitely many Ticket"] == whys(
        prove(Shelf(), next_is_not_sold, scope=UNBOUNDED)
    )


def test_an_endless_domain_is_left_alone() -> None:
    expected = "Release is endless, and arithmetic needs a last one, or a scope without bounds"

    assert [expected] == whys(prove(Releases(), something))


def test_paths_are_the_shortest_and_the_statistics_tell_their_length() -> None:
    held, violated, reached, nowhere = prove(Stairs(), even, below_six, six, ten)

    assert isinstance(held, HoldsInScope)
    assert isinstance(violated, Violated)
    assert isinstance(reached, HoldsInScope)
    assert isinstance(nowhere, Violated)
    assert (None, 3, 3, None) == (
        held.witness,
        violated.path and violated.path.length,
        reached.witness and reached.witness.length,
        nowhere.path,
    )
    assert ("pdr", 0, 3) == (violated.statistics.engine, violated.statistics.states, violated.statistics.depth)


def test_recoverability_is_left_to_the_explicit_engine() -> None:
    assert ["pdr cannot decide recoverability; use the explicit engine"] == whys(prove(Stairs(), zero))


Invariant = Callable[[z3.ArithRef], z3.BoolRef]
WRONG: dict[str, Invariant] = {
    "it does not hold at the start": lambda at: at == 2,
    "it is lost in the step 'climber: climb'": lambda at: at == 0,
    "it does not exclude what must not happen": lambda at: at >= 0,
}


@pytest.mark.parametrize("objection", WRONG)
def test_an_invariant_that_is_none_is_refused(objection: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacer, "invariant_of", lambda _, __, arguments: WRONG[objection](arguments[0]))

    assert [f"the invariant that Spacer has found is none: {objection}"] == whys(prove(Stairs(), even))


def test_an_invariant_that_cannot_be_checked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(z3.Solver, "check", lambda *_: z3.unknown)
    monkeypatch.setattr(z3.Solver, "reason_unknown", lambda *_: "out of luck")

    assert ["the invariant that Spacer has found is none: Z3 cannot tell: out of luck"] == whys(prove(Stairs(), even))


def test_what_is_not_found_by_another_engine_is_not_violated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("raceproof.checker.symbolic.finite.pdr.ask", lambda *_: spacer.Reached())
    monkeypatch.setattr(pdr, "MOST_STEPS", 9)

    assert ["Spacer has found a path to it, but it cannot be shown: none has at most 9 steps"] == whys(
        prove(Stairs(), even)
    )


def test_nothing_holds_before_it_is_proved_that_the_model_never_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    ask, unknown = spacer.ask, spacer.Unknown("Spacer gave up: out of luck", exhausted=False)

    assert ["holds-in-scope"] == whys(prove(Belt(), never_empty_handed))

    monkeypatch.setattr(
        "raceproof.checker.symbolic.finite.pdr.ask",
        lambda horn, breach, *more: ask(horn, breach, *more) if breach.claims else unknown,
    )

    assert ["not proved that the model itself never goes wrong: Spacer gave up: out of luck"] == whys(
        prove(Belt(), never_empty_handed)
    )
