"""Random schedules: at every state Python and the lowered system enable the same moves and lead to the same state."""

import random

import pytest

from raceproof.checker import Model
from raceproof.checker.check import prepare
from raceproof.checker.oracle.replay import compare
from raceproof.checker.system.interpret import Interpreter
from raceproof.model.dns import VARIANTS

STEPS = 80
WALKS = 3


def walk(model: Model, sizes: dict[str, int], seed: int) -> int:
    """Follow one random schedule to its end, comparing as it goes; the number of steps."""
    choose = random.Random(seed)
    prepared = prepare(model, (), sizes)
    system = prepared.lowered.system
    oracle, interpreter = prepared.oracle(), Interpreter(system)
    real = next(oracle.initial_states())
    lowered = tuple(code or 0 for variable in system.variables for code in system.initial[variable])
    for taken in range(STEPS):
        compare(oracle, system, real, lowered)
        after = {actor: state for actor in oracle.actors(real) if (state := oracle.step(real, actor)) is not None}
        possible = {command.actor: state for command, state in interpreter.steps(lowered)}
        assert after.keys() == possible.keys()
        if not after:
            return taken
        actor = choose.choice(sorted(after, key=repr))
        real, lowered = after[actor], possible[actor]
    return STEPS


@pytest.mark.parametrize("seed", range(WALKS))
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_random_schedule_means_the_same_in_python_and_lowered(variant: str, seed: int) -> None:
    sizes = {"Enactor": 3, "Endpoint": 2, "Plan": 4, "FleetChange": 1}

    assert walk(VARIANTS[variant].make(), sizes, seed) > 8
