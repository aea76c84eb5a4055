"""What `raceproof list` does, once its options are read."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout

import msgspec
from rich.table import Table
from rich.text import Text

from raceproof.checker.cli import failures, files
from raceproof.checker.cli.runs import HOLDS, WRONG
from raceproof.checker.cli.screens.paragraphs import hanging
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.subject import (
    BUILT_IN_CLAIMS,
    ONLY_VARIANT,
    Subject,
    built_in_names,
    built_in_subjects,
    default_scope,
    find,
    is_about,
)
from raceproof.checker.errors import ModelError, UsageError
from raceproof.checker.timeline import Trimmed

_MOST_OVER_HALF = 16  # a name may take so many columns more than half of the screen before it is folded


class ListedVariant(msgspec.Struct, frozen=True):
    """A variant: its name, what it changes, and who proposes it."""

    name: str
    text: str
    proposed_by: str


class ListedClaim(msgspec.Struct, frozen=True):
    """A claim: its name, when it must hold, and what it says."""

    name: str
    kind: str
    text: str


class Listed(msgspec.Struct, frozen=True):
    """A model as `list --json` writes it; `scope` has the default size of each domain, null where it has none."""

    model: str
    text: str
    scope: dict[str, int | None]
    variants: tuple[ListedVariant, ...]
    claims: tuple[ListedClaim, ...]


def perform(model: str | None, claims_file: str | None, as_json: bool) -> int:
    """List, and return the exit code: 2 where a model cannot be loaded. Raises ModelError, UsageError for one asked
    for by name."""
    screen = Screen()
    code = HOLDS
    found: list[Listed] = []
    with redirect_stdout(sys.stderr):
        if model is not None:
            subject = find(model, claims_file)
            subject.check_claims(tuple(subject.variants))
            found.append(listed(subject))
        else:
            for name in built_in_names():
                try:
                    found += [listed(subject) for subject in built_in_subjects(name)]
                except (ModelError, UsageError) as error:
                    failures.show(error, screen)
                    code = WRONG
    if as_json:
        data = msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"
        files.write_output(files.STANDARD_OUTPUT, data)
        return code
    for entry in found:
        for part in _told(entry, screen.width):
            screen.out.print(part)
    for claim in BUILT_IN_CLAIMS:
        screen.out.print(hanging(Text("Every model is asked"), Text(f"{claim.name} too: {claim.text}"), gap=1))
    return code


def listed(subject: Subject) -> Listed:
    """A subject as data. Raises ModelError where its first variant cannot be made."""
    model = subject.make(next(iter(subject.variants)))
    return Listed(
        subject.name,
        subject.text,
        default_scope(model),
        tuple(ListedVariant(name, variant.text, variant.proposed_by) for name, variant in subject.variants.items()),
        tuple(
            ListedClaim(claim.name, "lemma" if claim.helper else claim.kind.value, claim.text)
            for claim in (*subject.claims, *subject.lemmas)
            if is_about(claim, model)
        ),
    )


def _told(entry: Listed, width: int) -> Iterator[Text | Trimmed]:
    scope = " ".join(f"{name}={'?' if size is None else size}" for name, size in entry.scope.items())
    yield hanging(Text(entry.model, style="bold"), Text(entry.text))
    if scope:
        yield hanging(Text("  scope"), Text(scope, style="cyan"))
    only = entry.variants[0] if len(entry.variants) == 1 else None
    if only is None or only.name != ONLY_VARIANT or only.text not in ("", entry.text):
        yield _columns("variants", [(variant.name, variant.text) for variant in entry.variants], width)
    own = [claim for claim in entry.claims if claim.name not in {claim.name for claim in BUILT_IN_CLAIMS}]
    if own:
        told = [(claim.name, f"{claim.kind.replace('_', ' ')}: {claim.text}") for claim in own]
        yield _columns("claims", told, width)
    yield Text()


def _columns(title: str, rows: Sequence[tuple[str, str]], width: int) -> Trimmed:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column()
    table.add_column(title, overflow="fold", no_wrap=2 * max(len(name) for name, _ in rows) < width + _MOST_OVER_HALF)
    table.add_column(overflow="fold", ratio=1)
    for name, text in rows:
        table.add_row("", Text(name), Text(text))
    return Trimmed(table)
