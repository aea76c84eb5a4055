"""The designs of a subject: its space, found beside its variants, and each design lowered with the claims of a run."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from raceproof.checker.check import Prepared, prepare
from raceproof.checker.cli.author import PROJECT, author_code, load_file, load_module
from raceproof.checker.cli.subject import Subject, find, is_about
from raceproof.checker.errors import Code, ModelError, UsageError, author_location_of
from raceproof.checker.fixes.worker import Makes, Open
from raceproof.checker.language import Claim, Model
from raceproof.checker.language.space import Protections, Space, written

if TYPE_CHECKING:
    from raceproof.checker.fixes.finding import Attempt

_HOW = (
    "list it at the top level of the module: SPACE = Space(MyModel, "
    '{"guarded": Protection("what it adds", {"guard": True})}); MyModel() is the system as it is, MyModel(guard=True) '
    "the guarded one"
)


@dataclass(frozen=True, slots=True)
class Designs:
    """The space of a subject, and what is asked of each design: the claims that are about it, in a scope."""

    subject: Subject
    space: Space
    claims: tuple[Claim, ...]
    sizes: Mapping[str, int]

    def make(self, protections: Protections) -> Model:
        """The model of a design. Raises ModelError where the author's code goes wrong."""
        name = f"the design {written(protections)} of {self.subject.name}"
        with author_code(f"{name} cannot be made"):
            try:
                model: object = self.space.model(protections)
            except TypeError as error:
                if author_location_of(error) is not None:
                    raise
                hint = "the choices of its protections are the keyword arguments of what the Space makes models with"
                raise ModelError(f"{name} cannot be made: {error}", hint=hint, code=Code.DESIGN) from error
        if not isinstance(model, Model):
            raise UsageError(f"{name} is {model!r}, which is no model", code=Code.DESIGN)
        return model

    def prepare(self, protections: Protections) -> Prepared:
        """A design, lowered. Raises ModelError and UsageError."""
        return prepare(self.make(protections), self.claims, self.sizes)

    def attempt(self, protections: Protections) -> Attempt:
        """A design, lowered for any number of members where that can be. Raises ModelError where it cannot be made."""
        from raceproof.checker.fixes.finding import Attempt

        return Attempt.of(protections, self.make(protections), self.claims, self.sizes)

    def of_variant(self, variant: str) -> Protections:
        """The protections that a variant has. Raises UsageError where no set of them makes it."""
        model = self.subject.make(variant)
        with author_code(f"the designs of {self.subject.name} cannot be made"):
            found = self.space.find(model)
        if found is None:
            raise UsageError(
                f"no set of the protections of {self.subject.name} makes its variant {variant}", code=Code.DESIGN
            )
        return found


def open_designs(model: str, claims_file: str | None, properties: Sequence[str], sizes: Mapping[str, int]) -> Designs:
    """The designs of a model, with the claims of these names, all for none, in the scope of the model's table where
    `sizes` says nothing else. Raises UsageError and ModelError."""
    subject = find(model, claims_file)
    space = _space_of(subject)
    subject.check_claims(tuple(subject.variants)[:1])
    designs = Designs(subject, space, subject.select(properties), {**subject.table_scope, **sizes})
    baseline = designs.make(())
    about = tuple(claim for claim in designs.claims if is_about(claim, baseline))
    if properties and len(about) < len(designs.claims):
        other = next(claim for claim in designs.claims if claim not in about)
        raise UsageError(
            f"{other.name} is a claim about another model than {type(baseline).__name__}", code=Code.OTHER_MODEL
        )
    return Designs(subject, space, about, designs.sizes)


def opening(model: str, claims_file: str | None, properties: Sequence[str], sizes: Mapping[str, int]) -> Open:
    """How another process finds the same designs."""
    return partial(_designs_of, model, claims_file, tuple(properties), dict(sizes))


def _designs_of(model: str, claims_file: str | None, properties: Sequence[str], sizes: Mapping[str, int]) -> Makes:
    return open_designs(model, claims_file, properties, sizes)


def _space_of(subject: Subject) -> Space:
    """Raises ModelError where the module of a subject lists no space."""
    found: object = getattr(_module_of(subject), "SPACE", None)
    if found is None:
        raise ModelError(f"{subject.name} declares no design space", hint=_HOW, code=Code.SPACE)
    if not isinstance(found, Space):
        raise ModelError(f"SPACE of {subject.name} is {found!r}, which is no Space", hint=_HOW, code=Code.SPACE)
    return found


def _module_of(subject: Subject) -> ModuleType:
    """The module in which a subject was found. A file is not run a second time."""
    if subject.built_in:
        return load_module(f"{PROJECT}.model.{subject.name.partition(':')[0]}")
    before, _, after = subject.name.rpartition(".py:")
    file = f"{before}.py" if before and after else subject.name
    path = Path(file).resolve()
    loaded = (module for module in list(sys.modules.values()) if _is_at(module, path))
    return next(loaded, None) or load_file(file)


def _is_at(module: ModuleType, path: Path) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and Path(file).name == path.name and Path(file).resolve() == path
