"""A worker: expands chunks of its frontier with the compiled kernel, and keeps what it has seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from raceproof.checker.errors import InternalError
from raceproof.checker.explicit.native.control import BATCH, RECENT, Field, Status, Words, address
from raceproof.checker.explicit.native.memory import CHUNK, Chunk, Chunks, Partitions, allocate
from raceproof.checker.explicit.native.program import Program
from raceproof.checker.explicit.questions import Ledger, Sightings
from raceproof.checker.limits import LimitReached

Check = Callable[[int], None]
"""Called before some bytes are taken; raises LimitReached where that would be too many."""


class Aborted(Exception):
    """Another worker has failed, or the search was interrupted."""


@dataclass
class Worker:
    """A control block and the buffers it points to. `frontier` is what it has to expand, `found` what it has found for
    the next level, `level` how many states it had to expand at first; `abort` is set when it should give up waiting for
    others."""

    program: Program
    partitions: Partitions
    chunks: Chunks
    before_taking: Check
    frontier: list[Chunk] = field(default_factory=list)
    found: list[Chunk] = field(default_factory=list)
    level: int = 0
    abort: bool = False

    def __post_init__(self) -> None:
        module = self.program.module
        room = BATCH + module.most_successors + 1
        # Areas of their own: workers must not write to each other's cache lines.
        self.control: Words = _words(len(Field))
        self.raw: Words = _words(room * module.words)
        self.hashes: Words = _words(room)
        self.records: Words = _words((module.lost_record + 1) * module.record_words).reshape(-1, module.record_words)
        self.fired: NDArray[np.uint8] = allocate(len(module.questions.system.commands))
        for which, array in ((Field.RAW, self.raw), (Field.HASHES, self.hashes), (Field.RECORDS, self.records)):
            self.control[which] = address(array)
        self.recent = _words(RECENT * module.words)
        self.control[Field.RECENT] = address(self.recent)
        self.control[Field.FIRED] = address(self.fired)
        self.control[Field.PARTS] = address(self.partitions.entries)
        self.out: Words | None = None

    @property
    def transitions(self) -> int:
        return int(self.control[Field.TRANSITIONS])

    @property
    def new_states(self) -> int:
        """States found at the level that is being filled."""
        return sum(chunk.length for chunk in self.found) + int(self.control[Field.FILLED])

    def ask(self, ledger: Ledger, depth: int) -> None:
        """Prepare for states at a depth, and for the claims that are still open."""
        self.control[Field.DEPTH] = depth
        self.control[Field.WANTED_STATES] = ledger.open_states
        self.control[Field.WANTED_STEPS] = ledger.open_steps
        self.control[Field.WANTED_STUCK] = ledger.asks_for_stuck
        self.records[:] = 0

    def hashed(self, states: list[int]) -> tuple[Words, Words]:
        """Packed states, at most BATCH of them, as the kernel wants them, with their hashes."""
        words = np.array([word for state in states for word in self.program.split(state)], np.uint64)
        hashes = self.hashed_words(words.reshape(-1, self.program.words))
        return self.raw[: len(words)].reshape(-1, self.program.words).copy(), hashes

    def hashed_words(self, states: Words) -> Words:
        """The hashes of some states in the kernel's form, at most BATCH of them; leaves those that stand for them at
        the start of the batch."""
        self.raw[: states.size] = states.reshape(-1)
        self.control[Field.PENDING] = len(states)
        self.program.seed(address(self.control))
        self.control[Field.PENDING] = self.control[Field.POSITION] = 0
        return self.hashes[: len(states)].copy()

    def visit(self, states: Words, hashes: Words) -> None:
        """Visit some states of its own."""
        self.raw[: states.size] = states.reshape(-1)
        self.hashes[: len(hashes)] = hashes
        self._begin(None, last=False)
        self.control[Field.PENDING] = len(states)
        self._run()

    def expand(self, chunk: Chunk | None, *, last: bool = False) -> Status:
        """Visit every successor of a chunk's states. With `last` there is nothing more to expand, and the worker takes
        what others send until all have finished. Raises LimitReached, MemoryError, Aborted."""
        self._begin(chunk, last=last)
        status = self._run()
        if chunk:
            self.chunks.done(chunk)
        return status

    def _begin(self, chunk: Chunk | None, *, last: bool) -> None:
        self.control[Field.FRONTIER] = address(chunk.words) if chunk else 0
        self.control[Field.LENGTH] = chunk.length if chunk else 0
        self.control[Field.HEAD] = 0
        self.control[Field.FAULTY] = 0
        self.control[Field.PENDING] = self.control[Field.POSITION] = 0
        self.control[Field.LAST] = last

    def _run(self) -> Status:
        if self.out is None:
            self._next_out()
        while True:
            status = Status(self.program.search(address(self.control)))
            if self.control[Field.MISFIT]:
                raise InternalError("a step stored a value outside of its domain")
            match status:
                case Status.DONE | Status.ROUND_OVER:
                    return status
                case Status.GROW:
                    self._grow()
                case Status.OUT_FULL:
                    self._keep_out()
                    self._next_out()
                case Status.WAIT:
                    if self.abort:
                        raise Aborted
                    time.sleep(0)

    def _grow(self) -> None:
        """Make the table larger. While a level has more states than the one before it, at least as many are still to
        come as there have been, as a rule."""
        number = int(self.control[Field.SELF])
        waiting = sum(chunk.length for chunk in self.frontier)
        groups = self.partitions.larger(number, rising=self.new_states > self.level - waiting)
        try:
            self.before_taking(self.partitions.more_bytes(number, groups))
        except LimitReached:
            groups = self.partitions.larger(number, rising=False)
            self.before_taking(self.partitions.more_bytes(number, groups))
        self.partitions.grow(number, groups, self.program.grow)

    def _next_out(self) -> None:
        self.out = self.chunks.fresh()
        self.control[Field.OUT] = address(self.out)
        self.control[Field.ROOM] = CHUNK
        self.control[Field.FILLED] = 0

    def _keep_out(self) -> None:
        length = int(self.control[Field.FILLED])
        if self.out is not None and length:
            self.found.append(Chunk(self.out, length))
            self._forget_out()

    def _forget_out(self) -> None:
        self.out = None
        self.control[Field.FILLED] = self.control[Field.ROOM] = 0

    def take_found(self) -> list[Chunk]:
        """What was found so far, in chunks that are not written to any more."""
        self._keep_out()
        return self.found

    def next_level(self) -> None:
        """What was found is what has to be expanded now."""
        self.frontier, self.found = self.take_found(), []
        self.level = sum(chunk.length for chunk in self.frontier)

    def sightings(self, into: Sightings) -> None:
        """Add what was seen since `ask`."""
        module = self.program.module
        for record in np.flatnonzero(self.records[:, 0]):
            state = self.program.join([int(value) for value in self.records[record, 1:]])
            if record < module.first_step_record:
                into.see_state(int(record), state)
            elif record < module.first_fault_record:
                into.see_step(int(record) - module.first_step_record, state)
            elif record < module.stuck_record:
                into.see_fault(int(record) - module.first_fault_record, state)
            elif record == module.stuck_record:
                into.see_stuck(state)


def _words(number: int) -> Words:
    return allocate(8 * number).view(np.uint64)[:number]
