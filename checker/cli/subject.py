"""What is checked: a model's variants and the claims about it, found by name or in a file that the user gives."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from raceproof.checker.cli.author import PROJECT, author_code, load_file, load_module
from raceproof.checker.errors import Code, ModelError, UsageError, author_location_of, did_you_mean
from raceproof.checker.language import UNBOUNDED, Claim, Model, Variant, assertions, no_deadlock
from raceproof.checker.language.model import domains

BUILT_IN_CLAIMS = (no_deadlock, assertions)
ONLY_VARIANT = "default"


@dataclass(frozen=True, slots=True)
class Subject:
    """A model with its variants (the first is the default) and claims. `name` finds it again from a command line.

    `expected` has the verdict that each claim must get in each variant, None where nobody says; `table_scope` the sizes
    in which it does. `lemmas` are asked only by name, and by proofs.
    """

    name: str
    built_in: bool
    text: str
    variants: Mapping[str, Variant]
    claims: tuple[Claim, ...]
    expected: Mapping[str, Mapping[str, str]] | None
    table_scope: Mapping[str, int]
    claims_file: str | None = None
    lemmas: tuple[Claim, ...] = ()

    def variant(self, name: str) -> Variant:
        """Raises UsageError for a name that no variant has."""
        if name not in self.variants:
            raise UsageError(
                f"{self.name} has no variant '{name}'; {did_you_mean(name, self.variants)}", code=Code.UNKNOWN_VARIANT
            )
        return self.variants[name]

    def make(self, variant: str) -> Model:
        """The model of a variant. Raises ModelError where the author's code goes wrong."""
        made = self.variant(variant).make
        with author_code(f"the variant {variant} of {self.name} cannot be made"):
            model = _made(f"the variant {variant} of {self.name}", made)
        if not isinstance(model, Model):
            raise UsageError(
                f"the variant {variant} of {self.name} makes {model!r}, which is no model", code=Code.MODULE_TABLE
            )
        return model

    def select(self, names: Sequence[str]) -> tuple[Claim, ...]:
        """The claims with these names, lemmas too, in the order of the subject; all but the lemmas for no names. Raises
        UsageError."""
        known = {claim.name: claim for claim in (*self.claims, *self.lemmas)}
        for name in names:
            if name not in known:
                raise UsageError(
                    f"{self.name} has no property '{name}'; {did_you_mean(name, known)}", code=Code.UNKNOWN_CLAIM
                )
        return tuple(claim for claim in known.values() if claim.name in names) if names else self.claims

    def check_claims(self, variants: Sequence[str]) -> None:
        """Raises UsageError where claims come from a file of their own, and none is about any of these variants."""
        if self.claims_file is None:
            return
        own = [claim for claim in (*self.claims, *self.lemmas) if claim not in BUILT_IN_CLAIMS]
        if not own:
            raise UsageError(
                f"{self.claims_file} has no claims (@always, @each_step, @reachable, @recoverable)",
                code=Code.UNKNOWN_CLAIM,
            )
        models = [self.make(variant) for variant in variants]
        if not any(is_about(claim, model) for claim in own for model in models):
            raise UsageError(
                f"no claim in {self.claims_file} is about {type(models[0]).__name__}", code=Code.OTHER_MODEL
            )


def _made(what: str, make: Callable[[], Model]) -> Model:
    """What a variant makes; a wrong way to make it is explained."""
    name = getattr(make, "__name__", type(make).__name__)
    example = f'Variant("what it changes", lambda: {name}(...))'
    if not callable(make):
        raise ModelError(
            f"{what} cannot be made: {make!r} is neither a class nor a function",
            hint=f"a Variant takes what makes its model, not the model itself: {example}",
            code=Code.MODULE_TABLE,
        )
    try:
        return make()
    except TypeError as error:
        if author_location_of(error) is not None or not inspect.isclass(make):
            raise
        raise ModelError(
            f"{what} cannot be made: {error}",
            hint=f"it is made without arguments; say in VARIANTS what it needs: {example}",
            code=Code.NOT_LOADED,
        ) from error


