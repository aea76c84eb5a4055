"""Claims as terms: the author's predicates run over symbols of a state, and of the state after a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from raceproof.checker.errors import ModelError, UsageError, blaming, did_you_mean, mistake
from raceproof.checker.language.access import Access
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.model import Model, domains
from raceproof.checker.language.processes import Process
from raceproof.checker.language.scope import Scope
from raceproof.checker.language.values import Values, values_of
from raceproof.checker.lowering.checking import key_term
from raceproof.checker.lowering.forking import cases
from raceproof.checker.lowering.lower import Lowered, lower, symbolic
from raceproof.checker.lowering.methods import lint_claim
from raceproof.checker.lowering.source import source_of
from raceproof.checker.lowering.store import SymbolicStore, slots_of
from raceproof.checker.lowering.symbols import BOOL_VALUES, Symbol, as_answer
from raceproof.checker.lowering.translating import NotKept
from raceproof.checker.system.build import TRUE, disjunction, eq, number, read
from raceproof.checker.system.terms import Term, Variable
from raceproof.checker.system.transition import ClaimKind, ProcessInfo, Property, Undefined


def lower_all(model: Model, scope: Scope, claims: tuple[Claim, ...]) -> tuple[Lowered, tuple[Property, ...]]:
    """The lowered model and the claims over it. A local that a claim asks for is kept in every state."""
    asked: set[tuple[str, str]] = set()
    while True:
        lowered = lower(model, scope, frozenset(asked))
        known = len(asked)
        properties = [lower_claim(model, scope, lowered, claim, asked) for claim in claims]
        if len(asked) == known:
            break
    used = {*scope.asked, *domains(model).values()}
    for domain in scope.sizes:
        if domain not in used:
            raise UsageError(f"the scope sizes {domain.__name__}, which {type(model).__name__} does not use")
    return lowered, tuple(properties)


def lower_claim(model: Model, scope: Scope, lowered: Lowered, claim: Claim, asked: set[tuple[str, str]]) -> Property:
    """One claim as terms; the (process, local) pairs that it asks for are added to `asked`. Raises ModelError."""
    if not isinstance(claim, Claim):
        name = getattr(claim, "__name__", repr(claim))
        raise UsageError(f"{name} is no claim: decorate its function with @always, @each_step, @reachable or the like")
    if claim.kind in (ClaimKind.DEADLOCK, ClaimKind.ASSERTION):
        return Property(claim.name, claim.kind, TRUE, TRUE)
    lint_claim(claim.predicate)
    names = lowered.system.by_name
    unknown = (claim.by or frozenset()) - names.keys()
    if unknown:
        name = min(unknown)
        hint = did_you_mean(name, names)
        raise ModelError(f"{claim.name} counts on {name}, which is no process", hint=hint, location=claim.location)
    undefined: list[Undefined] = []
    with blaming(claim.location), symbolic(scope):
        states = [_state(model, lowered, asked, after=False)]
        if claim.kind is ClaimKind.EACH_STEP:
            states.append(_state(model, lowered, asked, after=True))
        predicate = _term(lambda: claim.predicate(*states), claim.name, undefined)
        given = claim.given
        if given:
            lint_claim(given)
        premise = _term(lambda: given(*states), "given", undefined) if given else TRUE
    return Property(claim.name, claim.kind, predicate, premise, claim.by, tuple(undefined))


def _term(ask: Callable[[], Any], name: str, undefined: list[Undefined]) -> Term:
    try:
        value, faults = cases(ask, lambda answer: as_answer(answer, name))
    except NotKept:
        return TRUE
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
        written = source_of(process.function).locals
        view = _Instances(self._lowered, info, keys, written, self.after, self._asked)
        return view if info.keys else view.one(())


@dataclass(frozen=True, slots=True)
class _Instances:
    """The instances of a process, by member."""

    lowered: Lowered
    info: ProcessInfo
    keys: tuple[Values, ...]
    written: frozenset[str]
    after: bool
    asked: set[tuple[str, str]] = field(repr=False)

    def __getitem__(self, key: Any) -> SymbolicInstance:
        parts = key if isinstance(key, tuple) else (key,)
        if len(parts) != len(self.keys):
            names = ", ".join(key.domain.name.lower() for key in self.keys)
            raise mistake(f"asks for {self.info.name} with {len(parts)} keys", f"write {self.info.name}[{names}]")
        return self.one(tuple(key_term(part, k, self.info.name) for part, k in zip(parts, self.keys, strict=True)))

    def one(self, index: tuple[Term, ...]) -> SymbolicInstance:
        return SymbolicInstance(self, index)

    def __getattr__(self, name: str) -> Any:
        raise mistake(
            f"asks for {self.info.name}.{name} of nobody in particular", f"write {self.info.name}[who].{name}"
        )


class SymbolicInstance:
    """One instance of a process in a state of symbols."""

    def __init__(self, among: _Instances, index: tuple[Term, ...]) -> None:
        self._lowered, self._info, self._after = among.lowered, among.info, among.after
        self._written, self._asked, self._index = among.written, among.asked, index

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
        pair = (self._info.name, name)
        if variable is None and name in self._written and pair not in self._lowered.observed:
            self._asked.add(pair)
            raise NotKept
        if variable is None:
            known = {found for found in {*self._info.locals, *self._written} if "." not in found}
            hint = "it has no value while the process waits" if name in known else did_you_mean(name, known)
            raise mistake(f"{self._info.name} has no local '{name}' at its yields", hint)
        self._asked.add(pair)
        return Symbol(self._read(variable), self._lowered.locals[variable])
