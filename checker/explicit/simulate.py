"""Simulation: random walks through scopes that are too large to visit every state. It finds violations, and states that
should be reachable; it never shows that something holds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from raceproof.checker.explicit.engine import NativeUnavailable
from raceproof.checker.explicit.layout import Layout
from raceproof.checker.explicit.nearest import Finding, Shortening, Sighting
from raceproof.checker.explicit.portable.walks import NAME as PORTABLE
from raceproof.checker.explicit.portable.walks import SLICE as PORTABLE_SLICE
from raceproof.checker.explicit.portable.walks import PortableWalker
from raceproof.checker.explicit.questions import Ledger, ModelGoesWrong, Questions, Sightings
from raceproof.checker.explicit.walking import Stop, Walked, Walker, has_start
from raceproof.checker.limits import LimitReached, Limits, Meter, memory_bytes
from raceproof.checker.options import SearchEngine
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.ordinals import endless_domains
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem
from raceproof.checker.verdict import INTERRUPTED, HoldsInScope, Statistics, Undecided, Verdict, Violated

NAME = "simulation"
DEFAULT_LENGTH = 1000
MOST_LENGTH = 1_000_000
MOST_WALKS = 1 << 62

Watch = Callable[[int, int, float], None]
"""Told now and then how many walks were begun, how many steps taken, in how many seconds."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What random walks have shown: a verdict for each claim, and how its path was found, where it has one.

    `engine` took the walks; `walks` were begun, each of `length` steps at most; `taken` counts how often each command
    of the system was taken; `stopped` says what ended it before its time, if anything did.
    """

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding | None, ...]
    engine: str
    seed: int
    length: int
    walks: int
    steps: int
    seconds: float
    taken: tuple[int, ...]
    stopped: str | None = None


def simulate(
    system: TransitionSystem,
    claims: Sequence[Property],
    limits: Limits,
    seed: int,
    walks: int | None = None,
    length: int = DEFAULT_LENGTH,
    engine: SearchEngine = "explicit",
    watch: Watch | None = None,
) -> Simulation:
    """Take walks until there were so many, until the time is over, or until every claim is settled that can be.

    `limits` bound seconds and memory; the same seed gives the same walks, with every engine and on every machine.
    Raises FaultFound where the model itself goes wrong, NativeUnavailable as `explore` does, ValueError for a system
    that is not finite, for numbers out of range, and where neither walks nor seconds have an end.
    """
    if not system.bounded or endless_domains(system):
        raise ValueError("a simulation needs a finite scope")
    if walks is None and limits.max_seconds is None:
        raise ValueError("a simulation needs a number of walks or of seconds")
    most = MOST_WALKS if walks is None else walks
    if not (0 < length <= MOST_LENGTH and 0 < most <= MOST_WALKS and 0 <= seed < 1 << 64):
        raise ValueError(f"walks of 1 to {MOST_LENGTH:,} steps are taken, at least one, with a seed of 64 bits")
    return _Simulation(Questions(system, tuple(claims)), limits, seed, most, length, engine, watch).run()


@dataclass
class _Simulation:
    questions: Questions
    limits: Limits
    seed: int
    walks: int
    length: int
    engine: SearchEngine
    watch: Watch | None
    seen: dict[int, Sighting] = field(default_factory=dict)
    findings: dict[int, Finding] = field(default_factory=dict)
    begun: int = 0
    stopped: str | None = None

    def __post_init__(self) -> None:
        started = time.perf_counter()
        self.layout = Layout(self.questions.system)
        self.ledger = Ledger(self.questions)
        self.walker, self.name, self.slice = self._walker()
        self.shortening = Shortening(self.questions, self.layout, self.limits, self.engine)
        self.meter = Meter(Limits(max_memory_bytes=self.limits.max_memory_bytes))
        self.start_up_seconds = self.meter.started - started

    def _walker(self) -> tuple[Walker, str, int]:
        asked = self.questions, self.layout, self.seed, self.walks, self.length
        if self.engine != "portable":
            try:
                from raceproof.checker.explicit.native.fitting import NotNative
                from raceproof.checker.explicit.native.walker import NAME as NATIVE
                from raceproof.checker.explicit.native.walker import SLICE, NativeWalker
            except ImportError as error:
                if self.engine == "native":
                    raise NativeUnavailable(
                        f"llvmlite cannot be loaded ({error}); pip install 'raceproof[fast]'"
                    ) from error
            else:
                try:
                    return NativeWalker(*asked), NATIVE, SLICE
                except NotNative as reason:
                    if self.engine == "native":
                        raise NativeUnavailable(f"this model cannot be compiled: {reason}") from reason
        return PortableWalker(*asked), PORTABLE, PORTABLE_SLICE

    def run(self) -> Simulation:
        try:
            if has_start(self.layout):
                self._walk()
        except LimitReached as limit:
            self.stopped = limit.why
        except KeyboardInterrupt:
            self.stopped = INTERRUPTED
        seconds = self.meter.seconds
        self._shorten()
        taken = tuple(self.walker.taken)[: len(self.questions.system.commands)]
        fired = frozenset(number for number, times in enumerate(taken) if times)
        steps, longest = self.walker.steps, self.walker.longest
        counted = Statistics(NAME, 0, steps, longest, seconds, memory_bytes(), fired, self.start_up_seconds)
        numbers = range(len(self.questions.claims))
        return Simulation(
            tuple(self._verdict(number, counted) for number in numbers),
            tuple(self.findings.get(number) for number in numbers),
            self.name,
            self.seed,
            self.length,
            self.begun,
            steps,
            seconds,
            taken,
            self.stopped,
        )

    def _verdict(self, number: int, counted: Statistics) -> Verdict:
        claim, finding = self.questions.claims[number], self.findings.get(number)
        common = (claim, self.questions.system.scope, counted)
        if finding is None:
            return Undecided(*common, self._why(claim))
        if claim.kind is ClaimKind.REACHABLE:
            return HoldsInScope(*common, witness=finding.path)
        return Violated(*common, finding.path)

    def _why(self, claim: Property) -> str:
        if claim.kind is ClaimKind.RECOVERABLE:
            return "random walks cannot tell whether there is a way back"
        what = "not reached" if claim.kind is ClaimKind.REACHABLE else "not violated"
        walks = "1 random walk" if self.begun == 1 else f"{self.begun:,} random walks"
        return f"{what} in {walks} of up to {'1 step' if self.length == 1 else f'{self.length:,} steps'}"

    # Walking

    def _walk(self) -> None:
        """Raises LimitReached, and FaultFound."""
        self.walker.ask(self.ledger)
        judged = {n for n, claim in enumerate(self.questions.claims) if claim.kind is not ClaimKind.RECOVERABLE}
        while not judged or judged > self.seen.keys():
            why = self.walker.walk(self.slice)
            match why:
                case Stop.DONE:
                    self.begun = self.walks
                    return
                case Stop.SLICE:
                    self.begun = self.walker.number + (self.walker.position > 0)
                    if self._is_over():
                        return
                case _:
                    self.begun = self.walker.number + 1
                    self._note(why)
                    self.walker.ask(self.ledger)

    def _is_over(self) -> bool:
        """Whether the time is over; raises LimitReached for a limit that is not meant to be reached."""
        self.meter.look(0, self.walker.steps, self.walker.longest, 0)
        if self.watch:
            self.watch(self.begun, self.walker.steps, self.meter.seconds)
        return self.limits.max_seconds is not None and self.meter.seconds > self.limits.max_seconds

    def _note(self, why: Stop) -> None:
        """Enter what the walker has come back with. Raises FaultFound."""
        walked, position = self.walker.walked(), self.walker.position
        sightings = self._sightings(why, walked)
        try:
            if why is Stop.STATE:
                self.ledger.settle_states(sightings, position)
            else:
                self.ledger.settle(sightings, position - (why is Stop.STEP))
        except ModelGoesWrong as wrong:
            unclear = wrong.found.step_term or (self._unclear_state() if why is Stop.STATE else None)
            raise self.shortening.wrong(walked, wrong.found, wrong.message, unclear) from wrong
        for number, found in self.ledger.found.items():
            if number not in self.seen:
                self.seen[number] = Sighting(self.walker.number, walked, found.fault)

    def _sightings(self, why: Stop, walked: Walked) -> Sightings:
        seen, state = Sightings(), walked.states[-1]
        match why:
            case Stop.STATE:
                for bit in _bits(self.walker.hit):
                    seen.see_state(bit, state)
            case Stop.STEP:
                for bit in _bits(self.walker.hit):
                    seen.see_step(bit, walked.states[-2])
            case Stop.FAULT:
                allows, unpacked = Interpreter(self.questions.system).allows, self.layout.unpack(state)
                for number, fault in enumerate(self.questions.system.faults):
                    if allows(fault, unpacked):
                        seen.see_fault(number, state)
            case _:
                seen.see_stuck(state)
        return seen

    def _unclear_state(self) -> Term:
        """The first term by which a claim asks for what is not there."""
        claims = len(self.questions.by_state)
        return next(self.questions.state_terms[bit] for bit in _bits(self.walker.hit) if bit >= claims)

    # Shortening

    def _shorten(self) -> None:
        """Make paths of what was seen; as it was walked, where there is no time to shorten it. Raises FaultFound."""
        try:
            for number, sighting in self.seen.items():
                self.findings[number] = self.shortening.finding(number, sighting)
            self.findings |= self.shortening.nearest(self.findings)
        except KeyboardInterrupt:
            self.stopped = INTERRUPTED
        for number in self.seen.keys() - self.findings.keys():
            self.findings[number] = self.shortening.finding(number, self.seen[number], shortened=False)


def _bits(mask: int) -> Iterator[int]:
    return (bit for bit in range(mask.bit_length()) if mask >> bit & 1)
