"""The instances of a process or action: each combination of members, or one that stands for any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from raceproof.checker.language.scope import is_open
from raceproof.checker.language.values import Values
from raceproof.checker.lowering.items import INSTANCE
from raceproof.checker.lowering.symbols import Symbol
from raceproof.checker.system.build import forall, number, parameter
from raceproof.checker.system.terms import Parameter, Term
from raceproof.checker.system.transition import Actor

Instance = tuple[int | Parameter, ...]


def instances(keys: Sequence[Values]) -> Iterator[Instance]:
    """Every instance; where a key may have any number of members, a parameter stands for each of them."""
    parts: list[Sequence[int | Parameter]] = []
    for position, key in enumerate(keys):
        if is_open(key.python):
            name = f"{INSTANCE}{key.domain.name}" + (str(position) if position else "")
            parts.append([Parameter(name, key.domain.of_members)])
        else:
            parts.append(key.domain.members)
    return product(*parts)


def actor_of(process: str, instance: Instance, choice: int | None = None) -> Actor:
    """An instance as the one who takes a step."""
    codes = tuple(0 if isinstance(part, Parameter) else part for part in instance)
    anybody = tuple(part if isinstance(part, Parameter) else None for part in instance)
    return Actor(process, codes, choice, anybody if any(anybody) else ())


def index_of(instance: Instance) -> tuple[Term, ...]:
    """The keys of an instance's entries."""
    return tuple(parameter(part) if isinstance(part, Parameter) else number(part) for part in instance)


def elements_of(keys: Sequence[Values], instance: Instance) -> tuple[Any, ...]:
    """What a process gets as its arguments."""
    return tuple(
        Symbol(parameter(part), key) if isinstance(part, Parameter) else key.decode(part)
        for key, part in zip(keys, instance, strict=True)
    )


def of_all(instance: Instance, condition: Term) -> Term:
    """A condition on one instance, for all that it stands for."""
    for part in instance:
        if isinstance(part, Parameter):
            condition = forall(part, condition)
    return condition
