"""Errors as a compiler tells them: what is wrong, where, the line itself, and what to write instead."""

from __future__ import annotations

import os
import platform
import shlex
import sys
import traceback
from pathlib import Path

from rich.text import Text

from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.errors import Location, ModelError, RaceproofError, UsageError
from raceproof.checker.results import versions


def show(error: Exception, screen: Screen) -> None:
    """Print an error that is the author's or the caller's."""
    from raceproof.checker.check import BrokenModel

    console = screen.errors
    message = error.message if isinstance(error, ModelError) else str(error)
    code = error.code if isinstance(error, RaceproofError) else None
    head = f"error[{code}]: " if code else "error: "
    console.print(Text.assemble((head, "bold red"), (message, "bold")), soft_wrap=True)
    if isinstance(error, ModelError):
        if error.location:
            console.print(_source(error.location), soft_wrap=True)
        if error.hint:
            console.print(Text.assemble(("  = help: ", "bold"), error.hint), soft_wrap=True)
    for note in getattr(error, "__notes__", []):
        console.print(Text.assemble(("  = note: ", "bold"), note), soft_wrap=True)
    if isinstance(error, BrokenModel) and error.trace.steps:
        from raceproof.checker.timeline import timeline

        console.print()
        way = "The shortest way there" if error.shortest else "A way there"
        console.print(f"{way}, {len(error.trace)} steps:" if len(error.trace) > 1 else "In one step:")
        console.print()
        console.print(timeline(error.trace, screen.width, arrow=screen.glyphs.arrow))


def _source(location: Location) -> Text:
    """The place of an error and its line, as compilers print them."""
    number = str(location.line)
    margin = " " * len(number)
    shown = Text.assemble((f"{margin}--> ", "blue"), f"{_shown_path(location.file)}:{number}")
    if location.text:
        shown.append_text(Text.assemble((f"\n{margin} |\n{number} | ", "blue"), location.text))
        caret = f" {location.caret}" if location.caret else ""
        shown.append_text(Text.assemble((f"\n{margin} |", "blue"), (caret, "bold red")))
    return shown


def _shown_path(file: str) -> str:
    """The path from here where the file is below, else in full."""
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return file


def report(error: BaseException, screen: Screen) -> None:
    """Print a bug of raceproof's own: a request to report it, and everything needed to see it again."""
    console = screen.errors
    said = f"{type(error).__name__}: {error}"
    console.print(Text.assemble(("internal error: ", "bold red"), (said, "bold")))
    console.print("This is a bug in raceproof, not in your model, and no verdict was given.")
    console.print("Please report it with the model's source and everything below.")
    console.print()
    known = {**versions(), "platform": platform.platform()}
    lines = [f"command:  {shlex.join(['raceproof', *sys.argv[1:]])}"]
    lines += [f"          {note}" for note in getattr(error, "__notes__", [])]
    lines.append(f"versions: {', '.join(f'{name} {version}' for name, version in known.items())}")
    if seed := os.environ.get("PYTHONHASHSEED"):
        lines.append(f"seed:     PYTHONHASHSEED={seed}")
    lines += [line.rstrip("\n") for line in traceback.format_exception(error)]
    for line in lines:
        console.print(Text(line), soft_wrap=True)


def is_foreseen(error: BaseException) -> bool:
    """Whether an error is the author's or the caller's, and not a bug of raceproof."""
    return isinstance(error, ModelError | UsageError)
