"""Claims as terms: the author's predicates run over symbols of a state, and of the state after a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from raceproof.checker.errors import ModelError, did_you_mean, mistake
from raceproof.checker.language.access import Access
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.domains import Scope
from raceproof.checker.language.model import Model
from raceproof.checker.language.processes import Process
from raceproof.checker.language.values import Values, values_of
from raceproof.checker.lowering.forking import cases
from raceproof.checker.lowering.lower import Lowered, lower, symbolic
from raceproof.checker.lowering.source import source_of
from raceproof.checker.lowering.store import SymbolicStore, key_term, slots_of
from raceproof.checker.lowering.symbols import BOOL_VALUES, Symbol, as_condition
from raceproof.checker.system.build import TRUE, disjunction, eq, number, read
from raceproof.checker.system.terms import Term, Variable
from raceproof.checker.system.transition import ClaimKind, ProcessInfo, Property, TransitionSystem, Undefined


def lower_all(model: Model, scope: Scope, claims: tuple[Claim, ...]) -> tuple[Lowered, tuple[Property, ...]]:
    """The lowered model and the claims over it. A local that a claim asks for is kept in every state."""
    lowered = lower(model, scope)
    asked: set[tuple[str, str]] = set()
    properties = tuple(lower_claim(model, scope, lowered, claim, asked) for claim in claims)
    if asked:
        lowered = lower(model, scope, frozenset(asked))
        properties = tuple(lower_claim(model, scope, lowered, claim, asked) for claim in claims)
    return lowered, properties


def lower_with_claims(
    model: Model, scope: Scope, claims: tuple[Claim, ...]
) -> tuple[TransitionSystem, tuple[Property, ...]]:
    """The transition system and the claims over it."""
    lowered, properties = lower_all(model, scope, claims)
    return lowered.system, properties


def lower_claim(model: Model, scope: Scope, lowered: Lowered, claim: Claim, asked: set[tuple[str, str]]) -> Property:
    """One claim as terms; the (process, local) pairs that it asks for are added to `asked`. Raises ModelError."""
    if claim.kind in (ClaimKind.DEADLOCK, ClaimKind.ASSERTION):
        return Property(claim.name, claim.kind, TRUE, TRUE)
    if claim.predicate.__name__ != "<lambda>":
        source_of(claim.predicate)
    names = lowered.system.by_name
    unknown = (claim.by or frozenset()) - names.keys()
    if unknown:
        name = min(unknown)
        hint = did_you_mean(name, names)
        raise ModelError(f"{claim.name} counts on {name}, which is no process", hint=hint, location=claim.location)
    undefined: list[Undefined] = []
    with symbolic(scope):
        states = [_state(model, lowered, asked, after=False)]
        if claim.kind is ClaimKind.EACH_STEP:
            states.append(_state(model, lowered, asked, after=True))
        predicate = _term(lambda: claim.predicate(*states), undefined)
        given = claim.given
        premise = _term(lambda: given(*states), undefined) if given else TRUE
    return Property(claim.name, claim.kind, predicate, premise, claim.by, tuple(undefined))


def _term(ask: Callable[[], Any], undefined: list[Undefined]) -> Term:
    value, faults = cases(ask, as_condition)
    undefined += [Undefined(condition, fault.message, fault.location) for condition, fault in faults]
    return value


def _state(model: Model, lowered: Lowered, asked: set[tuple[str, str]], *, after: bool) -> Model:
    return model._running_on(_ClaimStore(model, lowered, asked, after))


class _ClaimStore(SymbolicStore):
    """A state as a claim sees it: nothing can be written, and control locations can be asked for."""

    def __init__(self, model: Model, lowered: Lowered, asked: set[tuple[str, str]], after: bool) -> None:
        super().__init__(slots_of(model), Access.LOOK, after=after)
        self._lowered = lowered
        self._asked = asked

    def view(self, process: Process) -> Any:
        info = self._lowered.system.by_name[process.name]
        keys = tuple(values_of(domain) for domain in process.each)
        view = _Instances(self._lowered, info, keys, self.after, self._asked)
        return view if info.keys else view.one(())


@dataclass(frozen=True, slots=True)
class _Instances:
    """The instances of a process, by member."""

    lowered: Lowered
    info: ProcessInfo
    keys: tuple[Values, ...]
    after: bool
    asked: set[tuple[str, str]] = field(repr=False)

    def __getitem__(self, key: Any) -> SymbolicInstance:
        parts = key if isinstance(key, tuple) else (key,)
        if len(parts) != len(self.keys):
            raise mistake(f"asks for {self.info.name} with {len(parts)} keys", f"it has {len(self.keys)}")
        return self.one(tuple(key_term(part, k, self.info.name) for part, k in zip(parts, self.keys, strict=True)))

    def one(self, index: tuple[Term, ...]) -> SymbolicInstance:
        return SymbolicInstance(self.lowered, self.info, index, self.after, self.asked)

    def __getattr__(self, name: str) -> Any:
        raise mistake(
            f"asks for {self.info.name}.{name} of nobody in particular", f"write {self.info.name}[who].{name}"
        )


class SymbolicInstance:
    """One instance of a process in a state of symbols."""

    def __init__(
        self, lowered: Lowered, info: ProcessInfo, index: tuple[Term, ...], after: bool, asked: set[tuple[str, str]]
    ) -> None:
        self._lowered, self._info, self._index, self._after, self._asked = lowered, info, index, after, asked

    def _read(self, variable: Variable) -> Term:
        return read(variable, self._index, after=self._after)

    def _is_at(self, codes: list[int]) -> Symbol:
        control = self._info.control
        if control is None:
            raise mistake(f"asks where {self._info.name} is", "an action has no places")
        here = self._read(control)
        return Symbol(disjunction(eq(here, number(code)) for code in codes), BOOL_VALUES)

    def at(self, label: str) -> Symbol:
        steps = [step for step in self._lowered.system.steps if step.process == self._info.name]
        codes = [step.code for step in steps if step.label == label and step.code is not None]
        if not codes:
            known = did_you_mean(label, [step.label for step in steps])
            raise mistake(f"{self._info.name} has no place '{label}'", known)
        return self._is_at(codes)

    @property
    def done(self) -> Symbol:
        control = self._info.control
        return self._is_at([] if control is None else [control.domain.greatest])

    def __getattr__(self, name: str) -> Any:
        variable = self._info.locals.get(name)
        if variable is None:
            raise mistake(f"{self._info.name} has no local '{name}'", did_you_mean(name, self._info.locals))
        self._asked.add((self._info.name, name))
        return Symbol(self._read(variable), self._lowered.locals[variable])
