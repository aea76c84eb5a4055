"""Ample sets at run time: `expand_reduced`, which takes the moves of some actors only where that is enough.

What decides it is known for each place beforehand (`raceproof.checker.explicit.partial_order`). A state's places are a
set, a bit for each; from each actor at a quiet place on, those places are collected that it depends on, and that they
depend on. The smallest set whose first actor can move is taken, the first of several; where there is none, everybody's
moves are. So a state without successors here is one without any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce

from raceproof.checker.explicit.layout import WORD
from raceproof.checker.explicit.native.assembly import WORD_MASK, Cell, Function, Value, constant, word
from raceproof.checker.explicit.native.control import Field
from raceproof.checker.explicit.native.module import Module
from raceproof.checker.explicit.native.steps import STEP, Steps
from raceproof.checker.explicit.partial_order import PartialOrder

_NONE_YET = WORD_MASK >> 1


class Ample:
    """Writes `expand_reduced(state, out, control, fired)`, which has the meaning of `expand` but for leaving moves out,
    and `close(standing, place, closed) → places`, which collects what a place depends on."""

    def __init__(self, module: Module, steps: Steps, order: PartialOrder) -> None:
        self.module, self.steps, self.order = module, steps, order
        self.words = (order.first[-1] + WORD - 1) // WORD

    def expander(self) -> str:
        """The name of the function, which is written first."""
        self._write_close()
        code = self.module.function("expand_reduced", "ptr", STEP, "noinline")
        state, out, control, fired = map(code.argument, range(4))
        standing = self._standing(code, state)
        full, chosen = code.label(), code.label()
        quiet = [
            code.binary("and", value, mask) for value, mask in zip(standing, self._split(self.order.quiet), strict=True)
        ]
        code.jump_when(code.compare("eq", self._joined(code, quiet), 0), full)
        moving = [
            code.binary("and", value, mask)
            for value, mask in zip(standing, self._split(self.order.moving), strict=True)
        ]
        places, closed = code.space("i64", self.words), code.space("i64", self.words)
        for number, value in enumerate(standing):
            code.store(value, code.offset(places, number))
        least = code.cell("i64", word(_NONE_YET))
        best = [code.cell("i64", word(0)) for _ in range(self.words)]
        for actor in range(len(self.order.actors)):
            own = self.order.places(actor) & self.order.quiet
            if not own:
                continue
            here = [
                code.binary("and", value, mask) for value, mask in zip(quiet, self._split(own), strict=True) if mask
            ]
            with code.when(code.compare("ne", self._joined(code, here), 0)):
                count = code.call("close", "i64", places, self._place(code, actor, state), closed)
                found = [code.load("i64", code.offset(closed, number)) for number in range(self.words)]
                left = [code.binary("and", m, code.binary("xor", f, -1)) for m, f in zip(moving, found, strict=True)]
                some = code.compare("ne", self._joined(code, left), 0)
                with code.when(code.binary("and", some, code.compare("ult", count, least.get()))):
                    last = code.call(self.steps.actor(actor), "ptr", state, out, control, fired)
                    with code.when(code.compare("ne", last, out)):
                        least.set(count)
                        for cell, value in zip(best, found, strict=True):
                            cell.set(value)
        code.jump_when(code.compare("ne", least.get(), word(_NONE_YET)), chosen)
        code.place(full)
        code.give(code.call(self.steps.expander(), "ptr", state, out, control, fired))
        code.start(chosen)
        self.module.set_control(code, control, Field.REDUCED, word(1))
        code.give(self._moves(code, best))
        return code.name

    def _moves(self, code: Function, members: list[Cell]) -> Value:
        """Write the successors by the moves of the actors that stand at some places; returns the address behind."""
        state, first, control, fired = map(code.argument, range(4))
        out = code.cell("ptr", first)
        for actor in range(len(self.order.actors)):
            masks = self._split(self.order.places(actor) & self.order.moving)
            here = [code.binary("and", cell.get(), mask) for cell, mask in zip(members, masks, strict=True) if mask]
            with code.when(code.compare("ne", self._joined(code, here), 0)):
                out.set(code.call(self.steps.actor(actor), "ptr", state, out.get(), control, fired))
        return out.get()

    def _split(self, places: int) -> list[int]:
        return [places >> WORD * number & WORD_MASK for number in range(self.words)]

    def _joined(self, code: Function, values: Iterable[Value]) -> Value:
        return reduce(lambda one, two: code.binary("or", one, two), values)

    # Where the actors stand

    def _place(self, code: Function, actor: int, state: Value) -> Value:
        """The number of the place where an actor stands."""
        first, tree = self.order.first[actor], self.order.actors[actor]
        if tree.control is None:
            return word(first)
        still = self.module.layout.constants.get(tree.control)
        if still is not None:
            return word(first + still - tree.control.domain.low)
        position = self.module.layout.position(tree.control, tree.instance)
        raw = code.load("i64", code.offset(state, position // WORD))
        at = code.binary("and", code.binary("lshr", raw, position % WORD), (1 << tree.control.domain.bits) - 1)
        return code.binary("add", at, first)

    def _standing(self, code: Function, state: Value) -> list[Value]:
        """The set of places where the actors stand, as words."""
        found = [word(0)] * self.words
        for actor in range(len(self.order.actors)):
            for number, bit in self._bits(code, actor, state):
                found[number] = code.binary("or", bit, found[number])
        return found

    def _bits(self, code: Function, actor: int, state: Value) -> Iterator[tuple[int, Value]]:
        """An actor's place as a bit of one of the words in which its places are."""
        place = self._place(code, actor, state)
        numbers = range(self.order.first[actor] // WORD, (self.order.first[actor + 1] - 1) // WORD + 1)
        bit = code.binary("shl", word(1), code.binary("and", place, WORD - 1))
        for number in numbers:
            within = code.compare("eq", code.binary("lshr", place, 6), number)
            yield number, bit if len(numbers) == 1 else code.choose(within, bit, word(0))

    # Closing

    def _write_close(self) -> None:
        parameters = [("ptr", "standing"), ("i64", "place"), ("ptr", "closed")]
        code = self.module.function("close", "i64", parameters, "noinline")
        standing, place, closed = map(code.argument, range(3))
        rows = ", ".join(f"i64 {word(value).text}" for row in self.order.rows for value in self._split(row))
        size = len(self.order.rows) * self.words
        self.module.constants.lines.append(f"@depends = internal constant [{size} x i64] [{rows}]")
        here = [code.load("i64", code.offset(standing, number)) for number in range(self.words)]
        found = [code.cell("i64", word(0)) for _ in range(self.words)]
        waiting = [code.cell("i64", word(0)) for _ in range(self.words)]
        for number, cell in enumerate(waiting):
            bit = code.binary("shl", word(1), code.binary("and", place, WORD - 1))
            cell.set(code.choose(code.compare("eq", code.binary("lshr", place, 6), number), bit, word(0)))
        with code.forever() as loop:
            loop.leave_when(code.compare("eq", self._joined(code, [cell.get() for cell in waiting]), 0))
            for number, cell in enumerate(waiting):
                with code.forever() as places:
                    now = cell.get()
                    places.leave_when(code.compare("eq", now, 0))
                    rest = code.binary("and", now, code.binary("sub", now, 1))
                    found[number].set(code.binary("or", found[number].get(), code.binary("xor", now, rest)))
                    cell.set(rest)
                    bit = code.call("llvm.cttz.i64", "i64", now, constant(1, "i1"))
                    row = code.binary("mul", code.binary("add", bit, number * WORD), self.words)
                    for other, (those, more) in enumerate(zip(here, waiting, strict=True)):
                        depends = code.load(
                            "i64", code.offset(Value("@depends", "ptr"), code.binary("add", row, other))
                        )
                        new = code.binary("and", those, code.binary("xor", found[other].get(), -1))
                        more.set(code.binary("or", more.get(), code.binary("and", depends, new)))
        count = word(0)
        for number, cell in enumerate(found):
            code.store(cell.get(), code.offset(closed, number))
            count = code.binary("add", code.call("llvm.ctpop.i64", "i64", cell.get()), count)
        code.give(count)
