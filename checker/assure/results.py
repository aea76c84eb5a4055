"""A climb as data: what `raceproof assure --json` writes."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from raceproof.checker.assure.agreement import Answer, Disagreement
from raceproof.checker.assure.branches import Branch
from raceproof.checker.assure.rungs import Assurance, Exercise, Standing
from raceproof.checker.assure.scopes import Sizes
from raceproof.checker.assure.visiting import Visit
from raceproof.checker.errors import Code, UsageError
from raceproof.checker.results import Count, KindName, Result, VerdictName, result_of, versions
from raceproof.checker.verdict import NAMES

SCHEMA_VERSION: Final = 1

RungName = Literal[
    "disagreement",
    "violated",
    "undecided",
    "smaller scopes exhausted",
    "bounded depth",
    "exhausted",
    "proved in the default scope",
    "proved for every size",
    "reached",
]


class VisitResult(Struct, frozen=True, forbid_unknown_fields=True):
    """A scope that was explored, by `engines` to its end where `exhausted`, else until `why`. Where `reduced`, states,
    transitions and depth are those that reductions left."""

    scope: dict[str, Count]
    states: Count
    transitions: Count
    depth: Count
    reduced: bool
    exhausted: bool
    why: str
    engines: tuple[str, ...]
    verdicts: dict[str, VerdictName]


class BranchResult(Struct, frozen=True, forbid_unknown_fields=True):
    """A way in which a step can go: `after` is the label of the next place, "" for the same one."""

    process: str
    step: str
    location: str
    after: str
    writes: tuple[str, ...]


class ExerciseResult(Struct, frozen=True, forbid_unknown_fields=True):
    """The branches that happen in the default scope, those that do not, and the smallest scope in which all of the
    former happen, null where none is known."""

    taken: tuple[BranchResult, ...]
    never: tuple[BranchResult, ...]
    scope: dict[str, Count] | None


class StandingResult(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a claim stands. `event` is what the smallest scope shows that violates it, or reaches it where it asks for
    that; `smallest` says whether all that come before are known to have none. `largest` is the scope with the most
    states that was searched to its end without a violation. `depth` counts steps of the default scope, `missed` says
    why a rung was not reached."""

    property: str
    kind: KindName
    rung: RungName
    engines: tuple[str, ...]
    event: Result | None
    smallest: bool
    largest: dict[str, Count] | None
    depth: Count | None
    proved_in_default_scope_by: tuple[str, ...]
    certificate: str | None
    missed: dict[RungName, str]


class AnswerResult(Struct, frozen=True, forbid_unknown_fields=True):
    """What an engine said, and the command line that asks it again."""

    engine: str
    said: str
    command: str


class DisagreementResult(Struct, frozen=True, forbid_unknown_fields=True):
    """Two engines that cannot both be right about a claim in a scope; where `property` is null, about its states."""

    property: str | None
    scope: dict[str, Count]
    first: AnswerResult
    second: AnswerResult


class AssuranceResult(Struct, frozen=True, forbid_unknown_fields=True):
    """What a climb has come to. `open` names the domains of which a proof allows any number, `closed` the sizes of the
    others. `refused` are the scopes that could not be explored. `seconds` is the wall clock's, for everything."""

    model: str
    variant: str
    default_scope: dict[str, Count]
    claims: tuple[StandingResult, ...]
    exercised: ExerciseResult | None
    open: tuple[str, ...]
    closed: dict[str, Count]
    visits: tuple[VisitResult, ...]
    refused: tuple[tuple[dict[str, Count], str], ...]
    disagreements: tuple[DisagreementResult, ...]
    notes: tuple[str, ...]
    interrupted: bool
    seconds: Annotated[float, Meta(ge=0)]
    versions: dict[str, str]
    command: str
    schema_version: int


def assurance_result(found: Assurance, *, model: str, variant: str, command: str) -> AssuranceResult:
    """A climb as data, with the command line that climbs again."""
    names = tuple(standing.claim.name for standing in found.standings)
    return AssuranceResult(
        model,
        variant,
        _scope(found.default),
        tuple(_standing(standing, model, variant, names) for standing in found.standings),
        _exercise(found.exercise) if found.exercise else None,
        found.opened,
        dict(found.closed),
        tuple(_visit(visit) for visit in found.visits),
        tuple((_scope(scope), why) for scope, why in found.wrong.items()),
        tuple(_disagreement(disagreement) for disagreement in found.disagreements),
        found.notes,
        found.interrupted,
        found.seconds,
        versions(),
        command,
        SCHEMA_VERSION,
    )


def _scope(scope: Sizes) -> dict[str, int]:
    return {name: int(size) for name, size in scope}


def _standing(standing: Standing, model: str, variant: str, claims: tuple[str, ...]) -> StandingResult:
    name, event = standing.claim.name, standing.event
    result = None
    if event:
        result = result_of(
            event.verdicts[name], model=model, variant=variant, claims=claims, command=event.commands[name]
        )
    return StandingResult(
        name,
        standing.claim.kind.value,
        standing.rung.value,
        standing.engines,
        result,
        standing.smallest,
        _scope(standing.largest.scope) if standing.largest else None,
        standing.depth.steps if standing.depth else None,
        standing.proved_here,
        standing.proof.certificate if standing.proof is not None else None,
        {rung.value: why for rung, why in standing.missed.items()},
    )


def _exercise(exercise: Exercise) -> ExerciseResult:
    scope = _scope(exercise.visit.scope) if exercise.visit else None
    return ExerciseResult(_branches(exercise.taken), _branches(exercise.never), scope)


def _branches(found: frozenset[Branch]) -> tuple[BranchResult, ...]:
    return tuple(BranchResult(b.process, b.step, b.place, b.after, b.writes) for b in sorted(found))


def _visit(visit: Visit) -> VisitResult:
    return VisitResult(
        _scope(visit.scope),
        visit.states,
        visit.transitions,
        visit.depth,
        visit.reduced,
        visit.exhausted,
        visit.why,
        visit.engines,
        {name: NAMES[type(verdict)] for name, verdict in visit.verdicts.items()},  # type: ignore[misc]
    )


def _disagreement(found: Disagreement) -> DisagreementResult:
    return DisagreementResult(found.claim, _scope(found.scope), _answer(found.first), _answer(found.second))


def _answer(answer: Answer) -> AnswerResult:
    return AnswerResult(answer.engine, answer.said, answer.command)


def encode(result: AssuranceResult) -> bytes:
    """A climb as indented JSON in UTF-8, with a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def decode(data: bytes) -> AssuranceResult:
    """The climb in JSON text. Raises UsageError, with the place of the fault in it."""
    try:
        return msgspec.json.decode(data, type=AssuranceResult)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"this is no climb of raceproof's: {error}", code=Code.NOT_OURS) from error
