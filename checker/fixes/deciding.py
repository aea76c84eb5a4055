"""Deciding every design of a space in its scope: each system is searched once."""

from __future__ import annotations

from raceproof.checker.fixes.decision import Decision, undecided
from raceproof.checker.fixes.sharing import Sharing
from raceproof.checker.fixes.worker import Answer, Lower, Order, Search
from raceproof.checker.language.space import Protections


class Deciding(Sharing[Decision]):
    """The designs of a space that are still to be decided, and what is known. `limits` are those of each search."""

    def lowering(self, protections: Protections) -> Lower:
        return Lower(protections)

    def work(self, name: str) -> Order:
        return Search()

    def read(self, name: str) -> Decision | None:
        return self.cache.read(name) if self.cache else None

    def finished(self, said: Answer) -> Decision | None:
        if not isinstance(said, Decision):
            return None
        if self.cache:
            self.cache.write(said)
        return said

    def undecided(self, name: str | None, why: str) -> Decision:
        return undecided(name, self.claims, why)
