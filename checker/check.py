"""`check`: a model, claims and a scope in; verdicts out, every counterexample replayed through the author's Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args, overload

from raceproof.checker.endless import check_order_alone, resized
from raceproof.checker.errors import Code, InternalError, ModelError, UsageError, did_you_mean
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.model import Model, domains
from raceproof.checker.language.scope import Scope
from raceproof.checker.limits import Limits, default_memory_bytes
from raceproof.checker.lowering.claims import lower_all
from raceproof.checker.lowering.lower import Lowered
from raceproof.checker.options import CheckpointRefused, Options
from raceproof.checker.system.ordinals import endless_domains
from raceproof.checker.system.transition import Actor, ClaimKind, FaultKind, Property
from raceproof.checker.trace import Trace, trace_of
from raceproof.checker.verdict import FaultFound, HoldsInScope, Path, Verdict, Violated

if TYPE_CHECKING:
    from raceproof.checker.oracle import Oracle, OracleState, Replay

Engine = Literal["explicit", "portable", "native", "bounded", "oracle"]
ENGINES: tuple[str, ...] = get_args(Engine)
DEFAULT_DEPTH = 20
_ADD_TO_NEWEST = "make a newer one from the variable that always holds the newest: self.newest += 1"

Sizes = Mapping[Any, float]
"""A scope as a caller gives it: sizes by domain, or by a domain's name."""


class BrokenModel(ModelError):
    """The model itself goes wrong in a reachable state: a value outside of its domain, a key that does not exist, an
    exception. `trace` leads there; `shortest` says whether there is known to be no shorter way."""

    def __init__(self, error: ModelError, trace: Trace, *, shortest: bool = True) -> None:
        super().__init__(error.message, hint=error.hint, location=error.location, code=error.code)
        self.trace = trace
        self.shortest = shortest


@dataclass(frozen=True, slots=True)
class Prepared:
    """A model in a scope, lowered once, ready for any engine."""

    model: Model
    scope: Scope
    claims: tuple[Claim, ...]
    lowered: Lowered
    properties: tuple[Property, ...]

    def oracle(self) -> Oracle:
        """A fresh run of the author's own Python."""
        from raceproof.checker.oracle import Oracle

        system = self.lowered.system
        values = self.lowered.locals
        locals = {(info.name, path): values[v] for info in system.processes for path, v in info.locals.items()}
        return Oracle(self.model, self.scope, locals, self.lowered.observed)


def prepare(model: Model, claims: Sequence[Claim] = (), scope: Sizes | None = None) -> Prepared:
    """Lower a model and claims in a scope. Raises ModelError, UsageError."""
    if not isinstance(model, Model):
        raise UsageError(f"{model!r} is no model: give an instance, such as MyModel()", code=Code.UNKNOWN_MODEL)
    sized = as_scope(model, scope)
    lowered, properties = lower_all(model, sized, tuple(claims))
    check_order_alone(model, sized, claims, lowered, properties)
    return Prepared(model, sized, tuple(claims), lowered, properties)


def as_scope(model: Model, sizes: Sizes | None) -> Scope:
    """The scope that sizes by domain or by name stand for. Raises UsageError for a name that is no domain."""
    by_name = {name: size for name, size in (sizes or {}).items() if isinstance(name, str)}
    by_type = {domain: size for domain, size in (sizes or {}).items() if not isinstance(domain, str)}
    named = Scope.named(by_name, domains(model))
    return Scope({**by_type, **named.sizes})


def run(
    prepared: Prepared,
    engine: Engine = "explicit",
    depth: int = DEFAULT_DEPTH,
    limits: Limits | None = None,
    options: Options | None = None,
) -> tuple[Verdict, ...]:
    """One verdict for each claim, in order, from one run of the engine.

    `depth` bounds the bounded engine; `limits` bound any; without them a search stops at three quarters of the memory.
    `options` are the explicit search's. Raises BrokenModel where the model itself goes wrong, UsageError where the
    engine cannot be had, and InternalError where a counterexample does not replay.
    """
    limits = limits or Limits(max_memory_bytes=default_memory_bytes())
    check_bounded(prepared, f"the {engine} engine")
    if engine in ("bounded", "oracle"):
        check_finite(prepared, f"the {engine} engine")
    try:
        verdicts = _verdicts(prepared, engine, depth, limits, options)
    except FaultFound as found:
        raise broken_model(prepared, found) from found
    return tuple(with_trace(prepared, claim, verdict) for claim, verdict in zip(prepared.claims, verdicts, strict=True))


