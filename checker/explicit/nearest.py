"""From what a random walk has found to the path that is shown: shortened, and then looked for once more, breadth first,
as far as a small number of states goes. Where that search finds it, or sees that nothing nearer is there, the path is
known to be a shortest one.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from raceproof.checker.errors import InternalError
from raceproof.checker.explicit.engine import explore
from raceproof.checker.explicit.layout import Layout
from raceproof.checker.explicit.questions import Found, Questions
from raceproof.checker.explicit.shorten import Reached, Replayer, path_of, shorten
from raceproof.checker.explicit.walking import Walked
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options, SearchEngine
from raceproof.checker.system.build import negation
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import ClaimKind, Fault
from raceproof.checker.verdict import FaultFound, HoldsInScope, Path, Undecided, Verdict, Violated

SEARCHED = Limits(max_states=200_000, max_seconds=2.0)
"""How far a shorter path is looked for breadth first."""

_EVERY_ORDER = Options(partial_order=False)
"""Leaving orders of steps out might leave out the shortest path."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a claim was settled: in which walk, counted from 0, and at the end of which steps; `fault` goes wrong
    there, where the claim is about asserts."""

    walk: int
    walked: Walked
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A sighting as a path; `length` is that of the walk."""

    walk: int
    length: int
    path: Path


@dataclass(slots=True)
class Shortening:
    """Makes paths of sightings. One for all, because they share what is known of the states."""

    questions: Questions
    layout: Layout
    limits: Limits
    engine: SearchEngine
    _replayer: Replayer | None = None

    @property
    def replayer(self) -> Replayer:
        self._replayer = self._replayer or Replayer(self.questions.system, self.layout)
        return self._replayer

    def finding(self, number: int, sighting: Sighting, *, shortened: bool = True) -> Finding:
        """A claim's sighting as a path; as it was walked, or shortened."""
        walked, fault = sighting.walked, sighting.fault
        length = len(walked.commands) + (fault is not None)
        if shortened:
            walked = shorten(self.replayer, walked, self._reached(number, fault))
            fault = fault and self.replayer.fault_in(walked.states[-1], fault)
        return Finding(sighting.walk, length, path_of(self.layout, walked, fault))

    def _reached(self, number: int, fault: Fault | None) -> Reached:
        claim = self.questions.claims[number]
        if fault is not None:
            return self.replayer.fails(fault)
        if claim.kind is ClaimKind.DEADLOCK:
            return self.replayer.is_stuck
        term = negation(claim.predicate) if claim.kind is ClaimKind.REACHABLE else claim.predicate
        return self.replayer.breaks(term, [negation(unclear.condition) for unclear in claim.undefined])

    # Breadth first

    def nearest(self, findings: Mapping[int, Finding]) -> dict[int, Finding]:
        """The same findings, with a shortest path where a short search comes to it. Raises FaultFound where that search
        meets a mistake in the model that no walk has met."""
        numbers = list(findings)
        if not numbers:
            return {}
        depth = max(self.least_depth(number, findings[number].path) for number in numbers) + 1
        claims = [self.questions.claims[number] for number in numbers]
        verdicts = explore(self.questions.system, claims, self._limits(depth), _EVERY_ORDER, self.engine)
        return {
            number: self._better(number, findings[number], verdict)
            for number, verdict in zip(numbers, verdicts, strict=True)
        }

    def least_depth(self, number: int, path: Path) -> int:
        """To which depth a search has to go to see that there is no shorter path: it does not see whether the states
        that are as far away as it goes are stuck. One level more, and it sees this one."""
        stuck = self.questions.claims[number].kind is ClaimKind.DEADLOCK
        return path.length if stuck else max(path.length - 1, 0)

    def _limits(self, depth: int) -> Limits:
        return replace(SEARCHED, max_depth=depth, max_memory_bytes=self.limits.max_memory_bytes)

    def _better(self, number: int, finding: Finding, verdict: Verdict) -> Finding:
        path = _path_in(verdict)
        if path is not None and path.length <= finding.path.length:
            return replace(finding, path=path)
        if path is None and not isinstance(verdict, Undecided):
            raise InternalError(f"a walk settles {verdict.claim.name}, and a search of every state does not")
        seen = verdict.statistics.depth >= self.least_depth(number, finding.path)
        return replace(finding, path=replace(finding.path, shortest=seen or not finding.path.length))

    # A model that goes wrong

    def wrong(self, walked: Walked, found: Found, message: str, unclear: Term | None) -> FaultFound:
        """What to raise where the model goes wrong, or where a claim asks for what is not there, which `unclear` says:
        with the shortest path that can be had."""
        replayer, fault = self.replayer, found.fault
        reached = replayer.breaks(unclear, ()) if unclear is not None else replayer.fails(fault) if fault else None
        with suppress(KeyboardInterrupt):
            if reached is not None:
                walked = shorten(replayer, walked, reached)
                fault = fault and replayer.fault_in(walked.states[-1], fault)
        path = path_of(self.layout, walked, fault)
        message = fault.message if fault else message
        judged = [claim for claim in self.questions.claims if claim.kind is not ClaimKind.RECOVERABLE]
        try:
            verdicts = explore(self.questions.system, judged, self._limits(path.length), _EVERY_ORDER, self.engine)
        except FaultFound as nearer:
            return nearer
        seen = bool(verdicts) and verdicts[0].statistics.depth >= path.length - 1
        shortest = seen or not path.length
        return FaultFound(replace(path, shortest=shortest), message, shortest=shortest)


def _path_in(verdict: Verdict) -> Path | None:
    match verdict:
        case Violated():
            return verdict.path
        case HoldsInScope():
            return verdict.witness
        case _:
            return None
