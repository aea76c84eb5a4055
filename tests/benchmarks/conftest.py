"""Loads the benchmarks' modules, which are scripts and in no package."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def load(name: str) -> ModuleType:
    specification = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def spin() -> ModuleType:
    """How Spin is run and read."""
    return load("_spin")


@pytest.fixture(scope="session")
def measure(spin: ModuleType) -> ModuleType:
    """How contestants take turns."""
    return load("_measure")


@pytest.fixture(scope="session")
def search(measure: ModuleType, table: ModuleType) -> ModuleType:
    """What is measured."""
    load("_violation")
    return load("search")


@pytest.fixture(scope="session")
def table(spin: ModuleType) -> ModuleType:
    """How measurements are shown."""
    load("_machine")
    return load("_table")
