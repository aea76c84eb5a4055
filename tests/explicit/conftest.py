"""What the tests of the explicit search share: short ways to write a system, and to ask both engines about it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path as File
from typing import Any

import pytest

from raceproof.checker.errors import Location
from raceproof.checker.explicit import explore
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options, SearchEngine
from raceproof.checker.system.build import FALSE
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.terms import Term, Variable
from raceproof.checker.system.transition import (
    Actor,
    Command,
    Fault,
    FaultKind,
    ProcessInfo,
    Property,
    Step,
    TransitionSystem,
    Write,
)
from raceproof.checker.verdict import FaultFound, HoldsInScope, Path, Undecided, Verdict, Violated

PLAIN = Options(symmetry=False, partial_order=False)
NOWHERE = Location("nowhere.py", 1)

Move = tuple[str, tuple[Term, ...], Mapping[Variable, Term]]
Wrong = tuple[str, tuple[Term, ...], FaultKind]


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compiled modules of the tests stay out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RACEPROOF_CACHE", str(tmp_path_factory.mktemp("compiled")))
        yield


def _system(
    initial: Mapping[Variable, tuple[int | None, ...]],
    moves: Sequence[Move] = (),
    wrong: Sequence[Wrong] = (),
    at_rest: Term = FALSE,
) -> TransitionSystem:
    names = tuple(dict.fromkeys(name for name, *_ in (*moves, *wrong)))
    commands = [
        Command(Actor(name), names.index(name), guard, tuple(Write(v, (), value) for v, value in writes.items()))
        for name, guard, writes in moves
    ]
    faults = [
        Fault(Actor(name), names.index(name), guard, kind, f"{name}: {kind.value}", None) for name, guard, kind in wrong
    ]
    return TransitionSystem(
        "small",
        tuple(initial),
        initial,
        tuple(Step(name, name, NOWHERE) for name in names),
        tuple(commands),
        tuple(faults),
        tuple(ProcessInfo(name, (), None) for name in names),
        at_rest,
        {},
    )


@pytest.fixture(scope="session")
def system() -> Callable[..., TransitionSystem]:
    """A system of actions: (initial, moves, faults, at rest), a move being (name, guard, values to write)."""
    return _system


def _way(path: Path | None) -> Any:
    if path is None:
        return None
    numbers = [path.system.commands.index(command) for command in path.commands]
    return path.states, numbers, path.fault and path.system.faults.index(path.fault)


def _verdict(verdict: Verdict) -> Any:
    match verdict:
        case Violated(path=path) | HoldsInScope(witness=path):
            return verdict.name, _way(path)
        case Undecided(why=why):
            return verdict.name, why
        case _:
            return verdict.name, None


def _said(
    engine: SearchEngine,
    system: TransitionSystem,
    claims: Sequence[Property],
    limits: Limits | None = None,
    options: Options = PLAIN,
) -> Any:
    try:
        verdicts = explore(system, claims, limits, options, engine)
    except FaultFound as found:
        return "fault", found.message, _way(found.path)
    if not verdicts:
        return ()
    statistics = verdicts[0].statistics
    assert engine == statistics.engine
    counts = statistics.states, statistics.transitions, statistics.depth, statistics.fired
    return counts, [_verdict(verdict) for verdict in verdicts]


@pytest.fixture(scope="session")
def said() -> Callable[..., Any]:
    """All that an engine says that could be different: (engine, system, claims, limits, options) to the counts and, for
    each claim, the kind of verdict with its states, commands and fault; or the fault that it found."""
    return _said


def _counted(system: TransitionSystem, most: int) -> tuple[int, int, int] | None:
    from raceproof.checker.explicit.layout import initial_states

    interpreter = Interpreter(system)
    level = list(dict.fromkeys(initial_states(system)))
    seen, transitions, depth = set(level), 0, 0
    while level and len(seen) <= most:
        following = []
        for state in level:
            for _, after in interpreter.steps(state):
                transitions += 1
                if after not in seen:
                    seen.add(after)
                    following.append(after)
        level = following
        depth += bool(level)
    return (len(seen), transitions, depth) if len(seen) <= most else None


@pytest.fixture(scope="session")
def counted() -> Callable[[TransitionSystem, int], tuple[int, int, int] | None]:
    """States, transitions and depth by the plainest search there is; None for more states than `most`."""
    return _counted


@pytest.fixture
def cache_folder(tmp_path: File, monkeypatch: pytest.MonkeyPatch) -> File:
    """An empty cache of this test's own."""
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("RACEPROOF_CACHE", str(folder))
    return folder
