"""The budget of a climb: how its seconds are shared among the rungs. What one does not need, the later ones get."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from raceproof.checker.limits import Limits, Progress


class Part(Enum):
    """What the seconds are for, in the order in which it is done, and each one's weight."""

    DEFAULT = 0, 6.0
    SMALLER = 1, 6.0
    GROW = 2, 5.0
    CONFIRM = 3, 5.0
    BOUNDED = 4, 1.5
    INDUCTION = 5, 2.0
    PDR = 6, 1.0
    PROVE = 7, 5.0

    @property
    def weight(self) -> float:
        return self.value[1]


@dataclass(slots=True)
class Budget:
    """Limits of all rungs together: seconds of wall clock, states of each search, resident bytes."""

    max_seconds: float
    max_states: int
    max_memory_bytes: int | None = None
    on_progress: Callable[[Progress], None] | None = None
    clock: Callable[[], float] = time.perf_counter
    started: float = field(init=False)
    ends: dict[Part, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def seconds(self) -> float:
        """The seconds since the climb began."""
        return self.clock() - self.started

    def left(self, part: Part) -> float:
        """The seconds that a part still has: it gets its share of what is left when it begins."""
        if part not in self.ends:
            later = sum(other.weight for other in Part if other.value[0] >= part.value[0])
            rest = max(self.max_seconds - self.seconds, 0.0)
            self.ends[part] = self.seconds + rest * part.weight / later
        return self.ends[part] - self.seconds

    def is_spent(self, part: Part) -> bool:
        """Whether a part has no seconds left."""
        return self.left(part) <= 0

    def limits(self, part: Part) -> Limits:
        """The limits of one search of a part."""
        return Limits(
            max_states=self.max_states,
            max_seconds=max(math.ceil(self.left(part) * 10) / 10, LEAST_SECONDS),
            max_memory_bytes=self.max_memory_bytes,
            on_progress=self.on_progress,
        )


LEAST_SECONDS = 0.1
"""What even the last search of a spent budget may take."""
