"""A worker: expands chunks of the frontier with the compiled kernel, and keeps what it has seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from raceproof.checker.errors import InternalError
from raceproof.checker.explicit.native.control import BATCH, Field, Status, Words, address
from raceproof.checker.explicit.native.memory import CHUNK, Chunk, Chunks, Partitions
from raceproof.checker.explicit.native.program import Program
from raceproof.checker.explicit.questions import Ledger, Sightings

Check = Callable[[int], None]
"""Called before some bytes are taken; raises LimitReached where that would be too many."""


@dataclass
class Worker:
    """A control block and the buffers it points to."""

    program: Program
    partitions: Partitions
    chunks: Chunks
    before_taking: Check
    control: Words = field(init=False)
    found: list[Chunk] = field(default_factory=list)

    def __post_init__(self) -> None:
        module = self.program.module
        room = BATCH + module.most_successors + 1
        self.control = np.zeros(len(Field), np.uint64)
        self.raw = np.zeros(room * module.words, np.uint64)
        self.hashes = np.zeros(room, np.uint64)
        self.records = np.zeros((module.lost_record + 1, module.record_words), np.uint64)
        self.fired = np.zeros(max(len(module.questions.system.commands), 1), np.uint8)
        for which, array in ((Field.RAW, self.raw), (Field.HASHES, self.hashes), (Field.RECORDS, self.records)):
            self.control[which] = address(array)
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

    def seed(self, states: list[int]) -> None:
        """Visit some initial states, at most BATCH of them."""
        words = np.array([word for state in states for word in self.program.split(state)], np.uint64)
        self.raw[: len(words)] = words
        self.control[Field.PENDING] = len(states)
        self.control[Field.POSITION] = 0
        self.control[Field.HEAD] = self.control[Field.LENGTH] = 0
        self.program.seed(address(self.control))
        self._run()

    def expand(self, chunk: Chunk) -> None:
        """Visit every successor of a chunk's states."""
        self.control[Field.FRONTIER] = address(chunk.words)
        self.control[Field.LENGTH] = chunk.length
        self.control[Field.HEAD] = 0
        self._run()

    def _run(self) -> None:
        if self.out is None:
            self._next_out()
        while True:
            status = self.program.search(address(self.control))
            if self.control[Field.MISFIT]:
                raise InternalError("a step stored a value outside of its domain")
            match status:
                case Status.DONE:
                    return
                case Status.GROW:
                    number = int(self.control[Field.FULL])
                    self.before_taking(self.partitions.more_bytes(number))
                    self.partitions.grow(number, self.program.move)
                case Status.OUT_FULL:
                    self._keep_out()
                    self._next_out()

    def _next_out(self) -> None:
        self.out = self.chunks.fresh()
        self.control[Field.OUT] = address(self.out)
        self.control[Field.ROOM] = CHUNK
        self.control[Field.FILLED] = 0

    def _keep_out(self) -> None:
        length = int(self.control[Field.FILLED])
        if self.out is not None and length:
            self.found.append(Chunk(self.out, length))
            self.out = None
            self.control[Field.FILLED] = 0

    def take_found(self) -> list[Chunk]:
        """The states found since the last time."""
        self._keep_out()
        found, self.found = self.found, []
        return found

    def sightings(self, into: Sightings) -> None:
        """Add what was seen since `ask`."""
        module = self.program.module
        for record in np.flatnonzero(self.records[:, 0]):
            values = [int(value) for value in self.records[record]]
            state = self.program.join(values[1:])
            if record < module.first_step_record:
                into.see_state(int(record), state)
            elif record < module.first_fault_record:
                into.see_step(int(record) - module.first_step_record, state)
            elif record < module.stuck_record:
                into.see_fault(int(record) - module.first_fault_record, state)
            elif record == module.stuck_record:
                into.see_stuck(state)

    def mark_ways(self, state: int, depth: int) -> None:
        """Mark every state on a shortest path to one that was visited at a depth."""
        entries = [self.partitions.entry(number) for number in range(len(self.partitions.tables))]
        for entry in entries:
            self.program.unmark(entry)
        self._point_at(state)
        self.program.mark(address(self.control), address(self.raw))
        for before in reversed(range(depth)):
            for entry in entries:
                self.program.lead(address(self.control), entry, before)

    def is_marked(self, state: int, depth: int) -> bool:
        """Whether a state, or the one that stands for it, is on a marked way and at this depth."""
        self._point_at(state)
        return self.program.marked(address(self.control), address(self.raw)) == depth + 1

    def _point_at(self, state: int) -> None:
        """Put a state at the start of the batch, which is empty between two levels."""
        self.raw[: self.program.words] = self.program.split(state)
