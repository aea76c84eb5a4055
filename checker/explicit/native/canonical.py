"""Canonical states: one of all the states that differ only in which member of a symmetric domain is which.

Members are sorted by their blocks of bits where that decides it: a few instructions without branches, so that there is
nothing to predict wrongly. (Batcher, "Sorting networks and their applications", AFIPS 1968.) Otherwise all renamings
are tried for the smallest state: each follows from the one before by one exchange of two neighbours. (Steinhaus,
Johnson and Trotter: Knuth, "The Art of Computer Programming" 4A, 7.2.1.2, algorithm P.) Both are exact: two states get
one representative if and only if a renaming maps one to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from raceproof.checker.explicit.layout import WORD, Layout
from raceproof.checker.explicit.native.assembly import Cell, Function, Value, constant, word
from raceproof.checker.explicit.native.module import Module
from raceproof.checker.explicit.orbits import Block, Plan
from raceproof.checker.system.domain import Domain
from raceproof.checker.system.terms import Variable

_UNROLLED = 24

Exchange = tuple[Domain, int]
"""Two members that change places: this one and the next, by code."""


def write_canonical(module: Module, plan: Plan) -> str:
    """Write `symmetric(state)`, which replaces a state by its representative; returns the name."""
    code = module.function("symmetric", "void", [("ptr", "state")])
    writer = _Writer(code, plan.layout)
    state = code.argument(0)
    writer.words = [code.cell("i64", code.load("i64", code.offset(state, n))) for n in range(module.words)]
    for domain in plan.sorted:
        writer.sort(plan.blocks(domain), plan.names(domain))
    if plan.searched:
        writer.search(plan.searched)
    for number, cell in enumerate(writer.words):
        code.store(cell.get(), code.offset(state, number))
    code.give()
    return code.name


@dataclass
class _Writer:
    """Writes into one function, on the words of a state."""

    code: Function
    layout: Layout
    words: list[Cell] = field(default_factory=list)

    # Sorting

    def sort(self, blocks: Sequence[Block], names: Sequence[tuple[int, int]]) -> None:
        """The smallest block in the highest bits, and so on; of equal blocks, by a bit for each place that may name the
        member."""
        code = self.code
        named = [self._field(position, bits) for position, bits in names]
        values = [self._sorted_by(block, named) for block in blocks]
        for low, high in network(len(values)):
            first, second = values[low], values[high]
            less = code.compare("ult", first, second)
            values[low], values[high] = code.choose(less, first, second), code.choose(less, second, first)
        fields = [
            (block.word, block.shift, block.bits, code.binary("lshr", value, len(names)))
            for block, value in zip(blocks, values, strict=True)
            if block.bits
        ]
        for number, (position, bits) in enumerate(names):
            fields.append((position // WORD, position % WORD, bits, self._who(blocks, values, number)))
        self._replace(fields)

    def _sorted_by(self, block: Block, named: Sequence[Value]) -> Value:
        code = self.code
        moved = code.binary("lshr", self.words[block.word].get(), block.shift)
        value = code.binary("shl", code.binary("and", moved, word((1 << block.bits) - 1)), len(named))
        for number, name in enumerate(named):
            hit = code.convert("zext", code.compare("eq", name, block.code), "i64")
            value = code.binary("or", value, code.binary("shl", hit, number))
        return value

    def _who(self, blocks: Sequence[Block], values: Sequence[Value], number: int) -> Value:
        """The code of the member that has come to have the bit of a place; 0 where none has."""
        code, result = self.code, word(0)
        for block, value in zip(blocks, values, strict=True):
            bit = code.binary("and", code.binary("lshr", value, number), 1)
            result = code.binary("or", result, code.binary("mul", bit, block.code))
        return result

    def _replace(self, fields: Sequence[tuple[int, int, int, Value]]) -> None:
        code = self.code
        for number in sorted({at for at, _, _, _ in fields}):
            mask = sum(((1 << bits) - 1) << shift for at, shift, bits, _ in fields if at == number)
            result = code.binary("and", self.words[number].get(), word(~mask))
            for at, shift, _, value in fields:
                if at == number:
                    result = code.binary("or", result, code.binary("shl", value, shift))
            self.words[number].set(result)

    def _field(self, position: int, bits: int) -> Value:
        moved = self.code.binary("lshr", self.words[position // WORD].get(), position % WORD)
        return self.code.binary("and", moved, word((1 << bits) - 1))

    # Trying all renamings

    def search(self, domains: Sequence[Domain]) -> None:
        """Keep the smallest of what the state becomes."""
        best = [self.code.cell("i64", cell.get()) for cell in self.words]
        exchanges = [(domain, code) for domain in domains for code in list(domain.members)[:-1]]
        way = [exchanges.index(exchange) for exchange in all_renamings(domains)]
        if len(way) < _UNROLLED:
            for number in way:
                self._exchange(exchanges[number])
                self._keep(best)
        else:
            self._loop(exchanges, way, best)
        self.words = best

    def _loop(self, exchanges: Sequence[Exchange], way: Sequence[int], best: list[Cell]) -> None:
        code = self.code
        table = code.space("i8", len(way))
        entries = ", ".join(f"i8 {number}" for number in way)
        code.store(Value(f"[{entries}]", f"[{len(way)} x i8]"), table)
        with code.each(0, word(len(way))) as number:
            labels = [code.label() for _ in exchanges]
            after = code.label()
            arms = " ".join(f"i8 {at}, label %{label}" for at, label in enumerate(labels))
            which = code.load("i8", code.offset(table, number, "i8"))
            code.do(f"switch i8 {which.text}, label %{after} [ {arms} ]")
            code.ended = True
            for exchange, label in zip(exchanges, labels, strict=True):
                code.start(label)
                self._exchange(exchange)
                code.jump(after)
            code.start(after)
            self._keep(best)

    def _keep(self, best: list[Cell]) -> None:
        """Take the state as it is now where it is smaller."""
        code = self.code
        less = constant(0, "i1")
        for now, kept in zip(self.words, best, strict=True):
            new, old = now.get(), kept.get()
            equal = code.compare("eq", new, old)
            less = code.choose(equal, less, code.compare("ult", new, old))
        for now, kept in zip(self.words, best, strict=True):
            kept.set(code.choose(less, now.get(), kept.get()))

    def _exchange(self, exchange: Exchange) -> None:
        """Two members change places: their entries are exchanged, then what is stored of them is renamed.

        Pairs of entries that are equally far apart in the same two words are exchanged together. (Delta swap: Warren,
        "Hacker's Delight", 7-1.)
        """
        domain, first = exchange
        groups: dict[tuple[int, int, int], int] = {}
        for variable, positions in self.layout.positions.items():
            for one, other in _pairs(variable, domain, first):
                high, low = positions[one], positions[other]
                at, bits = low % WORD, variable.domain.bits
                key = (high // WORD, low // WORD, high % WORD - at)
                groups[key] = groups.get(key, 0) | ((1 << bits) - 1) << at
        for (high, low, distance), mask in groups.items():
            self._delta(high, low, distance, mask)
        for variable, positions in self.layout.positions.items():
            if variable.domain == domain:
                for position in positions:
                    self._rename(position, variable.domain.bits, first)

    def _delta(self, high: int, low: int, distance: int, mask: int) -> None:
        code = self.code
        moved = self._shifted(self.words[high].get(), -distance)
        differing = code.binary("and", code.binary("xor", moved, self.words[low].get()), word(mask))
        self.words[low].set(code.binary("xor", self.words[low].get(), differing))
        self.words[high].set(code.binary("xor", self.words[high].get(), self._shifted(differing, distance)))

    def _shifted(self, value: Value, left: int) -> Value:
        return self.code.binary("shl", value, left) if left >= 0 else self.code.binary("lshr", value, -left)

    def _rename(self, position: int, bits: int, first: int) -> None:
        """Exchange two codes in a field; identities are stored as their code."""
        code, cell, shift = self.code, self.words[position // WORD], position % WORD
        value = self._field(position, bits)
        hit = code.binary("or", code.compare("eq", value, first), code.compare("eq", value, first + 1))
        change = code.choose(hit, word((first ^ (first + 1)) << shift), word(0))
        cell.set(code.binary("xor", cell.get(), change))


def _pairs(variable: Variable, domain: Domain, first: int) -> list[tuple[int, int]]:
    """The slots of a variable that are exchanged when a member and the next change places."""
    if domain not in variable.keys:
        return []
    renamed = {first: first + 1, first + 1: first}
    found = []
    for slot, codes in enumerate(variable.codes()):
        others = (
            renamed.get(code, code) if key == domain else code for key, code in zip(variable.keys, codes, strict=True)
        )
        other = variable.slot(tuple(others))
        if slot < other:
            found.append((slot, other))
    return found


def network(size: int) -> list[tuple[int, int]]:
    """The comparisons that sort so many values: Batcher's odd-even merge sort."""
    found: list[tuple[int, int]] = []
    step = 1
    while step < size:
        distance = step
        while distance:
            for start in range(distance % step, size - distance, 2 * distance):
                for low in range(start, min(start + distance, size - distance)):
                    if low // (2 * step) == (low + distance) // (2 * step):
                        found.append((low, low + distance))
            distance //= 2
        step *= 2
    return found


def all_renamings(domains: Sequence[Domain]) -> list[Exchange]:
    """Exchanges after which, one after the other, every combination of renamings has been seen."""
    way: list[Exchange] = []
    for domain in domains:
        codes = list(domain.members)
        inner = way
        way = list(inner)
        for at in exchanges(len(codes)):
            way += [(domain, codes[at]), *inner]
    return way


def exchanges(size: int) -> list[int]:
    """The places that change with the next ones, so that every order of so many things is seen once."""
    if size < 2:
        return []
    inner = exchanges(size - 1)
    found: list[int] = []
    down = True
    for at in (*inner, None):
        sweep = range(size - 2, -1, -1) if down else range(size - 1)
        found += sweep
        if at is not None:
            found.append(at + 1 if down else at)
        down = not down
    return found
