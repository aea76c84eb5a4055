"""The proofs of a survey: which of its designs are handed to the prover, and what came of each."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from raceproof.checker.cli.designs import Designs, opening
from raceproof.checker.cli.screens.progress import ProgressLine
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.surveying import Order, bar, collected, memory_of_each
from raceproof.checker.fixes.cache import Cache
from raceproof.checker.fixes.proof import Proof, provable
from raceproof.checker.fixes.proving import Proving
from raceproof.checker.fixes.sharing import Standing
from raceproof.checker.fixes.survey import Survey
from raceproof.checker.language.space import Protections
from raceproof.checker.limits import Limits
from raceproof.checker.timeline import counted

_NOTHING = Standing(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Proofs:
    """What came of proving some designs. `asked` are all that were to be proved; `seconds` are the wall clock's;
    `refused` says how many kept proofs were not accepted, `damaged` how many files could not be read."""

    asked: tuple[Protections, ...] = ()
    found: Mapping[Protections, Proof] = field(default_factory=dict)
    standing: Standing = _NOTHING
    seconds: float = 0.0
    interrupted: bool = False
    damaged: int = 0

    def refutes(self, protections: Protections) -> bool:
        """Whether a claim about a design was found to be violated in another scope than the survey's."""
        proof = self.found.get(protections)
        return proof is not None and bool(proof.refuted)

    def still_proved(self, whole: Protections, parts: Sequence[Protections]) -> bool:
        """Whether all that is proved of a design is proved of each of these others too."""
        proofs = [self.found.get(protections) for protections in (whole, *parts)]
        proved = [set(proof.proved) if proof else set() for proof in proofs]
        return bool(proved[0]) and all(proved[0] <= other for other in proved[1:])


def asked_for(order: Order, designs: Designs, survey: Survey) -> tuple[Protections, ...]:
    """The designs that are to be proved, of those that satisfy every claim in the scope."""
    if order.prove == "none" or not provable(designs.claims):
        return ()
    return survey.enough if order.prove == "all" or order.variant is not None else survey.minimal


def prove_designs(order: Order, designs: Designs, sets: tuple[Protections, ...], screen: Screen) -> Proofs:
    """Prove these designs. An interruption ends it early; what is found then has been kept. Raises ModelError,
    UsageError and InternalError, with the design in a note."""
    if not sets:
        return Proofs()
    started = time.monotonic()
    cache = Cache.of(Proof, provable(designs.claims)) if order.use_cache else None
    line = ProgressLine(screen.errors.file, screen.width)
    proving = Proving(
        sets,
        opening(order.model, order.claims_file, order.properties, order.request.sizes),
        designs.claims,
        Limits(max_seconds=order.prove_seconds, max_memory_bytes=memory_of_each(order)),
        cache,
        order.workers,
        lambda standing: line.show(lambda: progress(standing, time.monotonic() - started)),
    )
    found, interrupted = collected(order, designs, proving, line)
    damaged = len(proving.refused) + (len(cache.damaged) if cache else 0)
    return Proofs(sets, found, proving.standing, time.monotonic() - started, interrupted, damaged)


def progress(standing: Standing, seconds: float) -> str:
    """`[######------------------] 3 of 9 proofs, 42 s; never-zero: 120 lemmas left`."""
    done = bar(standing.decided, standing.designs)
    told = f"; {standing.telling}" if standing.telling else ""
    return f"{done} {standing.decided:,} of {counted(standing.designs, 'proof')}, {seconds:.0f} s{told}"
