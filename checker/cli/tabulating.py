"""What `raceproof table` does, once its options are read: run every variant and compare with what is expected."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import replace
from typing import cast

import msgspec
from msgspec import UNSET

from raceproof.checker.cli import files
from raceproof.checker.cli.options import Request
from raceproof.checker.cli.runs import HOLDS, UNDECIDED, VIOLATED, Run, run_variant
from raceproof.checker.cli.screens.matrix import Cell, Matrix
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.subject import Subject, find
from raceproof.checker.errors import Code, UsageError, did_you_mean
from raceproof.checker.results import Result, VerdictName, encode
from raceproof.checker.verdict import NAMES, HoldsInScope, HoldsUpTo, Proved, Undecided, Verdict


def perform(model: str, claims_file: str | None, request: Request, json_file: str | None) -> int:
    """Run the table, print, write; returns the exit code. Raises ModelError, UsageError."""
    files.check_writable(json_file)
    alone = json_file == files.STANDARD_OUTPUT
    screen = Screen(quiet=alone)
    # A model that prints must not spoil the JSON.
    with redirect_stdout(sys.stderr) if alone else nullcontext():
        subject = find(model, claims_file)
        check_expected(subject)
        subject.check_claims(tuple(subject.variants))
        sizes = {**subject.table_scope, **request.sizes}
        runs = list(_runs(subject, replace(request, scope=tuple(sizes.items())), screen))
        cells = [cell for run in runs for cell in _cells(run)]
        Matrix(screen, subject, runs, cells).show()
    if json_file:
        files.write_output(json_file, encode([result for run in runs for result in _results(run)]))
    return _exit_code(cells)


def check_expected(subject: Subject) -> None:
    """Raises UsageError where EXPECTED names a variant, a claim or a verdict that does not exist."""
    claims = [claim.name for claim in subject.claims]
    verdicts = list(NAMES.values())
    for variant, row in (subject.expected or {}).items():
        if variant not in subject.variants:
            hint = did_you_mean(variant, subject.variants)
            raise UsageError(
                f"EXPECTED names the variant '{variant}', which {subject.name} does not have; {hint}",
                code=Code.MODULE_TABLE,
            )
        for claim, verdict in row.items():
            if claim not in claims:
                hint = did_you_mean(claim, claims)
                raise UsageError(
                    f"EXPECTED names the claim '{claim}', which {subject.name} does not have; {hint}",
                    code=Code.MODULE_TABLE,
                )
            if verdict not in verdicts:
                hint = did_you_mean(str(verdict), verdicts)
                raise UsageError(
                    f"EXPECTED of {variant} and {claim} is '{verdict}', which is no verdict; {hint}",
                    code=Code.MODULE_TABLE,
                )


def expected_of(subject: Subject, variant: str, claim: str) -> VerdictName | None:
    """The verdict that a claim must get; that it holds, where EXPECTED does not say; None without EXPECTED."""
    if subject.expected is None:
        return None
    return cast(VerdictName, subject.expected.get(variant, {}).get(claim, "holds-in-scope"))


def _runs(subject: Subject, request: Request, screen: Screen) -> Iterator[Run]:
    for name in subject.variants:
        run = run_variant(subject, name, (), request, screen)
        yield run
        if run.interrupted:
            return


def agrees(verdict: Verdict, expected: str | None) -> bool:
    """Whether a verdict is the expected one. A bound in steps does not contradict that the claim holds."""
    if expected is None:
        return not isinstance(verdict, Undecided)
    if expected == NAMES[HoldsInScope]:
        return isinstance(verdict, HoldsInScope | HoldsUpTo | Proved)
    return verdict.name == expected


def _cells(run: Run) -> Iterator[Cell]:
    for verdict in run.verdicts:
        expected = expected_of(run.subject, run.variant, verdict.claim.name)
        yield Cell(run.variant, verdict, expected, agrees(verdict, expected))


def _results(run: Run) -> Iterator[Result]:
    for result in run.results():
        yield msgspec.structs.replace(result, expected=expected_of(run.subject, run.variant, result.property) or UNSET)


def _exit_code(cells: Sequence[Cell]) -> int:
    if any(cell.surprising for cell in cells):
        return VIOLATED
    return HOLDS if all(cell.as_expected for cell in cells) else UNDECIDED