def default_scope(model: Model) -> dict[str, int | None]:
    """The size that each domain has where nobody says another."""
    sizes = {name: domain.default_size for name, domain in domains(model).items()}
    return {name: None if size is None or size == UNBOUNDED else int(size) for name, size in sorted(sizes.items())}


def find(given: str, claims_file: str | None = None) -> Subject:
    """The subject that MODEL and --claims stand for. Raises UsageError, and ModelError for the author's mistakes."""
    if is_file(given):
        return _in_file(given, claims_file)
    name, _, wanted = given.partition(":")
    module_name = name.replace("-", "_")
    if module_name not in (known := built_in_names()):
        hint = "a model of your own is given as path.py or path.py:Class"
        raise UsageError(
            f"there is no built-in model '{name}' ({hint}); {did_you_mean(module_name, known)}", code=Code.UNKNOWN_MODEL
        )
    return next(_built_in(module_name, wanted or None, claims_file))


def is_file(given: str) -> bool:
    """Whether MODEL names a file, and not something built in."""
    return given.endswith(".py") or ".py:" in given


def built_in_names() -> list[str]:
    """The modules that come with raceproof and hold a model, by name."""
    folder = load_module(f"{PROJECT}.model")
    return sorted(found.name for found in pkgutil.iter_modules(folder.__path__) if not found.name.startswith("_"))


def built_in_subjects(name: str) -> Iterator[Subject]:
    """Everything in a built-in module: one subject, or one for each class where it lists no variants."""
    return _built_in(name, None, None)


def _built_in(name: str, wanted: str | None, claims_file: str | None) -> Iterator[Subject]:
    module = load_module(f"{PROJECT}.model.{name}")
    claims = load_file(claims_file) if claims_file else _claims_of_built_in(name)
    if wanted is None and hasattr(module, "VARIANTS"):
        yield _subject(name, True, module, None, claims, claims_file)
        return
    classes = {cls.__name__: cls for cls in _classes(module)}
    if wanted is not None and wanted not in classes:
        raise UsageError(f"{name} has no model '{wanted}'; {did_you_mean(wanted, classes)}", code=Code.UNKNOWN_MODEL)
    if not classes:
        raise UsageError(f"{name} defines no Model", code=Code.UNKNOWN_MODEL)
    for number, (title, cls) in enumerate(classes.items()):
        if wanted in (None, title):
            shown = name if number == 0 and wanted is None else f"{name}:{title}"
            yield _subject(shown, True, module, cls, claims, claims_file)


def _claims_of_built_in(name: str) -> ModuleType | None:
    folder = load_module(f"{PROJECT}.properties")
    known = {found.name for found in pkgutil.iter_modules(folder.__path__)}
    return load_module(f"{PROJECT}.properties.{name}") if name in known else None


def _in_file(given: str, claims_file: str | None) -> Subject:
    before, colon, after = given.rpartition(":")
    file, wanted = (before, after) if colon and before.endswith(".py") else (given, "")
    module = load_file(file)
    claims = load_file(claims_file) if claims_file else module
    classes = {cls.__name__: cls for cls in _classes(module)}
    if wanted:
        if wanted not in classes:
            raise UsageError(
                f"{file} has no model '{wanted}'; {did_you_mean(wanted, classes)}", code=Code.UNKNOWN_MODEL
            )
        return _subject(given, False, module, classes[wanted], claims, claims_file)
    if hasattr(module, "VARIANTS"):
        return _subject(given, False, module, None, claims, claims_file)
    if not classes:
        raise UsageError(
            f"{file} defines no Model: write class MyModel(Model), with Model from raceproof.checker",
            code=Code.UNKNOWN_MODEL,
        )
    if len(classes) > 1:
        raise UsageError(
            f"{file} has several models, {', '.join(classes)}: say which, {file}:{next(iter(classes))}",
            code=Code.UNKNOWN_MODEL,
        )
    return _subject(file, False, module, next(iter(classes.values())), claims, claims_file)


