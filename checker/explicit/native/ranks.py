"""Ranks as instructions: the members of an endless domain that a state remembers, counted 1, 2, 3 … in their order.

The members that are remembered are the bits of a mask. The new number of one is how many bits there are up to its own;
rows of tables move down over the members that nobody remembers, one after the other, the newest first. Where there is
no such gap, which is the usual case, nothing is stored. (Why, and the sources: `checker/system/ordinals.py`.)
"""

from __future__ import annotations

from dataclasses import dataclass, field

from raceproof.checker.explicit.layout import WORD
from raceproof.checker.explicit.native.assembly import Cell, Function, Value, word
from raceproof.checker.explicit.native.module import Module
from raceproof.checker.system.domain import Domain
from raceproof.checker.system.ordinals import endless_domains, members_among
from raceproof.checker.system.terms import Variable


def write_ranks(module: Module) -> tuple[str, ...]:
    """Add to a module's canonical forms one for each endless domain, and say which."""
    found: list[str] = []
    for domain in endless_domains(module.questions.system):
        name = f"ranks_{len(found)}"
        _Ranks(module, domain, module.function(name, "void", [("ptr", "state")], "noinline")).write()
        module.canonizers.append(name)
        found.append(f"ranks of {domain.name}")
    return tuple(found)


@dataclass
class _Ranks:
    """The function for one domain; `words` are those of the state."""

    module: Module
    domain: Domain
    code: Function
    words: list[Cell] = field(init=False)

    def __post_init__(self) -> None:
        code, state = self.code, self.code.argument(0)
        numbers = range(self.module.words)
        self.words = [code.cell("i64", code.load("i64", code.offset(state, number))) for number in numbers]

    def write(self) -> None:
        code, layout = self.code, self.module.layout
        stored = [v for v in self.module.questions.system.variables if v not in layout.constants]
        holders = [variable for variable in stored if variable.domain == self.domain]
        tables = [variable for variable in stored if self.domain in variable.keys]
        mask = code.binary("and", self._remembered(holders, tables), -2)
        full = code.binary("or", mask, 1)
        gaps = code.compare("ne", code.binary("and", full, code.binary("add", full, 1)), 0)
        with code.when(gaps):
            for variable in holders:
                for position in layout.positions[variable]:
                    self._renumber(position, mask)
            for variable in tables:
                for place, key in enumerate(variable.keys):
                    if key == self.domain:
                        self._move_rows(variable, place, mask)
            for number, cell in enumerate(self.words):
                code.store(cell.get(), code.offset(code.argument(0), number))
        code.give()

    def _remembered(self, holders: list[Variable], tables: list[Variable]) -> Value:
        """A bit for each member that is remembered, and for none."""
        code, layout = self.code, self.module.layout
        mask = word(0)
        for variable in holders:
            for position in layout.positions[variable]:
                mask = code.binary("or", code.binary("shl", word(1), self._field(position, self.domain.bits)), mask)
        for variable in tables:
            for codes, position in zip(variable.codes(), layout.positions[variable], strict=True):
                other = code.compare("ne", self._field(position, variable.domain.bits), self._start(variable))
                bit = code.convert("zext", other, "i64")
                for member in set(members_among(variable, codes, self.domain)):
                    mask = code.binary("or", code.binary("shl", bit, member), mask)
        return mask

    def _renumber(self, position: int, mask: Value) -> None:
        """The number of bits up to the one that a field holds; none stays none, as its bit is not set."""
        code = self.code
        below = code.binary("sub", code.binary("shl", word(2), self._field(position, self.domain.bits)), 1)
        rank = code.call("llvm.ctpop.i64", "i64", code.binary("and", mask, below))
        self._set(position, self.domain.bits, rank)

    def _move_rows(self, variable: Variable, place: int, mask: Value) -> None:
        """For each member that is not remembered, the newest first, every later row moves down by one."""
        code, positions = self.code, self.module.layout.positions[variable]
        columns: dict[tuple[int, ...], list[int]] = {}
        for codes, position in zip(variable.codes(), positions, strict=True):
            columns.setdefault((*codes[:place], *codes[place + 1 :]), []).append(position)
        bits = variable.domain.bits
        for member in reversed(self.domain.members):
            newer = code.binary("lshr", mask, member)
            gone = code.compare("eq", code.binary("and", newer, 1), 0)
            with code.when(code.binary("and", gone, code.compare("ne", newer, 0))):
                for column in columns.values():
                    for here, after in zip(column[member - 1 :], column[member:], strict=False):
                        self._set(here, bits, self._field(after, bits))
                    self._set(column[-1], bits, word(self._start(variable)))

    def _start(self, variable: Variable) -> int:
        """What a row holds at the start, as it is stored."""
        return (self.module.questions.system.initial[variable][0] or 0) - variable.domain.low

    def _field(self, position: int, bits: int) -> Value:
        value = self.code.binary("lshr", self.words[position // WORD].get(), position % WORD)
        return self.code.binary("and", value, (1 << bits) - 1)

    def _set(self, position: int, bits: int, value: Value) -> None:
        code, cell = self.code, self.words[position // WORD]
        kept = code.binary("and", cell.get(), word(~(((1 << bits) - 1) << position % WORD)))
        cell.set(code.binary("or", code.binary("shl", value, position % WORD), kept))
