"""Saving a search to a checkpoint, and going on from one."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from raceproof.checker.errors import InternalError
from raceproof.checker.explicit.native import checkpoint
from raceproof.checker.explicit.native.checkpoint import FoundEntry, Header, Section, SeenEntries
from raceproof.checker.explicit.native.control import BATCH, SLOTS, Part, Words, address
from raceproof.checker.explicit.native.memory import CHUNK, FULL_AT, Chunk, Partitions, allocate, lines
from raceproof.checker.explicit.native.team import Team
from raceproof.checker.explicit.questions import Found, Ledger, Sightings
from raceproof.checker.limits import LimitReached
from raceproof.checker.options import Checkpoint, CheckpointRefused


@dataclass
class Progress:
    """Where a search stands, apart from its states: the depth of the level that is being expanded, what that has shown
    so far, and what earlier runs have done."""

    depth: int = 0
    seen: Sightings = field(default_factory=Sightings)
    transitions: int = 0
    seconds: float = 0.0
    fired: frozenset[int] = frozenset()


@dataclass
class Saver:
    """Writes the checkpoints of one search, and reads them."""

    options: Checkpoint
    identity: str
    partitions: Partitions
    team: Team
    ledger: Ledger
    failed: bool = False
    written: float = field(default_factory=time.monotonic)

    @property
    def folder(self) -> Path:
        return Path(self.options.folder)

    def due(self) -> bool:
        return time.monotonic() - self.written >= self.options.every_seconds

    def save(self, progress: Progress) -> None:
        """Write where the search stands; its workers must be at rest. Raises LimitReached where that is impossible: a
        search that was to be saved does not go on without."""
        waiting = [chunk for worker in self.team.workers for chunk in worker.frontier]
        found = [chunk for worker in self.team.workers for chunk in worker.take_found()]
        header = Header(
            self.identity,
            self.options.told,
            self.partitions.words,
            progress.depth,
            progress.transitions + self.team.transitions,
            progress.seconds,
            [self.partitions.groups(number) for number in range(self.partitions.workers)],
            [int(count) for count in self.partitions.entries[:, Part.COUNT]],
            self.partitions.long_depths,
            sum(chunk.length for chunk in waiting),
            sum(chunk.length for chunk in found),
            sorted(progress.fired | self.team.fired),
            [self._entry(number, each) for number, each in self.ledger.found.items()],
            _entries(progress.seen),
        )
        states: list[Section] = [chunk.words[: chunk.length * self.partitions.words] for chunk in (*waiting, *found)]
        try:
            checkpoint.write(self.folder, header, [*_tables(self.partitions), *states])
        except OSError as error:
            self.failed = True
            why = f"the checkpoint cannot be written ({error.strerror or error}); the one before it is as it was"
            raise LimitReached(why) from error
        self.written = time.monotonic()

    def _entry(self, number: int, found: Found) -> FoundEntry:
        questions = self.ledger.questions
        term = None if found.step_term is None else questions.step_terms.index(found.step_term)
        fault = None if found.fault is None else questions.system.faults.index(found.fault)
        return FoundEntry(number, f"{found.state:x}", found.depth, term, fault)

    def restore(self) -> Progress:
        """Go on from the checkpoint. Raises CheckpointRefused, LimitReached."""
        header = checkpoint.read_header(self.folder)
        if header.identity != self.identity or header.words != self.partitions.words:
            raise CheckpointRefused(
                f"the checkpoint in {self.folder} is of another search: since it was written the model, the claims, "
                "the scope, the reductions or raceproof have changed"
            )
        self._restore_states(header)
        self._restore_ledger(header)
        seen = Sightings(
            {bit: int(state, 16) for bit, state in header.seen.states.items()},
            {bit: int(state, 16) for bit, state in header.seen.steps.items()},
            {bit: int(state, 16) for bit, state in header.seen.faults.items()},
            None if header.seen.stuck is None else int(header.seen.stuck, 16),
        )
        return Progress(header.depth, seen, header.transitions, header.seconds, frozenset(header.fired))

    def _restore_states(self, header: Header) -> None:
        self.team.before_taking(sum(map(lines, header.groups)) * self.partitions.group_bytes)
        same = len(header.groups) == self.partitions.workers
        tables = self.partitions if same else Partitions(header.words, len(header.groups))
        tables.replace(header.groups, header.counts, long_depths=header.long_depths)
        waiting: Words = allocate(8 * header.words * header.waiting).view(np.uint64)
        found: Words = allocate(8 * header.words * header.found).view(np.uint64)
        states = waiting[: header.words * header.waiting], found[: header.words * header.found]
        checkpoint.read_sections(self.folder, [*_tables(tables), *states])
        for number, (groups, count) in enumerate(zip(header.groups, header.counts, strict=True)):
            taken = np.count_nonzero(tables.table(number).view(np.uint64).reshape(lines(groups), -1)[:, :SLOTS])
            if taken != count or count > groups * SLOTS * FULL_AT:
                raise CheckpointRefused(f"the checkpoint in {self.folder} is damaged: a table has the wrong size")
        if not same:
            self._deal(tables, header)
        for which, array in (("frontier", states[0]), ("found", states[1])):
            self._share_out(which, array.reshape(-1, header.words))

    def _deal(self, tables: Partitions, header: Header) -> None:
        """Give the states of another number of tables to their owners."""
        workers = self.partitions.workers
        groups = sum(header.groups) // workers * 5 // 4 + 1
        self.team.before_taking(workers * lines(groups) * self.partitions.group_bytes)
        self.partitions.replace([groups] * workers, [0] * workers, long_depths=header.long_depths)
        for number in range(tables.workers):
            if not self.team.program.deal(tables.entry(number), address(self.partitions.entries)):
                raise InternalError("a table has no room: its states are not spread evenly")

    def _share_out(self, which: str, states: Words) -> None:
        """Give each worker the states that it owns."""
        owners = [self.team.workers[0]] * len(states)
        if len(self.team.workers) > 1:
            owners = []
            for start in range(0, len(states), BATCH):
                hashes = self.team.workers[0].hashed_words(states[start : start + BATCH])
                owners += [self.team.owner(int(hash)) for hash in hashes]
        belongs = np.array([self.team.workers.index(owner) for owner in owners], np.int64)
        for number, worker in enumerate(self.team.workers):
            own = states[belongs == number] if len(self.team.workers) > 1 else states
            chunks: list[Chunk] = getattr(worker, which)
            for start in range(0, len(own), CHUNK):
                part = own[start : start + CHUNK]
                words = np.empty(CHUNK * states.shape[1], np.uint64)
                words[: part.size] = part.reshape(-1)
                chunks.append(Chunk(words, len(part)))

    def _restore_ledger(self, header: Header) -> None:
        questions = self.ledger.questions
        for each in header.settled:
            try:
                questions.claims[each.claim]
                term = None if each.step_term is None else questions.step_terms[each.step_term]
                fault = None if each.fault is None else questions.system.faults[each.fault]
            except IndexError as error:
                raise CheckpointRefused(f"the checkpoint in {self.folder} names a claim that is not asked") from error
            self.ledger.found[each.claim] = Found(int(each.state, 16), each.depth, term, fault)


def _tables(partitions: Partitions) -> list[Section]:
    """The memory of all tables, with the depths of each where they are long."""
    found: list[Section] = []
    for number in range(partitions.workers):
        depths = partitions.depths(number)
        found += [partitions.table(number)] if depths is None else [partitions.table(number), depths]
    return found


def _entries(seen: Sightings) -> SeenEntries:
    return SeenEntries(
        {bit: f"{state:x}" for bit, state in seen.states.items()},
        {bit: f"{state:x}" for bit, state in seen.steps.items()},
        {bit: f"{state:x}" for bit, state in seen.faults.items()},
        None if seen.stuck is None else f"{seen.stuck:x}",
    )
