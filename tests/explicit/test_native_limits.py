"""Where the compiled search stops early, and where there is none: what it says then."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from raceproof.checker import Model, Steps, UsageError, always, no_deadlock, process
from raceproof.checker.check import prepare, run
from raceproof.checker.explicit import NativeUnavailable, explore
from raceproof.checker.limits import Limits, Progress
from raceproof.checker.options import Options, SearchEngine
from raceproof.checker.system.build import FALSE, TRUE, add, conjunction, eq, lt, mod, mul, negation, number, read
from raceproof.checker.system.domain import BOOL, Domain, Kind
from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import ClaimKind, FaultKind, Property, TransitionSystem, Undefined
from raceproof.checker.verdict import FaultFound, Statistics, Undecided, Verdict, Violated

System = Callable[..., TransitionSystem]

PLAIN = Options(symmetry=False, partial_order=False)
WHOLE = Property("all", ClaimKind.ALWAYS, TRUE, TRUE)
STUCK = Property("stuck", ClaimKind.DEADLOCK, TRUE, TRUE)
HOME = Property("home", ClaimKind.RECOVERABLE, TRUE, TRUE)
DIGITS = tuple(Variable(f"digit {place}", (), Domain("digit", Kind.INT, 0, 9)) for place in range(5))


@pytest.fixture(scope="module")
def counters(system: System) -> TransitionSystem:
    """Five counters to nine: 100,000 states, 45 levels."""
    moves = [(f"step {place}", (), {d: mod(add(read(d), number(1)), number(10))}) for place, d in enumerate(DIGITS)]
    return system(dict.fromkeys(DIGITS, (0,)), moves)


def search(system: TransitionSystem, claims: Sequence[Property], limits: Limits | None = None) -> tuple[Verdict, ...]:
    return explore(system, claims, limits, PLAIN, "native")


def not_at(*values: int) -> Property:
    """That the counters do not stand at some values, of the first ones on."""
    at = (eq(read(digit), number(value)) for digit, value in zip(DIGITS, values, strict=False))
    return Property("never", ClaimKind.ALWAYS, negation(conjunction(at)), TRUE)


def counts(found: Statistics) -> tuple[int, int, int]:
    return found.states, found.transitions, found.depth


def why(verdicts: Sequence[Verdict]) -> list[str]:
    return [verdict.why if isinstance(verdict, Undecided) else verdict.name for verdict in verdicts]


def interrupted_after(looks: int) -> Limits:
    """Limits under which a search is interrupted at one of the looks that it takes at them."""
    seen: list[Progress] = []

    def look(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) > looks:
            raise KeyboardInterrupt

    return Limits(on_progress=look)


def test_a_limit_on_states_leaves_undecided(counters: TransitionSystem) -> None:
    verdicts = search(counters, (WHOLE, STUCK, HOME, not_at(1, 1)), Limits(max_states=5000))
    found = verdicts[0].statistics

    assert [*["more than 5,000 states"] * 3, "violated"] == why(verdicts)
    assert (6083, 21690, 12) == counts(found)


@pytest.mark.parametrize(("depth", "expected"), [(0, (1, 0, 0)), (1, (6, 5, 1)), (3, (56, 105, 3))])
def test_a_limit_on_depth_leaves_undecided(
    depth: int, expected: tuple[int, int, int], counters: TransitionSystem
) -> None:
    verdicts = search(counters, (WHOLE, HOME), Limits(max_depth=depth))

    assert [f"states more than {depth} steps away"] * 2 == why(verdicts)
    assert expected == counts(verdicts[0].statistics)


def test_a_limit_on_depth_that_no_state_exceeds_is_none(counters: TransitionSystem) -> None:
    (verdict,) = search(counters, (WHOLE,), Limits(max_depth=46))

    assert ("holds-in-scope", (100_000, 500_000, 45)) == (verdict.name, counts(verdict.statistics))


def test_a_limit_on_time_leaves_undecided(counters: TransitionSystem) -> None:
    verdicts = search(counters, (WHOLE, HOME), Limits(max_seconds=0))

    assert ["more than 0 seconds"] * 2 == why(verdicts)
    assert (1, 0, 0) == counts(verdicts[0].statistics)


def test_a_limit_on_memory_leaves_undecided(counters: TransitionSystem) -> None:
    verdicts = search(counters, (WHOLE, HOME), Limits(max_memory_bytes=1 << 20))

    assert ["more than 1 MiB of memory"] * 2 == why(verdicts)
    assert (1, 0, 0) == counts(verdicts[0].statistics)


def test_a_table_is_not_enlarged_beyond_the_memory(counters: TransitionSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is reached by what a larger table would take, not by what is there."""
    from raceproof.checker.explicit.native import search as native

    limits = Limits(max_memory_bytes=1 << 50)
    monkeypatch.setattr(native, "memory_bytes", lambda: 1 << 50)
    verdicts = search(counters, (WHOLE, not_at(1, 1, 1)), limits)

    assert ["more than 1,073,741,824 MiB of memory", "violated"] == why(verdicts)
    assert 100 < verdicts[0].statistics.states < 100_000


