"""What `raceproof show` does, once its options are read."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec
from rich.console import Console
from rich.text import Text

from raceproof.checker.cli import files
from raceproof.checker.cli.importing import imported, itf_of
from raceproof.checker.cli.options import command_line
from raceproof.checker.cli.rerun import ModelChanged, rerun
from raceproof.checker.cli.runs import HOLDS, UNDECIDED, VIOLATED
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.subject import Subject, built_in_names, find, is_file
from raceproof.checker.cli.telling import told_of
from raceproof.checker.errors import Code, UsageError
from raceproof.checker.formats import FORMATS, format_of
from raceproof.checker.formats.harmless import printable
from raceproof.checker.formats.text import story
from raceproof.checker.formats.told import Told
from raceproof.checker.results import Result, read
from raceproof.checker.timeline import Trimmed

Outcome = Literal["confirmed", "changed", "not-replayed"]

_CODES: dict[Outcome, int] = {"changed": VIOLATED, "not-replayed": UNDECIDED, "confirmed": HOLDS}


@dataclass(frozen=True, slots=True)
class Order:
    """The command line of `show`."""

    trace: str
    model: str | None
    form: str = "text"
    output: str = files.STANDARD_OUTPUT
    property: str | None = None
    variant: str | None = None
    fixed: bool = False
    sizes: Mapping[str, int] | None = None
    claims_file: str | None = None
    json_file: str | None = None


class Shown(msgspec.Struct, frozen=True):
    """A stored result and what its replay said, as `show --json` writes it."""

    replay: Outcome
    why: str | None
    result: Result


def by_suffix(output: str) -> str:
    """The format that the name of a file stands for: text, unless it ends in another's name."""
    suffix = Path(output).suffix.removeprefix(".").lower()
    return {"md": "markdown", "py": "pytest"}.get(suffix, suffix if suffix in FORMATS else "text")


def perform(order: Order) -> int:
    """Show every trace of a file and replay it, or write one in another format; returns the exit code. Raises
    UsageError for a file that is none, and ModelError."""
    _check(order)
    with redirect_stdout(sys.stderr):
        found = _found(order)
    if order.form == "text" and order.output == files.STANDARD_OUTPUT:
        screen = Screen(quiet=order.json_file == files.STANDARD_OUTPUT)
        for shown, _ in found:
            _print(shown, screen, order.trace)
    else:
        _write(order, *found[0])
    if order.json_file:
        data = [shown for shown, _ in found]
        files.write_output(order.json_file, msgspec.json.format(msgspec.json.encode(data), indent=2) + b"\n")
    if order.fixed and found[0][0].replay == "changed":
        return HOLDS  # a repair is why one asks for such a test
    return next(code for outcome, code in _CODES.items() if outcome in {shown.replay for shown, _ in found})


def _check(order: Order) -> None:
    files.check_writable(order.json_file)
    files.check_writable(order.output)
    if order.fixed and order.form != "pytest":
        raise UsageError("--fixed is about a test: it goes with --as pytest", code=Code.OPTIONS)
    alone = order.form != "text" and order.output == files.STANDARD_OUTPUT
    if alone and order.json_file == files.STANDARD_OUTPUT:
        raise UsageError(
            f"both --json and --as {order.form} would go to the standard output: give --output FILE", code=Code.OPTIONS
        )


def _found(order: Order) -> list[tuple[Shown, Subject | None]]:
    """The traces of the file that are asked for, each with its replay and with the model, where there is one."""
    document = itf_of(order.trace)
    if document is not None:
        result, model = imported(document, order)
        return [(Shown("confirmed", None, result), model)]
    if order.sizes:
        raise UsageError(
            f"--scope is for traces in the ITF format: {order.trace} says itself in which scope it runs",
            code=Code.OPTIONS,
        )
    results = _chosen(order, [result for result in read(Path(order.trace)) if result.trace is not None])
    subject = find(order.model, order.claims_file) if order.model is not None else None
    return [_replayed(result, subject, order.claims_file) for result in results]


