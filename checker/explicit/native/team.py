"""A team: the workers of a search. One works in the caller's thread; several each have a thread and a share of the
states, and meet at the end of a round.

A level takes one round, or more where the search wants to be at rest in between. In a round each worker expands its own
frontier, and takes what the others send until all have finished; then nothing is on its way.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait

import numpy as np

from raceproof.checker.explicit.layout import WORD
from raceproof.checker.explicit.native.control import Field, Status, address
from raceproof.checker.explicit.native.exchange import Rings
from raceproof.checker.explicit.native.memory import Chunks, Partitions
from raceproof.checker.explicit.native.program import Program
from raceproof.checker.explicit.native.worker import Aborted, Check, Worker
from raceproof.checker.explicit.questions import Ledger, Sightings
from raceproof.checker.interruption import held

_LOOK_SECONDS = 0.05


class Team:
    """The workers of one search, and what they have done together. `at_rest` says that no state is on its way."""

    def __init__(self, program: Program, partitions: Partitions, workers: int, before_taking: Check) -> None:
        self.program, self.partitions, self.before_taking = program, partitions, before_taking
        chunks = Chunks(program.words)
        self.workers = [Worker(program, partitions, chunks, before_taking) for _ in range(workers)]
        self.at_rest = True
        self._round = 0
        self._pause = False
        if workers > 1:
            self._threads = ThreadPoolExecutor(workers, "raceproof")
            self._rings = Rings(workers, program.words, program.module.most_successors)
            for number, worker in enumerate(self.workers):
                worker.control[Field.SELF] = number
                worker.control[Field.OUTBOX] = address(self._rings.outboxes[number])
                worker.control[Field.INBOX] = address(self._rings.inboxes[number])
                worker.control[Field.SPACE] = self._rings.space
                worker.control[Field.DONE] = address(self._rings.done)

    @property
    def transitions(self) -> int:
        return sum(worker.transitions for worker in self.workers)

    @property
    def waiting(self) -> int:
        """States that are known and not expanded."""
        return sum(worker.new_states + sum(chunk.length for chunk in worker.frontier) for worker in self.workers)

    @property
    def reduced(self) -> bool:
        """Whether some state was expanded by the moves of some actors only."""
        return any(worker.control[Field.REDUCED] for worker in self.workers)

    @property
    def fired(self) -> frozenset[int]:
        """The commands that have fired."""
        return frozenset(int(number) for worker in self.workers for number in worker.fired.nonzero()[0])

    def owner(self, hash: int) -> Worker:
        """The worker that a state with this hash belongs to."""
        return self.workers[hash * len(self.workers) >> WORD]

    def ask(self, ledger: Ledger, depth: int) -> None:
        for worker in self.workers:
            worker.ask(ledger, depth)

    def seen(self) -> Sightings:
        """What all have seen since `ask`."""
        found = Sightings()
        for worker in self.workers:
            worker.sightings(found)
        return found

    def visit(self, states: list[int]) -> None:
        """Visit some initial states, at most BATCH of them."""
        words, hashes = self.workers[0].hashed(states)
        for worker in self.workers:
            own = np.array([self.owner(int(hash)) is worker for hash in hashes])
            if own.any():
                worker.visit(words[own], hashes[own])

    def next_level(self) -> bool:
        """What was found is what has to be expanded now; whether there is anything."""
        for worker in self.workers:
            worker.next_level()
        return any(worker.frontier for worker in self.workers)

    def expand(self, look: Callable[[], None], wants_rest: Callable[[], bool], rest: Callable[[], None]) -> None:
        """Expand the frontier. `look` is called now and then; where `wants_rest` says so, the workers come to rest
        between two chunks and `rest` is called. Raises what these raise, LimitReached, MemoryError."""
        while any(worker.frontier for worker in self.workers):
            if len(self.workers) == 1:
                self._alone(look, wants_rest)
            else:
                self._together(look, wants_rest)
            if wants_rest():
                rest()

    def _alone(self, look: Callable[[], None], wants_rest: Callable[[], bool]) -> None:
        worker = self.workers[0]
        while worker.frontier:
            look()
            # Between a chunk's expansion and its end nobody could say what is known: an interruption waits so long.
            with held():
                self.at_rest = False
                worker.expand(worker.frontier[-1])
                worker.frontier.pop()
                self.at_rest = True
            if wants_rest():
                return

    def _together(self, look: Callable[[], None], wants_rest: Callable[[], bool]) -> None:
        look()
        self._round += 1
        self._pause = self.at_rest = False
        for worker in self.workers:
            worker.control[Field.ROUND] = self._round
            worker.control[Field.SETTLED] = 0
        at_work = [self._threads.submit(self._work, worker) for worker in self.workers]
        try:
            while self._any_runs(at_work):
                look()
                self._pause = wants_rest()
        except BaseException:
            self._pause = True
            while self._any_runs(at_work):
                pass
            self.at_rest = True
            raise
        self.at_rest = True

    def _any_runs(self, at_work: list[Future[None]]) -> bool:
        """Wait for a moment; whether some worker is not done. Raises what a worker has raised, once all have ended."""
        _, running = wait(at_work, _LOOK_SECONDS, FIRST_EXCEPTION)
        if any(one.done() and one.exception() for one in at_work):
            for worker in self.workers:
                worker.abort = True
            wait(at_work)
            raised = [error for one in at_work if (error := one.exception())]
            raise next((error for error in raised if not isinstance(error, Aborted)), raised[0])
        return bool(running)

    def _work(self, worker: Worker) -> None:
        while worker.frontier:
            if worker.abort:
                raise Aborted
            worker.expand(worker.frontier[-1])
            worker.frontier.pop()
            if self._pause:
                break
        while worker.expand(None, last=True) is not Status.ROUND_OVER:
            pass

    def close(self) -> None:
        """Let the threads go."""
        if len(self.workers) > 1:
            self._threads.shutdown()
