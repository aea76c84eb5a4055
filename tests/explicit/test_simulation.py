"""Simulation: what random walks find, how it is shortened, and what they do not say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from raceproof.checker import BrokenModel, Claim, Model, Ordinal, Steps, always, each_step, no_deadlock, process, until
from raceproof.checker.check import prepare
from raceproof.checker.errors import UsageError
from raceproof.checker.explicit import simulate as simulating
from raceproof.checker.explicit.simulate import Simulation, simulate
from raceproof.checker.language import assertions
from raceproof.checker.limits import Limits
from raceproof.checker.simulation import run
from raceproof.checker.system.build import FALSE, TRUE, eq, lt, number, read
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import ClaimKind, FaultKind, Property, TransitionSystem
from raceproof.checker.verdict import FaultFound, HoldsInScope, Undecided, Violated
from raceproof.model.dns import DnsAutomation
from raceproof.model.lock import Lock
from raceproof.model.naive_dining import NaiveDining
from raceproof.properties import dns, lock

SYSTEM = Callable[..., TransitionSystem]
NUMBER = Domain("number", Kind.INT, 0, 100)
N = Variable("n", (), NUMBER)


def walk(model: Model, claims: Sequence[Claim], seed: int = 1, walks: int = 200, **more: Any) -> Simulation:
    return run(prepare(model, claims), seed, Limits(), walks, **more)


def outcomes(done: Simulation) -> list[tuple[str, int | None]]:
    return [
        (verdict.name, None if finding is None else finding.path.length)
        for verdict, finding in zip(done.verdicts, done.findings, strict=True)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_the_incident_is_found_and_shortened_to_the_shortest_way(seed: int) -> None:
    done = walk(DnsAutomation(), [dns.never_empty], seed)

    (verdict,), (finding,) = done.verdicts, done.findings
    assert isinstance(verdict, Violated)
    assert verdict.trace is not None
    assert finding is not None
    assert (11, True) == (len(verdict.trace), finding.path.shortest)
    assert finding.length > 11


def test_claims_about_steps_and_reachable_states_are_settled_too() -> None:
    done = walk(DnsAutomation(), [dns.never_goes_back, dns.last_plan_goes_live], 7)

    assert [("violated", 8), ("holds-in-scope", 9)] == outcomes(done)


def test_the_same_seed_gives_the_same_simulation_with_both_engines() -> None:
    claims = [lock.mutual_exclusion, lock.someone_works, no_deadlock]
    done = [walk(Lock(), claims, 5, engine=engine) for engine in ("native", "native", "portable")]

    def told(one: Simulation) -> Any:
        found = [finding and (finding.walk, finding.length, finding.path.length) for finding in one.findings]
        return [verdict.name for verdict in one.verdicts], found, one.walks, one.steps, one.taken

    assert told(done[0]) == told(done[1]) == told(done[2])
    assert ["native", "native", "portable"] == [one.engine for one in done]


def test_coverage_counts_every_step_that_was_taken() -> None:
    done = walk(Lock(fixed=True), [no_deadlock], walks=3, length=50)

    assert (3, 150, 150) == (done.walks, done.steps, sum(done.taken))
    assert all(times > 0 for times in done.taken)
    assert done.verdicts[0].statistics.fired == frozenset(range(len(done.taken)))


def test_nothing_found_is_undecided_however_long_it_took() -> None:
    done = walk(Lock(fixed=True), [lock.mutual_exclusion, lock.everyone_can_come_to_rest, assertions], walks=1000)

    assert [
        "not violated in 1,000 random walks of up to 1,000 steps",
        "random walks cannot tell whether there is a way back",
        "not violated in 1,000 random walks of up to 1,000 steps",
    ] == [verdict.why for verdict in done.verdicts if isinstance(verdict, Undecided)]


def test_a_simulation_ends_when_all_that_it_can_settle_is_settled() -> None:
    done = walk(Lock(), [lock.someone_works, lock.everyone_can_come_to_rest], walks=1_000_000_000)

    assert 1 == done.walks
    assert [HoldsInScope, Undecided] == [type(verdict) for verdict in done.verdicts]


def test_a_deadlock_is_found() -> None:
    done = walk(NaiveDining(), [no_deadlock])

    (verdict,) = done.verdicts
    assert isinstance(verdict, Violated)
    assert verdict.path is not None
    assert verdict.path.shortest


class Number(Ordinal, size=3): ...


class Counting(Model):
    """Counts up to the last number, and goes wrong in a way of choice."""

    value: Number = Number.none

    def __init__(self, *, too_far: bool = False, wrong_claim: bool = False) -> None:
        self.too_far, self.wrong_claim = too_far, wrong_claim

    @process
    def count(self) -> Steps:
        while True:
            yield until(lambda: self.too_far or self.value < Number.last, "count", idle=True)
            assert self.too_far or self.value < Number(2)
            self.value += 1


@each_step
def counts_to_two(before: Counting, after: Counting) -> bool:
    return after.value <= Number(1)


@always
def stays_low(m: Counting) -> bool:
    return m.value < Number(2)


@pytest.mark.parametrize("engine", ["native", "portable"])
def test_a_failed_assert_is_found_and_others_are_settled_besides(engine: Any) -> None:
    done = walk(Counting(), [assertions, counts_to_two, stays_low], engine=engine)

    assert [("violated", 3), ("violated", 2), ("violated", 2)] == outcomes(done)


@pytest.mark.parametrize("engine", ["native", "portable"])
def test_a_model_that_goes_wrong_is_broken_with_the_way_there(engine: Any) -> None:
    with pytest.raises(BrokenModel, match="value becomes number 4") as caught:
        walk(Counting(too_far=True), [no_deadlock], engine=engine)

    assert (4, True) == (len(caught.value.trace), caught.value.shortest)


def test_what_a_search_finds_nearby_is_shown_before_what_a_walk_has_found(system: SYSTEM) -> None:
    moves = [("go on", (lt(read(N), number(90)),), {N: number(5)})]
    wrong = [("go wrong", (eq(read(N), number(5)),), FaultKind.KEY)]
    toy = system({N: (0,)}, moves, wrong)

    with pytest.raises(FaultFound, match="go wrong: a key") as caught:
        simulate(toy, [Property("deadlock", ClaimKind.DEADLOCK, TRUE, TRUE)], Limits(), 0, 5)

    assert (2, True) == (caught.value.path.length, caught.value.shortest)


def test_each_choice_is_as_likely_as_any_other(system: SYSTEM) -> None:
    moves = [("left", (), {N: number(1)}), ("right", (), {N: number(2)})]
    toy = system({N: (0,)}, moves)

    done = simulate(toy, [], Limits(), 2024, 100, 1000)

    assert 100_000 == sum(done.taken)
    assert (49_815, 50_185) == done.taken


def test_initial_states_are_drawn_too(system: SYSTEM) -> None:
    small = Variable("small", (), Domain("small", Kind.ID, 0, 3))
    moves = [
        (str(code), (eq(read(small), number(code)), eq(read(N), number(0))), {N: number(1)}) for code in (0, 1, 2, 3)
    ]
    toy = system({small: (None,), N: (0,)}, moves, at_rest=eq(read(N), number(1)))

    done = [simulate(toy, [], Limits(), 3, 3000, engine=engine) for engine in ("native", "portable")]

    assert (0, 1007, 955, 1038) == done[0].taken == done[1].taken


def test_walks_do_not_depend_on_what_is_asked_of_them() -> None:
    asked = walk(DnsAutomation(), [dns.never_empty, dns.one_winner_per_epoch], 11)
    again = walk(DnsAutomation(), [dns.never_goes_back, dns.one_winner_per_epoch], 11)

    assert (asked.steps, asked.walks, asked.taken) == (again.steps, again.walks, again.taken)


def test_an_interrupt_keeps_what_was_found() -> None:
    def interrupt(walks: int, steps: int, seconds: float) -> None:
        raise KeyboardInterrupt

    done = run(prepare(Lock(), [lock.mutual_exclusion, no_deadlock]), 1, Limits(max_seconds=60), watch=interrupt)

    assert "interrupted" == done.stopped
    assert [("violated", 4), ("undecided", None)] == outcomes(done)


def test_an_interrupt_while_shortening_shows_what_was_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("raceproof.checker.explicit.nearest.shorten", interrupt)
    done = walk(Lock(), [lock.mutual_exclusion])

    (finding,) = done.findings
    assert finding is not None
    assert ("interrupted", finding.length, False) == (done.stopped, finding.path.length, finding.path.shortest)


def test_a_limit_on_memory_ends_it_before_its_time() -> None:
    done = run(prepare(Lock(fixed=True), [no_deadlock]), 1, Limits(max_memory_bytes=2**20, max_seconds=60))

    assert "more than 1 MiB of memory" == done.stopped


def test_time_is_no_limit_but_the_usual_end() -> None:
    done = run(prepare(Lock(fixed=True), [no_deadlock]), 1, Limits(max_seconds=0.05))

    assert (None, True) == (done.stopped, done.walks > 0)


def test_numbers_too_wide_for_machine_words_are_walked_in_python(system: SYSTEM) -> None:
    wide = Variable("wide", (), Domain("wide", Kind.INT, 0, 2**70))
    toy = system({wide: (0,)}, [("go", (), {wide: number(2**70)})])

    done = simulate(toy, [Property("small", ClaimKind.ALWAYS, eq(read(wide), number(0)), TRUE)], Limits(), 0, 1)

    assert ("portable", [("violated", 1)]) == (done.engine, outcomes(done))


def test_a_system_without_initial_states_has_no_walks(system: SYSTEM) -> None:
    nobody = Variable("nobody", (), Domain("Nobody", Kind.ID, 0, 0))

    done = simulate(system({nobody: (None,), N: (0,)}), [Property("no", ClaimKind.ALWAYS, FALSE, TRUE)], Limits(), 0, 9)

    assert (0, [("undecided", None)]) == (done.walks, outcomes(done))


@pytest.mark.parametrize(
    "wrong", [{"walks": None}, {"walks": 0}, {"length": 0}, {"length": simulating.MOST_LENGTH + 1}, {"seed": -1}]
)
def test_numbers_out_of_range_are_refused(system: SYSTEM, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"seconds|steps"):
        simulate(system({N: (0,)}), [], Limits(), **{"seed": 0, "walks": 1, **wrong})


def test_endless_domains_are_refused(system: SYSTEM) -> None:
    endless = Variable("last", (), Domain("Endless", Kind.ORDINAL, 0, 5, endless=True))

    with pytest.raises(ValueError, match="finite scope"):
        simulate(system({endless: (0,)}), [], Limits(), 0, 1)


def test_an_unbounded_scope_is_refused() -> None:
    with pytest.raises(UsageError, match="Number is unbounded in this scope; a simulation needs a size"):
        run(prepare(Counting(too_far=True), [no_deadlock], {Number: float("inf")}), 1, Limits(), 1)
