"""The ways to a state: marks every state on a shortest path to one that was found. Raises nothing of its own."""

from __future__ import annotations

from dataclasses import dataclass

from raceproof.checker.explicit.native.control import address
from raceproof.checker.explicit.native.worker import Worker


@dataclass(frozen=True, slots=True)
class Ways:
    """The marks in the tables of a search, made and asked through one of its workers, which must be at rest."""

    worker: Worker

    def mark(self, state: int, depth: int) -> None:
        """Mark every state on a shortest path to one that was visited at a depth."""
        program, control = self.worker.program, address(self.worker.control)
        entries = [self.worker.partitions.entry(number) for number in range(self.worker.partitions.workers)]
        for entry in entries:
            program.unmark(entry)
        self._point_at(state)
        program.mark(control, address(self.worker.raw))
        for before in reversed(range(depth)):
            for entry in entries:
                program.lead(control, entry, before)

    def has(self, state: int, depth: int) -> bool:
        """Whether a state, or the one that stands for it, is on a marked way and at this depth."""
        self._point_at(state)
        program = self.worker.program
        return program.marked(address(self.worker.control), address(self.worker.raw)) == depth + 1

    def _point_at(self, state: int) -> None:
        """Put a state at the start of the worker's batch, which is empty."""
        self.worker.raw[: self.worker.program.words] = self.worker.program.split(state)
