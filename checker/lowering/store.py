"""The state of a model while one of its steps is lowered: every attribute is a symbol, every write is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from raceproof.checker.errors import ModelError, mistake
from raceproof.checker.language.access import Access
from raceproof.checker.language.model import Declaration, Each, Model, anything, declarations
from raceproof.checker.language.processes import Process
from raceproof.checker.language.steps import members
from raceproof.checker.language.values import Values, values_of
from raceproof.checker.lowering.forking import StepFault, current_path
from raceproof.checker.lowering.symbols import Symbol, as_term
from raceproof.checker.system.build import conjunction, eq, ite, le, number, read
from raceproof.checker.system.domain import Domain
from raceproof.checker.system.terms import Term, Variable
from raceproof.checker.system.transition import FaultKind, Write


@dataclass(frozen=True, slots=True)
class Slot:
    """A declared variable in a scope: the system's variable and how Python values map to its codes."""

    variable: Variable
    values: Values
    keys: tuple[Values, ...]
    initial: tuple[int | None, ...]


def slots_of(model: Model) -> dict[str, Slot]:
    """The shared variables of a model in the running scope. Raises ModelError for an initial value out of place."""
    return {name: _slot(declaration) for name, declaration in declarations(model).items()}


def _slot(declaration: Declaration) -> Slot:
    try:
        values = values_of(declaration.value_type)
        keys = tuple(values_of(key) for key in declaration.key_types)
        variable = Variable(declaration.name, tuple(key.domain for key in keys), values.domain)
        finite = all(key.domain.bounded for key in keys)
        starts = _initial_values(declaration, variable, keys) if finite else iter((_same(declaration),))
        return Slot(variable, values, keys, tuple(_code(declaration, values, value) for value in starts))
    except ModelError as error:
        error.location = declaration.location
        raise


def _same(declaration: Declaration) -> Any:
    initial = declaration.initial
    if isinstance(initial, Each) and not callable(initial.value):
        return initial.value
    raise mistake(
        f"{declaration.name} has infinitely many entries and needs one initial value for all",
        f"{declaration.name} = each(value)",
    )


def _initial_values(declaration: Declaration, variable: Variable, keys: tuple[Values, ...]) -> Iterator[Any]:
    initial = declaration.initial
    if not keys:
        if isinstance(initial, Each | dict):
            raise mistake(f"{declaration.name} is one value, not a table", "drop each(...)")
        yield initial
        return
    if not isinstance(initial, Each | dict):
        raise mistake(f"{declaration.name} is a table", f"start every entry alike with each({initial!r})")
    for codes in variable.codes():
        entry = tuple(key.decode(code) for key, code in zip(keys, codes, strict=True))
        if isinstance(initial, Each):
            given = initial.value
            yield given(*entry) if callable(given) and not isinstance(given, type) else given
        else:
            wanted = entry if len(entry) > 1 else entry[0]
            if wanted not in initial:
                raise mistake(
                    f"{declaration.name} has no initial value for {wanted!r}",
                    "give one for every key, or use each(...)",
                )
            yield initial[wanted]


def _code(declaration: Declaration, values: Values, value: Any) -> int | None:
    if value is anything:
        return None
    code = values.encode(value)
    domain = values.domain
    if code < domain.low or (domain.high is not None and code > domain.high):
        raise mistake(
            f"{declaration.name} starts as {value!r}, which is not in {describe(domain)}",
            "choose another value or a larger scope",
        )
    return code


def describe(domain: Domain) -> str:
    """`Plan (none, plan 1 .. plan 4)`: for messages about values out of place."""
    if not domain.bounded:
        return f"{domain.name} (from {domain.show(domain.low)})"
    first, last = domain.members.start, domain.greatest
    if last < first:
        return f"{domain.name} (none only)"
    shown = domain.show(first) if first == last else f"{domain.show(first)} .. {domain.show(last)}"
    return f"{domain.name} ({'none, ' if domain.has_none else ''}{shown})"


