"""The search kernel: expands a chunk of the frontier, in batches whose cache misses overlap.

A batch of successors is computed and the line of each in the visited set is asked for; only then are they looked up,
one after the other, and what is new goes to the next frontier. Where the kernel cannot go on by itself (a table
has to grow, the chunk for new states is full) it comes back with the rest of the batch still pending, and can be
called again. (Prefetching for hash tables: Chen, Ailamaki, Gibbons, Mowry, "Improving Hash Join Performance through
Prefetching", ICDE 2004.)
"""

from __future__ import annotations

from raceproof.checker.explicit.native.assembly import TRUE, Cell, Function, Loop, Value, constant, word
from raceproof.checker.explicit.native.control import BATCH, RECENT, Field, Part, Status
from raceproof.checker.explicit.native.exchange import Batch, Exchange, Post
from raceproof.checker.explicit.native.module import Module
from raceproof.checker.explicit.native.table import LINE_BYTES, Opened, Table


class Kernel:
    """Writes `search(control) → status` and `seed(control)` into a module. `expander` names the step function."""

    def __init__(self, module: Module, table: Table, workers: int, expander: str) -> None:
        self.module, self.table, self.workers, self.expander = module, table, workers, expander
        self.exchange = Exchange(module)
        self.words = module.words

    def write(self) -> None:
        self._write_seed()
        code = self.module.function("search", "i64", [("ptr", "control")], shown=True)
        control = code.argument(0)
        pointers = (Field.RAW, Field.HASHES, Field.PARTS)
        raw, hashes, parts = (self.module.control(code, control, which, "ptr") for which in pointers)
        own = self.module.control(code, control, Field.SELF) if self.workers > 1 else word(0)
        table = self.table.open(code, self.table.of(code, parts, own))
        head = code.cell("i64", self.module.control(code, control, Field.HEAD))
        length = self.module.control(code, control, Field.LENGTH)
        batch = Batch(raw, hashes, code.cell("i64"))
        with code.forever() as loop:
            self._drain(code, control, batch, table)
            batch.count.set(word(0))
            if self.workers == 1:
                loop.leave_when(code.compare("uge", head.get(), length))
            else:
                self._receive(code, control, batch, table)
                self._leave_where_nothing_is_left(code, control, head, length, batch.count, loop)
            self._fill(code, control, batch, table, head, length)
            self._pend(code, control, head, batch.count)
        code.give(word(Status.DONE))

    def _pend(self, code: Function, control: Value, head: Cell, count: Cell) -> None:
        """Leave the batch to be looked up."""
        self._set(code, control, Field.HEAD, head.get())
        self._set(code, control, Field.PENDING, count.get())
        self._set(code, control, Field.POSITION, word(0))

    # Several workers

    def _receive(self, code: Function, control: Value, batch: Batch, table: Opened) -> None:
        """Begin the batch with what other workers have sent."""

        def take(source: Value, number: Value) -> None:
            target = self.at(code, batch.raw, number)
            state = self.state(code, source)
            for place, value in enumerate(state):
                code.store(value, code.offset(target, place))
            hash = self.table.spread(code, state)[0]
            code.store(hash, code.offset(batch.hashes, number))
            self._prefetch(code, self.table.home(code, table, self.table.owner(code, hash)[1]))

        self.exchange.receive(code, control, self.workers, batch.count, take)

    def _leave_where_nothing_is_left(
        self, code: Function, control: Value, head: Cell, length: Value, count: Cell, loop: Loop
    ) -> None:
        """Unless something came in: come back when the chunk is expanded, when others have to take states first, or
        when the round is over: every worker has sent all, and a look afterwards has found nothing more."""
        received, go_on = code.compare("ne", count.get(), 0), code.label()
        over = code.compare("uge", head.get(), length)
        with code.when(received):
            self._pend(code, control, head, count)
            code.jump_when(over, loop.start)
            code.jump_when(self.exchange.has_room(code, control, self.workers), go_on)
            code.jump(loop.start)
        with code.when(over):
            last = self.module.control(code, control, Field.LAST)
            code.jump_when(code.compare("eq", last, 0), loop.end)
            with code.when(code.compare("ne", self.module.control(code, control, Field.SETTLED), 0)):
                code.give(word(Status.ROUND_OVER))
            settled = code.convert("zext", self.exchange.finish(code, control, self.workers), "i64")
            self._set(code, control, Field.SETTLED, settled)
            code.jump_when(code.compare("ne", settled, 0), loop.start)
            code.give(word(Status.WAIT))
        with code.when(code.binary("xor", self.exchange.has_room(code, control, self.workers), TRUE)):
            code.give(word(Status.WAIT))
        code.place(go_on)

    def _set(self, code: Function, control: Value, which: Field, value: Value) -> None:
        self.module.set_control(code, control, which, value)

    def state(self, code: Function, pointer: Value) -> list[Value]:
        """The words of the state at an address."""
        return [code.load("i64", code.offset(pointer, number)) for number in range(self.words)]

    def at(self, code: Function, base: Value, number: Value) -> Value:
        """The address of a state in an array of states."""
        return code.offset(base, code.binary("mul", number, self.words) if self.words > 1 else number)

    def number(self, code: Function, base: Value, pointer: Value) -> Value:
        """Which state of an array an address is that of."""
        bytes = code.binary("sub", code.convert("ptrtoint", pointer, "i64"), code.convert("ptrtoint", base, "i64"))
        return code.binary("udiv", bytes, 8 * self.words)

    # Filling a batch

    def _fill(self, code: Function, control: Value, batch: Batch, table: Opened, head: Cell, length: Value) -> None:
        """Expand states until the batch is full."""
        frontier = self.module.control(code, control, Field.FRONTIER, "ptr")
        fired = self.module.control(code, control, Field.FIRED, "ptr")
        before = self.module.control(code, control, Field.TRANSITIONS)
        made = code.cell("i64", before)
        post = self.exchange.open(code, control, self.workers, batch) if self.workers > 1 else None
        with code.forever() as loop:
            loop.leave_when(code.compare("uge", head.get(), length))
            loop.leave_when(code.compare("uge", batch.count.get(), BATCH))
            if self.workers > 1:  # what is sent away does not count towards the batch, but needs room in the rings
                sent = code.binary("sub", made.get(), before)
                loop.leave_when(code.compare("uge", sent, self.workers * BATCH))
            state = self.at(code, frontier, head.get())
            first = self.at(code, batch.raw, batch.count.get())
            last = code.call(self.expander, "ptr", state, first, control, fired)
            self._ask_stuck(code, control, state, first, last)
            self._ask_steps(code, control, state, first, last)
            made.add(self.number(code, first, last))
            self._enlist(code, control, first, last, batch, table, post)
            head.add(1)
        self._set(code, control, Field.TRANSITIONS, made.get())
        if post:
            post.publish(code)

    def _enlist(
        self, code: Function, control: Value, first: Value, last: Value, batch: Batch, table: Opened, post: Post | None
    ) -> None:
        """Keep those successors that this worker owns and has not just met in the batch, and ask for their lines; send
        the others to their owners. Without branches, as nothing could foretell which way they go."""
        after, recent = code.cell("ptr", first), self.module.control(code, control, Field.RECENT, "ptr")
        with code.forever() as loop:
            now = after.get()
            loop.leave_when(code.compare("eq", now, last))
            after.set(code.offset(now, self.words))
            self.module.canonize(code, now)
            state = self.state(code, now)
            stored = self.table.spread(code, state)
            owner, rest = self.table.owner(code, stored[0])
            line, own = self.table.home(code, table, rest), TRUE
            target = self.at(code, batch.raw, batch.count.get())
            new = self._forget_oldest(code, recent, stored)
            if post:
                own = code.compare("eq", owner, post.own)
                line = code.choose(own, line, table.base)
                target = post.next(code, owner, new)
            for number, value in enumerate(state):
                code.store(value, code.offset(target, number))
            code.store(stored[0], code.offset(batch.hashes, batch.count.get()))
            self._prefetch(code, line)
            batch.count.add(code.convert("zext", code.binary("and", own, new), "i64"))

    def _forget_oldest(self, code: Function, recent: Value, stored: list[Value]) -> Value:
        """Remember a state instead of the one in its place; whether it was another."""
        place = self.at(code, recent, code.binary("and", stored[0], RECENT - 1))
        new = constant(0, "i1")
        for number, value in enumerate(stored):
            there = code.offset(place, number)
            new = code.binary("or", code.compare("ne", code.load("i64", there), value), new)
            code.store(value, there)
        return new

    def _ask_stuck(self, code: Function, control: Value, state: Value, first: Value, last: Value) -> None:
        """Note a state without successors, unless it has a step that goes wrong, or rests."""
        with code.when(code.compare("eq", first, last), likely=False):
            wanted = code.compare("ne", self.module.control(code, control, Field.WANTED_STUCK), 0)
            faulty = self.module.control(code, control, Field.FAULTY)
            sound = code.compare("ne", faulty, code.convert("ptrtoint", state, "i64"))
            rest = self.module.holder([self.module.questions.system.at_rest])
            restless = code.compare("ne", code.call(rest, "i64", state), 0)
            stuck = code.binary("and", code.binary("and", wanted, sound), restless)
            with code.when(stuck):
                code.call("note", "void", control, word(self.module.stuck_record), state)

    def _ask_steps(self, code: Function, control: Value, state: Value, first: Value, last: Value) -> None:
        terms = self.module.questions.step_terms
        if not terms:
            return
        wanted = self.module.control(code, control, Field.WANTED_STEPS)
        with code.when(code.compare("ne", wanted, 0)):
            after = code.cell("ptr", first)
            with code.forever() as loop:
                now = after.get()
                loop.leave_when(code.compare("eq", now, last))
                broken = code.call(self.module.holder(terms, 2), "i64", state, now)
                hit = code.binary("and", broken, wanted)
                with code.when(code.compare("ne", hit, 0), likely=False):
                    record = word(self.module.first_step_record)
                    code.call("note_all", "void", control, record, hit, state)
                after.set(code.offset(now, self.words))

    def hash(self, code: Function, first: Value, last: Value, raw: Value, hashes: Value, parts: Value) -> None:
        """Hash the states from one address to another, whoever owns them, and ask for their lines."""
        after = code.cell("ptr", first)
        with code.forever() as loop:
            now = after.get()
            loop.leave_when(code.compare("eq", now, last))
            self.module.canonize(code, now)
            hash = self.table.spread(code, self.state(code, now))[0]
            code.store(hash, code.offset(hashes, self.number(code, raw, now)))
            owner, rest = self.table.owner(code, hash)
            table = self.table.open(code, self.table.of(code, parts, owner))
            self._prefetch(code, self.table.home(code, table, rest))
            after.set(code.offset(now, self.words))

    def _prefetch(self, code: Function, line: Value) -> None:
        """Ask for the lines of a group, to write to them, and for the one after it, where a fifth of the looks end."""
        for number in range(self.words + 1):
            write = constant(int(number < self.words), "i32")
            near = code.offset(line, LINE_BYTES // 8 * number)
            code.call("llvm.prefetch.p0", "void", near, write, constant(3, "i32"), constant(1, "i32"))

    # Looking a batch up

    def _drain(self, code: Function, control: Value, batch: Batch, table: Opened) -> None:
        """Look the rest of the batch up; returns from the function where something has to be done first."""
        position = code.cell("i64", self.module.control(code, control, Field.POSITION))
        pending = self.module.control(code, control, Field.PENDING)
        depth = self.module.control(code, control, Field.DEPTH)
        out = self.module.control(code, control, Field.OUT, "ptr")
        room = self.module.control(code, control, Field.ROOM)
        filled = code.cell("i64", self.module.control(code, control, Field.FILLED))
        count_place = code.offset(table.part, int(Part.COUNT))
        count = code.cell("i64", code.load("i64", count_place))
        limit = code.load("i64", code.offset(table.part, int(Part.LIMIT)))
        full, out_full = code.label(), code.label()
        with code.forever() as loop:
            now = position.get()
            loop.leave_when(code.compare("uge", now, pending))
            found = code.label()
            pointer = self.at(code, batch.raw, now)
            hash = code.load("i64", code.offset(batch.hashes, now))
            stored = [hash, *self.state(code, pointer)[1:]]
            home = self.table.home(code, table, self.table.owner(code, hash)[1])
            line, slot = self.table.search(code, table, home, stored, found, full)
            code.jump_when(code.compare("uge", count.get(), limit), full, likely=False)
            code.jump_when(code.compare("uge", filled.get(), room), out_full, likely=False)
            self.table.put(code, table, line, slot, stored, depth)
            count.add(1)
            target = self.at(code, out, filled.get())
            for number, value in enumerate(self.state(code, pointer)):
                code.store(value, code.offset(target, number))
            filled.add(1)
            self._ask_state(code, control, pointer)
            code.place(found)
            position.add(1)
        after = code.label()
        code.jump(after)
        for label, status in ((full, Status.GROW), (out_full, Status.OUT_FULL)):
            code.start(label)
            code.store(count.get(), count_place)
            self._set(code, control, Field.POSITION, position.get())
            self._set(code, control, Field.FILLED, filled.get())
            code.give(word(status))
        code.start(after)
        code.store(count.get(), count_place)
        self._set(code, control, Field.POSITION, pending)
        self._set(code, control, Field.FILLED, filled.get())

    def _ask_state(self, code: Function, control: Value, pointer: Value) -> None:
        terms = self.module.questions.state_terms
        if not terms:
            return
        wanted = self.module.control(code, control, Field.WANTED_STATES)
        with code.when(code.compare("ne", wanted, 0)):
            broken = code.call(self.module.holder(terms), "i64", pointer)
            hit = code.binary("and", broken, wanted)
            with code.when(code.compare("ne", hit, 0), likely=False):
                code.call("note_all", "void", control, word(0), hit, pointer)

    # Initial states

    def _write_seed(self) -> None:
        """`seed(control)`: hash the pending states of the batch, which were put there from outside."""
        code = self.module.function("seed", "void", [("ptr", "control")], shown=True)
        control = code.argument(0)
        raw = self.module.control(code, control, Field.RAW, "ptr")
        pending = self.module.control(code, control, Field.PENDING)
        hashes = self.module.control(code, control, Field.HASHES, "ptr")
        parts = self.module.control(code, control, Field.PARTS, "ptr")
        self.hash(code, raw, self.at(code, raw, pending), raw, hashes, parts)
        code.give()