def _classes(module: ModuleType) -> list[type[Model]]:
    """The models that a module (or, for a package, one of its modules) defines, first things first."""
    own = (module.__name__, f"{module.__name__}.")
    return [
        value
        for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, Model) and not name.startswith("_")
        if value.__module__ == own[0] or value.__module__.startswith(own[1])
    ]


def _subject(
    name: str,
    built_in: bool,
    module: ModuleType,
    cls: type[Model] | None,
    claims: ModuleType | None,
    claims_file: str | None,
) -> Subject:
    written = _claims(name, claims)
    document = (cls.__doc__ if cls and not built_in else None) or module.__doc__ or (cls and cls.__doc__) or ""
    return Subject(
        name,
        built_in,
        _paragraph(document),
        _variants(name, module, cls),
        tuple(claim for claim in written if not claim.helper),
        _table(claims, "EXPECTED", name),
        _table(claims, "TABLE_SCOPE", name) or {},
        claims_file,
        tuple(claim for claim in written if claim.helper),
    )


def _variants(name: str, module: ModuleType, cls: type[Model] | None) -> Mapping[str, Variant]:
    """The listed variants, those of the class where one is asked for; else the class itself, made without arguments."""
    for owner in _classes(module):
        if "VARIANTS" in vars(owner):
            raise UsageError(
                f"VARIANTS is an attribute of the class {owner.__name__}; it belongs at the top level of the module, "
                f"below the class: VARIANTS = {{'name': Variant('what it changes', {owner.__name__})}}",
                code=Code.MODULE_TABLE,
            )
    listed = getattr(module, "VARIANTS", None)
    if listed is not None:
        if not isinstance(listed, dict) or not listed:
            raise UsageError(
                f"VARIANTS of {name} must be a dict from names to Variant, with at least one of them",
                code=Code.MODULE_TABLE,
            )
        for key, value in listed.items():
            if not isinstance(value, Variant):
                example = f'"{key}": Variant("what it changes", {getattr(value, "__name__", "MyModel")})'
                raise UsageError(
                    f"VARIANTS of {name}: {key!r} is {value!r}, which is no Variant; write {example}",
                    code=Code.MODULE_TABLE,
                )
        found: dict[str, Variant] = {str(key): variant for key, variant in listed.items()}
        if cls is None:
            return found
        with author_code(f"the variants of {name} cannot be made"):
            found = {key: variant for key, variant in found.items() if isinstance(variant.make(), cls)}
        if found:
            return found
    assert cls is not None
    return {ONLY_VARIANT: Variant(_paragraph(cls.__doc__ or ""), cls)}


def _paragraph(document: str) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join(inspect.cleandoc(document).partition("\n\n")[0].split())


def _claims(name: str, module: ModuleType | None) -> tuple[Claim, ...]:
    """The claims and lemmas in a module, in its order, then what is asked of every model."""
    written = [value for value in vars(module).values() if isinstance(value, Claim)] if module else []
    found = list(dict.fromkeys(claim for claim in written if claim not in BUILT_IN_CLAIMS))
    names = [claim.name for claim in (*found, *BUILT_IN_CLAIMS)]
    twice = sorted({claim for claim in names if names.count(claim) > 1})
    if twice:
        raise UsageError(f"{name} has two claims of the name '{twice[0]}': name them apart", code=Code.CLAIM)
    return (*found, *BUILT_IN_CLAIMS)


def _table(module: ModuleType | None, name: str, subject: str) -> Any:
    found = getattr(module, name, None)
    if found is not None and not isinstance(found, dict):
        raise UsageError(f"{name} in the claims of {subject} must be a dict", code=Code.MODULE_TABLE)
    return found


def is_about(claim: Claim, model: Model) -> bool:
    """Whether a claim can be asked of a model: no, where it is annotated as being about another one."""
    try:
        annotations = inspect.get_annotations(claim.predicate, eval_str=True)
    except (NameError, AttributeError, TypeError, SyntaxError):
        return True
    stated = next((value for name, value in annotations.items() if name != "return"), None)
    return not (inspect.isclass(stated) and issubclass(stated, Model)) or isinstance(model, stated)
