"""Ordinary Python that authors write: it means what Python means, and the state counts are those worked out by hand."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Annotated

import pytest

from raceproof.checker.check import prepare, run
from raceproof.checker.language import (
    Id,
    Model,
    Ordinal,
    Steps,
    action,
    always,
    anything,
    choose,
    each,
    process,
    require,
    until,
)

States = Callable[..., int]


class Worker(Id, size=2):
    pass


class Endpoint(Id, size=2):
    pass


class Plan(Ordinal, size=3):
    pass


class Light(enum.Enum):
    RED = 1
    AMBER = 2
    GREEN = 3


@always
def whatever(m: Model) -> bool:
    return True


def states(model: Model, scope: Mapping[str, float] | None = None) -> int:
    """How many states the explicit search finds; the oracle, which runs the generators themselves, must agree."""
    prepared = prepare(model, [whatever], scope)
    found = [run(prepared, engine)[0].statistics for engine in ("explicit", "oracle")]
    explicit, oracle = ((s.states, s.transitions, s.depth) for s in found)
    assert oracle == explicit
    return explicit[0]


class Truths(Model):
    """One action for each way of asking; `answer` tells which was true, so each that can be adds a state."""

    a: Annotated[int, range(0, 3)] = anything
    b: Annotated[int, range(0, 3)] = anything
    seen: bool = False
