"""What a proof has found out so far about breaches, and the verdicts that follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from raceproof.checker.limits import LimitReached
from raceproof.checker.symbolic.finite.breaches import Breach, breaches
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem
from raceproof.checker.verdict import (
    INTERRUPTED,
    FaultFound,
    HoldsInScope,
    Path,
    Statistics,
    Undecided,
    Verdict,
    Violated,
)


@dataclass(slots=True)
class Findings:
    """`found` is a shortest path to a breach of each claim, by position, that has one; `excluded` are the breaches that
    no run has, and the depth of the proof. A claim holds once its own breaches are excluded and the model's."""

    system: TransitionSystem
    claims: tuple[Property, ...]
    breaches: tuple[Breach, ...] = field(init=False)
    found: dict[int, Path] = field(default_factory=dict)
    excluded: dict[Breach, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.breaches = breaches(self.system, self.claims)

    @property
    def open(self) -> tuple[Breach, ...]:
        """The breaches about which there is something to find out."""
        return tuple(
            breach
            for breach in self.breaches
            if breach not in self.excluded and not (breach.claims and self.found.keys() >= set(breach.claims))
        )

    @property
    def settled(self) -> bool:
        """Whether every claim is; without claims there is still the model to prove right."""
        wanted = [number for number, claim in enumerate(self.claims) if claim.kind is not ClaimKind.RECOVERABLE]
        if not self.claims:
            return not self.open
        return all(number in self.found or self.proved_at(number) is not None for number in wanted)

    def note(self, breach: Breach, path: Path) -> None:
        """Enter a shortest path to a breach. Raises FaultFound for one of the model."""
        if not breach.claims:
            raise FaultFound(path, breach.message)
        for number in breach.claims:
            self.found.setdefault(number, path)

    def own_excluded(self, number: int) -> bool:
        """Whether a claim holds if the model never goes wrong."""
        return all(breach in self.excluded for breach in self.breaches if number in breach.claims)

    def proved_at(self, number: int) -> int | None:
        """The depth of the deepest proof that a claim needs; None where one is missing."""
        depths = [self.excluded.get(b) for b in self.breaches if not b.claims or number in b.claims]
        return None if None in depths else max((depth for depth in depths if depth is not None), default=0)

    def verdict(self, number: int, statistics: Statistics, why: str) -> Verdict:
        """What follows for a claim; `why` says what is missing, if anything is."""
        claim, path = self.claims[number], self.found.get(number)
        common = (claim, self.system.scope, statistics)
        if claim.kind is ClaimKind.RECOVERABLE:
            return Undecided(*common, f"{statistics.engine} cannot decide recoverability; use the explicit engine")
        if path is None and self.proved_at(number) is None:
            return Undecided(*common, why)
        if (path is None) is (claim.kind is ClaimKind.REACHABLE):
            return Violated(*common, path)
        return HoldsInScope(*common, witness=path)


def stopped(search: Callable[[], None]) -> str:
    """Run a search; why it stopped before its end, or nothing. A limit never goes further than here."""
    try:
        search()
    except LimitReached as limit:
        return limit.why
    except KeyboardInterrupt:
        return INTERRUPTED
    except MemoryError:
        return "out of memory"
    return ""
