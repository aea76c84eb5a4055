"""The state of a model as real Python values, checked whenever it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

from raceproof.checker.errors import Code, mistake
from raceproof.checker.language.access import Access
from raceproof.checker.language.model import Declaration
from raceproof.checker.language.processes import Process
from raceproof.checker.language.values import Values
from raceproof.checker.lowering.checking import describe
from raceproof.checker.lowering.store import Slot
from raceproof.checker.system.domain import Domain


def check_value(value: object, values: Values, name: str) -> None:
    """Raises ModelError where a value is of another type than `values`, or lies outside of its domain."""
    code = values.encode(value)
    domain = values.domain
    if code < domain.low or (domain.high is not None and code > domain.high):
        raise mistake(
            f"{name} becomes {value!r}, which is not in {describe(domain)}",
            f"guard the step, or {_larger(domain)}",
            code=Code.OUT_OF_DOMAIN,
        )


def _larger(domain: Domain) -> str:
    """How to give a domain more values."""
    if domain.has_none:
        return f"give {domain.name} a larger size: --scope {domain.name}=..., or scope={{{domain.name}: ...}}"
    return "widen its range"


TableKeys = Mapping[str, tuple[Any, ...]]
"""The keys of each table of a model, which a run computes once."""


class Table(dict[Any, Any]):
    """A table of the state: a fixed entry for each member (or tuple of members) of its keys."""

    def __init__(self, store: RealStore, slot: Slot, keys: Sequence[Any], codes: Sequence[int]) -> None:
        self._store = store
        self._slot = slot
        super().__init__(zip(keys, map(slot.values.decode, codes), strict=True))

    def __missing__(self, key: Any) -> Any:
        raise self._no_entry(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        name = self._slot.variable.name
        self._store.access.check_write(name)
        if key not in self:
            raise self._no_entry(key)
        check_value(value, self._slot.values, name)
        super().__setitem__(key, value)

    def _no_entry(self, key: Any) -> Exception:
        name = self._slot.variable.name
        keys = " and ".join(describe(values.domain) for values in self._slot.keys)
        return mistake(f"{name} has no entry for {key!r}", f"its keys are the members of {keys}", code=Code.TABLE_KEY)

    def codes(self) -> tuple[int, ...]:
        """The code of every entry, in the order of the variable's slots: that of the keys, which are fixed."""
        return tuple(map(self._slot.values.encode, self.values()))


def keys_of(slot: Slot) -> tuple[Any, ...]:
    """The keys of a table as Python has them, in the order of the variable's slots."""
    parts = [[values.decode(code) for code in values.domain.members] for values in slot.keys]
    return tuple(parts[0]) if len(parts) == 1 else tuple(product(*parts))


class RealStore:
    """The shared variables of one run. `codes` is the whole of it as integers, in the order of the declarations."""

    def __init__(
        self, slots: Mapping[str, Slot], look: Callable[[Process], Any], keys: TableKeys | None = None
    ) -> None:
        self.slots = slots
        self.keys = keys or {name: keys_of(slot) for name, slot in slots.items() if slot.keys}
        self.access = Access.START
        self._look = look
        self._values: dict[str, Any] = {}

    def read(self, declaration: Declaration) -> Any:
        self.access.check_read(declaration.name)
        return self._values[declaration.name]

    def write(self, declaration: Declaration, value: Any) -> None:
        self.access.check_write(declaration.name)
        slot = self.slots[declaration.name]
        if slot.keys:
            name = declaration.name
            raise mistake(
                f"assigns the whole table {name}", f"assign its entries: self.{name}[key] = value", code=Code.TABLE_USE
            )
        check_value(value, slot.values, declaration.name)
        self._values[declaration.name] = value

    def view(self, process: Process) -> Any:
        return self._look(process)

    @property
    def codes(self) -> tuple[int, ...]:
        found: list[int] = []
        for name, slot in self.slots.items():
            held = self._values[name]
            found += held.codes() if slot.keys else (slot.values.encode(held),)
        return tuple(found)

    @codes.setter
    def codes(self, codes: tuple[int, ...]) -> None:
        position = 0
        for name, slot in self.slots.items():
            part = codes[position : position + slot.variable.size]
            position += slot.variable.size
            if slot.keys:
                self._values[name] = Table(self, slot, self.keys[name], part)
            else:
                self._values[name] = slot.values.decode(part[0])
