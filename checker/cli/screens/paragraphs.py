"""Prose that stands in order on any screen: without blanks at line ends, later lines below where the text begins."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from raceproof.checker.timeline import Trimmed


def plain(text: str, style: str = "") -> Trimmed:
    """A paragraph that begins at the left."""
    return Trimmed(Text(text, style=style))


def hanging(head: Text, text: Text, *, gap: int = 2) -> Trimmed:
    """A paragraph whose later lines begin where the text behind its head does."""
    table = Table.grid(padding=(0, gap, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    table.add_row(head, text)
    return Trimmed(table)
