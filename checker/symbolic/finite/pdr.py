"""Property-directed reachability: Spacer looks for an inductive invariant that proves a claim, also where a domain has
no greatest member.

Nothing that Spacer says is taken on trust. An invariant counts once a plain solver has found it to be one; to a breach
that can be reached, the bounded engine finds a shortest path. What is proved of one claim is known when the next is
asked about. Whether the model itself can go wrong is asked first, and no claim holds before that is excluded. (For the
papers see `spacer.py`.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

import z3

from raceproof.checker.bounded import unroll
from raceproof.checker.limits import Limits, Meter, memory_bytes
from raceproof.checker.symbolic.finite.breaches import Breach
from raceproof.checker.symbolic.finite.findings import Findings, stopped
from raceproof.checker.symbolic.finite.horn import Horn
from raceproof.checker.symbolic.finite.inductive import InductiveCheck
from raceproof.checker.symbolic.finite.integer_terms import Inexpressible
from raceproof.checker.symbolic.finite.spacer import Effort, Excluded, Reached, Unknown, ask
from raceproof.checker.system.transition import Property, TransitionSystem
from raceproof.checker.verdict import FaultFound, HoldsInScope, Statistics, Undecided, Verdict, Violated

MOST_STEPS = 200
"""How long a path is looked for where Spacer says that there is one."""

FIRST_WORK = 4_000_000
"""The effort of the first two rounds of questions; every two rounds it doubles."""


def prove_by_pdr(
    system: TransitionSystem, claims: Sequence[Property], limits: Limits | None = None
) -> tuple[Verdict, ...]:
    """Ask about every way to break each claim; one verdict for each claim, in order.

    The depth in the statistics is the number of frames of the proof, or the length of the path. Of the limits, the
    number of states does not apply: none are counted, and the statistics say 0. Without a limit in seconds this may
    take for ever. Raises FaultFound where the model itself goes wrong.
    """
    return _Proof(Findings(system, tuple(claims)), limits or Limits()).run()


@dataclass(slots=True)
class _Proof:
    """`known` holds of all reached states; `why` each breach is neither found nor excluded; `final` are those about
    which it makes no sense to ask again."""

    findings: Findings
    limits: Limits
    meter: Meter = field(init=False)
    known: list[z3.BoolRef] = field(default_factory=list)
    why: dict[Breach, str] = field(default_factory=dict)
    final: set[Breach] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.meter = Meter(self.limits)

    def run(self) -> tuple[Verdict, ...]:
        findings = self.findings
        try:
            horn, check = Horn(findings.system, z3.Context()), InductiveCheck(findings.system, self.meter)
        except Inexpressible as reason:
            nothing = Statistics("pdr", 0, 0, 0, self.meter.seconds, memory_bytes())
            return tuple(Undecided(claim, findings.system.scope, nothing, str(reason)) for claim in findings.claims)
        why = stopped(lambda: self._rounds(horn, check))
        return tuple(self._verdict(number, why) for number in range(len(findings.claims)))

    def _verdict(self, number: int, why: str) -> Verdict:
        path, proved = self.findings.found.get(number), self.findings.proved_at(number)
        depth = path.length if path else proved or 0
        statistics = Statistics("pdr", 0, 0, depth, self.meter.seconds, memory_bytes())
        return self.findings.verdict(number, statistics, self._missing(number, why))

    def _missing(self, number: int, why: str) -> str:
        """Why a claim is not decided: for itself, or because the model may go wrong."""
        for breach in self.findings.open:
            reason = self.why[breach] if breach in self.final else why
            if number in breach.claims:
                return reason
            if not breach.claims and self.findings.own_excluded(number):
                return f"not proved that the model itself never goes wrong: {reason}"
        return why

    def _rounds(self, horn: Horn, check: InductiveCheck) -> None:
        """Ask about all open breaches, again and again, with more effort each time, and with all that is known by then.
        Raises LimitReached, FaultFound."""
        findings = self.findings
        for effort in _efforts():
            for breach in findings.breaches:
                if breach in findings.open and breach not in self.final and not findings.settled:
                    self._ask(breach, horn, check, effort)
            if findings.settled or self.final.issuperset(findings.open):
                return

    def _ask(self, breach: Breach, horn: Horn, check: InductiveCheck, effort: Effort) -> None:
        try:
            answer = ask(horn, breach, self.known, effort, self.meter)
        except Inexpressible as reason:
            self._give_up(breach, str(reason))
            return
        match answer:
            case Excluded(invariant=invariant, frames=frames):
                objection = check.objection(invariant, breach)
                if objection:
                    self._give_up(breach, f"the invariant that Spacer has found is none: {objection}")
                else:
                    self.known.append(invariant)
                    self.findings.excluded[breach] = frames
            case Reached():
                self._show(breach)
            case Unknown(why=why, exhausted=exhausted):
                self.why[breach] = why
                if not exhausted:
                    self.final.add(breach)

    def _give_up(self, breach: Breach, why: str) -> None:
        self.why[breach] = why
        self.final.add(breach)

    def _show(self, breach: Breach) -> None:
        """Find a shortest path to a breach that there is said to be. Raises FaultFound, KeyboardInterrupt."""
        system = self.findings.system
        if not system.bounded or any(command.parameters for command in system.commands):
            self._give_up(breach, "Spacer has found a path to it, but where a domain is unbounded none can be shown")
            return
        for number, verdict in self._unrolled(breach.claims):
            match verdict:
                case Violated(path=path) | HoldsInScope(witness=path) if path:
                    self.findings.found[number] = path
                case Undecided(interrupted=True):
                    raise KeyboardInterrupt
                case _:
                    why = getattr(verdict, "why", f"none has at most {MOST_STEPS} steps")
                    self._give_up(breach, f"Spacer has found a path to it, but it cannot be shown: {why}")

    def _unrolled(self, numbers: Sequence[int]) -> Iterable[tuple[int, Verdict]]:
        """What the bounded engine says of some claims; or of all of them where the model goes wrong before those are
        settled, for it may do so even sooner in what another asks for. Raises FaultFound."""
        system, claims, limits, depth = self.findings.system, self.findings.claims, self._left(), MOST_STEPS
        if numbers:
            try:
                asked = [claims[number] for number in numbers]
                return zip(numbers, unroll(system, asked, depth, limits), strict=True)
            except FaultFound as fault:
                depth = fault.path.length
        return enumerate(unroll(system, claims, depth, limits))

    def _left(self) -> Limits:
        """The limits, with a fair part of the time that is left."""
        seconds = self.limits.max_seconds
        if seconds is None:
            return self.limits
        share = max(seconds - self.meter.seconds, 0) / len(self.findings.open)
        return replace(self.limits, max_seconds=round(share, 1))


def _efforts() -> Iterator[Effort]:
    """More and more of it, in changing ways."""
    for rounds in count():
        yield Effort(FIRST_WORK << rounds // 2, pushing=rounds % 2 == 1, seed=rounds)
