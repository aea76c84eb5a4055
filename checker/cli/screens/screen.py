"""The terminal: how wide it is, which characters it can show, whether it has colours."""

from __future__ import annotations

import codecs
import shutil
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TextIO

from rich.console import Console

WIDTH_OF_A_PIPE = 100
_LEAST_WIDTH = 20

_SIMILAR = str.maketrans({"→": ">", "✓": "+", "✗": "x", "–": "-", "—": "-", "·": "-", "…": ".", "×": "x", "′": "'"})
_SIMILAR |= str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The signs that the command line draws with."""

    holds: str = "✓"
    bounded: str = "~"
    violated: str = "✗"
    undecided: str = "?"
    arrow: str = "→"
    dot: str = "·"
    warning: str = "!"
    nothing: str = "–"


ASCII = Glyphs(holds="+", violated="x", arrow="->", dot="-", nothing="-")


class _PipedConsole(Console):
    """A console that leaves a broken pipe to its caller."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Screen:
    """Where a command prints: findings to `out`, complaints and progress to `errors`."""

    def __init__(self, out: TextIO | None = None, *, quiet: bool = False) -> None:
        self._out = out or sys.stdout
        self._quiet = quiet
        for stream in (self._out, sys.stderr):
            _forgive(stream)

    @cached_property
    def width(self) -> int:
        """The columns of the terminal; COLUMNS where it is set, and a fixed number for a pipe."""
        return max(shutil.get_terminal_size((WIDTH_OF_A_PIPE, 24)).columns, _LEAST_WIDTH)

    @cached_property
    def glyphs(self) -> Glyphs:
        return Glyphs() if _can_write(self._out, "✓✗→·–") else ASCII

    @cached_property
    def out(self) -> Console:
        return _console(self._out, self.width, self._quiet)

    @cached_property
    def errors(self) -> Console:
        return _console(sys.stderr, self.width, quiet=False)


def _console(stream: TextIO, width: int, quiet: bool) -> Console:
    return _PipedConsole(file=stream, width=width, highlight=False, markup=False, emoji=False, quiet=quiet)


def _can_write(stream: TextIO, text: str) -> bool:
    try:
        text.encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _forgive(stream: Any) -> None:
    """What the encoding of a stream lacks is written as something similar, so that no output fails for a dash."""
    if hasattr(stream, "reconfigure") and not _can_write(stream, "✓") and stream.errors == "strict":
        stream.reconfigure(errors="raceproof.similar")


def _similar(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    bad = error.object[error.start : error.end].translate(_SIMILAR)
    return "".join(character if character.isascii() else "?" for character in bad), error.end


codecs.register_error("raceproof.similar", _similar)
