"""Deciding every design of a space: some processes share the designs, and each system is searched once.

Nothing is concluded from one set of protections about another: that a smaller one satisfies all claims says nothing of
a larger one. What is shared is only what is the same: designs of one fingerprint are one system.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import assert_never

from raceproof.checker.errors import InternalError
from raceproof.checker.fixes.cache import Cache
from raceproof.checker.fixes.decision import Decision, undecided
from raceproof.checker.fixes.worker import Answer, Failed, Lowered, Open, Ready, Worker
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.space import Protections, written
from raceproof.checker.limits import Limits

_LOOK_SECONDS = 0.25

Decided = tuple[Protections, Decision]


class DesignFailed(Exception):
    """A design could not be decided because it, or raceproof, goes wrong; deciding it here tells the whole error."""

    def __init__(self, protections: Protections, said: str) -> None:
        super().__init__(f"{written(protections)}: {said}")
        self.protections = protections


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the deciding is: designs decided and in all, systems seen, of them found in the cache."""

    decided: int
    designs: int
    systems: int
    cached: int


@dataclass(slots=True)
class Deciding:
    """The designs of a space that are still to be decided, and what is known. `limits` are those of each search."""

    sets: Sequence[Protections]
    open_model: Open
    claims: Sequence[Claim]
    limits: Limits
    cache: Cache | None = None
    workers: int = 1
    look: Callable[[Standing], None] = lambda standing: None
    left: deque[Protections] = field(init=False)
    known: dict[str, Decision] = field(init=False, default_factory=dict)
    waiting: dict[str, list[Protections]] = field(init=False, default_factory=dict)
    cached: int = field(init=False, default=0)
    decided: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.left = deque(self.sets)

    def run(self) -> Generator[Decided, None, None]:
        """Every design with its decision, as they come. Raises DesignFailed. Whatever ends it, no process is left."""
        crew: list[Worker] = []
        try:
            for _ in range(min(self.workers, len(self.left))):
                crew.append(self._hire())
            while busy := [worker for worker in crew if worker.given is not None]:
                ready = wait([worker.connection for worker in busy], _LOOK_SECONDS)
                for worker in (worker for worker in busy if worker.connection in ready):
                    if (said := worker.answer()) is not None:
                        yield from self._hear(worker, said)
                    else:
                        yield from self._give_up(worker)
                        crew[crew.index(worker)] = self._hire()
                        worker.close()
                self.look(self.standing)
        finally:
            for worker in crew:
                worker.close()

    @property
    def standing(self) -> Standing:
        return Standing(self.decided, len(self.sets), len(self.known), self.cached)

    def _hire(self) -> Worker:
        worker = Worker(self.open_model, self.limits)
        self._next(worker)
        return worker

    def _next(self, worker: Worker) -> None:
        worker.lower(self.left.popleft() if self.left else None)

    def _hear(self, worker: Worker, said: Answer) -> Iterator[Decided]:
        """What follows from an answer; the worker has something to do afterwards."""
        assert worker.given is not None
        match said:
            case Ready():
                return
            case Lowered(name):
                if name in self.waiting:
                    self.waiting[name].append(worker.given)
                elif self._know(name):
                    yield self._count(worker.given, self.known[name])
                else:
                    self.waiting[name] = [worker.given]
                    worker.search(name)
                    return
            case Decision():
                if self.cache:
                    self.cache.write(said)
                yield from self._settle(worker, said)
            case Failed(text):
                raise DesignFailed(worker.given, text)
            case _:
                assert_never(said)
        self._next(worker)

    def _know(self, name: str) -> bool:
        """Whether the decision about a system is known, from this run or an earlier one."""
        if name not in self.known and self.cache and (found := self.cache.read(name)):
            self.known[name] = found
            self.cached += 1
        return name in self.known

    def _settle(self, worker: Worker, decision: Decision) -> Iterator[Decided]:
        """The decision about the system that a worker was searching: of all designs that wait for it."""
        assert worker.searching is not None
        self.known[worker.searching] = decision
        for protections in self.waiting.pop(worker.searching):
            yield self._count(protections, decision)

    def _give_up(self, worker: Worker) -> Iterator[Decided]:
        """A process has ended without a word: what it was doing stays undecided. Raises InternalError where it has
        ended by itself before it could begin, as the next would too."""
        assert worker.given is not None
        why = worker.ended
        if not worker.ready and not worker.killed:
            raise InternalError(f"a process that was to search designs could not begin: {why}")
        decision = undecided(worker.searching, self.claims, why)
        if worker.searching is None:
            yield self._count(worker.given, decision)
        else:
            yield from self._settle(worker, decision)

    def _count(self, protections: Protections, decision: Decision) -> Decided:
        self.decided += 1
        return protections, decision
