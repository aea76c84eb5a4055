"""Random Python models for any number of members: what is proved is violated at no size that can be searched.

And lowering for any number loses no run: closed at a size it violates what the model violates in that scope, as soon.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from hypothesis import assume, given, settings

from raceproof.checker import BrokenModel, Claim, Limits, ModelError, Verdict, Violated
from raceproof.checker.check import prepare, run
from raceproof.checker.explicit import explore
from raceproof.checker.opened import open_model
from raceproof.checker.prove import prove
from raceproof.checker.symbolic.closing import Closing
from raceproof.checker.symbolic.obligations import PROVABLE
from raceproof.checker.verdict import FaultFound, Proved

_HERE = Path(__file__).parent
SIZES = [{"Who": who, "Age": age} for who in (1, 2, 3) for age in (1, 2, 3)]
MOST_STATES = 20_000
SOME = settings(max_examples=settings().max_examples // 12)


def load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


models = load(_HERE / "random_models.py", "random_models").models


def subject(source: str) -> tuple[ModuleType, list[Claim]]:
    """A random model that can be lowered for any number, and its claims that can be proved for every size."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "random_subject.py"
        path.write_text(source)
        module = load(path, "random_subject")
        claims = [claim for claim in module.CLAIMS if claim.kind in PROVABLE]
        try:
            open_model(module.Random(), claims, {})
            prepare(module.Random(), claims)
        except ModelError:
            assume(False)
    return module, claims


def length(verdict: Verdict) -> float:
    """Of the shortest violation that was found."""
    return verdict.path.length if isinstance(verdict, Violated) and verdict.path else float("inf")


@SOME
@given(source=models())
def test_what_is_proved_is_violated_at_no_size(source: str) -> None:
    module, claims = subject(source)
    try:
        verdicts = prove(module.Random(), claims, name="random", variant="only", limits=Limits(max_seconds=10)).verdicts
    except BrokenModel:
        assume(False)
    proved = [claim for claim, verdict in zip(claims, verdicts, strict=True) if isinstance(verdict, Proved)]
    assume(proved)
    found = {
        verdict.name
        for sizes in SIZES
        for verdict in run(prepare(module.Random(), proved, sizes), limits=Limits(max_states=MOST_STATES))
    }

    assert found <= {"holds-in-scope", "undecided"}
    assert "holds-in-scope" in found


@SOME
@given(source=models())
def test_a_system_for_any_number_has_every_run_of_each_size(source: str) -> None:
    module, claims = subject(source)
    opened = open_model(module.Random(), claims, {})
    for sizes in SIZES[:5]:
        closing = Closing(opened.system, {**opened.closed_sizes, **sizes})
        try:
            usual = run(prepare(module.Random(), claims, sizes), limits=Limits(max_states=MOST_STATES))
            closed = explore(closing.closed(), [closing.property(claim) for claim in opened.properties])
        except (BrokenModel, FaultFound):
            continue
        assert [] == [
            one.claim.name
            for one, other in zip(usual, closed, strict=True)
            if one.name != "undecided" and length(other) > length(one)
        ]
        assert usual[0].name == "undecided" or usual[0].statistics.states <= closed[0].statistics.states
