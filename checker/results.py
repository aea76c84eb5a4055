"""Results as data: what the command line writes as JSON, and reads again without trusting it.

A file is a list of results, or a single one. Reading never runs anything that the file names: it is decoded into the
types below, and whatever does not fit them exactly is refused with the place of the fault.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from raceproof.checker.errors import Code, Location, UsageError
from raceproof.checker.filekinds import instead
from raceproof.checker.system.transition import Actor
from raceproof.checker.trace import Change, Trace, TraceStep
from raceproof.checker.verdict import HoldsInScope, HoldsUpTo, Undecided, Verdict, Violated

SCHEMA_VERSION = 2
MOST_BYTES = 64 * 2**20
UNCOUNTED = ("bounded", "induction", "parametric", "pdr", "simulation")

Count = Annotated[int, Meta(ge=0)]
Place = Annotated[str, Meta(pattern=r"^[^:]*:[0-9]{1,9}$")]
VerdictName = Literal["proved", "holds-in-scope", "holds-up-to", "violated", "undecided"]
KindName = Literal["always", "each_step", "reachable", "recoverable", "deadlock", "assertion"]


class ChangeResult(Struct, frozen=True, forbid_unknown_fields=True):
    """An entry that a step changed, before and after, as text."""

    name: str
    before: str
    after: str


class StepResult(Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a trace. `process`, `instance` and `choice` say who moved, in codes; `actor` and `choice_text` say
    the same in the model's words. `state` and `views` are what there is after the step."""

    process: str
    instance: tuple[int, ...]
    choice: int | None
    actor: str
    label: str
    location: Place
    choice_text: str | None
    changes: tuple[ChangeResult, ...]
    state: dict[str, str]
    views: dict[str, str]
    failure: str | None = None


class SimulationResult(Struct, frozen=True, forbid_unknown_fields=True):
    """Random walks: their seed, what took them, how many were begun, how long each could be, the steps of all.

    The claim was settled in the walk `found_in`, counted from 1, in `found_length` steps; `shortest` says whether the
    trace is known to be a shortest one. All three are null where nothing was found. `taken` says how often each step of
    the author's was taken, `stopped` what ended the simulation before its time.
    """

    seed: Count
    engine: str
    walks: Count
    length: Count
    steps: Count
    found_in: Count | None
    found_length: Count | None
    shortest: bool | None
    taken: dict[str, Count]
    stopped: str | None


class Result(Struct, frozen=True, forbid_unknown_fields=True):
    """One claim about one variant of a model in one scope, and what an engine found.

    `states` and `transitions` are null where the engine counts none: the bounded one does not visit them one by
    one, and a simulation does not know which it has visited before.

    `seconds` is the search itself, `start_up_seconds` what the engine took before it: compiling, above all.
    `workers` shared the search; where `reductions` were used, states and transitions count the reduced graph. `trace`
    leads from `initial` to the violation, or to the witness of a claim that something is reachable; both are null where
    there is none. `claims` names every claim of the same run: they decide which locals a state holds. `expected` stands
    in the results of a table only, `simulation` in those of random walks.
    """

    model: str
    variant: str
    scope: dict[str, Count | None]
    property: str
    kind: KindName
    verdict: VerdictName
    engine: str
    states: Count | None
    transitions: Count | None
    depth: Count
    seconds: Annotated[float, Meta(ge=0)]
    start_up_seconds: Annotated[float, Meta(ge=0)]
    workers: Annotated[int, Meta(ge=1)]
    reductions: tuple[str, ...]
    memory_bytes: Count
    why: str | None
    initial: dict[str, str] | None
    initial_views: dict[str, str] | None
    trace: tuple[StepResult, ...] | None
    claims: tuple[str, ...]
    versions: dict[str, str]
    command: str
    schema_version: int
    expected: VerdictName | UnsetType = UNSET
    simulation: SimulationResult | UnsetType = UNSET


