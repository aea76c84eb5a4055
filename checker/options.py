"""How the explicit search goes about it; what it says does not depend on any of this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SearchEngine = Literal["explicit", "portable", "native"]


@dataclass(frozen=True, slots=True)
class Options:
    """`workers` threads share a native search; `symmetry` and `partial_order` allow reductions where they are sound."""

    workers: int = 1
    symmetry: bool = True
    partial_order: bool = True

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise ValueError(f"workers is {self.workers}; a search needs at least one")
