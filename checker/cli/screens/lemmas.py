"""The invariant of a proof as Python: on the screen, and in a file of claims that `prove --claims` takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from rich.text import Text

from raceproof.checker.cli import files
from raceproof.checker.cli.screens.paragraphs import hanging
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.subject import BUILT_IN_CLAIMS, Subject
from raceproof.checker.errors import Code, UsageError
from raceproof.checker.limits import LimitReached
from raceproof.checker.prove import Outcome
from raceproof.checker.symbolic.discharging import MILLISECONDS
from raceproof.checker.symbolic.words.python import Unsayable, Written
from raceproof.checker.system.terms import show

NARROWEST, WIDEST = 60, 100

MOST_SECONDS = 20
"""What may be spent on saying a proof in fewer words."""


def check_lemmas_file(path: str | None, subject: Subject) -> None:
    """Raises UsageError where the lemmas cannot be written, or would replace the claims that they are to stand by."""
    files.check_writable(path)
    if path is None or path == files.STANDARD_OUTPUT:
        return
    sources = {claim.location.file for claim in (*subject.claims, *subject.lemmas) if claim.location}
    if any(Path(path).resolve() == Path(file).resolve() for file in sources):
        raise UsageError(f"{path} has the claims themselves; write the lemmas to another file", code=Code.WRITING)


def in_python(found: Outcome, subject: Subject, width: int) -> Written:
    """The invariant as lemmas. Raises Unsayable."""
    taken = {claim.name for claim in (*subject.claims, *subject.lemmas)}
    return found.written(taken, max(NARROWEST, min(width, WIDEST)), _patience())


def show_invariant(screen: Screen, found: Outcome, subject: Subject) -> None:
    """Print the invariant, where there is one."""
    if found.invariant is None or screen.out.quiet:
        return
    out = screen.out
    try:
        written = in_python(found, subject, screen.width)
    except Unsayable as wrong:
        out.print()
        out.print(Text("The invariant:", "bold"))
        for lemma in found.invariant.lemmas:
            out.print(Text(f"  {show(lemma)}"), soft_wrap=True)
        out.print(hanging(Text("note:", style="yellow"), Text(_no_words(wrong), style="yellow"), gap=1))
        out.print()
        return
    claims = {claim.predicate for claim in found.invariant.claims}
    parts = ["the claims themselves"] if any(lemma in claims for lemma in found.invariant.lemmas) else []
    parts += ["the lemmas above"] if any(verdict.holds for verdict in found.lemmas) else []
    parts += ["these lemmas:"] if written.lemmas else []
    if not parts:
        return
    told = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
    out.print()
    out.print(hanging(Text("The invariant:", "bold"), Text(told), gap=1))
    out.print()
    if written.lemmas:
        for line in (*written.lines(), ""):
            out.print(Text(line), soft_wrap=True)


def write_lemmas(path: str, screen: Screen, found: Outcome, subject: Subject, variant: str) -> None:
    """Write the invariant as a file of claims; says what was done."""
    if found.invariant is None or found.opened is None:
        screen.out.print(Text(f"Nothing is proved: {path} is not written", style="yellow"), soft_wrap=True)
        return
    try:
        written = in_python(found, subject, WIDEST)
    except Unsayable as wrong:
        screen.out.print(Text(f"{path} is not written: {_no_words(wrong)}", style="yellow"), soft_wrap=True)
        return
    proved = {claim.name for claim in found.invariant.claims}
    claims = [c for c in (*subject.claims, *subject.lemmas) if c.name in proved and c not in BUILT_IN_CLAIMS]
    named = subject.name if len(subject.variants) == 1 else f"{subject.name} {variant}"
    about = f"Claims about {named}, and lemmas that prove them for any number of {' and '.join(found.opened.names)}."
    files.write_output(path, written.file(about, claims).encode())
    if path != files.STANDARD_OUTPUT:
        screen.out.print(Text(f"Written: {path}"), soft_wrap=True)


def _patience() -> Callable[[], int]:
    """How many milliseconds one question may take now; LimitReached when there is no time left."""
    end = time.monotonic() + MOST_SECONDS

    def look() -> int:
        left = end - time.monotonic()
        if left <= 0:
            raise LimitReached(f"more than {MOST_SECONDS} seconds")
        return min(MILLISECONDS, max(int(left * 1000), 1))

    return look


def _no_words(wrong: Unsayable) -> str:
    return f"this invariant cannot be written as Python: {wrong}"