def test_no_more_memory_leaves_undecided(counters: TransitionSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    from raceproof.checker.explicit.native.memory import Partitions

    def refuse(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Partitions, "grow", refuse)

    assert ["out of memory", "violated"] == why(search(counters, (WHOLE, not_at(1, 1, 1))))


@pytest.mark.parametrize(("looks", "depth"), [(0, 0), (1, 0), (4, 3)])
def test_an_interrupted_search_says_what_it_covered(looks: int, depth: int, counters: TransitionSystem) -> None:
    verdicts = search(counters, (WHOLE, STUCK), interrupted_after(looks))

    assert ["interrupted"] * 2 == why(verdicts)
    assert depth == verdicts[0].statistics.depth


def test_an_interrupted_look_for_recovery_is_undecided(counters: TransitionSystem) -> None:
    looks: list[Progress] = []
    search(counters, (WHOLE, HOME, not_at(9, 9, 9, 9, 9)), Limits(on_progress=looks.append))
    verdicts = search(counters, (WHOLE, HOME, not_at(9, 9, 9, 9, 9)), interrupted_after(len(looks) - 1))

    assert ["interrupted", "interrupted", "violated"] == why(verdicts)
    assert (100_000, 500_000, 45) == counts(verdicts[0].statistics)


@pytest.fixture(scope="module")
def broad(system: System) -> TransitionSystem:
    """40,000 states two steps away at most: the second level is more than a chunk. Some break claims of all kinds."""
    x, y = (Variable(name, (), Domain("broad", Kind.INT, 0, 199)) for name in "xy")
    moves: list[Any] = [(f"x to {value}", (eq(read(x), number(0)),), {x: number(value)}) for value in range(1, 200)]
    moves += [(f"y to {value}", (eq(read(y), number(0)),), {y: number(value)}) for value in range(1, 200)]
    moves.append(("on", (eq(read(x), number(199)), lt(number(150), read(y))), {y: number(199)}))
    wrong = [("on", (eq(read(x), number(7)), lt(number(0), read(y))), FaultKind.ASSERTION)]
    return system({x: (0,), y: (0,)}, moves, wrong)


def test_what_a_level_that_was_cut_short_has_shown_counts(broad: TransitionSystem) -> None:
    x, y = (read(variable) for variable in broad.variables)
    claims = (
        WHOLE,
        STUCK,
        Property("step", ClaimKind.EACH_STEP, negation(conjunction((eq(x, number(199)), lt(number(0), y)))), TRUE),
        Property("asserted", ClaimKind.ASSERTION, TRUE, TRUE),
        Property("both", ClaimKind.REACHABLE, conjunction((eq(x, number(3)), eq(y, number(3)))), TRUE),
    )
    verdicts = search(broad, claims, interrupted_after(4))
    lengths = [verdict.path and verdict.path.length for verdict in verdicts if isinstance(verdict, Violated)]

    assert "interrupted" == why(verdicts)[0]
    assert {"violated", "interrupted"} >= set(why(verdicts)[1:4])
    assert [] != lengths
    assert {2, 3} >= set(lengths)
    assert "holds-in-scope" == verdicts[4].name


def test_a_fault_in_a_level_that_was_cut_short_counts(broad: TransitionSystem) -> None:
    x, y = (read(variable) for variable in broad.variables)
    unclear = Undefined(conjunction((eq(x, number(5)), eq(y, number(5)))), "asks for nothing", None)
    claim = Property("unclear", ClaimKind.ALWAYS, TRUE, TRUE, None, (unclear,))

    with pytest.raises(FaultFound, match="unclear: asks for nothing") as found:
        search(broad, (claim,), Limits(max_states=10_000))
    assert 2 == found.value.path.length


# Where there is no compiled search


@pytest.fixture(scope="module")
def large(system: System) -> TransitionSystem:
    """Numbers that leave 64 bits when they are multiplied."""
    x = Variable("x", (), Domain("large", Kind.INT, 0, 1 << 40))
    square = mul(read(x), read(x))
    return system({x: (1,)}, [("on", (lt(square, number(100)),), {x: add(read(x), number(3))})])


def too_many(system: System) -> tuple[TransitionSystem, tuple[Property, ...], str]:
    claims = tuple(Property(f"claim {number}", ClaimKind.ALWAYS, TRUE, TRUE) for number in range(65))
    return system({Variable("b", (), BOOL): (0,)}), claims, "there are more than 64 claims"


def too_many_bits(system: System) -> tuple[TransitionSystem, tuple[Property, ...], str]:
    table = Variable("table", (Domain("Key", Kind.ID, 0, 5000),), BOOL)
    return system({table: (None, *(0,) * 4999)}), (WHOLE,), "a state takes more than 4096 bits"


def too_wide(system: System) -> tuple[TransitionSystem, tuple[Property, ...], str]:
    x = Variable("x", (), Domain("wide", Kind.INT, 0, 1 << 70))
    return system({x: (1,)}, [("on", (), {x: number(5)})]), (WHOLE,), "its numbers do not fit into 64 bits"


@pytest.mark.parametrize("case", [too_many, too_many_bits, too_wide])
def test_what_does_not_fit_is_searched_all_the_same(case: Callable[[System], Any], system: System) -> None:
    subject, claims, reason = case(system)
    (first, *_) = explore(subject, claims, None, PLAIN, "explicit")

    assert ("holds-in-scope", "portable") == (first.name, first.statistics.engine)
    with pytest.raises(NativeUnavailable, match=f"this model cannot be compiled: {reason}"):
        explore(subject, claims, None, PLAIN, "native")


def test_numbers_that_do_not_fit_are_exact_all_the_same(large: TransitionSystem) -> None:
    (verdict,) = explore(large, (WHOLE,), None, PLAIN, "explicit")

    assert ("portable", (4, 3, 3)) == (verdict.statistics.engine, counts(verdict.statistics))
    with pytest.raises(NativeUnavailable, match="this model cannot be compiled: its numbers do not fit into 64 bits"):
        search(large, (WHOLE,))


def test_sixty_four_claims_fit(system: System) -> None:
    x = Variable("x", (), Domain("to 99", Kind.INT, 0, 99))
    line = system({x: (0,)}, [("on", (lt(read(x), number(99)),), {x: add(read(x), number(1))})])
    claims = [Property(f"not {n}", ClaimKind.ALWAYS, negation(eq(read(x), number(n))), TRUE) for n in range(36, 100)]
    verdicts = search(line, claims)

    assert list(range(36, 100)) == [v.path.length for v in verdicts if isinstance(v, Violated) and v.path]


@pytest.mark.parametrize("engine", ["native", "explicit", "portable"])
def test_a_system_that_is_not_finite_is_refused(engine: SearchEngine, system: System) -> None:
    endless = system({Variable("x", (), Domain("endless", Kind.INT, 0, None)): (0,)})

    with pytest.raises(ValueError, match="an explicit search needs a finite scope"):
        explore(endless, (Property("none", ClaimKind.ALWAYS, FALSE, TRUE),), None, PLAIN, engine)


class Turning(Model):
    """Two states."""

    on: bool = False

    @process
    def switch(self) -> Steps:
        while True:
            yield "turn"
            self.on = not self.on


@always
def anything(_: Turning) -> bool:
    return True


@pytest.fixture
def _without_llvm(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("raceproof.checker.explicit.native")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "llvmlite", None)


@pytest.mark.usefixtures("_without_llvm")
def test_without_llvm_the_portable_search_is_taken() -> None:
    verdicts = run(prepare(Turning(), (anything, no_deadlock)))

    assert [("holds-in-scope", "portable")] * 2 == [(verdict.name, verdict.statistics.engine) for verdict in verdicts]


@pytest.mark.usefixtures("_without_llvm")
def test_without_llvm_the_native_search_says_how_to_install_it() -> None:
    with pytest.raises(UsageError) as error:
        run(prepare(Turning(), (anything,)), "native")

    expected = (
        "there is no native engine here: llvmlite cannot be loaded (import of llvmlite halted; None in sys.modules); "
        "pip install 'raceproof[fast]'"
    )
    assert expected == str(error.value)


def test_with_llvm_the_native_search_is_taken() -> None:
    assert ["native"] * 2 == [
        run(prepare(Turning(), (anything,)), e)[0].statistics.engine for e in ("explicit", "native")
    ]
