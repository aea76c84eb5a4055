"""A trace as plain text: the timeline that the command line shows, with a column for each process."""

from __future__ import annotations

import io

from rich.console import Console, RenderableType
from rich.text import Text

from raceproof.checker.formats.told import Told
from raceproof.checker.timeline import Trimmed, deadlock, timeline, waiting_in


def to_text(told: Told) -> bytes:
    """The timeline, as wide as it may be."""
    written = io.StringIO()
    console = Console(file=written, width=told.width, color_system=None, highlight=False, markup=False, emoji=False)
    for part in story(told, told.width):
        console.print(part)
    return written.getvalue().encode()


def story(told: Told, width: int, *, arrow: str = "→", dot: str = "·") -> list[RenderableType]:
    """What it is about, and the timeline; of a deadlock also who waits where."""
    result, trace = told.result, told.trace
    title = Text.assemble((result.model, "bold"), f" {dot} ", (result.variant, "bold"))
    if told.scope:
        title.append("  ").append(told.scope, "cyan")
    parts: list[RenderableType] = [Trimmed(title), Text.assemble((result.property, "bold"), f" {told.outcome}"), ""]
    if result.kind == "deadlock":
        return [*parts, *deadlock(trace, waiting_in(trace), width, arrow=arrow)]
    return [*parts, timeline(trace, width, arrow=arrow)]
