"""Claims as terms: the author's predicates run over symbols of a state, and of the state after a step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from raceproof.checker.errors import Code, ModelError, UsageError, blaming, did_you_mean
from raceproof.checker.language.access import Access
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.model import Model, domains
from raceproof.checker.language.processes import Process
from raceproof.checker.language.scope import Scope
from raceproof.checker.language.values import values_of
from raceproof.checker.lowering.forking import cases
from raceproof.checker.lowering.instance import Instances
from raceproof.checker.lowering.lower import Lowered, lower, symbolic
from raceproof.checker.lowering.methods import lint_claim
from raceproof.checker.lowering.store import SymbolicStore, slots_of
from raceproof.checker.lowering.symbols import as_answer
from raceproof.checker.lowering.translating import NotKept
from raceproof.checker.system.build import TRUE
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import ClaimKind, Property, Undefined


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
            raise UsageError(
                f"the scope sizes {domain.__name__}, which {type(model).__name__} does not use",
                code=Code.UNKNOWN_DOMAIN,
            )
    return lowered, tuple(properties)


def lower_claim(model: Model, scope: Scope, lowered: Lowered, claim: Claim, asked: set[tuple[str, str]]) -> Property:
    """One claim as terms; the (process, local) pairs that it asks for are added to `asked`. Raises ModelError."""
    if not isinstance(claim, Claim):
        name = getattr(claim, "__name__", repr(claim))
        raise UsageError(
            f"{name} is no claim: decorate its function with @always, @each_step, @reachable or the like",
            code=Code.CLAIM,
        )
    if claim.kind in (ClaimKind.DEADLOCK, ClaimKind.ASSERTION):
        return Property(claim.name, claim.kind, TRUE, TRUE)
    lint_claim(claim.predicate)
    names = lowered.system.by_name
    unknown = (claim.by or frozenset()) - names.keys()
    if unknown:
        name = min(unknown)
        hint = did_you_mean(name, names)
        raise ModelError(
            f"{claim.name} counts on {name}, which is no process", hint=hint, location=claim.location, code=Code.CLAIM
        )
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
        self._cls = type(model)

    def view(self, process: Process) -> Any:
        info = self._lowered.system.by_name[process.name]
        keys = tuple(values_of(domain) for domain in process.each)
        view = Instances(self._lowered, info, keys, self._cls, process, self.after, self._asked)
        return view if info.keys else view.one(())