def _chosen(order: Order, results: list[Result]) -> list[Result]:
    if not results:
        raise UsageError(f"{order.trace} holds no trace: every claim in it came without one", code=Code.NO_TRACE)
    chosen = [
        result
        for result in results
        if order.property in (None, result.property) and order.variant in (None, result.variant)
    ]
    held = ", ".join(dict.fromkeys(f"{result.property} of {result.variant}" for result in results))
    if not chosen:
        raise UsageError(f"{order.trace} holds no such trace; it holds {printable(held)}", code=Code.NO_TRACE)
    if len(chosen) > 1 and (order.form != "text" or order.output != files.STANDARD_OUTPUT):
        raise UsageError(
            f"{order.trace} holds {len(chosen)} traces: choose one with --property and --variant: {printable(held)}",
            code=Code.NO_TRACE,
        )
    return chosen


def _replayed(result: Result, subject: Subject | None, claims_file: str | None) -> tuple[Shown, Subject | None]:
    if subject is None:
        # Only the name of something that comes with raceproof is looked up; a path in a file is never followed.
        name = result.model.partition(":")[0]
        if is_file(result.model) or name not in built_in_names():
            return Shown("not-replayed", "no built-in model, and no path in a file is followed", result), None
        subject = find(result.model, claims_file)
    try:
        rerun(result, subject)
    except ModelChanged as difference:
        return Shown("changed", str(difference), result), subject
    return Shown("confirmed", None, result), subject


def _write(order: Order, shown: Shown, subject: Subject | None) -> None:
    """The trace in a format, and what its replay said where that does not get into it."""
    screen = Screen()
    to_file = order.output != files.STANDARD_OUTPUT
    out = screen.out if to_file else screen.errors
    if order.form == "pytest" and shown.replay == "changed" and not order.fixed:
        out.print(_said(shown))
        return
    with redirect_stdout(sys.stderr):
        told = told_of(shown.result, subject, confirmed=shown.replay == "confirmed", form=order.form, fixed=order.fixed)
        if shown.replay == "changed":
            told = replace(told, changed=printable(shown.why or ""))
        data = format_of(order.form)(told)
    files.write_output(order.output, data)
    if to_file:
        out.print(Text(f"Written: {order.output}"), soft_wrap=True)
    if order.fixed and shown.replay == "changed":
        out.print(Text(f"As after a repair: {printable(shown.why or '')}", style="green"))
    elif to_file or shown.replay != "confirmed":
        _conclude(shown, out, order.trace)


def _print(shown: Shown, screen: Screen, path: str) -> None:
    told = Told(shown.result)
    for part in story(told, screen.width, arrow=screen.glyphs.arrow, dot=screen.glyphs.dot):
        screen.out.print(part)
    screen.out.print()
    _conclude(shown, screen.out, path)


def _conclude(shown: Shown, out: Console, path: str) -> None:
    """What the replay said, and how to have it where there was none."""
    out.print(Trimmed(_said(shown)))
    if shown.replay == "not-replayed":
        out.print(Text(f"To replay it: {printable(_command(path, shown.result))}"), soft_wrap=True)


def _said(shown: Shown) -> Text:
    match shown.replay:
        case "confirmed":
            return Text("Replayed: the model's own Python takes the same steps to the same states.", style="green")
        case "changed":
            return Text(f"The model has changed: {printable(shown.why or '')}", style="bold red")
        case "not-replayed":
            return Text(f"Not replayed: {printable(shown.result.model)} is {shown.why}.", style="yellow")


def _command(path: str, result: Result) -> str:
    """The command line that replays a trace of the user's own model, to be read and pasted: nothing here opens what the
    file names."""
    claims = None
    with suppress(ValueError):
        words = shlex.split(result.command)
        claims = next((value for name, value in pairwise(words) if name == "--claims"), None)
    return command_line("raceproof", "show", path, result.model, options=[("--claims", claims)])
