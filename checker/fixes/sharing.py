"""Sharing the designs of a space among processes: each system is worked on once, whatever the work is.

Nothing is concluded from one set of protections about another: that a smaller one satisfies all claims says nothing of
a larger one. What is shared is only what is the same: designs of one fingerprint are one system.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import Generic

from raceproof.checker.errors import InternalError
from raceproof.checker.fixes.cache import Cache, Kept
from raceproof.checker.fixes.worker import Answer, Failed, Lower, Lowered, Open, Order, Ready, Tells, Worker
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.space import Protections, written
from raceproof.checker.limits import Limits

_LOOK_SECONDS = 0.25


class DesignFailed(Exception):
    """A design could not be worked on because it, or raceproof, goes wrong; deciding it here tells the whole error."""

    def __init__(self, protections: Protections, said: str) -> None:
        super().__init__(f"{written(protections)}: {said}")
        self.protections = protections


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the work is: designs done and in all, systems seen, of them known from before; what a process tells."""

    decided: int
    designs: int
    systems: int
    cached: int
    telling: str = ""


@dataclass
class Sharing(ABC, Generic[Kept]):
    """The designs that are still to be worked on, and what is known. `limits` are those of each system."""

    sets: Sequence[Protections]
    open_model: Open
    claims: Sequence[Claim]
    limits: Limits
    cache: Cache[Kept] | None = None
    workers: int = 1
    look: Callable[[Standing], None] = lambda standing: None
    left: deque[Protections] = field(init=False)
    known: dict[str, Kept] = field(init=False, default_factory=dict)
    waiting: dict[str, list[Protections]] = field(init=False, default_factory=dict)
    cached: int = field(init=False, default=0)
    decided: int = field(init=False, default=0)
    telling: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self.left = deque(self.sets)

    @abstractmethod
    def lowering(self, protections: Protections) -> Lower:
        """The order to lower a design for this work."""

    @abstractmethod
    def work(self, name: str) -> Order:
        """The order to work on the system with this fingerprint, which was lowered."""

    @abstractmethod
    def read(self, name: str) -> Kept | None:
        """What an earlier run has found of this system and needs no more work."""

    @abstractmethod
    def finished(self, said: Answer) -> Kept | None:
        """What an answer has found; None where it is none of this work's."""

    @abstractmethod
    def undecided(self, name: str | None, why: str) -> Kept:
        """What is found of a system whose process has ended."""

    def run(self) -> Generator[tuple[Protections, Kept], None, None]:
        """Every design with what was found, as they come. Raises DesignFailed. Whatever ends it, no process is left."""
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
        return Standing(self.decided, len(self.sets), len(self.known), self.cached, self.telling)

    def _hire(self) -> Worker:
        worker = Worker(self.open_model, self.limits)
        self._next(worker)
        return worker

    def _next(self, worker: Worker) -> None:
        given = self.left.popleft() if self.left else None
        worker.lower(given, None if given is None else self.lowering(given))

    def _hear(self, worker: Worker, said: Answer) -> Iterator[tuple[Protections, Kept]]:
        """What follows from an answer; the worker has something to do afterwards."""
        assert worker.given is not None
        if isinstance(said, Failed):
            raise DesignFailed(worker.given, said.said)
        if isinstance(said, Ready):
            return
        if isinstance(said, Tells):
            self.telling = f"{written(worker.given)}: {said.text}"
            return
        if isinstance(said, Lowered):
            name = said.fingerprint
            if name in self.waiting:
                self.waiting[name].append(worker.given)
            elif self._know(name):
                yield self._count(worker.given, self.known[name])
            else:
                self.waiting[name] = [worker.given]
                worker.work(name, self.work(name))
                return
        elif (found := self.finished(said)) is not None:
            yield from self._settle(worker, found)
        else:
            raise InternalError(f"a process that shares designs answers {type(said).__name__}")
        self._next(worker)

    def _know(self, name: str) -> bool:
        """Whether what there is to find of a system is known, from this run or an earlier one."""
        if name not in self.known and (found := self.read(name)) is not None:
            self.known[name] = found
            self.cached += 1
        return name in self.known

    def _settle(self, worker: Worker, found: Kept) -> Iterator[tuple[Protections, Kept]]:
        """What was found of the system that a worker was busy with: of all designs that wait for it."""
        assert worker.given is not None
        self.telling = ""
        if worker.working_on is None:
            yield self._count(worker.given, found)
            return
        self.known[worker.working_on] = found
        for protections in self.waiting.pop(worker.working_on):
            yield self._count(protections, found)

    def _give_up(self, worker: Worker) -> Iterator[tuple[Protections, Kept]]:
        """A process has ended without a word: what it was doing stays undecided. Raises InternalError where it has
        ended by itself before it could begin, as the next would too."""
        why = worker.ended
        if not worker.ready and not worker.killed:
            raise InternalError(f"a process that was to search designs could not begin: {why}")
        yield from self._settle(worker, self.undecided(worker.working_on, why))

    def _count(self, protections: Protections, found: Kept) -> tuple[Protections, Kept]:
        self.decided += 1
        return protections, found
