"""Wide random models: the parts of the language that random_models.py leaves out, through the same comparison."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from hypothesis import given

from raceproof.checker.check import prepare

_HERE = Path(__file__).parent


def load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


models = load(_HERE / "wide_models.py", "wide_models").models
comparing = load(_HERE / "test_random_models.py", "comparing_random_models")


@given(source=models())
def test_engines_agree_on_wide_models(source: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wide_subject.py"
        path.write_text(source)
        module = load(path, "wide_subject")
        prepared = prepare(module.Random(), module.CLAIMS)
        kind, explicit = comparing.explicit_outcome(prepared)
        comparing.assert_python_agrees(prepared, kind, explicit)
        comparing.assert_z3_agrees(prepared, kind, explicit)
