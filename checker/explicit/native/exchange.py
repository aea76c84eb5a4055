"""The exchange: how workers hand each other the states that they own. The one place that knows about transport.

Which worker owns a state follows from its hash; only the owner looks it up. Between each two workers there is a ring in
each direction, with one writer and one reader, so that neither needs a lock: the writer publishes how many states it
has ever sent, the reader how many it has taken. (Stern and Dill, "Parallelizing the Murphi Verifier", CAV 1997: states
go to their owner; Lamport, "Specifying Concurrent Program Modules", 1983: the ring.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from raceproof.checker.explicit.native.assembly import TRUE, Cell, Function, Value, word
from raceproof.checker.explicit.native.control import BATCH, Field, Words, address
from raceproof.checker.explicit.native.memory import allocate
from raceproof.checker.explicit.native.module import Module

SENT, SEEN, TAKEN, STATES = 0, 1, 8, 16
"""The words of a ring: how many states were sent, and how many taken when the sender last looked; on a cache line of
its own, how many were taken; then the states."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The states that are looked up next, their hashes, and how many there are so far."""

    raw: Value
    hashes: Value
    count: Cell


@dataclass(frozen=True, slots=True)
class Post:
    """Where a worker writes its next state for each owner, itself included: into its own batch, or into a ring. An
    array of addresses, one of masks, and one of how many were written."""

    own: Value
    workers: int
    outbox: Value
    bases: Value
    masks: Value
    counts: Value
    words: int

    def next(self, code: Function, owner: Value, new: Value) -> Value:
        """The place for a state of an owner; it is kept if it is `new`."""
        base = code.load("ptr", code.offset(self.bases, owner))
        place = code.offset(self.counts, owner)
        count = code.load("i64", place)
        number = code.binary("and", count, code.load("i64", code.offset(self.masks, owner)))
        code.store(code.binary("add", count, code.convert("zext", new, "i64")), place)
        return code.offset(base, code.binary("mul", number, self.words))

    def publish(self, code: Function) -> None:
        """Let the owners see what was written."""
        with code.each(0, word(self.workers)) as other:
            with code.when(code.compare("ne", other, self.own)):
                ring = code.load("ptr", code.offset(self.outbox, other))
                publish(code, ring, SENT, code.load("i64", code.offset(self.counts, other)))


def look(code: Function, ring: Value, which: int) -> Value:
    """A word that another thread writes, and all that it wrote before."""
    pointer = code.offset(ring, which)
    return code.value("i64", f"load atomic i64, ptr {pointer.text} acquire, align 8")


def publish(code: Function, ring: Value, which: int, value: Value) -> None:
    """Write a word that another thread looks at, after all that was written before."""
    pointer = code.offset(ring, which)
    code.do(f"store atomic i64 {value.text}, ptr {pointer.text} release, align 8")


def most_sent(workers: int, most_successors: int) -> int:
    """How many states a worker sends at most while it fills a batch."""
    return workers * BATCH + most_successors


class Exchange:
    """Writes sending and receiving into the kernel of a search with several workers."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.words = module.words

    def open(self, code: Function, control: Value, workers: int, batch: Batch) -> Post:
        """Prepare for writing states to all owners."""
        outbox = self.module.control(code, control, Field.OUTBOX, "ptr")
        mask = code.binary("sub", self.module.control(code, control, Field.SPACE), 1)
        own = self._self(code, control)
        bases, masks, counts = (code.space("i64", workers) for _ in range(3))
        post = Post(own, workers, outbox, bases, masks, counts, self.words)
        with code.each(0, word(workers)) as other:
            ring = code.load("ptr", code.offset(outbox, other))
            code.store(code.offset(ring, STATES), code.offset(post.bases, other))
            code.store(mask, code.offset(post.masks, other))
            code.store(code.load("i64", code.offset(ring, SENT)), code.offset(post.counts, other))
        code.store(batch.raw, code.offset(post.bases, own))
        code.store(word(-1), code.offset(post.masks, own))
        code.store(batch.count.get(), code.offset(post.counts, own))
        return post

    def has_room(self, code: Function, control: Value, workers: int) -> Value:
        """Whether every ring has room for all that is sent while a batch is filled."""
        outbox = self.module.control(code, control, Field.OUTBOX, "ptr")
        space = self.module.control(code, control, Field.SPACE)
        enough = code.cell("i1", TRUE)
        most = code.binary("sub", space, most_sent(workers, self.module.most_successors))
        with code.each(0, word(workers)) as other:
            ring = code.load("ptr", code.offset(outbox, other))
            sent = code.load("i64", code.offset(ring, SENT))
            waiting = code.binary("sub", sent, code.load("i64", code.offset(ring, SEEN)))
            with code.when(code.compare("ugt", waiting, most)):  # look again: most have been taken, as a rule
                taken = look(code, ring, TAKEN)
                code.store(taken, code.offset(ring, SEEN))
                room = code.compare("ule", code.binary("sub", sent, taken), most)
                enough.set(code.binary("and", enough.get(), room))
        return enough.get()

    def receive(
        self, code: Function, control: Value, workers: int, count: Cell, take: Callable[[Value, Value], None]
    ) -> None:
        """Take what other workers have sent until the batch is full: `take(from, number)` for each, `count` counts."""
        inbox = self.module.control(code, control, Field.INBOX, "ptr")
        space = self.module.control(code, control, Field.SPACE)
        with code.each(0, word(workers)) as other:
            ring = code.load("ptr", code.offset(inbox, other))
            before = code.load("i64", code.offset(ring, TAKEN))
            taken = code.cell("i64", before)
            sent = look(code, ring, SENT)
            with code.forever() as loop:
                loop.leave_when(code.compare("eq", taken.get(), sent))
                loop.leave_when(code.compare("uge", count.get(), BATCH))
                take(self._state(code, ring, taken.get(), space), count.get())
                count.add(1)
                taken.add(1)
            with code.when(code.compare("ne", taken.get(), before)):
                publish(code, ring, TAKEN, taken.get())

    def finish(self, code: Function, control: Value, workers: int) -> Value:
        """Say that this worker has sent all of the round; whether every worker has said so."""
        done = self.module.control(code, control, Field.DONE, "ptr")
        this_round = self.module.control(code, control, Field.ROUND)
        publish(code, code.offset(done, code.binary("mul", self._self(code, control), 8)), 0, this_round)
        missing = code.cell("i64", word(0))
        with code.each(0, word(workers)) as other:
            theirs = look(code, code.offset(done, code.binary("mul", other, 8)), 0)
            behind = code.convert("zext", code.compare("ne", theirs, this_round), "i64")
            missing.set(code.binary("or", missing.get(), behind))
        return code.compare("eq", missing.get(), 0)

    def _self(self, code: Function, control: Value) -> Value:
        return self.module.control(code, control, Field.SELF)

    def _state(self, code: Function, ring: Value, number: Value, space: Value) -> Value:
        place = code.binary("and", number, code.binary("sub", space, 1))
        return code.offset(code.offset(ring, STATES), code.binary("mul", place, self.words))


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
