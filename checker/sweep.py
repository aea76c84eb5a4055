"""A sweep: one model in many scopes; where a claim first fails, how short the trace is, how fast the states grow.

What is asked of a claim that something is reachable is the opposite: where it is first reached. A scope is not searched
where a smaller one was cut short by a limit: it has at least as many states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from raceproof.checker.system.transition import ClaimKind
from raceproof.checker.verdict import HoldsInScope, Undecided, Verdict, Violated

Sizes = tuple[int, ...]
"""The sizes of the domains that are swept over, in their order."""

Search = Callable[[Mapping[str, int]], tuple[Verdict, ...]]
"""Visits every state of a scope, whatever the claims say; a verdict for each claim."""

LARGER = "larger than a scope that was cut short"
INTERRUPTED = "not searched: interrupted"


@dataclass(frozen=True, slots=True)
class Point:
    """One scope: a verdict for each claim, in order; none where it was not searched."""

    sizes: Sizes
    verdicts: tuple[Verdict, ...] = ()

    @property
    def searched(self) -> bool:
        return bool(self.verdicts)

    @property
    def complete(self) -> bool:
        """Whether every state was visited."""
        return self.searched and not any(isinstance(verdict, Undecided) for verdict in self.verdicts)

    @property
    def interrupted(self) -> bool:
        return any(isinstance(verdict, Undecided) and verdict.interrupted for verdict in self.verdicts)

    @property
    def states(self) -> int | None:
        """The states of the scope; None where not all were visited."""
        return self.verdicts[0].statistics.states if self.complete else None

    def length(self, claim: int) -> int | None:
        """The length of the shortest trace to a violation of a claim, or to what it wants to be reachable."""
        match self.verdicts[claim] if self.searched else None:
            case Violated(path=path) | HoldsInScope(witness=path) if path:
                return path.length
            case _:
                return None

    def shows(self, claim: int) -> bool:
        """Whether a violation of a claim was found, or what it wants to be reachable."""
        if not self.searched:
            return False
        verdict = self.verdicts[claim]
        wanted = HoldsInScope if verdict.claim.kind is ClaimKind.REACHABLE else Violated
        return isinstance(verdict, wanted)


@dataclass(slots=True)
class Sweep:
    """The points of a grid, the smallest first. `over` are the domains and the sizes that each is to have;
    `interrupted` says that the rest was not asked about any more."""

    over: Mapping[str, Sequence[int]]
    claims: tuple[str, ...]
    points: dict[Sizes, Point] = field(default_factory=dict)
    interrupted: bool = False

    @property
    def grid(self) -> list[Sizes]:
        """Every combination of sizes: fewer members first."""
        return sorted(product(*self.over.values()), key=lambda sizes: (sum(sizes), sizes))

    def run(self, search: Search) -> Iterator[Point]:
        """Search one scope after the other, and tell of each; stops after an interruption."""
        for sizes in self.grid:
            cut = any(point.searched and not point.complete and _within(point.sizes, sizes) for point in self.known)
            try:
                verdicts = () if cut else search(dict(zip(self.over, sizes, strict=True)))
            except KeyboardInterrupt:  # not in the search itself, which tells of it
                self.interrupted = True
                return
            self.points[sizes] = point = Point(sizes, verdicts)
            yield point
            if point.interrupted:
                self.interrupted = True
                return

    @property
    def known(self) -> tuple[Point, ...]:
        return tuple(self.points.values())

    def smallest(self, claim: int) -> tuple[Point, ...]:
        """The scopes that show a violation, or what is to be reachable, while no smaller one is known to."""
        showing = [point for point in self.known if point.shows(claim)]
        return tuple(
            point
            for point in showing
            if not any(other is not point and _within(other.sizes, point.sizes) for other in showing)
        )

    def shortest(self, claim: int) -> Point | None:
        """Of the scopes with a trace of least length, the smallest."""
        found = [point for point in self.known if point.length(claim) is not None]
        return min(found, key=lambda point: point.length(claim) or 0, default=None)


def _within(small: Sizes, large: Sizes) -> bool:
    return all(one <= other for one, other in zip(small, large, strict=True))
