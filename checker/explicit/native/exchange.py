"""The exchange: how workers hand each other the states that they own. The one place that knows about transport.

Which worker owns a state follows from its hash; only the owner looks it up. Between each two workers there is a ring in
each direction, with one writer and one reader, so that neither needs a lock: the writer publishes how many states it
has ever sent, the reader how many it has taken. (Stern and Dill, "Parallelizing the Murphi Verifier", CAV 1997: states
go to their owner; Lamport, "Specifying Concurrent Program Modules", 1983: the ring.)
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from raceproof.checker.explicit.native.assembly import Cell, Function, Value, word
from raceproof.checker.explicit.native.control import BATCH, PARTITION_BITS, Field, Words, address
from raceproof.checker.explicit.native.memory import allocate
from raceproof.checker.explicit.native.module import Module

SENT, TAKEN, STATES = 0, 8, 16
"""The words of a ring: how many states were sent and taken, each on a cache line of its own, then the states."""


def most_sent(workers: int, most_successors: int) -> int:
    """How many states a worker sends at most while it fills a batch."""
    return workers * BATCH + most_successors


class Exchange:
    """Writes sending and receiving into the kernel of a search with several workers."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.words = module.words

    def owner(self, code: Function, hash: Value, workers: int) -> Value:
        """The worker that owns a state with this hash."""
        partition = code.binary("lshr", hash, 64 - PARTITION_BITS)
        return code.binary("urem", partition, workers)

    def send(self, code: Function, control: Value, owner: Value, state: Value) -> None:
        """Put a state into the ring to its owner, in which there is room."""
        outbox = self.module.control(code, control, Field.OUTBOX, "ptr")
        ring = code.load("ptr", code.offset(outbox, owner))
        sent = code.load("i64", code.offset(ring, SENT))
        space = self.module.control(code, control, Field.SPACE)
        target = self._state(code, ring, sent, space)
        for number in range(self.words):
            code.store(code.load("i64", code.offset(state, number)), code.offset(target, number))
        self._publish(code, ring, SENT, code.binary("add", sent, 1))

    def has_room(self, code: Function, control: Value, workers: int) -> Value:
        """Whether every ring has room for all that is sent while a batch is filled."""
        outbox = self.module.control(code, control, Field.OUTBOX, "ptr")
        space = self.module.control(code, control, Field.SPACE)
        least = code.cell("i64", space)
        with code.each(0, word(workers)) as other:
            ring = code.load("ptr", code.offset(outbox, other))
            waiting = code.binary("sub", code.load("i64", code.offset(ring, SENT)), self._look(code, ring, TAKEN))
            room = code.binary("sub", space, waiting)
            least.set(code.choose(code.compare("ult", room, least.get()), room, least.get()))
        return code.compare("uge", least.get(), most_sent(workers, self.module.most_successors))

    def receive(
        self, code: Function, control: Value, workers: int, count: Cell, take: Callable[[Value, Value], None]
    ) -> None:
        """Take what other workers have sent until the batch is full: `take(from, number)` for each, `count` counts."""
        inbox = self.module.control(code, control, Field.INBOX, "ptr")
        space = self.module.control(code, control, Field.SPACE)
        with code.each(0, word(workers)) as other:
            ring = code.load("ptr", code.offset(inbox, other))
            taken = code.cell("i64", code.load("i64", code.offset(ring, TAKEN)))
            sent = self._look(code, ring, SENT)
            with code.forever() as loop:
                loop.leave_when(code.compare("eq", taken.get(), sent))
                loop.leave_when(code.compare("uge", count.get(), BATCH))
                take(self._state(code, ring, taken.get(), space), count.get())
                count.add(1)
                taken.add(1)
            self._publish(code, ring, TAKEN, taken.get())

    def finish(self, code: Function, control: Value, workers: int) -> Value:
        """Say that this worker has sent all of the round; whether every worker has said so."""
        done = self.module.control(code, control, Field.DONE, "ptr")
        this_round = self.module.control(code, control, Field.ROUND)
        self._publish(code, code.offset(done, code.binary("mul", self._self(code, control), 8)), 0, this_round)
        missing = code.cell("i64", word(0))
        with code.each(0, word(workers)) as other:
            theirs = self._look(code, code.offset(done, code.binary("mul", other, 8)), 0)
            behind = code.convert("zext", code.compare("ne", theirs, this_round), "i64")
            missing.set(code.binary("or", missing.get(), behind))
        return code.compare("eq", missing.get(), 0)

    def _self(self, code: Function, control: Value) -> Value:
        return self.module.control(code, control, Field.SELF)

    def _state(self, code: Function, ring: Value, number: Value, space: Value) -> Value:
        place = code.binary("and", number, code.binary("sub", space, 1))
        return code.offset(code.offset(ring, STATES), code.binary("mul", place, self.words))

    def _look(self, code: Function, ring: Value, which: int) -> Value:
        pointer = code.offset(ring, which)
        return code.value("i64", f"load atomic i64, ptr {pointer.text} acquire, align 8")

    def _publish(self, code: Function, ring: Value, which: int, value: Value) -> None:
        pointer = code.offset(ring, which)
        code.do(f"store atomic i64 {value.text}, ptr {pointer.text} release, align 8")


class Rings:
    """The rings between a number of workers, and the words in which they say that they have finished a round."""

    def __init__(self, workers: int, words: int, most_successors: int) -> None:
        self.space = 1 << max(14, (4 * most_sent(workers, most_successors)).bit_length())
        bytes = 8 * (STATES + self.space * words)
        self._rings = [[allocate(bytes).view(np.uint64) for _ in range(workers)] for _ in range(workers)]
        self.outboxes = [np.array([address(ring) for ring in row], np.uint64) for row in self._rings]
        self.inboxes = [
            np.array([address(self._rings[other][worker]) for other in range(workers)], np.uint64)
            for worker in range(workers)
        ]
        self.done: Words = allocate(64 * workers).view(np.uint64)
