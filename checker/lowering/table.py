"""A table of the state, as a step that is being lowered sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from raceproof.checker.errors import Code, mistake
from raceproof.checker.language.steps import members
from raceproof.checker.lowering.checking import key_term
from raceproof.checker.lowering.symbols import BOOL_VALUES, Symbol
from raceproof.checker.system.build import conjunction, negation
from raceproof.checker.system.terms import Term

if TYPE_CHECKING:
    from raceproof.checker.lowering.store import Slot, SymbolicStore


class SymbolicTable:
    """A table of the state: entries are read and written by key; a key may itself depend on the state."""

    def __init__(self, store: SymbolicStore, slot: Slot) -> None:
        self._store = store
        self._slot = slot

    def __getitem__(self, key: Any) -> Symbol:
        return Symbol(self._store.load(self._slot, self._index(key)), self._slot.values)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._store.save(self._slot, self._index(key), value)

    def _index(self, key: Any) -> tuple[Term, ...]:
        slot, name = self._slot, self._slot.variable.name
        parts = key if isinstance(key, tuple) else (key,)
        if len(parts) != len(slot.keys):
            names = ", ".join(values.domain.name.lower() for values in slot.keys)
            given = "1 key" if len(parts) == 1 else f"{len(parts)} keys"
            raise mistake(
                f"{name} is asked with {given}; it has {len(slot.keys)}", f"write {name}[{names}]", code=Code.TABLE_KEY
            )
        return tuple(key_term(part, values, name) for part, values in zip(parts, slot.keys, strict=True))

    def keys(self) -> list[Any]:
        """The members of the key's domain, or every combination of several."""
        parts = [tuple(members(values.python)) for values in self._slot.keys]
        return list(parts[0]) if len(parts) == 1 else list(product(*parts))

    def values(self) -> Entries:
        return Entries(self, lambda key: self[key])

    def items(self) -> Entries:
        return Entries(self, lambda key: (key, self[key]))

    def __iter__(self) -> Iterator[Any]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def __eq__(self, other: object) -> Any:
        """Whether every entry is the same, in two states or in two tables over the same keys."""
        if not isinstance(other, SymbolicTable) or [v.python for v in self._slot.keys] != [
            v.python for v in other._slot.keys
        ]:
            raise mistake(
                f"compares the table {self._slot.variable.name} with something else",
                "compare entry by entry: forall(Domain, lambda x: ...)",
                code=Code.TABLE_USE,
            )
        return Symbol(conjunction((self[key] == other[key]).term for key in self.keys()), BOOL_VALUES)

    def __ne__(self, other: object) -> Any:
        same = self == other
        return Symbol(negation(same.term), BOOL_VALUES)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"the table {self._slot.variable.name}"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise mistake(
            f"uses .{name} of the table {self._slot.variable.name}",
            "a table has a fixed entry for every key: read it, assign it, loop over its keys",
            code=Code.TABLE_USE,
        )

    def __delitem__(self, key: Any) -> None:
        raise mistake(
            f"deletes an entry of {self._slot.variable.name}",
            "entries are fixed; assign a value that means 'absent'",
            code=Code.TABLE_USE,
        )

    def __contains__(self, key: Any) -> bool:
        raise mistake(
            f"asks whether a key is in {self._slot.variable.name}",
            "every member has an entry; compare the entry's value",
            code=Code.TABLE_USE,
        )


@dataclass(frozen=True, slots=True)
class Entries:
    """What `values()` and `items()` of a table give: a view, like that of a dict, which reads an entry when it comes to
    it."""

    table: SymbolicTable
    entry: Callable[[Any], Any]

    def __iter__(self) -> Iterator[Any]:
        return (self.entry(key) for key in self.table.keys())  # noqa: SIM118 - a table is no dict

    def __len__(self) -> int:
        return len(self.table)
