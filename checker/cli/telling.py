"""What a format is given: the stored result, and what the model at hand adds to it."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace

from raceproof.checker.cli.author import PROJECT, load_file, load_module
from raceproof.checker.cli.screens.screen import WIDTH_OF_A_PIPE
from raceproof.checker.cli.subject import ONLY_VARIANT, Subject, is_about, is_file
from raceproof.checker.errors import Code, ModelError, UsageError
from raceproof.checker.formats.insight import insight_of
from raceproof.checker.formats.told import Insight, Origin, Told
from raceproof.checker.language import Claim, assertions, no_deadlock
from raceproof.checker.results import Result

_SHOW_MORE = ("markdown", "svg", "html", "pytest")
"""The formats that show more where a model is at hand."""


def told_of(result: Result, subject: Subject | None, *, confirmed: bool, form: str, fixed: bool = False) -> Told:
    """The result with what its model adds: where a replay has `confirmed` it, everything. Raises UsageError, and
    ModelError for a mistake in the model."""
    insight = None
    if subject is not None and form in _SHOW_MORE:
        if confirmed:
            insight = _insight(result, subject, explained=form != "pytest")
        if form == "pytest":
            insight = replace(insight or Insight(""), origin=origin_of(result, subject))
    return Told(result, insight, shutil.get_terminal_size((WIDTH_OF_A_PIPE, 24)).columns, fixed)


def _insight(result: Result, subject: Subject, *, explained: bool) -> Insight:
    model = subject.make(result.variant)
    named = subject.select([result.property])
    claims = [claim for claim in dict.fromkeys((*subject.claims, *named)) if is_about(claim, model)]
    try:
        return insight_of(result, model, claims, explained=explained)
    except ModelError:
        # The claims that were not asked when the trace was found may ask for what this variant does not have.
        asked = [claim for claim in claims if claim.name in result.claims]
        return insight_of(result, model, asked, explained=explained)


def origin_of(result: Result, subject: Subject) -> Origin:
    """How a test imports the model and the claim of a result. Raises UsageError where one of them cannot be imported
    by its name."""
    subject.variant(result.variant)
    (claim,) = subject.select([result.property])
    model = subject.make(result.variant)
    module, name = type(model).__module__, type(model).__name__
    make = f"{name}()"
    if tuple(subject.variants) != (ONLY_VARIANT,):
        module, name = _module_of(subject), "VARIANTS"
        make = f'VARIANTS["{result.variant}"].make()'
    imports = (_importable(module, name), _importable(*_place_of(claim)))
    return Origin(imports, make, claim.name)


def _module_of(subject: Subject) -> str:
    if not is_file(subject.name):
        return load_module(f"{PROJECT}.model.{subject.name.partition(':')[0].replace('-', '_')}").__name__
    return load_file(subject.name if subject.name.endswith(".py") else subject.name.rpartition(":")[0]).__name__


def _place_of(claim: Claim) -> tuple[str, str]:
    if claim in (no_deadlock, assertions):
        return f"{PROJECT}.checker", claim.name
    return claim.predicate.__module__, claim.name


def _importable(module: str, name: str) -> tuple[str, str]:
    if not module.replace(".", "").isidentifier():
        raise UsageError(
            f"a test cannot import from {module}.py: name the file with letters, digits and underscores only",
            code=Code.WHICH_MODEL,
        )
    if not hasattr(sys.modules.get(module), name) or module.startswith("raceproof_author_"):
        raise UsageError(
            f"a test cannot import {name} from {module}: give it a name of its own at the top of a module",
            code=Code.WHICH_MODEL,
        )
    return module, name
