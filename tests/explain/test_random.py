"""Explanations of random models: they never fail, and what they say agrees with the lowered system."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from hypothesis import given, settings

from raceproof.checker.check import BrokenModel, Prepared, prepare, run
from raceproof.checker.explain import Explanation, Situation, at, explain
from raceproof.checker.limits import Limits
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.transition import Command, Fault
from raceproof.checker.verdict import State, Violated

GENERATORS = Path(__file__).resolve().parent.parent / "conformance"
LIMITS = Limits(max_states=200)


def load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


random_models = load(GENERATORS / "random_models.py", "explained_random_models").models
wide_models = load(GENERATORS / "wide_models.py", "explained_wide_models").models


def check_all(source: str) -> None:
    """Explain whatever is violated in a model, and look at every state on the way."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "explained_subject.py"
        path.write_text(source)
        module = load(path, "explained_subject")
        prepared = prepare(module.Random(), module.CLAIMS)
        try:
            verdicts = run(prepared, "portable", limits=LIMITS)
        except BrokenModel:
            return
        for verdict in verdicts:
            if isinstance(verdict, Violated) and verdict.path is not None:
                check_explanation(explain(prepared, verdict))
                assert verdict.trace is not None
                for step, state in enumerate(verdict.path.states):
                    check_situation(prepared, state, at(prepared, verdict.trace, step))


def check_explanation(found: Explanation) -> None:
    states = [found.trace.initial, *(step.state for step in found.trace.steps)]
    assert found.conjuncts is None or not found.conjuncts.holds
    for d in found.decisions:
        last = len(states) - 1 if d.kind == "permission" else d.use - 1
        assert d.check < d.overwritten <= last
        assert d.actor == found.trace.steps[d.check - 1].process != d.overwriter
        assert d.overwriter == found.trace.steps[d.overwritten - 1].process
        assert (states[d.check][d.entry], states[last][d.entry]) == (d.known, d.now)
        assert d.known != d.now


def check_situation(prepared: Prepared, state: State, found: Situation) -> None:
    """Who can move is who has a command or a fault whose guard holds; everybody else is done or blocked."""
    system = prepared.lowered.system
    interpreter = Interpreter(system)
    every: list[Command | Fault] = [*system.commands, *system.faults]
    leaves = [leaf for leaf in every if interpreter.allows(leaf, state)]
    able = {
        (system.show_actor(leaf.actor), None if choice is None or domain is None else domain.show(choice))
        for leaf in leaves
        for choice, domain in [(leaf.actor.choice, system.steps[leaf.step].choice)]
    }
    assert able == {(move.actor, move.choice) for move in found.enabled}
    assert not {entry.actor for entry in found.disabled} & {name for name, _ in able}
    for entry in found.disabled:
        assert entry.condition is None or not entry.condition.holds


@given(source=random_models())
@settings(max_examples=15)
def test_random_models_are_explained(source: str) -> None:
    check_all(source)


@given(source=wide_models())
@settings(max_examples=15)
def test_wide_models_are_explained(source: str) -> None:
    check_all(source)
