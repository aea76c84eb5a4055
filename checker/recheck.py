"""`recheck`: a certificate from nothing but its lemmas.

The model is lowered anew, and every obligation is built anew and asked of two solvers. How the lemmas were found plays
no part in this, and none of that code is used.
"""

from __future__ import annotations

from collections.abc import Sequence

from raceproof.checker.language.claims import Claim
from raceproof.checker.language.model import Model
from raceproof.checker.opened import Opened, open_model
from raceproof.checker.results import versions
from raceproof.checker.symbolic.certificate import Certificate, CertificateRefused, decode_lemma, lemma_entry
from raceproof.checker.symbolic.discharging import MILLISECONDS, failures
from raceproof.checker.symbolic.invariant import Invariant
from raceproof.checker.symbolic.obligations import PROVABLE
from raceproof.checker.system.fingerprint import fingerprint


def certificate(opened: Opened, invariant: Invariant, name: str, variant: str) -> Certificate:
    """What the proof rests on."""
    return Certificate(
        1,
        versions()["raceproof"],
        name,
        variant,
        opened.closed_sizes,
        opened.names,
        fingerprint(opened.system, invariant.claims),
        [claim.name for claim in invariant.claims],
        [lemma_entry(lemma) for lemma in invariant.lemmas],
        [obligation.name for obligation in invariant.obligations(opened.system)],
    ).sealed


def recheck(given: Certificate, model: Model, claims: Sequence[Claim]) -> int:
    """Check a certificate: lower its model anew, build every obligation anew, ask both solvers. Returns how many there
    were. Raises CertificateRefused."""
    opened = open_model(model, claims, given.scope)
    if opened.names != given.open or opened.closed_sizes != given.scope:
        raise CertificateRefused("the certificate is about other domains than the model has")
    if fingerprint(opened.system, opened.properties) != given.system:
        raise CertificateRefused(
            "the certificate is of another model: since it was made the model, a claim or the way in "
            "which they are lowered has changed"
        )
    wrong = [claim.name for claim in opened.properties if claim.kind not in PROVABLE]
    if wrong:
        raise CertificateRefused(f"an invariant cannot prove {wrong[0]}")
    lemmas = tuple(decode_lemma(entry, opened.system) for entry in given.lemmas)
    invariant = Invariant(lemmas, opened.properties)
    obligations = invariant.obligations(opened.system)
    if [obligation.name for obligation in obligations] != given.obligations:
        raise CertificateRefused("the obligations are not those that the lemmas and claims lead to")
    for failure in failures(opened.system, obligations, MILLISECONDS):
        raise CertificateRefused(f"{failure.solver} says {failure.answer.value} of: {failure.name}")
    return len(obligations)