def check_bounded(prepared: Prepared, who: str) -> None:
    """Raises UsageError where the scope leaves a size open."""
    if not prepared.lowered.system.bounded:
        unbounded = min(name for name, size in prepared.lowered.system.scope.items() if size is None)
        raise UsageError(f"{unbounded} is unbounded in this scope; {who} needs a size", code=Code.NO_SIZE)


def check_finite(prepared: Prepared, who: str) -> None:
    """Raises UsageError where a domain has no last member and something cannot do without."""
    for domain in endless_domains(prepared.lowered.system):
        raise UsageError(
            f"{domain.name} is endless, and {who} needs a last one; the explicit engine does not", code=Code.NO_SIZE
        )


def _verdicts(
    prepared: Prepared, engine: Engine, depth: int, limits: Limits | None, options: Options | None
) -> tuple[Verdict, ...]:
    system, properties = prepared.lowered.system, prepared.properties
    match engine:
        case "explicit" | "portable" | "native":
            from raceproof.checker.explicit import NativeUnavailable, explore

            try:
                return explore(system, properties, limits, options, engine)
            except NativeUnavailable as reason:
                raise UsageError(f"there is no native engine here: {reason}", code=Code.ENGINE) from reason
            except CheckpointRefused as refused:
                raise UsageError(str(refused), code=Code.CHECKPOINT) from refused
        case "bounded":
            from raceproof.checker.bounded import unroll

            return unroll(system, properties, depth, limits)
        case "oracle":
            from raceproof.checker.oracle import explore as explore_python

            pairs = list(zip(prepared.claims, properties, strict=True))
            return explore_python(prepared.oracle(), system, pairs, limits)
        case _:
            raise UsageError(f"there is no engine {engine!r}; {did_you_mean(engine, ENGINES)}", code=Code.ENGINE)


def with_trace(prepared: Prepared, claim: Claim, verdict: Verdict) -> Verdict:
    """The verdict with its path replayed through Python and told in the model's words."""
    if isinstance(verdict, Violated) and verdict.path:
        prepared, path = in_real_size(prepared, verdict.path)
        return replace(verdict, path=path, trace=_replayed(prepared, claim, path), about=prepared)
    if isinstance(verdict, HoldsInScope) and verdict.witness:
        prepared, path = in_real_size(prepared, verdict.witness)
        return replace(verdict, witness=path, trace=_replayed(prepared, claim, path), about=prepared)
    return verdict


def in_real_size(prepared: Prepared, path: Path) -> tuple[Prepared, Path]:
    """A path that has a member of each endless domain for every one that is made, and the model in that size."""
    if not endless_domains(path.system):
        return prepared, path
    from raceproof.checker.explicit.concrete import concrete, sizes_needed

    scope = resized(prepared.model, prepared.scope, sizes_needed(path))
    lowered, properties = lower_all(prepared.model, scope, prepared.claims)
    larger = Prepared(prepared.model, scope, prepared.claims, lowered, properties)
    return larger, concrete(path, lowered.system)


def _replayed(prepared: Prepared, claim: Claim, path: Path) -> Trace:
    from raceproof.checker.oracle import replay

    oracle = prepared.oracle()
    done = replay(oracle, path)
    if not confirms(oracle, claim, done):
        raise InternalError(f"Python does not confirm the counterexample to {claim.name}")
    views = [oracle.views(state) for state in done.states]
    return trace_of(path.system, path.states, path.commands, path.fault, views, str(done.failure or "") or None)


