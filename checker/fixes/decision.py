"""Decisions: what an engine found of every claim about one design, small enough to be kept by the thousand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, cast

from msgspec import Meta, Struct

from raceproof.checker.check import Prepared, run
from raceproof.checker.fixes.fingerprint import fingerprint
from raceproof.checker.language.claims import Claim
from raceproof.checker.limits import Limits
from raceproof.checker.results import Count, KindName, VerdictName, trace_in
from raceproof.checker.verdict import Undecided, Verdict, Violated

MOST_LAST_STEPS: Final = 3
NO_ENGINE: Final = "none"
_HOLDS = ("holds-in-scope", "proved")

Hexadecimal = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class ClaimDecision(Struct, frozen=True, forbid_unknown_fields=True):
    """What was found of one claim. `steps` is the length of its trace, null where it has none; `last` are the trace's
    last steps, `enactor 2: install`; `why` says what kept an undecided claim from being decided."""

    property: str
    kind: KindName
    verdict: VerdictName
    steps: Count | None = None
    last: Annotated[tuple[str, ...], Meta(max_length=MOST_LAST_STEPS)] = ()
    why: str | None = None


class Decision(Struct, frozen=True, forbid_unknown_fields=True):
    """What was found of every claim about one system, in the order of the claims, and what was covered for it.

    `fingerprint` is null where there was no system to take it of."""

    fingerprint: Hexadecimal | None
    claims: tuple[ClaimDecision, ...]
    engine: str
    states: Count
    transitions: Count
    depth: Count
    seconds: Annotated[float, Meta(ge=0)]

    @property
    def complete(self) -> bool:
        """Whether every claim is decided."""
        return all(claim.verdict in (*_HOLDS, "violated") for claim in self.claims)

    @property
    def satisfied(self) -> bool | None:
        """Whether every claim holds; None where that is not known."""
        if self.violated:
            return False
        return True if all(claim.verdict in _HOLDS for claim in self.claims) else None

    @property
    def violated(self) -> tuple[ClaimDecision, ...]:
        """The violated claims, shortest traces first; a claim that nothing satisfies has none, and comes last."""
        found = [claim for claim in self.claims if claim.verdict == "violated"]
        return tuple(sorted(found, key=lambda claim: (claim.steps is None, claim.steps)))


def decide(prepared: Prepared, limits: Limits) -> Decision:
    """Decide every claim about a design in its scope, by one search. Raises BrokenModel and UsageError as `check`
    does."""
    verdicts = run(prepared, limits=limits)
    counted = verdicts[0].statistics
    return Decision(
        fingerprint(prepared),
        tuple(map(_decided, verdicts)),
        counted.engine,
        counted.states,
        counted.transitions,
        counted.depth,
        counted.seconds,
    )


def undecided(name: str | None, claims: Sequence[Claim], why: str) -> Decision:
    """The decision about a system with this fingerprint, or about a design without one, that nobody has searched."""
    found = tuple(ClaimDecision(claim.name, claim.kind.value, "undecided", why=why) for claim in claims)
    return Decision(name, found, NO_ENGINE, 0, 0, 0, 0.0)


def _decided(verdict: Verdict) -> ClaimDecision:
    trace = trace_in(verdict)
    last = [f"{step.process}: {step.label}" for step in trace.steps[-MOST_LAST_STEPS:]] if trace else []
    return ClaimDecision(
        verdict.claim.name,
        verdict.claim.kind.value,
        cast(VerdictName, verdict.name),
        None if trace is None else len(trace),
        tuple(last) if isinstance(verdict, Violated) else (),
        verdict.why if isinstance(verdict, Undecided) else None,
    )
