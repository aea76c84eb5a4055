"""Random walks: the same ones in machine code and in Python; and how a path is shortened."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from raceproof.checker.explicit.layout import Layout
from raceproof.checker.explicit.native.fitting import NotNative
from raceproof.checker.explicit.native.walker import NativeWalker
from raceproof.checker.explicit.portable.walks import PortableWalker
from raceproof.checker.explicit.questions import Found, Ledger, Questions
from raceproof.checker.explicit.shorten import Replayer, shorten, without_loops
from raceproof.checker.explicit.walking import Generator, Stop, Walked, Walker, mixed
from raceproof.checker.system.build import add, eq, lt, number, read
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem

SYSTEM = Callable[..., TransitionSystem]
A, B = (Variable(name, (), Domain("number", Kind.INT, 0, 9)) for name in "ab")
UP_A = ("a", (lt(read(A), number(9)),), {A: add(read(A), number(1))})
UP_B = ("b", (lt(read(B), number(9)),), {B: add(read(B), number(1))})
BACK = ("back", (), {A: number(0)})


def load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


random_systems = load(Path(__file__).parent / "random_systems.py", "random_systems")


def test_the_generator_is_splitmix64() -> None:
    generator = Generator(1234567)

    assert [6457827717110365317, 3203168211198807973, 9817491932198370423] == [generator.draw(1 << 64) for _ in "123"]


def test_each_walk_has_a_generator_of_its_own() -> None:
    first = {Generator.of_walk(seed, walk).state for seed in range(20) for walk in range(20)}

    assert (400, mixed(3 + mixed(5))) == (len(first), Generator.of_walk(3, 4).state)


def story(walker: Walker, ledger: Ledger) -> list[Any]:
    """All that a walker tells, from one finding to the next; each is only wanted once."""
    told: list[Any] = []
    questions = ledger.questions
    walker.ask(ledger)
    for _ in range(200):
        why = walker.walk(50)
        if why is not Stop.SLICE:
            told.append((why, walker.number, walker.position, walker.steps, walker.longest, list(walker.taken)))
        match why:
            case Stop.DONE:
                return told
            case Stop.SLICE:
                continue
            case Stop.STATE:
                numbers = [n for bit, n in enumerate(questions.by_state) if walker.hit >> bit & 1]
            case Stop.STEP:
                numbers = [n for bit, n in enumerate(questions.by_step) if walker.hit >> bit & 1]
            case Stop.FAULT:
                numbers = list(questions.numbered(ClaimKind.ASSERTION))
            case Stop.STUCK:
                numbers = list(questions.numbered(ClaimKind.DEADLOCK))
        told.append((numbers, walker.walked()))
        if not set(numbers) - ledger.found.keys():
            return told
        ledger.found |= {claim: Found(0, 0) for claim in numbers}
        walker.ask(ledger)
    return told


@settings(max_examples=max(settings().max_examples // 4, 1))
@given(seed=st.integers(0, 2**32), wide=st.booleans())
def test_both_walkers_take_the_same_walks(seed: int, wide: bool) -> None:
    system, claims = random_systems.wide(seed) if wide else random_systems.small(seed)
    claims = tuple(claim for claim in claims if not claim.undefined)
    questions, layout = Questions(system, claims), Layout(system)
    try:
        native = NativeWalker(questions, layout, seed, 5, 30)
    except NotNative:
        assume(False)
    portable = PortableWalker(questions, layout, seed, 5, 30)

    assert story(portable, Ledger(questions)) == story(native, Ledger(questions))


@settings(max_examples=max(settings().max_examples // 4, 1))
@given(seed=st.integers(0, 2**32))
def test_every_walk_is_a_run_of_the_system(seed: int) -> None:
    system, _ = random_systems.small(seed)
    questions, layout = Questions(system, ()), Layout(system)
    walker = NativeWalker(questions, layout, seed, 5, 1000)
    walker.ask(Ledger(questions))
    walker.walk(20)
    walked, interpreter = walker.walked(), Interpreter(system)

    states = [layout.unpack(state) for state in walked.states]
    for before, command, after in zip(states, walked.commands, states[1:], strict=False):
        assert (system.commands[command], after) in list(interpreter.steps(before))


def test_loops_are_left_out() -> None:
    walked = Walked((1, 2, 3, 2, 4, 4, 5), (10, 11, 12, 13, 14, 15))

    assert Walked((1, 2, 4, 5), (10, 13, 15)) == without_loops(walked, keep_last=False)


def test_a_last_step_that_is_a_loop_can_be_kept() -> None:
    walked = Walked((1, 2, 1, 2, 2), (10, 11, 12, 13))

    assert Walked((1, 2, 2), (12, 13)) == without_loops(walked, keep_last=True)
    assert Walked((1, 2), (12,)) == without_loops(walked, keep_last=False)


@pytest.fixture
def replayer(system: SYSTEM) -> Replayer:
    toy = system({A: (0,), B: (0,)}, [UP_A, UP_B, BACK])
    return Replayer(toy, Layout(toy))


def walked(replayer: Replayer, commands: list[int]) -> Walked:
    layout, interpreter = replayer.layout, Interpreter(replayer.system)
    states: list[tuple[int, ...]] = [(0, 0)]
    for command in commands:
        states.append(interpreter.apply(replayer.system.commands[command], states[-1]))
    return Walked(tuple(map(layout.pack, states)), tuple(commands))


def test_steps_that_a_violation_does_not_need_are_left_out(replayer: Replayer) -> None:
    claim = Property("a is no 3", ClaimKind.ALWAYS, lt(read(A), number(3)), eq(number(0), number(0)))
    long = walked(replayer, [0, 1, 0, 2, 1, 1, 0, 1, 0, 1, 0])

    found = shorten(replayer, long, replayer.breaks(claim.predicate, ()))

    assert walked(replayer, [0, 0, 0]) == found


def test_without_time_to_shorten_it_a_path_only_loses_its_loops(replayer: Replayer) -> None:
    long = walked(replayer, [1, 0, 2, 1, 0, 0, 0])

    found = shorten(replayer, long, replayer.breaks(lt(read(A), number(3)), ()), 0)

    assert walked(replayer, [1, 1, 0, 0, 0]) == found


def test_a_path_to_where_a_claim_is_not_defined_is_no_violation(replayer: Replayer) -> None:
    long = walked(replayer, [1, 0, 1, 0, 0])

    found = shorten(replayer, long, replayer.breaks(lt(read(A), number(3)), [lt(number(1), read(B))]))

    assert 5 == len(found.commands)
