"""Partial-order reduction: how many states are left of systems small enough to count, and that no answer changes."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given

from raceproof.checker import Verdict, Violated
from raceproof.checker.explicit import explore
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options
from raceproof.checker.system import build
from raceproof.checker.system.build import number, read
from raceproof.checker.system.transition import ClaimKind, FaultKind, Property, TransitionSystem
from raceproof.checker.verdict import FaultFound, Undecided


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


small = load("process_systems")
Move, always, at_least, becomes = small.Move, small.always, small.at_least, small.becomes

WHOLE = Options(symmetry=False, partial_order=False)
REDUCED = Options(symmetry=False, partial_order=True)
X, Y, SEEN = small.shared("x"), small.shared("y"), small.shared("seen")
FINE = always(build.TRUE)

Outcome = tuple[str, int | None]


def outcomes(system: TransitionSystem, claims: Sequence[Property], options: Options) -> list[Outcome]:
    """What is said of each claim, and in how many steps it is violated."""
    try:
        verdicts = explore(system, claims, options=options)
    except FaultFound as found:
        return [("fault", found.path.length)]
    return [outcome(verdict) for verdict in verdicts]


def outcome(verdict: Verdict) -> Outcome:
    path = verdict.path if isinstance(verdict, Violated) else None
    assert path is None or path.shortest
    return verdict.name, path.length if path else None


def counts(system: TransitionSystem, claim: Property, options: Options) -> tuple[int, tuple[str, ...]]:
    """The number of states, and the reductions that were used."""
    statistics = explore(system, [claim], options=options)[0].statistics
    return statistics.states, statistics.reductions


def counters(processes: int, steps: int) -> TransitionSystem:
    """Processes that have nothing to do with each other, and take so many steps each."""
    built: TransitionSystem = small.processes(*([[Move(n, n + 1) for n in range(steps)]] * processes))
    return built


# Counted by hand


@pytest.mark.parametrize(("processes", "steps"), [(2, 1), (3, 3), (4, 5), (9, 2)])
def test_processes_that_share_nothing_are_run_one_after_the_other(processes: int, steps: int) -> None:
    system = counters(processes, steps)

    assert counts(system, FINE, WHOLE) == ((steps + 1) ** processes, ())
    assert counts(system, FINE, REDUCED) == (processes * steps + 1, ("partial order",))


def test_many_places_are_more_than_a_word_of_bits() -> None:
    system = counters(3, 70)

    assert counts(system, FINE, REDUCED) == (211, ("partial order",))


def test_pairs_that_race_are_run_one_pair_after_the_other() -> None:
    """A race has 3 states before and 2 after both have written; the second pair's 5 follow each of the first's 2."""
    races = [[Move(0, 1, (), (becomes(variable, value),))] for variable in (X, Y) for value in (1, 2)]
    system = small.processes(*races)

    assert counts(system, FINE, WHOLE) == (25, ())
    assert counts(system, FINE, REDUCED) == (13, ("partial order",))


def test_several_workers_leave_out_the_same() -> None:
    system = counters(5, 6)

    assert counts(system, FINE, Options(workers=2, partial_order=True)) == (31, ("partial order",))


def test_every_step_that_can_be_taken_is_taken_somewhere() -> None:
    looping = [Move(0, 1), Move(1, 0)]
    system = small.processes(looping, looping, [Move(0, 1), Move(1, 2)])
    (verdict,) = explore(system, [FINE], options=REDUCED)

    assert ("partial order",) == verdict.statistics.reductions
    assert frozenset(range(len(system.commands))) == verdict.statistics.fired


# Where it must not be used


@pytest.mark.parametrize("kind", [ClaimKind.EACH_STEP, ClaimKind.REACHABLE, ClaimKind.RECOVERABLE])
def test_claims_that_it_does_not_preserve_switch_it_off(kind: ClaimKind) -> None:
    claims = [FINE, Property("other", kind, build.TRUE, build.TRUE)]
    statistics = explore(counters(3, 3), claims, options=REDUCED)[0].statistics

    assert (64, ()) == (statistics.states, statistics.reductions)


def test_a_limit_on_depth_is_about_the_whole_graph() -> None:
    (verdict,) = explore(counters(3, 3), [FINE], Limits(max_depth=2), REDUCED)

    assert isinstance(verdict, Undecided)
    assert (10, ()) == (verdict.statistics.states, verdict.statistics.reductions)


def test_a_search_that_asks_nothing_visits_every_state() -> None:
    from raceproof.checker.explicit.native.search import Search
    from raceproof.checker.explicit.questions import Questions

    search = Search(Questions(counters(3, 3), ()), Limits(), REDUCED)
    search.run()

    assert 64 == search.partitions.states


def test_it_is_not_reported_where_it_leaves_nothing_out() -> None:
    both = [Move(0, 1, (), (becomes(X, 1),)), Move(1, 2, (), (becomes(X, 2),))]
    system = small.processes(both, both)

    assert counts(system, FINE, WHOLE) == counts(system, FINE, REDUCED)


# Each proviso on its own


@pytest.mark.parametrize("loop", [1, 2, 3])
def test_a_process_that_goes_round_in_circles_does_not_keep_the_others_waiting(loop: int) -> None:
    circle = [Move(place, (place + 1) % loop) for place in range(loop)]
    system = small.processes(circle, [Move(0, 1), Move(1, 2, (), (becomes(X, 1),))], circle)

    assert [("violated", 2)] == outcomes(system, [always(build.negation(at_least(X, 1)))], REDUCED)


def test_an_assert_behind_a_process_that_goes_round_in_circles_is_found() -> None:
    circle = [Move(0, 1), Move(1, 0)]
    failing = [Move(0, 1), Move(1, 1, (), (), FaultKind.ASSERTION)]

    assert [("violated", 2)] == outcomes(small.processes(circle, failing), [small.ASSERTIONS], REDUCED)


@pytest.mark.parametrize("first", [X, Y])
def test_both_orders_of_what_a_claim_sees_are_taken(first: object) -> None:
    other = Y if first is X else X
    writers = [[Move(0, 1, (), (becomes(variable, 1),))] for variable in (X, Y)]
    only_first = build.conjunction((at_least(first, 1), build.negation(at_least(other, 1))))

    assert [("violated", 1)] == outcomes(small.processes(*writers), [always(build.negation(only_first))], REDUCED)


def test_a_claim_sees_where_processes_are() -> None:
    claims = [
        always(build.disjunction((build.eq(read(small.control(n, 2)), number(0)), build.eq(other, number(1)))), f"{n}")
        for n, other in ((0, read(small.control(1, 2))), (1, read(small.control(0, 2))))
    ]

    assert [("violated", 1)] * 2 == outcomes(counters(2, 1), claims, REDUCED)


def test_what_another_may_do_only_later_counts_already() -> None:
    writer = [Move(0, 1, (), (becomes(X, 1),))]
    reader = [Move(0, 1), Move(1, 2, (build.negation(at_least(X, 1)),), (becomes(SEEN, 1),))]
    claim = always(build.negation(at_least(SEEN, 1)))

    assert [("violated", 2)] == outcomes(small.processes(writer, reader), [claim], REDUCED)
    assert [("violated", 2)] == outcomes(small.processes(reader, writer), [claim], REDUCED)


def test_who_asks_where_another_is_depends_on_it() -> None:
    walker = [Move(0, 1), Move(1, 2), Move(2, 3)]
    guard = build.eq(read(small.control(0, 4)), number(1))
    watcher = [Move(0, 1), Move(1, 2, (guard,), (becomes(SEEN, 1),))]
    claim = always(build.negation(at_least(SEEN, 1)))

    assert [("violated", 3)] == outcomes(small.processes(walker, watcher), [claim], REDUCED)


def test_a_step_that_cannot_be_taken_yet_counts_too() -> None:
    waiting = [Move(0, 1), Move(0, 2, (at_least(X, 1),)), Move(2, 3, (), (becomes(SEEN, 1),))]
    waker = [Move(0, 1, (), (becomes(X, 1),))]
    claim = always(build.negation(at_least(SEEN, 1)))

    assert [("violated", 3)] == outcomes(small.processes(waiting, waker), [claim], REDUCED)


def test_who_looks_before_somebody_writes_does_not_keep_others_from_looking_after() -> None:
    reader = [Move(0, 1, (), (becomes(Y, read(X)),)), Move(1, 2, (at_least(Y, 1),), (becomes(SEEN, 1),))]
    writer = [Move(0, 1, (), (becomes(X, 1),))]
    claim = always(build.negation(at_least(SEEN, 1)))

    assert [("violated", 3)] == outcomes(small.processes(reader, writer), [claim], REDUCED)


def test_who_waits_for_ever_does_not_keep_the_others_waiting() -> None:
    stuck = [Move(0, 1, (at_least(Y, 1),))]
    system = small.processes(stuck, [Move(0, 1)], [Move(0, 1)], known=[Y])

    assert counts(system, FINE, REDUCED) == (3, ("partial order",))


def test_an_assert_that_another_could_save_is_found() -> None:
    saviour = [Move(0, 1, (), (becomes(X, 1),))]
    failing = [Move(0, 1), Move(1, 1, (build.negation(at_least(X, 1)),), (), FaultKind.ASSERTION)]

    assert [("violated", 2)] == outcomes(small.processes(saviour, failing), [small.ASSERTIONS], REDUCED)


def test_an_assert_that_another_could_break_is_found() -> None:
    breaking = [Move(0, 1), Move(1, 2, (), (becomes(X, 1),))]
    failing = [Move(0, 1), Move(0, 0, (at_least(X, 1),), (), FaultKind.ASSERTION)]

    assert [("violated", 3)] == outcomes(small.processes(failing, breaking), [small.ASSERTIONS], REDUCED)


def test_a_deadlock_is_found() -> None:
    def take(own: object, other: object) -> list[object]:
        free = [build.negation(at_least(fork, 1)) for fork in (own, other)]
        return [Move(0, 1, (free[0],), (becomes(own, 1),)), Move(1, 2, (free[1],), (becomes(other, 1),))]

    system = small.processes(take(X, Y), take(Y, X), [Move(0, 1)] * 1, at_rest=build.FALSE)

    assert outcomes(system, [small.NO_DEADLOCK], WHOLE) == outcomes(system, [small.NO_DEADLOCK], REDUCED)


# Shortest paths


def hidden(steps: int, bad_after: int) -> tuple[TransitionSystem, Property]:
    """Four processes of some steps each, and one that does wrong after a few: in the reduced graph only at the end."""
    wrong = [Move(n, n + 1, (), (becomes(X, int(n + 1 == bad_after)),)) for n in range(bad_after)]
    system = small.processes(*([[Move(n, n + 1) for n in range(steps)]] * 4), wrong)
    return system, always(build.negation(at_least(X, 1)))


def test_what_a_reduced_graph_has_late_is_looked_for_again() -> None:
    system, claim = hidden(3, 1)
    (verdict,) = explore(system, [claim], options=REDUCED)

    assert ("violated", 1) == outcome(verdict)
    assert ("partial order",) == verdict.statistics.reductions


def test_a_limit_on_the_second_search_leaves_the_longer_path_and_says_so() -> None:
    system, claim = hidden(3, 5)
    (verdict,) = explore(system, [claim], Limits(max_states=60), REDUCED)

    assert isinstance(verdict, Violated)
    assert verdict.path is not None
    assert (17, False) == (verdict.path.length, verdict.path.shortest)


def test_a_fault_is_looked_for_again_too() -> None:
    wrong = [Move(0, 0, (), (), FaultKind.DOMAIN)]
    system = small.processes(*([[Move(n, n + 1) for n in range(3)]] * 2), [Move(0, 1)], wrong)

    assert [("fault", 1)] == outcomes(system, [FINE], REDUCED)


# Anything else


@given(question=small.random_questions())
def test_random_processes_get_the_same_answers(question: tuple[TransitionSystem, tuple[Property, ...]]) -> None:
    system, claims = question

    assert outcomes(system, claims, WHOLE) == outcomes(system, claims, REDUCED)
    assert outcomes(system, claims, WHOLE) == outcomes(system, claims, Options(partial_order=True))
