"""A survey as data: what `raceproof fixes --json` writes.

Each design names the system that it is, and each system is told once: designs that come to the same are seen to.
Certificates are not in it: they are found again by the command that is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from raceproof.checker.errors import Code, UsageError
from raceproof.checker.fixes.decision import Decision, Hexadecimal
from raceproof.checker.fixes.proof import ClaimProof, Proof
from raceproof.checker.fixes.survey import Survey
from raceproof.checker.language.space import Protection, Protections
from raceproof.checker.results import Count, versions
from raceproof.checker.symbolic.certificate import decode as certificate

SCHEMA_VERSION: Final = 2


class ProtectionResult(Struct, frozen=True, forbid_unknown_fields=True):
    """A protection: its name, and what it does."""

    name: str
    text: str


class ProofResult(Struct, frozen=True, forbid_unknown_fields=True):
    """What came of proving the claims about a design for any number of members of the `open` domains; `scope` has the
    sizes of the others. `lemmas` are the invariant, none where nothing is proved; `seconds` is what finding it took."""

    open: tuple[str, ...]
    scope: dict[str, Count]
    claims: tuple[ClaimProof, ...]
    lemmas: tuple[str, ...]
    seconds: Annotated[float, Meta(ge=0)]


class DesignResult(Struct, frozen=True, forbid_unknown_fields=True):
    """A set of protections. `satisfies` says whether every claim holds of it, null where that is not known; `system` is
    the fingerprint of what it is as a system, null where nobody has looked; `proof` is null where none was tried."""

    protections: Protections
    satisfies: bool | None
    system: Hexadecimal | None
    proof: ProofResult | None


class SurveyResult(Struct, frozen=True, forbid_unknown_fields=True):
    """The designs that were to be decided, smaller sets first, and what was found.

    `variant` is null where the whole space was asked for; else the designs are the variant's, and the variant's without
    each of its protections. `minimal` are the sets that satisfy every claim while no smaller one of `designs` is known
    to. `systems` has the decisions by fingerprint. `seconds` is the wall clock's, for everything.
    """

    model: str
    variant: str | None
    scope: dict[str, Count | None]
    claims: tuple[str, ...]
    protections: tuple[ProtectionResult, ...]
    designs: tuple[DesignResult, ...]
    systems: dict[str, Decision]
    minimal: tuple[Protections, ...]
    seconds: Annotated[float, Meta(ge=0)]
    versions: dict[str, str]
    command: str
    schema_version: int


def survey_result(
    survey: Survey,
    proofs: Mapping[Protections, Proof],
    *,
    model: str,
    variant: str | None,
    scope: Mapping[str, int | None],
    claims: Sequence[str],
    protections: Mapping[str, Protection],
    seconds: float,
    command: str,
) -> SurveyResult:
    """A survey as data, with the command line that makes it again."""
    systems = {found.fingerprint: found for found in survey.decisions.values() if found.fingerprint is not None}
    return SurveyResult(
        model,
        variant,
        {name: None if size is None else int(size) for name, size in scope.items()},
        tuple(claims),
        tuple(ProtectionResult(name, protection.text) for name, protection in protections.items()),
        tuple(_design(survey, found, proofs.get(found)) for found in survey.sets),
        systems,
        survey.minimal,
        seconds,
        versions(),
        command,
        SCHEMA_VERSION,
    )


def _design(survey: Survey, protections: Protections, proof: Proof | None) -> DesignResult:
    decision = survey.decisions.get(protections)
    system = decision.fingerprint if decision else None
    return DesignResult(protections, survey.satisfied(protections), system, _proof(proof) if proof else None)


def _proof(proof: Proof) -> ProofResult:
    lemmas = certificate(proof.certificate.encode()).lemmas if proof.certificate else ()
    reads = tuple(lemma.reads for lemma in lemmas)
    return ProofResult(proof.open, proof.scope, proof.claims, reads, proof.seconds)


def encode(result: SurveyResult) -> bytes:
    """A survey as indented JSON in UTF-8, with a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def decode(data: bytes) -> SurveyResult:
    """The survey in JSON text. Raises UsageError, with the place of the fault in it."""
    try:
        return msgspec.json.decode(data, type=SurveyResult)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"this is no survey of raceproof's: {error}", code=Code.NOT_OURS) from error
