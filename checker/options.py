"""How the explicit search goes about it; what it says does not depend on any of this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CHECKPOINT_FILE = "search.checkpoint"
"""The name of a checkpoint in its folder."""

SearchEngine = Literal["explicit", "portable", "native"]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a native search writes how far it is, every so many seconds; with `resume` it goes on from there. `told` is
    stored as it is: whoever reads the file later learns from it how the search was asked for."""

    folder: str
    every_seconds: float = 60.0
    resume: bool = False
    told: str = ""


class CheckpointRefused(Exception):
    """There is no checkpoint, or none that this search can go on from; the message says why."""


@dataclass(frozen=True, slots=True)
class Options:
    """`workers` threads share a native search; `symmetry` and `partial_order` allow reductions where they are sound.

    Partial order is off unless asked for: where the steps between two yields are atomic already it saves few states,
    and choosing the steps costs a third of the speed.
    """

    workers: int = 1
    symmetry: bool = True
    partial_order: bool = False
    checkpoint: Checkpoint | None = None

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise ValueError(f"workers is {self.workers}; a search needs at least one")
