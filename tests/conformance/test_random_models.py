"""Random Python models: Python itself, both explicit searches and the bounded check agree on what they all decide."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hypothesis import assume, given

from raceproof.checker import BrokenModel, Limits, Verdict, Violated
from raceproof.checker.check import Engine, Prepared, prepare, run
from raceproof.checker.options import Options

_HERE = Path(__file__).parent
DEPTH = 6
PLAIN = Options(symmetry=False, partial_order=False)
MOST_STATES = 400


def load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


models = load(_HERE / "random_models.py", "random_models").models


def outcome(prepared: Prepared, engine: Engine, limits: Limits) -> tuple[str, Any]:
    """What an engine says: its verdicts, or the length of the shortest way in which the model goes wrong."""
    try:
        return "verdicts", run(prepared, engine, DEPTH, limits, PLAIN)
    except BrokenModel as broken:
        return "broken", len(broken.trace)


def explicit_outcome(prepared: Prepared) -> tuple[str, Any]:
    """What both explicit searches say, about models that are small enough."""
    limits = Limits(max_states=MOST_STATES)
    kind, portable = outcome(prepared, "portable", limits)
    assume(kind == "broken" or portable[0].statistics.states <= MOST_STATES)
    said, native = outcome(prepared, "native", limits)
    assert kind == said
    if kind == "broken":
        assert portable == native
    else:
        assert list(map(told, portable)) == list(map(told, native))
    return said, native


def told(verdict: Verdict) -> tuple[Any, ...]:
    """All of a verdict that must not depend on which explicit search gave it."""
    path = getattr(verdict, "path", None) or getattr(verdict, "witness", None)
    counted = verdict.statistics
    return verdict.name, path, counted.states, counted.transitions, counted.depth, counted.fired


def shape(verdict: Verdict) -> tuple[str, int | None]:
    length = len(verdict.trace) if isinstance(verdict, Violated) and verdict.trace else None
    return verdict.name, length


@given(source=models())
def test_engines_agree_on_random_models(source: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "random_subject.py"
        path.write_text(source)
        module = load(path, "random_subject")
        prepared = prepare(module.Random(), module.CLAIMS)
        kind, explicit = explicit_outcome(prepared)
        assert_python_agrees(prepared, kind, explicit)
        assert_z3_agrees(prepared, kind, explicit)


def assert_python_agrees(prepared: Prepared, kind: str, explicit: Any) -> None:
    said, oracle = outcome(prepared, "oracle", Limits(max_states=MOST_STATES))
    assert kind == said
    if kind == "broken":
        assert explicit == oracle
        return
    assert list(map(shape, explicit)) == list(map(shape, oracle))
    counted = [(v[0].statistics.states, v[0].statistics.transitions, v[0].statistics.depth) for v in (explicit, oracle)]
    assert counted[0] == counted[1]


def assert_z3_agrees(prepared: Prepared, kind: str, explicit: Any) -> None:
    said, bounded = outcome(prepared, "bounded", Limits())
    if kind == "broken" and explicit <= DEPTH:
        assert ("broken", explicit) == (said, bounded)
    if kind == "broken" or said == "broken":
        return
    for one, other in zip(explicit, bounded, strict=True):
        name, length = shape(one)
        if one.claim.kind.value in ("always", "each_step", "deadlock", "assertion"):
            near = length is not None and length <= DEPTH
            held = "holds-in-scope" if other.name == "holds-in-scope" else "holds-up-to"
            assert (("violated", length) if near else (held, None)) == shape(other)
            assert other.name != "holds-in-scope" or name == "holds-in-scope"
