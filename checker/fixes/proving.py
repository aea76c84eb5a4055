"""Proving designs for any number of members: each system is proved once, and a proof that is kept is checked again.

A certificate from the cache is not believed: a process lowers its design anew and asks both solvers, which takes a
second or two where finding the proof took a minute.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from raceproof.checker.fixes.proof import Proof, unproved
from raceproof.checker.fixes.sharing import Sharing
from raceproof.checker.fixes.worker import Answer, Lower, Order, Prove
from raceproof.checker.language.space import Protections


@dataclass
class Proving(Sharing[Proof]):
    """The designs that are still to be proved, and what is known. `limits` are those of each proof. `refused` are the
    fingerprints of kept proofs that were not accepted, and were found anew."""

    kept: dict[str, Proof] = field(init=False, default_factory=dict)
    refused: list[str] = field(init=False, default_factory=list)

    def lowering(self, protections: Protections) -> Lower:
        return Lower(protections, any_number=True)

    def work(self, name: str) -> Order:
        return Prove(self.kept.get(name))

    def read(self, name: str) -> Proof | None:
        """Kept proofs that have a certificate are left to a process; why there is none is known."""
        found = self.cache.read(name) if self.cache else None
        if found is None or not found.certificate:
            return found
        self.kept[name] = found
        return None

    def finished(self, said: Answer) -> Proof | None:
        if not isinstance(said, Proof):
            return None
        kept = self.kept.get(said.fingerprint or "")
        if said == kept:
            self.cached += 1
            return said
        if kept is not None:
            self.refused.append(kept.fingerprint or "")
        if self.cache:
            self.cache.write(said)
        return said

    def undecided(self, name: str | None, why: str) -> Proof:
        return unproved(name, self.claims, why)
