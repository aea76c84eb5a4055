"""Lowering for any number of members: at each size it is the model in that scope, or a little more."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from raceproof.checker import Id, Model, Ordinal, Steps, action, always, each, forall, process, until
from raceproof.checker.check import prepare, run
from raceproof.checker.errors import ModelError
from raceproof.checker.explicit import explore
from raceproof.checker.language import Claim, choose, count, greatest, require
from raceproof.checker.opened import open_model
from raceproof.checker.symbolic.closing import Closing
from raceproof.checker.symbolic.obligations import PROVABLE
from raceproof.checker.verdict import Verdict, Violated
from raceproof.model.dns import VARIANTS
from raceproof.properties import dns

CLAIMS = [claim for claim in dns.CLAIMS if claim.kind in PROVABLE]


def told(verdict: Verdict) -> tuple[str, int | None]:
    """A verdict, and the length of its shortest trace."""
    return verdict.name, verdict.path.length if isinstance(verdict, Violated) and verdict.path else None


def at_size(model: Model, claims: list[Claim], sizes: Mapping[str, int]) -> tuple[list[tuple[str, int | None]], int]:
    """What the explicit search says of the open system at a size, and how many states it has there."""
    opened = open_model(model, claims, {})
    closing = Closing(opened.system, {**opened.closed_sizes, **sizes})
    verdicts = explore(closing.closed(), [closing.property(claim) for claim in opened.properties])
    return [told(verdict) for verdict in verdicts], verdicts[0].statistics.states


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("sizes", [{"Enactor": 1, "Plan": 3}, {"Enactor": 2, "Plan": 2}, {"Enactor": 2, "Plan": 3}])
def test_each_design_says_at_each_size_what_it_says_in_that_scope(variant: str, sizes: dict[str, int]) -> None:
    verdicts = run(prepare(VARIANTS[variant].make(), CLAIMS, sizes))
    found, states = at_size(VARIANTS[variant].make(), CLAIMS, sizes)

    assert [told(verdict) for verdict in verdicts] == found
    assert verdicts[0].statistics.states <= states


def test_without_a_loop_that_yields_it_is_the_same_system() -> None:
    sizes = {"Enactor": 2, "Plan": 4}
    verdicts = run(prepare(VARIANTS["atomic"].make(), CLAIMS, sizes))

    assert verdicts[0].statistics.states == at_size(VARIANTS["atomic"].make(), CLAIMS, sizes)[1]


class Worker(Id, size=2):
    """Somebody."""


class Version(Ordinal, size=3):
    """Something."""


class Board(Model):
    """Loops over any number of members, with conditions, choices and the greatest."""

    newest: Version = Version.none
    seen: dict[Worker, Version] = each(Version.none)
    kept: dict[Version, bool] = each(False)
    pinned: Version = Version.none

    @process
    def writer(self) -> Steps:
        while True:
            yield until(lambda: self.newest < Version.last, "write")
            self.newest += 1
            self.kept[self.newest] = True
            for worker in Worker:
                if self.seen[worker] == self.pinned:
                    self.seen[worker] = self.newest

    @process(each=Worker)
    def reader(self, me: Worker) -> Steps:
        while True:
            mine = yield choose(Version, "pin", where=lambda v: self.kept[v])
            self.pinned = mine
            yield "sweep"
            for version in Version:
                if version < self.newest and version != self.pinned:
                    self.kept[version] = False
            self.seen[me] = greatest(Version, lambda v: self.kept[v] and v < self.newest)

    @action
    def forget(self) -> None:
        require(forall(Worker, lambda worker: self.seen[worker] != Version.none))
        for worker in Worker:
            self.seen[worker] = Version.none


@always
def newest_is_kept(m: Board) -> bool:
    """The newest version is never swept."""
    return m.newest == Version.none or m.kept[m.newest]


@always
def seen_is_kept(m: Board) -> bool:
    """Wrong: what somebody has seen may be swept later."""
    return forall(Worker, lambda w: m.seen[w] == Version.none or m.kept[m.seen[w]])


class Room(Model):
    """Workers go in and out, and look how many there are."""

    inside: dict[Worker, bool] = each(False)
    seen: dict[Worker, bool] = each(False)

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: count(Worker, lambda w: self.inside[w]) <= 2, "enter")
            self.inside[me] = True
            yield "look"
            self.seen[me] = count(Worker, lambda w: self.inside[w]) == 2
            yield until(lambda: count(Worker, lambda w: self.seen[w]) != 1, "leave")
            self.inside[me] = False


@always
def fewer_than_three(m: Room) -> bool:
    """Wrong from three workers on."""
    return count(Worker, lambda w: m.inside[w]) < 3


@always
def seen_by_two(m: Room) -> bool:
    """Wrong from two workers on."""
    return not count(Worker, lambda w: m.seen[w]) >= 2


@pytest.mark.parametrize("workers", [1, 2, 3, 4])
def test_counts_mean_the_same_for_any_number(workers: int) -> None:
    claims, sizes = [fewer_than_three, seen_by_two], {"Worker": workers}
    verdicts = run(prepare(Room(), claims, sizes))

    expected = [told(verdict) for verdict in verdicts], verdicts[0].statistics.states
    assert expected == at_size(Room(), claims, sizes)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("versions", [1, 2, 3])
def test_loops_conditions_choices_and_the_greatest_are_lowered_exactly(workers: int, versions: int) -> None:
    claims, sizes = [newest_is_kept, seen_is_kept], {"Worker": workers, "Version": versions}
    verdicts = run(prepare(Board(), claims, sizes))

    expected = [told(verdict) for verdict in verdicts], verdicts[0].statistics.states
    assert expected == at_size(Board(), claims, sizes)


def refused(model: Model) -> str:
    with pytest.raises(ModelError) as caught:
        open_model(model, [], {})
    return caught.value.message


def test_a_loop_over_any_number_may_not_end_early() -> None:
    class Early(Model):
        full: dict[Worker, bool] = each(False)

        @process(each=Worker)
        def worker(self, me: Worker) -> Steps:
            while True:
                yield "take"
                for other in Worker:
                    if not self.full[other]:
                        self.full[other] = True
                        break

    assert "a loop over any number of members ends before all had their turn" == refused(Early())


def test_a_turn_may_not_write_what_all_share() -> None:
    class Shared(Model):
        last: Worker = Worker.none
        full: dict[Worker, bool] = each(False)

        @process(each=Worker)
        def worker(self, me: Worker) -> Steps:
            while True:
                yield "take"
                for other in Worker:
                    self.last = other

    assert "writes last in every turn of a loop over any number of members" == refused(Shared())


def test_a_turn_may_not_read_what_another_writes() -> None:
    class Chained(Model):
        value: dict[Worker, Version] = each(Version.none)

        @process(each=Worker)
        def worker(self, me: Worker) -> Steps:
            while True:
                yield "copy"
                for other in Worker:
                    self.value[other] = self.value[me]

    assert "a turn of a loop reads what another turn writes: value" == refused(Chained())


def test_members_can_be_counted_up_to_three_only() -> None:
    class Counting(Model):
        full: dict[Worker, bool] = each(False)

        @process(each=Worker)
        def worker(self, me: Worker) -> Steps:
            while True:
                yield until(lambda: count(Worker, lambda w: self.full[w]) < 5, "take")
                self.full[me] = True

    assert "counts any number of members" == refused(Counting())


def test_a_turn_without_a_yield_may_not_change_anything() -> None:
    class Silent(Model):
        full: dict[Version, bool] = each(False)

        @process
        def worker(self) -> Steps:
            while True:
                yield "begin"
                for version in Version:
                    self.full[version] = True
                    if version != Version.first:
                        continue
                    yield "first"

    assert refused(Silent()).startswith("a turn of a loop over any number of members goes on to the next one without")
