"""What `raceproof show` does, once its options are read."""

from __future__ import annotations

import shlex
import sys
from contextlib import redirect_stdout, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import msgspec
from rich.text import Text

from raceproof.checker.cli import files
from raceproof.checker.cli.options import command_line
from raceproof.checker.cli.report import scope_text
from raceproof.checker.cli.rerun import ModelChanged, rerun
from raceproof.checker.cli.runs import HOLDS, UNDECIDED, VIOLATED
from raceproof.checker.cli.screen import Screen
from raceproof.checker.cli.subject import Subject, built_in_names, find, is_file
from raceproof.checker.errors import UsageError
from raceproof.checker.results import Result, read, trace_of_result
from raceproof.checker.timeline import Trimmed, counted, deadlock, timeline, waiting_in

Outcome = Literal["confirmed", "changed", "not-replayed"]

_CODES: dict[Outcome, int] = {"changed": VIOLATED, "not-replayed": UNDECIDED, "confirmed": HOLDS}


class Shown(msgspec.Struct, frozen=True):
    """A stored result and what its replay said, as `show --json` writes it."""

    replay: Outcome
    why: str | None
    result: Result


def perform(trace: str, model: str | None, claims_file: str | None, json_file: str | None) -> int:
    """Show every trace of a file and replay it; returns the exit code. Raises UsageError for a file that is none, and
    ModelError."""
    files.check_writable(json_file)
    alone = json_file == files.STANDARD_OUTPUT
    results = [result for result in read(Path(trace)) if result.trace is not None]
    if not results:
        raise UsageError(f"{trace} holds no trace: every claim in it came without one")
    subject = None
    with redirect_stdout(sys.stderr):
        if model is not None:
            subject = find(model, claims_file)
        found = [_replayed(result, subject, claims_file) for result in results]
    screen = Screen(quiet=alone)
    for shown in found:
        _print(shown, screen, trace)
    if json_file:
        files.write_output(json_file, msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
    return next(code for outcome, code in _CODES.items() if outcome in {shown.replay for shown in found})


def _replayed(result: Result, subject: Subject | None, claims_file: str | None) -> Shown:
    if subject is None:
        # Only the name of something that comes with raceproof is looked up; a path in a file is never followed.
        name = result.model.partition(":")[0]
        if is_file(result.model) or name not in built_in_names():
            return Shown("not-replayed", "no built-in model, and no path in a file is followed", result)
        subject = find(result.model, claims_file)
    try:
        rerun(result, subject)
    except ModelChanged as difference:
        return Shown("changed", str(difference), result)
    return Shown("confirmed", None, result)


def _print(shown: Shown, screen: Screen, path: str) -> None:
    result = _harmless(shown.result)
    trace = trace_of_result(result)
    assert trace is not None
    out = screen.out
    title = Text.assemble((result.model, "bold"), f" {screen.glyphs.dot} ", (result.variant, "bold"))
    if result.scope:
        title.append("  ").append(scope_text(result.scope), "cyan")
    out.print(Trimmed(title))
    what = "violated" if result.verdict == "violated" else "reached"
    when = f"in {counted(len(trace), 'step')}" if trace.steps else "at the start"
    out.print(Text.assemble((result.property, "bold"), f" is {what} {when}"))
    out.print()
    if result.kind == "deadlock":
        for part in deadlock(trace, waiting_in(trace), screen.width, arrow=screen.glyphs.arrow):
            out.print(part)
    else:
        out.print(timeline(trace, screen.width, arrow=screen.glyphs.arrow))
    out.print()
    match shown.replay:
        case "confirmed":
            said = Text("Replayed: the model's own Python takes the same steps to the same states.", style="green")
        case "changed":
            said = Text(f"The model has changed: {_printable(shown.why or '')}", style="bold red")
        case "not-replayed":
            said = Text(f"Not replayed: {_printable(result.model)} is {shown.why}.", style="yellow")
    out.print(Trimmed(said))
    if shown.replay == "not-replayed":
        out.print(Text(f"To replay it: {_printable(_command(path, result))}"), soft_wrap=True)


def _command(path: str, result: Result) -> str:
    """The command line that replays a trace of the user's own model, to be read and pasted: nothing here opens what the
    file names."""
    claims = None
    with suppress(ValueError):
        words = shlex.split(result.command)
        claims = next((value for name, value in pairwise(words) if name == "--claims"), None)
    return command_line("raceproof", "show", path, result.model, options=[("--claims", claims)])


def _harmless(result: Result) -> Result:
    """The result with control characters made visible: a file must not be able to command the terminal."""
    return msgspec.convert(_without_controls(msgspec.to_builtins(result)), Result)


def _without_controls(value: Any) -> Any:
    match value:
        case str():
            return _printable(value)
        case list() | tuple():
            return [_without_controls(entry) for entry in value]
        case dict():
            return {_printable(str(key)): _without_controls(entry) for key, entry in value.items()}
        case _:
            return value


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
