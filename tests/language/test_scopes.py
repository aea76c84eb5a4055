"""A scope belongs to a check: sizes are never global, and a domain may have none at all."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from raceproof.checker import UNBOUNDED, Id, Model, Ordinal, Steps, UsageError, always, check, each, process, until
from raceproof.checker.check import prepare
from raceproof.checker.options import Options
from raceproof.checker.system.terms import Op, subterms


class Worker(Id, size=1):
    """Somebody who counts."""


class Number(Ordinal, size=2):
    """How far they have come."""


class Counting(Model):
    """Workers count to the last number, together."""

    number: Number = Number.none
    held: dict[Worker, Number] = each(Number.none)

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: self.number < Number.last, "count", idle=True)
            self.number += 1
            self.held[me] = self.number


class Copying(Model):
    """Numbers are only made, compared and copied: there need not be a last one."""

    newest: Number = Number.none
    taken: Number = Number.none

    @process
    def maker(self) -> Steps:
        while True:
            yield "make"
            self.newest += 1

    @process(each=Worker)
    def taker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: self.taken < self.newest, "take")
            self.taken = self.newest


@always
def nobody_is_ahead(m: Counting) -> bool:
    """What a worker holds has been counted."""
    return all(held <= m.number for held in m.held.values())


def count_states(last: int) -> int:
    apart = Options(symmetry=False)
    return check(Counting(), nobody_is_ahead, scope={Number: last, Worker: 2}, options=apart).statistics.states


def test_checks_with_different_scopes_run_side_by_side() -> None:
    sizes = [1, 7, 3, 6, 2, 5, 4] * 3

    with ThreadPoolExecutor(max_workers=7) as threads:
        together = list(threads.map(count_states, sizes))

    assert [count_states(size) for size in sizes] == together


@pytest.mark.parametrize(("last", "states"), [(1, 3), (2, 7), (3, 13)])
def test_the_states_of_two_workers_are_counted_by_hand(last: int, states: int) -> None:
    """At number n the last counter holds n, the other any number below n (none included): 1 + the sum of 2n."""
    assert states == count_states(last)


def test_a_scope_may_name_domains_by_type_or_by_name() -> None:
    by_type = check(Counting(), nobody_is_ahead, scope={Number: 3}).statistics.states
    by_name = check(Counting(), nobody_is_ahead, scope={"Number": 3}).statistics.states

    assert by_type == by_name


def test_a_verdict_says_in_which_scope_it_holds() -> None:
    verdict = check(Counting(), nobody_is_ahead, scope={Number: 3})

    assert {"Number": 3, "Worker": 1} == verdict.scope


def test_a_domain_without_members_is_a_scope_like_any_other() -> None:
    assert 1 == check(Counting(), nobody_is_ahead, scope={Number: 3, Worker: 0}).statistics.states


def test_a_model_that_only_compares_and_copies_lowers_without_a_last_number() -> None:
    system = prepare(Copying(), scope={Number: UNBOUNDED}).lowered.system
    written = [write.value for command in system.commands for write in command.writes]

    assert {"Number": None, "Worker": 1} == system.scope
    assert not system.bounded
    assert any(node.op is Op.ADD for node in subterms(tuple(written)))
    assert () == system.faults


@pytest.mark.parametrize("engine", ["explicit", "bounded", "oracle"])
def test_the_engines_for_finite_scopes_refuse_an_unbounded_domain(engine: str) -> None:
    with pytest.raises(UsageError) as caught:
        check(Copying(), [], scope={Number: UNBOUNDED}, engine=engine)  # type: ignore[call-overload]

    assert f"Number is unbounded in this scope; the {engine} engine needs a size" == str(caught.value)
