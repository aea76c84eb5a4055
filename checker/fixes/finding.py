"""Finding the proof of one design, or checking again one that was kept.

A design need not be a variant with a name. Its certificate says which protections it has, for people; whoever checks it
has lowered the design itself.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Final

from raceproof.checker.errors import ModelError, UsageError
from raceproof.checker.fixes.fingerprint import sources
from raceproof.checker.fixes.proof import ClaimProof, Proof, provable, unproved
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.model import Model
from raceproof.checker.language.space import Protections, written
from raceproof.checker.limits import Limits
from raceproof.checker.opened import Opened, open_domains, open_model
from raceproof.checker.prove import IN_SCOPE_ONLY, Tell, prove
from raceproof.checker.recheck import recheck
from raceproof.checker.results import trace_in, versions
from raceproof.checker.symbolic.certificate import CertificateRefused, decode
from raceproof.checker.symbolic.discharging import MILLISECONDS
from raceproof.checker.system.fingerprint import fingerprint
from raceproof.checker.verdict import Proved, Undecided, Verdict, Violated

_FORMAT: Final = 1
"""The form in which proofs are kept: another one reads none of them."""

_PROVING: Final = ("fixes/finding.py", "opened.py", "prove.py", "recheck.py", "symbolic", "explicit", "system")
_MOST_NAME: Final = 200
_SETTLED: Final = "no invariant was found"
"""How the one reason begins that another attempt has too: limits, interruptions, solvers that gave up need not be met
again."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A design that is to be proved. `claims` are those that an invariant could prove; `opened` is the design for any
    number of members, None where it cannot be lowered so, for the reason `why`."""

    protections: Protections
    model: Model
    claims: tuple[Claim, ...]
    sizes: Mapping[str, int]
    opened: Opened | None
    why: str = ""

    @staticmethod
    def of(protections: Protections, model: Model, claims: Sequence[Claim], sizes: Mapping[str, int]) -> Attempt:
        """Lower a design for any number of members; `sizes` counts for the domains that cannot be left open."""
        asked, openable = provable(claims), {domain.__name__ for domain in open_domains(model, ())}
        closed = {name: size for name, size in sizes.items() if name not in openable}
        try:
            return Attempt(protections, model, asked, closed, open_model(model, asked, closed))
        except (ModelError, UsageError) as error:
            return Attempt(protections, model, asked, closed, None, f"cannot be lowered for any number: {error}")

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint of the question, and of the code and the solvers that answer it."""
        if self.opened is None:
            return None
        question = self.opened.system, self.opened.properties
        return fingerprint(*question, _FORMAT, versions()["raceproof"], sources(_PROVING), _solvers())

    def proof(self, kept: Proof | None, limits: Limits, tell: Tell) -> Proof:
        """The kept proof, if it is a good one, else one that is looked for. Raises InternalError."""
        if kept is not None:
            tell("checking a proof that is known again")
            if self.accepts(kept):
                return kept
        return self.found(limits, tell)

    def accepts(self, kept: Proof) -> bool:
        """Whether a proof is of this design and of the claims it says: everything is built and asked of two solvers
        anew."""
        opened = self.opened
        if opened is None or kept.fingerprint != self.fingerprint or not kept.proved or kept.refuted:
            return False
        names = [claim.name for claim in self.claims]
        if names != [claim.property for claim in kept.claims]:
            return False
        try:
            certificate = decode(kept.certificate.encode())
            # A certificate about fewer numbers of members than this is asked for would be good, and not enough.
            if (certificate.open, certificate.scope) != (opened.names, opened.closed_sizes):
                return False
            if (list(kept.open), kept.scope) != (opened.names, opened.closed_sizes):
                return False
            if list(kept.proved) != certificate.claims:
                return False
            recheck(certificate, self.model, [claim for claim in self.claims if claim.name in certificate.claims])
        except (CertificateRefused, UnicodeEncodeError):
            return False
        return True

    def found(self, limits: Limits, tell: Tell) -> Proof:
        """Look for a proof."""
        if self.opened is None:
            return unproved(None, self.claims, self.why)
        started = time.perf_counter()
        try:
            outcome = prove(
                self.model,
                self.claims,
                name=type(self.model).__name__[:_MOST_NAME],
                variant=written(self.protections)[:_MOST_NAME],
                sizes=self.sizes,
                method="parametric",
                limits=limits,
                tell=tell,
            )
        except (ModelError, UsageError) as error:
            return unproved(self.fingerprint, self.claims, str(error), time.perf_counter() - started)
        seconds = time.perf_counter() - started
        return Proof(
            self.fingerprint,
            tuple(self.opened.names),
            self.opened.closed_sizes,
            tuple(map(_claim, outcome.verdicts)),
            next((verdict.certificate for verdict in outcome.verdicts if isinstance(verdict, Proved)), ""),
            settled=_settled(outcome.verdicts, seconds, limits),
            seconds=seconds,
        )


def _claim(verdict: Verdict) -> ClaimProof:
    claim = verdict.claim
    match verdict:
        case Proved():
            return ClaimProof(claim.name, claim.kind.value, "proved")
        case Violated():
            trace, scope = trace_in(verdict), verdict.scope
            where = " ".join(f"{name}={size}" for name, size in sorted(scope.items()))
            return ClaimProof(
                claim.name, claim.kind.value, "violated", None if trace is None else len(trace), f"violated in {where}"
            )
        case Undecided():
            return ClaimProof(claim.name, claim.kind.value, "undecided", why=_why(verdict))
        case _:
            return ClaimProof(claim.name, claim.kind.value, "undecided", why=f"{verdict.name}, which is no proof")


def _why(verdict: Undecided) -> str:
    """Why a claim was not proved; that it holds in a scope, the survey knows."""
    return verdict.why.removeprefix(f"{IN_SCOPE_ONLY}: ")


def _settled(verdicts: Sequence[Verdict], seconds: float, limits: Limits) -> bool:
    """Whether another attempt would come to the same. Near the limit a solver has less time for each question, so that
    what it does not find then says nothing."""
    if any(isinstance(verdict, Violated) for verdict in verdicts):
        return False
    reasons = [_why(verdict) for verdict in verdicts if isinstance(verdict, Undecided)]
    if not all(why.startswith(_SETTLED) for why in reasons):
        return False
    return not reasons or limits.max_seconds is None or seconds + MILLISECONDS / 1000 < limits.max_seconds


@cache
def _solvers() -> tuple[str, ...]:
    return tuple(f"{name} {metadata.version(name)}" for name in ("z3-solver", "cvc5"))
