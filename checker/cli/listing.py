"""What `raceproof list` does, once its options are read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout

import msgspec
from rich.table import Table
from rich.text import Text

from raceproof.checker.cli import failures, files
from raceproof.checker.cli.runs import HOLDS, WRONG
from raceproof.checker.cli.screen import Screen
from raceproof.checker.cli.subject import BUILT_IN_CLAIMS, Subject, built_in_names, built_in_subjects, find, is_about
from raceproof.checker.errors import ModelError, UsageError
from raceproof.checker.language import UNBOUNDED, Model
from raceproof.checker.language.model import domains
from raceproof.checker.timeline import Trimmed


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
            found.append(listed(find(model, claims_file)))
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
        for part in _told(entry):
            screen.out.print(part)
    for claim in BUILT_IN_CLAIMS:
        screen.out.print(Text(f"Every model is asked {claim.name} too: {claim.text}"))
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
            ListedClaim(claim.name, claim.kind.value, claim.text) for claim in subject.claims if is_about(claim, model)
        ),
    )


def default_scope(model: Model) -> dict[str, int | None]:
    """The size that each domain has where nobody says another."""
    sizes = {name: domain.default_size for name, domain in domains(model).items()}
    return {name: None if size is None or size == UNBOUNDED else int(size) for name, size in sorted(sizes.items())}


def _told(entry: Listed) -> Iterator[Text | Trimmed]:
    scope = " ".join(f"{name}={'?' if size is None else size}" for name, size in entry.scope.items())
    yield Text.assemble((entry.model, "bold"), f"  {entry.text}")
    if scope:
        yield Text.assemble("  scope  ", (scope, "cyan"))
    yield _columns("variants", ((variant.name, variant.text) for variant in entry.variants))
    own = [claim for claim in entry.claims if claim.name not in {claim.name for claim in BUILT_IN_CLAIMS}]
    if own:
        yield _columns("claims", ((claim.name, f"{claim.kind.replace('_', ' ')}: {claim.text}") for claim in own))
    yield Text()


def _columns(title: str, rows: Iterable[tuple[str, str]]) -> Trimmed:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column()
    table.add_column(title, overflow="fold")
    table.add_column(overflow="fold", ratio=1)
    for name, text in rows:
        table.add_row("", Text(name), Text(text))
    return Trimmed(table)
