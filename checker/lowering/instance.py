"""What a claim may ask of a process in a state of symbols: where an instance waits, and what its locals hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from raceproof.checker.errors import Code, did_you_mean, mistake
from raceproof.checker.language.processes import Process
from raceproof.checker.language.values import Values
from raceproof.checker.lowering.checking import key_term
from raceproof.checker.lowering.lower import Lowered
from raceproof.checker.lowering.source import source_of
from raceproof.checker.lowering.spots import helper_named, helpers_of, unknown_here
from raceproof.checker.lowering.symbols import BOOL_VALUES, Symbol, as_condition
from raceproof.checker.lowering.translating import NotKept
from raceproof.checker.system.build import conjunction, disjunction, eq, number, read
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import ProcessInfo


@dataclass(frozen=True, slots=True)
class Instances:
    """The instances of a process, by member."""

    lowered: Lowered
    info: ProcessInfo
    keys: tuple[Values, ...]
    cls: type
    process: Process
    after: bool
    asked: set[tuple[str, str]] = field(repr=False)

    def __getitem__(self, key: Any) -> SymbolicInstance:
        parts = key if isinstance(key, tuple) else (key,)
        if len(parts) != len(self.keys):
            names = ", ".join(key.domain.name.lower() for key in self.keys)
            raise mistake(
                f"asks for {self.info.name} with {len(parts)} keys",
                f"write {self.info.name}[{names}]",
                code=Code.CLAIM_ASKS,
            )
        return self.one(tuple(key_term(part, k, self.info.name) for part, k in zip(parts, self.keys, strict=True)))

    def one(self, index: tuple[Term, ...]) -> SymbolicInstance:
        return SymbolicInstance(self, index)

    def __getattr__(self, name: str) -> Any:
        raise mistake(
            f"asks for {self.info.name}.{name} of nobody in particular",
            f"write {self.info.name}[who].{name}",
            code=Code.CLAIM_ASKS,
        )


class SymbolicInstance:
    """One instance of a process in a state of symbols; with `helpers`, the call of the last of them that is under way
    in it."""

    def __init__(self, among: Instances, index: tuple[Term, ...], helpers: tuple[str, ...] = ()) -> None:
        self._among, self._index, self._helpers = among, index, helpers
        self._lowered, self._info = among.lowered, among.info

    def _where(self) -> Term:
        control = self._info.control
        if control is None:
            raise mistake(f"asks where {self._info.name} is", "an action has no places", code=Code.CLAIM_ASKS)
        return read(control, self._index, after=self._among.after)

    def at(self, label: str, **known: Any) -> Symbol:
        here = self._where()
        steps = {
            step.code: step
            for step in self._lowered.system.steps
            if step.process == self._info.name
            and step.code is not None
            and self._lowered.spots[self._info.name, step.code].is_inside(self._helpers)
        }
        codes = [code for code, step in steps.items() if step.label == label]
        if not codes:
            hint = did_you_mean(label, [step.label for step in steps.values()])
            raise mistake(f"{self._name} has no place '{label}'", hint, code=Code.CLAIM_ASKS)
        found = (conjunction((eq(here, number(code)), self._agrees(code, label, known))) for code in codes)
        return Symbol(disjunction(found), BOOL_VALUES)

    def _agrees(self, code: int, label: str, asked: Mapping[str, Any]) -> Term:
        """Whether what is known at a place is what a claim asks for."""
        known = self._lowered.spots[self._info.name, code].known
        for name in asked:
            if name not in known:
                raise unknown_here(self._name, label, name, known)
        return conjunction(as_condition(value == known[name]) for name, value in asked.items())

    @property
    def _name(self) -> str:
        return ".".join((self._info.name, *self._helpers))

    @property
    def done(self) -> Symbol:
        here = self._where()
        control = self._info.control
        assert control is not None
        return Symbol(eq(here, number(control.domain.greatest)), BOOL_VALUES)

    def __getattr__(self, name: str) -> Any:
        path = ".".join((*self._helpers, name))
        variable = self._info.locals.get(path)
        pair = (self._info.name, path)
        function = self._function()
        source = source_of(function)
        written = source.locals | (set(source.arguments[1:]) if self._helpers else set())
        if variable is None and name in written and pair not in self._lowered.observed:
            self._among.asked.add(pair)
            raise NotKept
        if variable is None and name not in written and helper_named(self._among.cls, name):
            return SymbolicInstance(self._among, self._index, (*self._helpers, name))
        if variable is None:
            known = {*written, *(found for found in self._info.locals if "." not in found and not self._helpers)}
            hint = did_you_mean(name, {*known, *helpers_of(self._among.cls)})
            if name in known:
                hint = f"it has no value while {self._name if self._helpers else 'the process'} waits"
            raise mistake(f"{self._info.name} has no local '{path}' at its yields", hint, code=Code.CLAIM_ASKS)
        self._among.asked.add(pair)
        return Symbol(read(variable, self._index, after=self._among.after), self._lowered.locals[variable])

    def _function(self) -> Callable[..., Any]:
        """The function of the process, or of the helper."""
        found = helper_named(self._among.cls, self._helpers[-1]) if self._helpers else None
        return found or self._among.process.function
