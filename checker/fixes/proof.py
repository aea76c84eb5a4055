"""Proofs of designs: what an invariant shows of every claim for any number of members, small enough to be kept.

A proof is no part of a decision: what holds in a scope is decided there, and whatever comes of a proof says more about
the same claims. A kept one is data that may come from anybody; its certificate is checked again before it counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from raceproof.checker.fixes.decision import Hexadecimal
from raceproof.checker.language.claims import Claim
from raceproof.checker.results import Count, KindName
from raceproof.checker.symbolic.certificate import MOST_BYTES as MOST_CERTIFICATE_BYTES
from raceproof.checker.symbolic.obligations import PROVABLE


class ClaimProof(Struct, frozen=True, forbid_unknown_fields=True):
    """What came of the proof of one claim. `why` says what kept it from being proved; for one that is violated in
    another scope than the survey's, which scope that is, and `steps` the length of its trace."""

    property: str
    kind: KindName
    verdict: Literal["proved", "undecided", "violated"]
    steps: Count | None = None
    why: str | None = None


class Proof(Struct, frozen=True, forbid_unknown_fields=True):
    """What came of proving every claim about one design that an invariant could prove, in the order of the claims.

    `open` are the domains that may have any number of members, `scope` has the sizes of the others. `certificate` is
    the text of a certificate of the claims that are proved, empty where none is. `settled` says whether trying again
    would come to the same. `seconds` is what finding it took. `fingerprint` is that of the system for any number of
    members, and null where there is none.
    """

    fingerprint: Hexadecimal | None
    open: tuple[str, ...]
    scope: dict[str, Count]
    claims: tuple[ClaimProof, ...]
    certificate: Annotated[str, Meta(max_length=MOST_CERTIFICATE_BYTES)]
    settled: bool
    seconds: Annotated[float, Meta(ge=0)]

    @property
    def complete(self) -> bool:
        """Whether it is worth keeping: trying again would come to the same, and what is proved has a certificate."""
        return self.settled and bool(self.certificate) is bool(self.proved)

    @property
    def proved(self) -> tuple[str, ...]:
        """The claims that are proved for any number of members."""
        return tuple(claim.property for claim in self.claims if claim.verdict == "proved")

    @property
    def whole(self) -> bool:
        """Whether every claim is proved."""
        return len(self.proved) == len(self.claims)

    @property
    def refuted(self) -> tuple[ClaimProof, ...]:
        """The claims that are violated in another scope than the survey's."""
        return tuple(claim for claim in self.claims if claim.verdict == "violated")

    @property
    def undecided(self) -> tuple[ClaimProof, ...]:
        return tuple(claim for claim in self.claims if claim.verdict == "undecided")


def provable(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims of a kind that an invariant could prove."""
    return tuple(claim for claim in claims if claim.kind in PROVABLE)


def unproved(name: str | None, claims: Sequence[Claim], why: str, seconds: float = 0.0) -> Proof:
    """What is known of a system that nobody could try to prove, for this reason."""
    found = tuple(ClaimProof(claim.name, claim.kind.value, "undecided", why=why) for claim in provable(claims))
    return Proof(name, (), {}, found, "", settled=False, seconds=seconds)
