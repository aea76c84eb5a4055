"""How the tests count the states of a model, and how they write one with a mistake in it: as the text of a module, with
the wrong line marked."""

from __future__ import annotations

import importlib.util
import itertools
import sys
import textwrap
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from raceproof.checker.check import prepare, run
from raceproof.checker.errors import ModelError
from raceproof.checker.language import Claim, Model, always
from raceproof.checker.options import Options
from raceproof.checker.verdict import Verdict

PREAMBLE = """
from __future__ import annotations

import enum
import functools
import itertools
import random
import time
from typing import Annotated, ClassVar, Literal, Optional

from raceproof.checker.language import *


class Worker(Id, size=2):
    pass


class Endpoint(Id, size=2):
    pass


class Plan(Ordinal, size=3):
    pass


class Epoch(Ordinal, size=3):
    pass


class Light(enum.Enum):
    RED = 1
    GREEN = 2


LOG = []
"""

STATE = """
class M(Model):
    busy: bool = False
    count: Annotated[int, range(0, 6)] = 0
    newest: Plan = Plan.none
    oldest: Plan = Plan.none
    epoch: Epoch = Epoch.none
    owner: Worker = Worker.none
    light: Light = Light.RED
    root: dict[Endpoint, Plan] = each(Plan.none)
    tree: dict[tuple[Endpoint, Plan], bool] = each(False)
    LIMIT = 3
"""

PROCESSES = """
    @process
    def work(self) -> Steps:
        while True:
            yield "work"
            self.busy = True

    @process(each=Worker)
    def serve(self, me: Worker) -> Steps:
        mine: Plan = Plan.none
        while True:
            yield "take"
            mine = self.newest
            yield "give"
            self.oldest = mine
            for endpoint in Endpoint:
                yield "visit"


"""

MARK = "  # wrong"

Refusal = tuple[str, str, str]
"""The message of a ModelError, its hint, and the source line that it points at, without the mark."""

_numbers = itertools.count()


@always
def whatever(m: Model) -> bool:
    """True of every state, so that the search visits all of them."""
    return True


@pytest.fixture(scope="session")
def states() -> Callable[..., int]:
    """How many states the explicit search finds; the author's own generators must find as many, and every predicate
    that is given must hold in all of them."""

    def count(model: Model, *predicates: Callable[[Any], bool], scope: Mapping[str, float] | None = None) -> int:
        prepared = prepare(model, [whatever, *map(always, predicates)], scope)
        explicit, oracle = run(prepared, options=Options(symmetry=False)), run(prepared, "oracle")
        assert [True] * len(explicit) == [verdict.holds for verdict in explicit]
        assert shape(oracle[0]) == shape(explicit[0])
        return explicit[0].statistics.states

    return count


def shape(verdict: Verdict) -> tuple[int, int, int]:
    statistics = verdict.statistics
    return statistics.states, statistics.transitions, statistics.depth


def module_of(text: str, folder: Path) -> ModuleType:
    """The text as an imported module."""
    path = folder / f"model_{next(_numbers)}.py"
    path.write_text(PREAMBLE + textwrap.dedent(text))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        patch.setitem(sys.modules, path.stem, module)
        spec.loader.exec_module(module)
        lowered(module)
    return module


def lowered(module: ModuleType) -> None:
    """Make the module's model and lower it with its claims."""
    model = module.M()
    assert isinstance(model, Model)
    claims = [value for value in vars(module).values() if isinstance(value, Claim)]
    scope: Mapping[Any, float] | None = getattr(module, "SCOPE", None)
    prepare(model, [claim for claim in claims if claim.location], scope)


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[[str], Refusal]:
    """Why a module with a model `M` is refused; the marked line must be the one that the error points at."""

    def refused(text: str) -> Refusal:
        with pytest.raises(ModelError) as caught:
            module_of(text, tmp_path)
        error = caught.value
        line = error.location.text if error.location else ""
        assert line.endswith(MARK) == (MARK in text), f"{error}\npoints at the wrong line"
        return error.message, error.hint, line.removesuffix(MARK)

    return refused


@pytest.fixture
def refusal_in_step(refusal: Callable[[str], Refusal]) -> Callable[[str], Refusal]:
    """Why one line is refused as a step of a process."""

    def refused(line: str) -> Refusal:
        loop = '    @process\n    def work(self) -> Steps:\n        while True:\n            yield "work"\n'
        return refusal(f"{STATE}{loop}            {line}{MARK}\n")

    return refused


@pytest.fixture
def refusal_in_model(refusal: Callable[[str], Refusal]) -> Callable[[str], Refusal]:
    """Why these lines are refused in the body of a model."""
    return lambda lines: refusal(STATE + textwrap.indent(textwrap.dedent(lines), "    "))


@pytest.fixture
def refusal_of_claim(refusal: Callable[[str], Refusal]) -> Callable[[str], Refusal]:
    """Why these lines are refused as a claim about a model with two processes."""
    return lambda lines: refusal(STATE + PROCESSES + textwrap.dedent(lines))
