"""What `raceproof why` does, once its options are read."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import msgspec
from rich.text import Text

from raceproof.checker.cli import files
from raceproof.checker.cli.options import command_line
from raceproof.checker.cli.rerun import ModelChanged, rerun
from raceproof.checker.cli.runs import HOLDS, VIOLATED
from raceproof.checker.cli.screens.explained import Explained
from raceproof.checker.cli.screens.report import scope_text
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.screens.situated import show_situation
from raceproof.checker.cli.subject import Subject, built_in_names, find, is_about, is_file
from raceproof.checker.errors import Code, UsageError
from raceproof.checker.explain import Explanation, Situation, at, explain_path
from raceproof.checker.explain.course import course
from raceproof.checker.formats.harmless import printable
from raceproof.checker.results import Result, read
from raceproof.checker.timeline import Trimmed, counted


def perform(
    trace: str, model: str | None, claims_file: str | None, step: int | None, full: bool, json_file: str | None
) -> int:
    """Replay and explain every violation of a file; returns the exit code. Raises UsageError for a file that is none,
    or that no model at hand is about, and ModelError."""
    files.check_writable(json_file)
    results = [result for result in read(Path(trace)) if result.trace is not None]
    if step is None:
        results = [result for result in results if result.verdict == "violated"]
    if not results:
        raise UsageError(f"{trace} holds no {'violation to explain' if step is None else 'trace'}", code=Code.NO_TRACE)
    screen = Screen(quiet=json_file == files.STANDARD_OUTPUT)
    subject = find(model, claims_file) if model is not None else None
    found: list[Explanation | Situation] = []
    changed = False
    for result in results:
        with redirect_stdout(sys.stderr):
            about = subject or _built_in(trace, result, claims_file)
            try:
                explained = _explained(result, about, step)
            except ModelChanged as difference:
                said = f"The model has changed: {printable(str(difference))}"
                screen.errors.print(Text(said, style="bold red"), soft_wrap=True)
                changed = True
                continue
        found.append(explained)
        _heading(result, about, screen)
        if isinstance(explained, Situation):
            show_situation(explained, screen, full=full)
        else:
            Explained(screen, full).show(explained)
    if json_file:
        files.write_output(json_file, _encoded(found))
    return VIOLATED if changed else HOLDS


def _built_in(trace: str, result: Result, claims_file: str | None) -> Subject:
    """The built-in model that a result is about; nothing else that a file names is looked for."""
    name = result.model.partition(":")[0]
    if is_file(result.model) or name not in built_in_names():
        command = command_line("raceproof", "why", trace, "MODEL")
        raise UsageError(
            f"the trace is about no built-in model, and no path in a file is followed: {command}", code=Code.WHICH_MODEL
        )
    return find(result.model, claims_file)


def _explained(result: Result, subject: Subject, step: int | None) -> Explanation | Situation:
    prepared, path = rerun(result, subject)
    if step is not None:
        claims = tuple(claim for claim in subject.claims if is_about(claim, prepared.model))
        run = course(replace(prepared, claims=claims), path, anew=True)
        return at(run.prepared, run.trace, step)
    # Whether the trace is a shortest one is for the file to say, and not taken for true.
    return explain_path(prepared, result.property, replace(path, shortest=False))


def _heading(result: Result, subject: Subject, screen: Screen) -> None:
    """Nothing is shown of a file but what the model knows, or what the replay has confirmed."""
    out = screen.out
    title = Text.assemble((subject.name, "bold"), f" {screen.glyphs.dot} ", (result.variant, "bold"))
    if result.scope:
        title.append("  ").append(scope_text(result.scope), "cyan")
    out.print(Trimmed(title))
    what = "violated" if result.verdict == "violated" else "reached"
    steps = len(result.trace or ())
    when = f"in {counted(steps, 'step')}" if steps else "at the start"
    out.print(Text.assemble((result.property, "bold"), f" is {what} {when}"))
    out.print()


def _encoded(found: Sequence[Explanation | Situation]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(list(found)), indent=2) + b"\n"
