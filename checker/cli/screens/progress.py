"""The progress line: one line on the terminal while a search runs, gone when it ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

from raceproof.checker.limits import Progress, memory_bytes

_FIRST_SECONDS = 1.0
_EVERY_SECONDS = 0.25


@dataclass(slots=True)
class ProgressLine:
    """Call it with where a search stands; it writes at most four times a second, from the first second on, and only to
    a terminal. `title` says what is being searched."""

    stream: IO[str]
    width: int
    title: str = ""
    started: float = field(default_factory=time.monotonic)
    written: float = 0.0
    showing: bool = False

    def __call__(self, progress: Progress) -> None:
        self.show(lambda: describe(progress, memory_bytes()))

    def show(self, text: Callable[[], str]) -> None:
        """Write something else than where a search stands, as often as that."""
        now = time.monotonic()
        if not self.stream.isatty() or now - self.started < _FIRST_SECONDS or now - self.written < _EVERY_SECONDS:
            return
        self.written = now
        self.showing = True
        line = f"{self.title}{': ' if self.title else ''}{text()}"
        self.stream.write("\r\x1b[K" + line[: self.width - 1])
        self.stream.flush()

    def clear(self) -> None:
        """Take the line away, so that what is printed next stands alone."""
        if self.showing:
            self.showing = False
            self.stream.write("\r\x1b[K")
            self.stream.flush()


def describe(progress: Progress, memory: int) -> str:
    """Where a search stands, in one line; `memory` in bytes."""
    rate = progress.states / progress.seconds if progress.seconds > 0 else 0
    parts = (
        f"{progress.states:,} states",
        f"{rate:,.0f}/s",
        f"depth {progress.depth}",
        f"queue {max(progress.waiting, 0):,}",
        f"{memory / 2**20:,.0f} MiB",
        f"{progress.seconds:.0f} s",
    )
    return ", ".join(parts)