class SymbolicStore:
    """Reads give symbols of the state before the step, as this step's own writes have changed it."""

    def __init__(self, slots: Mapping[str, Slot], access: Access = Access.STEP, *, after: bool = False) -> None:
        self.slots = slots
        self.access = access
        self.after = after
        self._written: dict[Variable, list[tuple[tuple[Term, ...], Term]]] = {}

    def read(self, declaration: Declaration) -> Any:
        self.access.check_read(declaration.name)
        slot = self.slots[declaration.name]
        if slot.keys:
            return SymbolicTable(self, slot)
        return Symbol(self.load(slot, ()), slot.values)

    def write(self, declaration: Declaration, value: Any) -> None:
        slot = self.slots[declaration.name]
        if slot.keys:
            raise mistake(
                f"assigns the whole table {declaration.name}",
                f"assign its entries: self.{declaration.name}[key] = value",
            )
        self.save(slot, (), value)

    def view(self, process: Process) -> Any:
        raise mistake(
            f"asks where {process.name} is from within a step",
            "a process knows only the model's attributes; claims may ask for control locations",
        )

    def load(self, slot: Slot, index: tuple[Term, ...]) -> Term:
        """The value of an entry now."""
        value = read(slot.variable, index, after=self.after)
        for written, new in self._written.get(slot.variable, ()):
            value = ite(conjunction(eq(a, b) for a, b in zip(written, index, strict=True)), new, value)
        return value

    def save(self, slot: Slot, index: tuple[Term, ...], value: Any) -> None:
        """Record a write. Raises StepFault on the path on which the value lies outside of its domain."""
        self.access.check_write(slot.variable.name)
        new = checked(value, slot.values, slot.variable.name)
        entries = self._written.setdefault(slot.variable, [])
        entries[:] = [(other, old) for other, old in entries if other != index]
        entries.append((index, new))

    def writes(self) -> Iterator[Write]:
        """The recorded writes that change something, in order."""
        for variable, entries in self._written.items():
            for index, value in entries:
                if len(entries) > 1 or value is not read(variable, index):
                    yield Write(variable, index, value)


def checked(value: Any, values: Values, name: str) -> Term:
    """The term of a value that is about to be stored, on the path on which it lies in the domain."""
    if isinstance(value, Symbol):
        _same_type(value, values, name)
    new = as_term(value, values)
    if not new.boolean and not current_path().ask(_within(new, values.domain.low, values.domain.high)):
        raise StepFault(FaultKind.DOMAIN, f"{name} takes a value outside of {describe(values.domain)}")
    return new


def _within(node: Term, low: int, high: int | None) -> Term:
    """That a number lies in a range, without the part that the path knows already."""
    facts = current_path().facts
    bounds = [le(number(low), node)] + ([] if high is None else [le(node, number(high))])
    return conjunction(bound for bound in bounds if not facts.decide(bound))


def _same_type(symbol: Symbol, values: Values, name: str) -> None:
    wanted, given = values.python, symbol.values.python if symbol.values else int
    if wanted is bool and not symbol.term.boolean:
        raise mistake(f"{name} is a bool and gets a number", "compare the number with something")
    if given is not wanted and not (wanted is int and given is int):
        article = symbol.values.article if symbol.values else "an int"
        hint = (
            f"write {values.domain.name}.none + number for an Ordinal"
            if values.domain.has_none and given is int
            else ""
        )
        raise mistake(
            f"{name} is {values.article} and gets a value that is {article}", hint or "assign a value of its domain"
        )


def key_term(part: Any, values: Values, name: str) -> Term:
    """The term of a key of a table, on the path on which it is a member. Raises StepFault on the other."""
    if isinstance(part, Symbol):
        _same_type(part, values, f"the key of {name}")
    found = as_term(part, values)
    domain = values.domain
    low = 1 if domain.has_none else domain.low
    if not found.boolean and not current_path().ask(_within(found, low, domain.high)):
        raise StepFault(FaultKind.KEY, f"{name} has no entry for the key that is asked")
    return found


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
            names = ", ".join(values.domain.name for values in slot.keys)
            raise mistake(f"{name} is asked with {len(parts)} keys", f"write {name}[{names.lower()}]")
        return tuple(key_term(part, values, name) for part, values in zip(parts, slot.keys, strict=True))

    def keys(self) -> list[Any]:
        """The members of the key's domain."""
        if len(self._slot.keys) != 1:
            raise mistake(f"loops over the keys of {self._slot.variable.name}", "loop over the domains of its keys")
        return list(members(self._slot.keys[0].python))

    def values(self) -> list[Any]:
        return [self[key] for key in self.keys()]

    def items(self) -> list[tuple[Any, Any]]:
        return [(key, self[key]) for key in self.keys()]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def __getattr__(self, name: str) -> Any:
        raise mistake(
            f"uses .{name} of the table {self._slot.variable.name}",
            "a table has a fixed entry for every key: read it, assign it, loop over its keys",
        )

    def __delitem__(self, key: Any) -> None:
        raise mistake(
            f"deletes an entry of {self._slot.variable.name}", "entries are fixed; assign a value that means 'absent'"
        )

    def __contains__(self, key: Any) -> bool:
        raise mistake(
            f"asks whether a key is in {self._slot.variable.name}",
            "every member has an entry; compare the entry's value",
        )
