"""What the tests of proofs share with those of the other engines: short ways to write a system, a plain reading of
terms and runs, and the models that every engine is asked about."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

TESTS = Path(__file__).resolve().parents[1]


def _load(name: str) -> ModuleType:
    """A module of the tests, such as `bounded/conftest`."""
    known = "tests_" + name.replace("/", "_")
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, TESTS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[known] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[known])
    return sys.modules[known]


evaluate = _load("bounded/conftest").evaluate
mistakes = _load("bounded/conftest").mistakes
outcome = _load("bounded/conftest").outcome
system = _load("explicit/conftest").system


@pytest.fixture(scope="session")
def shared() -> Callable[[str], ModuleType]:
    """A module of other tests, by its path."""
    return _load
