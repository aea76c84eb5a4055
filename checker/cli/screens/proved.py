"""What `raceproof fixes` says of the proofs of a design: what holds for any number, what in its scope, why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from raceproof.checker.cli.proofs import Proofs
from raceproof.checker.cli.screens.screen import Glyphs
from raceproof.checker.fixes.decision import Decision
from raceproof.checker.fixes.proof import Proof
from raceproof.checker.language.space import Protections
from raceproof.checker.timeline import counted


@dataclass(frozen=True, slots=True)
class Line:
    """Something to say of a design, with the style to say it in."""

    text: str
    style: str = ""


def lines(decision: Decision, protections: Protections, proofs: Proofs) -> Iterator[Line]:
    """What is known of the claims about a design that satisfies all of them in its scope; nothing where no proof was
    asked for."""
    if protections not in proofs.asked:
        return
    proof = proofs.found.get(protections)
    if proof is None:
        yield Line("not tried to prove yet", "yellow")
        return
    if proof.proved:
        yield Line(f"proved for any number of {' and '.join(proof.open)}: {', '.join(proof.proved)}")
    for claim in proof.refuted:
        steps = "" if claim.steps is None else f" in {counted(claim.steps, 'step')}"
        yield Line(f"{claim.property} is {claim.why}{steps}", "red")
    if others := in_scope(decision, proof):
        yield Line(f"in this scope: {', '.join(others)}")
    reasons: dict[str, list[str]] = {}
    for claim in proof.undecided:
        reasons.setdefault(claim.why or "", []).append(claim.property)
    for why, names in reasons.items():
        yield Line(f"not proved: {', '.join(names)} ({why})", "yellow")


def in_scope(decision: Decision, proof: Proof) -> tuple[str, ...]:
    """The claims that hold in the scope, and of which no more is known."""
    known = {*proof.proved, *(claim.property for claim in proof.refuted)}
    return tuple(claim.property for claim in decision.claims if claim.property not in known)


def shortly(decision: Decision, protections: Protections, proofs: Proofs, glyphs: Glyphs) -> Line:
    """A design that satisfies every claim in its scope, in one line."""
    proof = proofs.found.get(protections)
    if proof is not None and proof.refuted:
        return Line(f"{glyphs.violated} every claim holds in this scope, and not in others", "red")
    text = f"{glyphs.holds} every claim holds"
    if proof is not None and proof.proved:
        others = in_scope(decision, proof)
        text += f", {len(proof.proved)} for any number, {len(others)} in this scope" if others else " for any number"
    return Line(text, "green")


def summary(proofs: Proofs, workers: int) -> str | None:
    """`parametric: 8 of 9 designs proved, 9 of them different, 2 of these known from before, and checked again, 45 s`,
    or nothing where none was to be proved."""
    if not proofs.asked:
        return None
    standing = proofs.standing
    whole = sum(proof.whole for proof in proofs.found.values())
    parts = [f"{whole:,} of {counted(len(proofs.asked), 'design')} proved", f"{standing.systems:,} of them different"]
    parts += [f"{standing.cached:,} of these known from before, and checked again"] if standing.cached else []
    parts += [f"{workers} processes"] if workers > 1 else []
    return f"parametric: {', '.join([*parts, f'{proofs.seconds:.2f} s'])}"
