"""How far a search may go, and how it reports while it goes."""

from __future__ import annotations

import contextlib
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_PAGE_BYTES = resource.getpagesize()
_CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands: distinct states, transitions taken, levels completed, states waiting, seconds."""

    states: int
    transitions: int
    depth: int
    waiting: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on a search; None is no bound. Reaching one makes a verdict Undecided, never a pass.

    `max_states` distinct states, `max_seconds` of wall clock for the search itself, `max_memory_bytes` of the process's
    resident memory, `max_depth` steps from an initial state. `on_progress` is called now and then.
    """

    max_states: int | None = None
    max_seconds: float | None = None
    max_memory_bytes: int | None = None
    max_depth: int | None = None
    on_progress: Callable[[Progress], None] | None = field(default=None, compare=False)


class LimitReached(Exception):
    """Raised inside an engine when a limit is reached; `why` says which, in a few words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(slots=True)
class Meter:
    """Watches the limits of one search. `look` is cheap enough to be called every few thousand states."""

    limits: Limits
    started: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started

    def look(self, states: int, transitions: int, depth: int, waiting: int) -> None:
        """Report progress. Raises LimitReached when a limit on states, time or memory has been reached."""
        limits = self.limits
        if limits.on_progress:
            limits.on_progress(Progress(states, transitions, depth, waiting, self.seconds))
        if limits.max_states is not None and states > limits.max_states:
            raise LimitReached(f"more than {limits.max_states:,} states")
        if limits.max_seconds is not None and self.seconds > limits.max_seconds:
            raise LimitReached(f"more than {limits.max_seconds:g} seconds")
        if limits.max_memory_bytes is not None and memory_bytes() > limits.max_memory_bytes:
            raise LimitReached(f"more than {limits.max_memory_bytes / 2**20:,.0f} MiB of memory")


def default_memory_bytes() -> int | None:
    """Three quarters of the memory that this machine, or this container, gives to a process; None if it is not told."""
    try:
        found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
    with contextlib.suppress(OSError, ValueError):
        found = min(found, int(_CONTAINER_LIMIT.read_text()))
    return found * 3 // 4 if found > 0 else None


def memory_bytes() -> int:
    """The resident memory of this process now; its peak where the system does not tell the current figure."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError, ValueError):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
