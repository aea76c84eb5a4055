"""The design space of a model: the system as it is, and the protections that can be added to it, alone or together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from raceproof.checker.errors import Code, UsageError, did_you_mean, mistake
from raceproof.checker.language.model import Model, declarations

Protections = tuple[str, ...]
"""A set of protections by name, in the order in which the space lists them: one point of the space."""

BASELINE: Final = "baseline"
"""How the empty set is written: the system as it is."""

MOST_SETS: Final = 100_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_EXAMPLE = '"guarded": Protection("what it adds", {"guard": True})'


@dataclass(frozen=True, slots=True)
class Protection:
    """One thing that a design may add: what it does, and the keyword arguments that it gives to what makes the model.

    Protections that give the same argument exclude each other. `excludes` names others that cannot be had with this
    one, or that would mean nothing beside it.
    """

    text: str
    choices: Mapping[str, Any]
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Space:
    """Every design that can be had by adding protections to the system as it is.

    `make` without arguments makes the model of the baseline; with the choices of some protections that of the design
    that has them. A module of models lists it beside VARIANTS:

        SPACE = Space(Lock, {"guarded": Protection("Look and take in one step.", {"guard": True})})

    Nothing is assumed of what a protection does: one more may as well break something.
    """

    make: Callable[..., Model]
    protections: Mapping[str, Protection]
    sets: tuple[Protections, ...] = field(init=False, repr=False)
    """Every set of protections that do not exclude each other: smaller ones first, then in the order of the space."""

    def __post_init__(self) -> None:
        _check(self.make, self.protections)
        object.__setattr__(self, "sets", tuple(_sets(self.protections)))

    def model(self, protections: Protections) -> Model:
        """The model of the design with these protections, by what the author wrote: whatever that raises, this does."""
        choices = (self.protections[name].choices for name in protections)
        return self.make(**{key: value for chosen in choices for key, value in chosen.items()})

    def read(self, text: str) -> Protections:
        """The set that `first+second` stands for, `baseline` being the empty one. Raises UsageError."""
        names = () if text.strip() == BASELINE else tuple(name.strip() for name in text.split("+"))
        for name in names:
            if name not in self.protections:
                raise UsageError(
                    f"there is no protection '{name}'; {did_you_mean(name, self.protections)}", code=Code.DESIGN
                )
        found = tuple(name for name in self.protections if name in names)
        if found not in self.sets:
            first, second = next(_excluding(self.protections, found))
            raise UsageError(f"{first} and {second} exclude each other", code=Code.DESIGN)
        return found

    def find(self, model: Model) -> Protections | None:
        """The smallest set of protections that makes exactly this model; None where there is none."""
        wanted = _made_of(model)
        return next((found for found in self.sets if _made_of(self.model(found)) == wanted), None)


def written(protections: Protections) -> str:
    """A set of protections as `read` takes it."""
    return "+".join(protections) or BASELINE


def _check(make: object, protections: object) -> None:
    """Raises ModelError for a space that is not declared as it should be."""
    if not callable(make):
        raise mistake(
            f"a Space takes what makes its model, not {make!r}",
            f"give the class, or a function with the choices as keyword arguments: Space(MyModel, {{{_EXAMPLE}}})",
            code=Code.SPACE,
        )
    if not isinstance(protections, Mapping) or not protections:
        raise mistake(
            "a Space has no protections", f"list at least one: Space(MyModel, {{{_EXAMPLE}}})", code=Code.SPACE
        )
    for name, protection in protections.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name == BASELINE:
            raise mistake(
                f"{name!r} is no name for a protection",
                f"use letters, digits, '-', '_' and '.'; '{BASELINE}' is the set without any",
                code=Code.SPACE,
            )
        if not isinstance(protection, Protection):
            raise mistake(f"the protection '{name}' is {protection!r}", f"write {_EXAMPLE}", code=Code.SPACE)
        for other in protection.excludes:
            if other not in protections or other == name:
                raise mistake(
                    f"the protection '{name}' excludes '{other}'",
                    f"name other protections of the space; {did_you_mean(other, protections.keys() - {name})}",
                    code=Code.SPACE,
                )
        choices: object = protection.choices
        if not isinstance(choices, Mapping) or not choices:
            raise mistake(f"the protection '{name}' chooses nothing", f"write {_EXAMPLE}", code=Code.SPACE)


def _sets(protections: Mapping[str, Protection]) -> Iterator[Protections]:
    """Every set without two that exclude each other. Raises ModelError where there are too many."""
    level: list[Protections] = [()]
    names = list(protections)
    found = 0
    while level:
        found += len(level)
        if found > MOST_SETS:
            raise mistake(
                f"{len(names)} protections have more than {MOST_SETS:,} sets",
                "list fewer; protections that give the same argument exclude each other",
                code=Code.SPACE,
            )
        yield from level
        level = [
            (*smaller, name)
            for smaller in level
            for name in names[names.index(smaller[-1]) + 1 if smaller else 0 :]
            if not any(_exclude(protections, name, other) for other in smaller)
        ]


def _exclude(protections: Mapping[str, Protection], one: str, other: str) -> bool:
    first, second = protections[one], protections[other]
    return not first.choices.keys().isdisjoint(second.choices) or one in second.excludes or other in first.excludes


def _excluding(protections: Mapping[str, Protection], names: Protections) -> Iterator[tuple[str, str]]:
    for number, first in enumerate(names):
        for second in names[number + 1 :]:
            if _exclude(protections, first, second):
                yield first, second


def _made_of(model: Model) -> tuple[object, ...]:
    """All that tells two models of a class apart: their constants, and where their state starts."""
    constants = {name: value for name, value in vars(model).items() if name != "_store"}
    return type(model), constants, {name: declared.initial for name, declared in declarations(model).items()}
