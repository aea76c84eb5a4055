"""The state of a model while one of its steps is lowered: every attribute is a symbol, every write is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from raceproof.checker.errors import Code, ModelError, blaming, mistake
from raceproof.checker.language.access import Access
from raceproof.checker.language.model import Declaration, Each, Model, anything, declarations
from raceproof.checker.language.processes import Process
from raceproof.checker.language.values import Values, values_of, written
from raceproof.checker.lowering.checking import checked, describe
from raceproof.checker.lowering.forking import current_path, loop_around, merging
from raceproof.checker.lowering.loops import Loop
from raceproof.checker.lowering.symbols import Symbol
from raceproof.checker.lowering.table import SymbolicTable
from raceproof.checker.system.build import read
from raceproof.checker.system.open import Entry, after
from raceproof.checker.system.terms import Term, Variable
from raceproof.checker.system.transition import Write


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
    with blaming(declaration.location):
        try:
            values = values_of(declaration.value_type)
            keys = tuple(values_of(key) for key in declaration.key_types)
            variable = Variable(declaration.name, tuple(key.domain for key in keys), values.domain)
            finite = all(key.domain.bounded for key in keys)
            starts = _initial_values(declaration, variable, keys) if finite else iter((_same(declaration),))
            return Slot(variable, values, keys, tuple(_code(declaration, values, value) for value in starts))
        except ModelError:
            raise
        except Exception as error:
            message = f"{declaration.name} has no initial value: {error}"
            raise mistake(message, "each(f) calls f with every key", code=Code.INITIAL_VALUE) from error


def _same(declaration: Declaration) -> Any:
    initial = declaration.initial
    if isinstance(initial, Each) and not callable(initial.value):
        return initial.value
    raise mistake(
        f"{declaration.name} has infinitely many entries and needs one initial value for all",
        f"{declaration.name} = each(value)",
        code=Code.INITIAL_VALUE,
    )


def _initial_values(declaration: Declaration, variable: Variable, keys: tuple[Values, ...]) -> Iterator[Any]:
    initial = declaration.initial
    if not keys:
        if isinstance(initial, Each | dict):
            raise mistake(
                f"{declaration.name} is one value, not a table",
                "write the value alone, without each(...)",
                code=Code.INITIAL_VALUE,
            )
        yield initial
        return
    if not isinstance(initial, Each | dict):
        raise mistake(
            f"{declaration.name} is a table",
            f"start every entry alike with each({written(initial)})",
            code=Code.INITIAL_VALUE,
        )
    for codes in variable.codes():
        entry = tuple(key.decode(code) for key, code in zip(keys, codes, strict=True))
        if isinstance(initial, Each):
            given = initial.value
            yield given(*entry) if callable(given) and not isinstance(given, type) else given
        else:
            wanted = next(iter(entry)) if len(entry) == 1 else entry
            if wanted not in initial:
                raise mistake(
                    f"{declaration.name} has no initial value for {wanted!r}",
                    "give one for every key, or use each(...)",
                    code=Code.INITIAL_VALUE,
                )
            yield initial[wanted]


def _code(declaration: Declaration, values: Values, value: Any) -> int | None:
    if value is anything:
        return None
    with blaming(declaration.location):
        code = values.encode(value, declaration.name)
    domain = values.domain
    if code < domain.low or (domain.high is not None and code > domain.high):
        raise mistake(
            f"{declaration.name} starts as {written(value)}, which is not in {describe(domain)}",
            "choose another value or a larger scope",
            code=Code.INITIAL_VALUE,
        )
    return code


class SymbolicStore:
    """Reads give symbols of the state before the step, as this step's own writes have changed it."""

    def __init__(self, slots: Mapping[str, Slot], access: Access = Access.STEP, *, after: bool = False) -> None:
        self.slots = slots
        self.access = access
        self.after = after
        self._written: dict[Variable, list[Entry]] = {}

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
                code=Code.TABLE_USE,
            )
        self.save(slot, (), value)

    def view(self, process: Process) -> Any:
        raise mistake(
            f"asks where {process.name} is from within a step",
            "a process knows only the model's attributes; claims may ask for control locations",
            code=Code.LOOK_INTO_PROCESS,
        )

    def load(self, slot: Slot, index: tuple[Term, ...]) -> Term:
        """The value of an entry now."""
        value = self._load(slot.variable, index)
        loop = loop_around()
        return loop.load(slot.variable, index, value) if loop else value

    def _load(self, variable: Variable, index: tuple[Term, ...]) -> Term:
        value = read(variable, index, after=self.after)
        for entry in self._written.get(variable, ()):
            value = after(entry, index, value)
        return value

    def save(self, slot: Slot, index: tuple[Term, ...], value: Any) -> None:
        """Record a write. Raises StepFault on the path on which the value lies outside of its domain."""
        (Access.LOOK if merging.get() else self.access).check_write(slot.variable.name)
        new = checked(value, slot.values, slot.variable.name)
        path = current_path()
        path.written, path.store = path.written + 1, self
        if path.loop:
            path.loop.save(slot.variable, index, new)
            return
        entries = self._written.setdefault(slot.variable, [])
        entries[:] = [entry for entry in entries if entry[0] != index]
        entries.append((index, new, ()))

    def end_loop(self, loop: Loop) -> None:
        """Take over what a loop over any number of members has written."""
        for variable, entry in loop.entries(self._load):
            self._written.setdefault(variable, []).append(entry)

    def writes(self) -> Iterator[Write]:
        """The recorded writes that change something, in order."""
        for variable, entries in self._written.items():
            for index, value, over in entries:
                if len(entries) > 1 or value is not read(variable, index):
                    yield Write(variable, index, value, over)
