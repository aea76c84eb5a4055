"""Breadth-first search over every interleaving, compiled: the same questions and answers as the portable search.

Levels are explored in order. The visited set is exact and holds with each state its depth, so a shortest path is
rebuilt backwards without parent pointers, and no level is kept once it is expanded.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from raceproof.checker.explicit.again import shortest
from raceproof.checker.explicit.layout import Layout, initial_states
from raceproof.checker.explicit.native.checkpoint import identity, remove
from raceproof.checker.explicit.native.control import BATCH
from raceproof.checker.explicit.native.memory import Partitions
from raceproof.checker.explicit.native.program import Program
from raceproof.checker.explicit.native.recover import Recoverability
from raceproof.checker.explicit.native.saving import Progress, Saver
from raceproof.checker.explicit.native.team import Team
from raceproof.checker.explicit.native.ways import Ways
from raceproof.checker.explicit.partial_order import NAME as PARTIAL_ORDER
from raceproof.checker.explicit.path import rebuild
from raceproof.checker.explicit.questions import Found, Ledger, ModelGoesWrong, Questions, Sightings
from raceproof.checker.limits import LimitReached, Limits, Meter, memory_bytes
from raceproof.checker.options import Options
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem
from raceproof.checker.verdict import INTERRUPTED, FaultFound, Path, Statistics, Verdict

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

    def search(claims: Sequence[Property], limits: Limits, options: Options) -> tuple[Verdict, ...]:
        search = Search(Questions(system, tuple(claims)), limits, options)
        try:
            return search.run()
        except ModelGoesWrong as wrong:
            path = search.path(wrong.found)
            raise FaultFound(path, wrong.message, shortest=path.shortest) from wrong

    return shortest(search, claims, limits or Limits(), options or Options())


@dataclass
class Search:
    """One search: what it asks, what it has visited, and how far it has got."""

    questions: Questions
    limits: Limits
    options: Options

    def __post_init__(self) -> None:
        started = time.perf_counter()
        self.layout = Layout(self.questions.system)
        self.ledger = Ledger(self.questions)
        self.program = Program(self.questions, self.layout, self.options)
        self.partitions = Partitions(self.program.words, self.options.workers)
        self.team = Team(self.program, self.partitions, self.options.workers, self._before_taking)
        self.progress = Progress()
        self.saver: Saver | None = None
        if self.options.checkpoint:
            name = identity(self.questions, self.program.reductions, self.layout.positions)
            self.saver = Saver(self.options.checkpoint, name, self.partitions, self.team, self.ledger)
        self.meter = Meter(self.limits)
        self.start_up_seconds = self.meter.started - started

    def run(self) -> tuple[Verdict, ...]:
        why: str | None = None
        try:
            self._levels()
            if self.saver:
                remove(self.saver.folder)
        except LimitReached as limit:
            why = self._stopped(limit.why)
        except KeyboardInterrupt:
            why = self._stopped(INTERRUPTED)
        except MemoryError:
            why = "out of memory"
        finally:
            self.team.close()
        return self.ledger.verdicts(self._statistics(), why, self.path)

    def _stopped(self, why: str) -> str:
        """Write a last checkpoint where that is possible; why the search has stopped."""
        with contextlib.suppress(LimitReached, KeyboardInterrupt):
            if self.saver and self.team.at_rest and not self.saver.failed:
                self._rest()
        return why

    def _statistics(self) -> Statistics:
        return Statistics(
            NAME,
            self.partitions.states,
            self.progress.transitions + self.team.transitions,
            self.progress.depth,
            self.progress.seconds + self.meter.seconds,
            memory_bytes(),
            self.progress.fired | self.team.fired,
            start_up_seconds=self.start_up_seconds,
            workers=self.options.workers,
            reductions=self._reductions,
        )

    @property
    def _reductions(self) -> tuple[str, ...]:
        """Those that are used; partial order, which may find nothing to leave out, only where it has left moves out."""
        resumed = self.saver is not None and self.saver.options.resume
        left_out = resumed or self.team.reduced
        return tuple(name for name in self.program.reductions if name != PARTIAL_ORDER or left_out)

    def _levels(self) -> None:
        """Visit level after level. Raises LimitReached and ModelGoesWrong."""
        more = self._resume() if self.saver and self.saver.options.resume else self._visit_initial()
        while more and not self.ledger.complete:
            if self.progress.depth == self.limits.max_depth:
                raise LimitReached(f"states more than {self.limits.max_depth} steps away")
            more = self._expand()
        if not self.ledger.complete and self.questions.numbered(ClaimKind.RECOVERABLE):
            self._recoverability()

    def _resume(self) -> bool:
        """Go on from the checkpoint; whether there is something to expand. Raises CheckpointRefused."""
        assert self.saver is not None
        self.progress = self.saver.restore()
        return any(worker.frontier or worker.found for worker in self.team.workers)

    def _rest(self) -> None:
        """The workers are at rest: a time to write a checkpoint."""
        if self.saver:
            seen = self.team.seen()
            seen.add(self.progress.seen)
            progress = replace(self.progress, seen=seen, seconds=self.progress.seconds + self.meter.seconds)
            self.saver.save(progress)

    def _visit_initial(self) -> bool:
        """Whether there is an initial state."""
        self.team.ask(self.ledger, 0)
        states = (self.layout.pack(state) for state in initial_states(self.questions.system))
        while batch := list(islice(states, BATCH)):
            self.team.visit(batch)
            self._look()
        self.ledger.settle_states(self.team.seen(), 0)
        return self.team.next_level()

    def _expand(self) -> bool:
        """Expand the frontier; whether there are states one step further on.

        What a level that was cut short has shown counts too: no shorter path leads there."""
        progress = self.progress
        if progress.depth + 1 == _LONG_DEPTH and not self.partitions.long_depths:
            self.partitions.lengthen(self.program.lengthen)
        self.team.ask(self.ledger, progress.depth + 1)
        try:
            self.team.expand(self._look, self._wants_rest, self._rest)
        finally:
            seen = self.team.seen()
            seen.add(progress.seen)
            progress.seen = Sightings()
            self.ledger.settle(seen, progress.depth)
        more = self.team.next_level()
        progress.depth += more
        return more

    def _wants_rest(self) -> bool:
        return self.saver is not None and self.saver.due()

    def _recoverability(self) -> None:
        whole = Recoverability(self.program, self.team.workers[0], self.progress.depth, self.meter, self._before_taking)
        self.ledger.found |= whole.first_lost()

    def _look(self) -> None:
        transitions = self.progress.transitions + self.team.transitions
        self.meter.look(self.partitions.states, transitions, self.progress.depth, self.team.waiting)

    def _before_taking(self, more: int) -> None:
        limit = self.limits.max_memory_bytes
        if limit is not None and memory_bytes() + more > limit:
            raise LimitReached(f"more than {limit / 2**20:,.0f} MiB of memory")

    def path(self, found: Found) -> Path:
        ways = Ways(self.team.workers[0])
        ways.mark(found.state, found.depth)
        return replace(rebuild(self.layout, ways.has, found), shortest=PARTIAL_ORDER not in self._reductions)
