"""Recoverability, driven: lists the visited states by depth and sweeps over them until nothing changes."""

from __future__ import annotations

import numpy as np

from raceproof.checker.explicit.native.backward import STATE_BYTES
from raceproof.checker.explicit.native.control import Words, address
from raceproof.checker.explicit.native.memory import allocate
from raceproof.checker.explicit.native.program import Program
from raceproof.checker.explicit.native.worker import Check, Worker
from raceproof.checker.explicit.questions import Found
from raceproof.checker.limits import Meter
from raceproof.checker.system.transition import ClaimKind

_STRIDE = 1 << 18
"""States between two looks at the limits."""


class Recoverability:
    """The complete set of visited states, and what can be recovered from. Raises LimitReached."""

    def __init__(self, program: Program, worker: Worker, depth: int, meter: Meter, before_taking: Check) -> None:
        self.program, self.worker, self.meter = program, worker, meter
        self.states = worker.partitions.states
        before_taking(self.states * STATE_BYTES)
        self.entries = allocate(self.states * STATE_BYTES).view(np.uint64)
        counts = np.zeros(depth + 1, np.uint64)
        for number in range(worker.partitions.workers):
            self.program.count(worker.partitions.entry(number), address(counts))
        self.starts: Words = np.concatenate([np.zeros(1, np.uint64), np.cumsum(counts, dtype=np.uint64)])
        following = self.starts.copy()
        for number in range(worker.partitions.workers):
            self.program.list(worker.partitions.entry(number), address(following), address(self.entries))

    def first_lost(self) -> dict[int, Found]:
        """For each recoverable claim, by number, the smallest of the nearest states from which it is lost."""
        found = {}
        for number in self.program.questions.numbered(ClaimKind.RECOVERABLE):
            self._sweep(number)
            for depth in range(len(self.starts) - 1):
                state = self._lost(number, int(self.starts[depth]), int(self.starts[depth + 1]))
                if state is not None:
                    found[number] = Found(state, depth)
                    break
        return found

    def _sweep(self, number: int) -> None:
        """Mark every state that leads to where the claim holds."""
        for start in range(0, self.states, _STRIDE):
            self._look(self.states - start)
            self.program.good[number](address(self.entries), start, min(start + _STRIDE, self.states))
        rest, length = self._unmarked(self.entries, self.states)
        while length:
            marked = 0
            for end in range(length, 0, -_STRIDE):
                self._look(end)
                start = max(end - _STRIDE, 0)
                marked += self.program.back[number](address(self.worker.control), address(rest), start, end)
            if not marked:
                return
            rest, length = self._unmarked(rest, length)

    def _unmarked(self, entries: Words, length: int) -> tuple[Words, int]:
        """The entries of states without a mark; those of a first call are copied, those of a later one moved up."""
        kept = entries if entries is not self.entries else self.entries.copy()
        return kept, self.program.shorten(address(kept), 0, length, 0)

    def _lost(self, number: int, start: int, end: int) -> int | None:
        record = self.worker.records[self.program.module.lost_record]
        record[:] = 0
        self.program.lost[number](address(self.worker.control), address(self.entries), start, end)
        if not record[0]:
            return None
        return self.program.join([int(value) for value in record[1:]])

    def _look(self, waiting: int) -> None:
        self.meter.look(self.states, self.worker.transitions, len(self.starts) - 2, waiting)
