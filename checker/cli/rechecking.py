"""What `raceproof recheck` does: certificates are checked one by one; none is trusted."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.text import Text

from raceproof.checker.cli.runs import HOLDS, WRONG
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.subject import find, is_file
from raceproof.checker.errors import Code, ModelError, UsageError
from raceproof.checker.formats.harmless import printable
from raceproof.checker.recheck import recheck
from raceproof.checker.symbolic.certificate import MOST_BYTES, CertificateRefused, decode


def perform(paths: Sequence[str], model: str | None, claims_file: str | None) -> int:
    """Check, print; returns the exit code. `model` and `claims_file` are code that the caller chose to run. Raises
    UsageError where there is nothing to check."""
    screen = Screen()
    worst = HOLDS
    for path in _files(paths):
        started = time.perf_counter()
        try:
            told = _checked(path, model, claims_file)
        except (UsageError, ModelError) as error:
            worst = WRONG
            message = Text.assemble(
                (screen.glyphs.violated, "red"), f" {path}: ", (f"refused[{error.code}]: {error}", "red")
            )
            screen.out.print(message, soft_wrap=True)
            continue
        seconds = time.perf_counter() - started
        good = Text.assemble((screen.glyphs.holds, "green"), f" {path}: {told}", (f"  {seconds:.1f} s", "dim"))
        screen.out.print(good, soft_wrap=True)
    return worst


def _files(paths: Sequence[str]) -> Iterator[Path]:
    for given in paths:
        path = Path(given)
        if not path.is_dir():
            yield path
            continue
        found = sorted(path.glob("*.json"))
        if not found:
            raise UsageError(f"there is no certificate in the folder {given}", code=Code.CERTIFICATE)
        yield from found


def _checked(path: Path, model: str | None, claims_file: str | None) -> str:
    """What a good certificate proves. Raises UsageError, ModelError."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CertificateRefused(f"the file cannot be read: {error.strerror or error}") from error
    given = decode(data)
    if model is None and is_file(given.model):
        raise CertificateRefused(
            "it is about a model in a file of its own, which is not run on the word of a certificate; "
            f"name it yourself: --model {printable(given.model)}, and --claims FILE.py where its claims are in another"
        )
    subject = find(model or given.model, claims_file)
    selected = {claim.name: claim for claim in subject.select(given.claims)}
    claims = [selected[name] for name in given.claims]
    count = recheck(given, subject.make(given.variant), claims)
    named = " ".join([subject.name, *([given.variant] if len(subject.variants) > 1 else [])])
    return f"{named}: {', '.join(given.claims)} for any number of {' and '.join(given.open)}; {count} obligations"