def result_of(
    verdict: Verdict,
    *,
    model: str,
    variant: str,
    claims: Sequence[str],
    command: str,
    expected: VerdictName | UnsetType = UNSET,
) -> Result:
    """A verdict as data, with the command line that reproduces it."""
    counted = verdict.statistics
    trace = trace_in(verdict)
    names: dict[str, VerdictName] = {
        name: name for name in ("proved", "holds-in-scope", "holds-up-to", "violated", "undecided")
    }
    return Result(
        model=model,
        variant=variant,
        scope=_scope_of(verdict),
        property=verdict.claim.name,
        kind=verdict.claim.kind.value,
        verdict=names[verdict.name],
        engine=counted.engine,
        states=None if counted.engine in UNCOUNTED else counted.states,
        transitions=None if counted.engine in UNCOUNTED else counted.transitions,
        depth=verdict.depth if isinstance(verdict, HoldsUpTo) else counted.depth,
        seconds=counted.seconds,
        start_up_seconds=counted.start_up_seconds,
        workers=counted.workers,
        reductions=counted.reductions,
        memory_bytes=counted.memory_bytes,
        why=verdict.why if isinstance(verdict, Undecided) else None,
        initial=None if trace is None else dict(trace.initial),
        initial_views=None if trace is None else dict(trace.initial_views),
        trace=None if trace is None else tuple(_step_result(step) for step in trace.steps),
        claims=tuple(claims),
        versions=versions(),
        command=command,
        schema_version=SCHEMA_VERSION,
        expected=expected,
    )


def trace_in(verdict: Verdict) -> Trace | None:
    """The counterexample or the witness that a verdict carries; a trace of no steps is one too."""
    return verdict.trace if isinstance(verdict, Violated | HoldsInScope) else None


def _scope_of(verdict: Verdict) -> dict[str, int | None]:
    """The sizes that were covered; of a trace those in which it runs, where members of an endless domain are never
    counted again from 1."""
    path = verdict.path if isinstance(verdict, Violated) else getattr(verdict, "witness", None)
    scope = path.system.scope if path else verdict.scope
    return {name: None if size is None else int(size) for name, size in scope.items()}


def _step_result(step: TraceStep) -> StepResult:
    return StepResult(
        process=step.actor.process,
        instance=step.actor.instance,
        choice=step.actor.choice,
        actor=step.process,
        label=step.label,
        location=step.location.short,
        choice_text=step.choice,
        changes=tuple(ChangeResult(change.name, change.before, change.after) for change in step.changes),
        state=dict(step.state),
        views=dict(step.views),
        failure=step.failure,
    )


def trace_of_result(result: Result) -> Trace | None:
    """The trace of a result, for showing it. Its locations name files without their folders."""
    if result.trace is None:
        return None
    return Trace(result.initial or {}, result.initial_views or {}, tuple(_step(step) for step in result.trace))


def _step(step: StepResult) -> TraceStep:
    file, _, line = step.location.rpartition(":")
    return TraceStep(
        Actor(step.process, step.instance, step.choice),
        step.actor,
        step.label,
        Location(file, int(line)),
        step.choice_text,
        tuple(Change(change.name, change.before, change.after) for change in step.changes),
        step.state,
        step.views,
        step.failure,
    )


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    try:
        own = metadata.version("raceproof")
    except metadata.PackageNotFoundError:
        own = "unknown"
    return (("raceproof", own), ("python", platform.python_version()))


def versions() -> dict[str, str]:
    """The versions that a result depends on."""
    return dict(_versions())


def encode(results: Result | Sequence[Result]) -> bytes:
    """Results as indented JSON in UTF-8, with a newline at the end."""
    data = results if isinstance(results, Result) else list(results)
    return msgspec.json.format(msgspec.json.encode(data), indent=2) + b"\n"


class _Header(Struct):
    schema_version: int


def decode(data: bytes, source: str = "the file") -> tuple[Result, ...]:
    """The results in JSON text, a list of them or a single one. Raises UsageError naming `source`, and the path of the
    fault in it."""
    if len(data) > MOST_BYTES:
        raise UsageError(
            f"{source} is larger than {MOST_BYTES // 2**20} MiB, which no trace of raceproof is", code=Code.NOT_OURS
        )
    try:
        headers = msgspec.json.decode(data, type=list[_Header] | _Header)
        for header in headers if isinstance(headers, list) else [headers]:
            if header.schema_version != SCHEMA_VERSION:
                raise UsageError(
                    f"{source} is written in version {header.schema_version} of the format; "
                    f"this raceproof reads version {SCHEMA_VERSION}",
                    code=Code.NOT_OURS,
                )
        found = msgspec.json.decode(data, type=list[Result] | Result)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        why = instead(data, error, wanted="schema_version")
        raise UsageError(f"{source} is not a result of raceproof: {why}", code=Code.NOT_OURS) from error
    return tuple(found) if isinstance(found, list) else (found,)


def read(path: Path) -> tuple[Result, ...]:
    """The results in a file. Raises UsageError where it cannot be read or holds something else."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error}", code=Code.NOT_OURS
        ) from error
    return decode(data, str(path))
