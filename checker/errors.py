"""What can go wrong, as types: the author's model, the caller's request, or raceproof itself."""

from __future__ import annotations

import ast
import difflib
import linecache
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from raceproof.checker.codes import Code as Code

_MODELS = tuple(str(Path(__file__).parent.parent / name) + os.sep for name in ("model", "properties"))
_OWN_FILES = str(Path(__file__).parent) + os.sep
_MOST_DECORATOR_LINES = 50


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A line of the author's source: an absolute file name and a line number from 1.

    `columns` says where on the line, where that is known: from one byte of it up to another, counted from 0. Two
    locations of one line are the same.
    """

    file: str
    line: int
    columns: tuple[int, int] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, file: str, node: ast.AST) -> Location:
        """Where a piece of syntax begins, and where it stands if that is on one line."""
        line, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", None)
        start, end = getattr(node, "col_offset", None), getattr(node, "end_col_offset", None)
        return cls(file, line, (start, end) if line == last and start is not None and end is not None else None)

    @property
    def short(self) -> str:
        """The form that traces and errors show: `dns.py:42`."""
        return f"{Path(self.file).name}:{self.line}"

    @property
    def text(self) -> str:
        """The source line without its indentation, or nothing when the file cannot be read."""
        return linecache.getline(self.file, self.line).strip()

    @property
    def caret(self) -> str:
        """What stands below `text` to point at the place: `     ^^^^`; nothing where it is not known."""
        line = linecache.getline(self.file, self.line).encode()
        if self.columns is None or not line[slice(*self.columns)].strip():
            return ""
        before, marked = line[: self.columns[0]].lstrip(), line[slice(*self.columns)].rstrip()
        return " " * len(before.decode(errors="replace")) + "^" * len(marked.decode(errors="replace"))


class RaceproofError(Exception):
    """Base of every error that raceproof raises on purpose.

    `code` is the kind of mistake, of which `raceproof explain` tells more; None where raceproof is to blame.
    """

    code: Code | None = None


class ModelError(RaceproofError):
    """The author's model is wrong: where, what, and what to write instead.

    `message` names the mistake, `hint` the usual remedy, `location` the author's line when there is one.
    """

    def __init__(
        self, message: str, *, hint: str = "", location: Location | None = None, code: Code | None = None
    ) -> None:
        self.message = message
        self.code = code
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

    def __init__(self, message: str, *, code: Code | None = None) -> None:
        self.code = code
        super().__init__(message)


class InternalError(RaceproofError):
    """Two parts of raceproof disagree, for example the lowered system and the author's Python: never the
    author's fault, and never a verdict."""


_blamed: ContextVar[tuple[FrameType, Location | None] | None] = ContextVar("blamed", default=None)


@contextmanager
def blaming(location: Location | None) -> Iterator[None]:
    """While raceproof works on what `location` says: mistakes found between two runs of the author's code are there,
    and not where somebody has called raceproof."""
    token = _blamed.set((sys._getframe(2), location))
    try:
        yield
    finally:
        _blamed.reset(token)


def author_location() -> Location | None:
    """The innermost line of the author's on the call stack, or the one that is blamed; None where there is neither."""
    frame: FrameType | None = sys._getframe(1)
    caller, blamed = _blamed.get() or (None, None)
    while frame is not None and frame is not caller:
        if is_authors(frame.f_code.co_filename):
            return _located(frame.f_code, frame.f_lasti, frame.f_lineno)
        frame = frame.f_back
    return blamed


def author_location_of(error: BaseException) -> Location | None:
    """The deepest line of the author's in the traceback of `error`, or the one that is blamed."""
    found: Location | None = None
    trace = error.__traceback__
    while trace is not None:
        if is_authors(trace.tb_frame.f_code.co_filename):
            found = _located(trace.tb_frame.f_code, trace.tb_lasti, trace.tb_lineno)
        trace = trace.tb_next
    return found or (_blamed.get() or (None, None))[1]


def _located(code: CodeType, at: int, line: int) -> Location:
    """Where the instruction at this offset comes from."""
    first, last, start, end = next(islice(code.co_positions(), at // 2, None), (None, None, None, None))
    known = first == last == line and start is not None and end is not None
    return Location(code.co_filename, line, (start, end) if known else None)  # type: ignore[arg-type]


def raised_by_author(error: BaseException) -> bool:
    """Whether an exception comes from a line of the author's, or from a library that it calls, and not from here."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and not trace.tb_frame.f_code.co_filename.startswith(_OWN_FILES)


def is_authors(file: str) -> bool:
    """Whether a file is a model's or a claim's: neither of the checker nor of an installed library."""
    installed = f"{os.sep}lib{os.sep}python" in file
    return file.startswith(_MODELS) or not (installed or file.startswith((_OWN_FILES, "<")))


def definition_of(function: Callable[..., Any]) -> Location:
    """The line of a function's `def`, below its decorators; the first line of a lambda."""
    code = function.__code__
    decorated = 0 if code.co_name == "<lambda>" else _MOST_DECORATOR_LINES
    for line in range(code.co_firstlineno, code.co_firstlineno + decorated):
        if linecache.getline(code.co_filename, line).lstrip().startswith(("def ", "async def ")):
            return Location(code.co_filename, line)
    return Location(code.co_filename, code.co_firstlineno)


def mistake(message: str, hint: str = "", *, code: Code | None = None) -> ModelError:
    """A ModelError at the line of the author's that is running now."""
    return ModelError(message, hint=hint, location=author_location(), code=code)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence such as `did you mean 'newest'?`, or the list of what there is."""
    names = sorted(set(known))
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"there is {', '.join(names)}" if names else "there is none"


def with_article(noun: str) -> str:
    """`an Enactor`, `a Plan`."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
