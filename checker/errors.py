"""What can go wrong, as types: the author's model, the caller's request, or raceproof itself."""

from __future__ import annotations

import difflib
import linecache
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_OWN_FILES = str(Path(__file__).parent) + os.sep


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A line of the author's source: an absolute file name and a line number from 1."""

    file: str
    line: int

    @property
    def short(self) -> str:
        """The form that traces and errors show: `dns.py:42`."""
        return f"{Path(self.file).name}:{self.line}"

    @property
    def text(self) -> str:
        """The source line without its indentation, or nothing when the file cannot be read."""
        return linecache.getline(self.file, self.line).strip()


class RaceproofError(Exception):
    """Base of every error that raceproof raises on purpose."""


class ModelError(RaceproofError):
    """The author's model is wrong: where, what, and what to write instead.

    `message` names the mistake, `hint` the usual remedy, `location` the author's line when there is one.
    """

    def __init__(self, message: str, *, hint: str = "", location: Location | None = None) -> None:
        self.message = message
        self.hint = hint
        self.location = location
        super().__init__(message)

    def __str__(self) -> str:
        lines = [f"{self.location.short}: {self.message}" if self.location else self.message]
        if self.location and self.location.text:
            lines.append(f"    {self.location.text}")
        if self.hint:
            lines.append(f"  help: {self.hint}")
        return "\n".join(lines)


class UsageError(RaceproofError):
    """The request is wrong: an unknown model, property, scope or option."""


class InternalError(RaceproofError):
    """Two parts of raceproof disagree, for example the lowered system and the author's Python: never the
    author's fault, and never a verdict."""


def author_location() -> Location | None:
    """The innermost line on the call stack that is not raceproof's own, or None."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith((_OWN_FILES, "<")) and f"{os.sep}lib{os.sep}python" not in name:
            return Location(name, frame.f_lineno)
        frame = frame.f_back  # type: ignore[assignment]
    return None


def author_location_of(error: BaseException) -> Location | None:
    """The deepest line of the author's in the traceback of `error`, or None."""
    found: Location | None = None
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if not name.startswith((_OWN_FILES, "<")) and f"{os.sep}lib{os.sep}python" not in name:
            found = Location(name, trace.tb_lineno)
        trace = trace.tb_next
    return found


def mistake(message: str, hint: str = "") -> ModelError:
    """A ModelError at the line of the author's that is running now."""
    return ModelError(message, hint=hint, location=author_location())


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence such as `did you mean 'newest'?`, or the list of what there is."""
    names = sorted(set(known))
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"there is {', '.join(names)}" if names else "there is none"