def confirms(oracle: Oracle, claim: Claim, done: Replay) -> bool:
    """Whether the end of a replay shows what it should: that the claim is broken, or that something is reachable. For a
    recoverable claim it shows no more than that the state itself is not good."""
    last = done.states[-1]
    match claim.kind:
        case ClaimKind.ALWAYS | ClaimKind.RECOVERABLE:
            return not oracle.ask(claim.predicate, last)
        case ClaimKind.REACHABLE:
            return oracle.ask(claim.predicate, last)
        case ClaimKind.EACH_STEP:
            return len(done.states) > 1 and not oracle.ask(claim.predicate, *done.states[-2:])
        case ClaimKind.DEADLOCK:
            return not last.at_rest and not any(_can_move(oracle, last, actor) for actor in oracle.actors(last))
        case ClaimKind.ASSERTION:
            return done.failure is not None


def _can_move(oracle: Oracle, state: OracleState, actor: Actor) -> bool:
    """Whether an actor has a step to take, be it one that fails."""
    from raceproof.checker.oracle.run import AssertFailed

    try:
        return oracle.step(state, actor) is not None
    except (AssertFailed, ModelError):
        return True


def broken_model(prepared: Prepared, found: FaultFound) -> ModelError:
    """What Python itself says at the end of the path to a fault."""
    from raceproof.checker.oracle import replay

    prepared, path = in_real_size(prepared, found.path)
    oracle = prepared.oracle()
    newest = path.fault is not None and path.fault.kind is FaultKind.NEWEST
    done = replay(oracle, replace(path, fault=None) if newest else path)
    error = done.failure
    if newest and path.fault:
        error = ModelError(path.fault.message, hint=_ADD_TO_NEWEST, location=path.fault.location, code=Code.ENDLESS)
    if not isinstance(error, ModelError):
        error = _claim_error(prepared, oracle, done.states[-1]) or ModelError(found.message, code=Code.EXCEPTION)
    views = [dict[str, str]() for _ in done.states]
    trace = trace_of(path.system, path.states, path.commands, path.fault, views, error.message)
    return BrokenModel(error, trace, shortest=found.shortest)


def _claim_error(prepared: Prepared, oracle: Oracle, state: object) -> ModelError | None:
    """The error that some claim makes when it is asked of the state."""
    for claim in prepared.claims:
        for predicate in (claim.predicate, claim.given):
            try:
                if predicate and claim.kind not in (ClaimKind.EACH_STEP, ClaimKind.DEADLOCK, ClaimKind.ASSERTION):
                    oracle.ask(predicate, state)  # type: ignore[arg-type]
            except ModelError as error:
                return error
    return None


@overload
def check(
    model: Model,
    claims: Claim,
    *,
    scope: Sizes | None = None,
    engine: Engine = "explicit",
    depth: int = DEFAULT_DEPTH,
    limits: Limits | None = None,
    options: Options | None = None,
) -> Verdict: ...
@overload
def check(
    model: Model,
    claims: Sequence[Claim],
    *,
    scope: Sizes | None = None,
    engine: Engine = "explicit",
    depth: int = DEFAULT_DEPTH,
    limits: Limits | None = None,
    options: Options | None = None,
) -> tuple[Verdict, ...]: ...
def check(
    model: Model,
    claims: Claim | Sequence[Claim],
    *,
    scope: Sizes | None = None,
    engine: Engine = "explicit",
    depth: int = DEFAULT_DEPTH,
    limits: Limits | None = None,
    options: Options | None = None,
) -> Verdict | tuple[Verdict, ...]:
    """Check claims about a model in a scope; one verdict for one claim, a tuple for several.

    check(DnsAutomation(), never_empty, scope={Plan: 4, Enactor: 2}) explores every interleaving. In a test write
    `verdict = check(...)` and `assert verdict.holds, str(verdict)`: the message is the counterexample.

    `scope` gives sizes for domains that should not have their default one; `engine` is "explicit" (every reachable
    state; compiled where that is possible, which "native" insists on and "portable" does without), "bounded" (Z3, up to
    `depth` steps) or "oracle" (plain Python, slow). Raises ModelError for a mistake in the
    model, UsageError for one in the call.
    """
    several = (claims,) if isinstance(claims, Claim) else tuple(claims)
    verdicts = run(prepare(model, several, scope), engine, depth, limits, options)
    return verdicts[0] if isinstance(claims, Claim) else verdicts
