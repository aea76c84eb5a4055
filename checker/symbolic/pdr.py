"""Property-directed reachability: Spacer looks for an inductive invariant that proves a claim, also where a domain has
no greatest member.

Nothing that Spacer says is taken on trust. An invariant counts once a plain solver has found it to be one; to a breach
that can be reached, the bounded engine finds a shortest path. What is proved of one claim is known when the next is
asked about. Whether the model itself can go wrong is asked first, and no claim holds before that is excluded. (For the
papers see `spacer.py`.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import z3

from raceproof.checker.bounded import unroll
from raceproof.checker.limits import LimitReached, Limits, Meter, memory_bytes
from raceproof.checker.symbolic.breaches import Breach, breaches, verdict_on
from raceproof.checker.symbolic.horn import Horn
from raceproof.checker.symbolic.inductive import InductiveCheck
from raceproof.checker.symbolic.integer_terms import Inexpressible
from raceproof.checker.symbolic.spacer import Excluded, Reached, Unknown, ask
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem
from raceproof.checker.verdict import HoldsInScope, Path, Statistics, Undecided, Verdict, Violated

MOST_STEPS = 200
"""How long a path is looked for where Spacer says that there is one."""


def prove_by_pdr(
    system: TransitionSystem, claims: Sequence[Property], limits: Limits | None = None
) -> tuple[Verdict, ...]:
    """Ask about one claim after the other; one verdict for each, in order.

    The depth in the statistics is the number of frames of the proof, or the length of the path. Of a limit in seconds
    each question has its share; the number of states does not apply, none are counted, and the statistics say 0. Raises
    FaultFound where the model itself goes wrong.
    """
    return _Proof(system, tuple(claims), limits or Limits()).run()


@dataclass(slots=True)
class _Question:
    """Whether a breach can be reached: of one claim, or one of the model itself, which concerns all `claims`.

    `frames` of the proof if none can; a `path` to one if it can; `why` if neither is known.
    """

    claims: tuple[int, ...]
    breaches: tuple[Breach, ...]
    frames: int | None = None
    path: Path | None = None
    why: str = ""

    @property
    def open(self) -> bool:
        return self.frames is None and self.path is None


@dataclass(slots=True)
class _Proof:
    system: TransitionSystem
    claims: tuple[Property, ...]
    limits: Limits
    meter: Meter = field(init=False)
    model: _Question = field(init=False)
    questions: tuple[_Question, ...] = field(init=False)
    known: list[z3.BoolRef] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.meter = Meter(self.limits)
        numbers, found = range(len(self.claims)), breaches(self.system, self.claims)
        self.model = _Question(tuple(numbers), tuple(breach for breach in found if not breach.claims))
        self.questions = tuple(_Question((n,), tuple(b for b in found if n in b.claims)) for n in numbers)

    def run(self) -> tuple[Verdict, ...]:
        why = ""
        try:
            self._rounds()
        except (LimitReached, Inexpressible) as reason:
            why = str(reason)
        except KeyboardInterrupt:
            why = "interrupted"
        except MemoryError:
            why = "out of memory"
        pairs = zip(self.claims, self.questions, strict=True)
        return tuple(self._verdict(claim, question, why) for claim, question in pairs)

    def _verdict(self, claim: Property, question: _Question, why: str) -> Verdict:
        depth = question.path.length if question.path else question.frames or 0
        statistics = Statistics("pdr", 0, 0, depth, self.meter.seconds, memory_bytes())
        why = why or question.why
        if question.frames is not None and self.model.frames is None:
            why = f"not proved that the model itself never goes wrong: {why or self.model.why}"
        excluded = question.frames is not None and self.model.frames is not None
        return verdict_on(claim, self.system, statistics, question.path, excluded, why)

    def _rounds(self) -> None:
        """Ask every question, and those that are still open once more, now that more is known. Raises LimitReached,
        Inexpressible, FaultFound."""
        horn, check = Horn(self.system, z3.Context()), InductiveCheck(self.system, self.meter)
        pairs = zip(self.claims, self.questions, strict=True)
        wanted = [question for claim, question in pairs if claim.kind is not ClaimKind.RECOVERABLE]
        for question in (self.model, *wanted):
            question.frames = None if question.breaches else 0
        for rounds_left in (2, 1):
            known = len(self.known)
            left = [question for question in (self.model, *wanted) if question.open]
            for position, question in enumerate(left):
                if not wanted or any(other.open for other in wanted):
                    self._ask(question, horn, check, self._share((len(left) - position) * rounds_left))
            if len(self.known) == known and self.limits.max_seconds is None:
                return

    def _share(self, parts: int) -> float | None:
        """One of so many equal parts of the time that is left, in seconds."""
        seconds = self.limits.max_seconds
        return None if seconds is None else round(max(seconds - self.meter.seconds, 0) / parts, 1)

    def _ask(self, question: _Question, horn: Horn, check: InductiveCheck, seconds: float | None) -> None:
        try:
            answer = ask(horn, question.breaches, self.known, self.meter, seconds)
        except Inexpressible as reason:
            question.why = str(reason)
            return
        match answer:
            case Excluded(invariant=invariant, frames=frames):
                objection = check.objection(invariant, question.breaches)
                if objection:
                    question.why = f"the invariant that Spacer has found is none: {objection}"
                else:
                    self.known.append(invariant)
                    question.frames = frames
            case Reached():
                self._show(question, seconds)
            case Unknown(why=why):
                question.why = why

    def _show(self, question: _Question, seconds: float | None) -> None:
        """Find a shortest path to a breach that there is said to be. Raises FaultFound, KeyboardInterrupt."""
        if not self.system.bounded or any(command.parameters for command in self.system.commands):
            question.why = "Spacer has found a path to it, but where a domain is unbounded none can be shown"
            return
        claims = [self.claims[number] for number in question.claims]
        limits = replace(self.limits, max_seconds=seconds)
        for number, verdict in zip(question.claims, unroll(self.system, claims, MOST_STEPS, limits), strict=True):
            match verdict:
                case Violated(path=path) | HoldsInScope(witness=path):
                    self.questions[number].path = path
                case Undecided(why=why) if why.startswith("interrupted"):
                    raise KeyboardInterrupt
                case _:
                    why = getattr(verdict, "why", f"none has at most {MOST_STEPS} steps")
                    question.why = f"Spacer has found a path to it, but it could not be shown: {why}"
