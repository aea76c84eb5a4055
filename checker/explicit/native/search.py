"""Breadth-first search over every interleaving, compiled: the same questions and answers as the portable search.

Levels are explored in order. The visited set is exact and holds with each state its depth, so a shortest path is
rebuilt backwards without parent pointers, and no level is kept once it is expanded.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from raceproof.checker.explicit.layout import Layout, initial_states
from raceproof.checker.explicit.native.control import BATCH
from raceproof.checker.explicit.native.memory import Chunk, Chunks, Partitions
from raceproof.checker.explicit.native.program import Program
from raceproof.checker.explicit.native.recover import Recoverability
from raceproof.checker.explicit.native.worker import Worker
from raceproof.checker.explicit.path import rebuild
from raceproof.checker.explicit.questions import Found, Ledger, ModelGoesWrong, Questions, Sightings
from raceproof.checker.limits import LimitReached, Limits, Meter, memory_bytes
from raceproof.checker.options import Options
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem
from raceproof.checker.verdict import FaultFound, Path, Statistics, Verdict

NAME = "native"

_LONG_DEPTH = 255
"""The first depth that a byte would not tell from another."""


def explore(
    system: TransitionSystem,
    claims: Sequence[Property],
    limits: Limits | None = None,
    options: Options | None = None,
) -> tuple[Verdict, ...]:
    """Visit every reachable state, or stop when all claims are settled; one verdict for each claim, in order.

    Raises FaultFound where the model itself goes wrong, ValueError for a system that is not finite, NotNative for one
    that does not fit into machine words.
    """
    if not system.bounded:
        raise ValueError("an explicit search needs a finite scope")
    search = Search(Questions(system, tuple(claims)), limits or Limits(), options or Options())
    try:
        return search.run()
    except ModelGoesWrong as wrong:
        raise FaultFound(search.path(wrong.found), wrong.message) from wrong


@dataclass
class Search:
    """One search: what it asks, what it has visited, and how far it has got."""

    questions: Questions
    limits: Limits
    options: Options
    depth: int = 0
    frontier: list[Chunk] = field(default_factory=list)

    def __post_init__(self) -> None:
        started = time.perf_counter()
        self.layout = Layout(self.questions.system)
        self.ledger = Ledger(self.questions)
        self.program = Program(self.questions, self.layout)
        self.partitions = Partitions(self.program.words)
        self.chunks = Chunks(self.program.words)
        self.worker = Worker(self.program, self.partitions, self.chunks, self._before_taking)
        self.meter = Meter(self.limits)
        self.start_up_seconds = self.meter.started - started

    def run(self) -> tuple[Verdict, ...]:
        why: str | None = None
        try:
            self._levels()
        except LimitReached as limit:
            why = limit.why
        except KeyboardInterrupt:
            why = "interrupted"
        except MemoryError:
            why = "out of memory"
        return self.ledger.verdicts(self._statistics(), why, self.path)

    def _statistics(self) -> Statistics:
        fired = frozenset(int(number) for number in self.worker.fired.nonzero()[0])
        return Statistics(
            NAME,
            self.partitions.states,
            self.worker.transitions,
            self.depth,
            self.meter.seconds,
            memory_bytes(),
            fired,
            start_up_seconds=self.start_up_seconds,
        )

    def _levels(self) -> None:
        """Visit level after level. Raises LimitReached and ModelGoesWrong."""
        self._visit_initial()
        while self.frontier and not self.ledger.complete:
            if self.depth == self.limits.max_depth:
                raise LimitReached(f"states more than {self.limits.max_depth} steps away")
            self._expand()
        if not self.ledger.complete and self.questions.numbered(ClaimKind.RECOVERABLE):
            self._recoverability()

    def _recoverability(self) -> None:
        whole = Recoverability(self.program, self.worker, self.depth, self.meter, self._before_taking)
        self.ledger.found |= whole.first_lost()

    def _visit_initial(self) -> None:
        self.worker.ask(self.ledger, 0)
        states = (self.layout.pack(state) for state in initial_states(self.questions.system))
        while batch := list(islice(states, BATCH)):
            self.worker.seed(batch)
            self.meter.look(self.partitions.states, 0, 0, self.worker.new_states)
        seen = Sightings()
        self.worker.sightings(seen)
        self.ledger.settle_states(seen, 0)
        self.frontier = self.worker.take_found()

    def _expand(self) -> None:
        """Expand the frontier. What a level that was cut short has shown counts too: no shorter path leads there."""
        if self.depth + 1 == _LONG_DEPTH:
            self.partitions.lengthen(self.program.lengthen)
        self.worker.ask(self.ledger, self.depth + 1)
        try:
            self._expand_chunks(self.frontier)
        finally:
            seen = Sightings()
            self.worker.sightings(seen)
            self.ledger.settle(seen, self.depth)
        self.frontier = self.worker.take_found()
        self.depth += bool(self.frontier)

    def _expand_chunks(self, chunks: Iterable[Chunk]) -> None:
        waiting = sum(chunk.length for chunk in chunks)
        for chunk in chunks:
            self._look(waiting)
            self.worker.expand(chunk)
            waiting -= chunk.length
            self.chunks.done(chunk)

    def _look(self, waiting: int) -> None:
        waiting += self.worker.new_states
        self.meter.look(self.partitions.states, self.worker.transitions, self.depth, waiting)

    def _before_taking(self, more: int) -> None:
        limit = self.limits.max_memory_bytes
        if limit is not None and memory_bytes() + more > limit:
            raise LimitReached(f"more than {limit / 2**20:,.0f} MiB of memory")

    def path(self, found: Found) -> Path:
        self.worker.mark_ways(found.state, found.depth)
        return rebuild(self.layout, self.worker.is_marked, found)
