"""Agreement: what an engine's verdict commits it to, and where two engines contradict each other.

Every claim looks for an event: a violation, or what should be reachable. A verdict says whether there is one in a
scope, how far away the nearest is, or within how many steps there is none. Whatever two engines say of the same claim
in the same scope must be compatible; complete searches without reductions must also count the same states and steps.
(Differential testing: McKeeman, "Differential Testing for Software", Digital Technical Journal 10(1), 1998.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from raceproof.checker.assure import branches
from raceproof.checker.assure.scopes import Sizes
from raceproof.checker.system.transition import ClaimKind
from raceproof.checker.timeline import counted
from raceproof.checker.verdict import HoldsInScope, HoldsUpTo, Path, Proved, Undecided, Verdict, Violated


@dataclass(frozen=True, slots=True)
class Fact:
    """`event` says whether there is one, None where that is not known; `nearest` in how many steps, `none_within` how
    many steps are known to lead to none (-1 for nothing known)."""

    event: bool | None
    nearest: int | None = None
    none_within: int = -1

    @property
    def says_nothing(self) -> bool:
        return self.event is None and self.none_within < 0


def fact_of(verdict: Verdict) -> Fact:
    """What a verdict commits its engine to."""
    reachable, recoverable = (verdict.claim.kind is kind for kind in (ClaimKind.REACHABLE, ClaimKind.RECOVERABLE))
    match verdict:
        case Violated(path=path):
            return Fact(False) if reachable else Fact(True, _length(path))
        case HoldsInScope(witness=path):
            return Fact(True, _length(path)) if reachable else Fact(False)
        case Proved():
            return Fact(False)
        case HoldsUpTo(depth=depth):
            return Fact(None, none_within=depth)
        case Undecided(statistics=statistics):
            looked = statistics.engine == "bounded" and not recoverable
            return Fact(None, none_within=statistics.depth or -1) if looked else Fact(None)


def _length(path: Path | None) -> int | None:
    return path.length if path and path.shortest else None


@dataclass(frozen=True, slots=True)
class Counts:
    """What a complete search without reductions has seen. `branches` are those that were taken, where the engine tells;
    empty where it does not."""

    states: int
    transitions: int
    depth: int
    branches: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine says of one claim in one scope; or, without a claim, what it has counted there, or `wrong`: how
    the model itself goes wrong. `command` reproduces it. An open scope, of a proof for any number, names its closed
    sizes only."""

    engine: str
    scope: Sizes
    command: str
    claim: str | None = None
    kind: ClaimKind | None = None
    fact: Fact = field(default_factory=lambda: Fact(None))
    counts: Counts | None = None
    wrong: str = ""
    open: bool = False

    @property
    def said(self) -> str:
        """In a few words."""
        if self.wrong:
            return self.wrong
        if self.counts:
            counts = self.counts
            parts = [
                counted(counts.states, "state"),
                counted(counts.transitions, "transition"),
                f"depth {counts.depth}",
            ]
            return ", ".join([*parts, branches.counted(len(counts.branches))] if counts.branches else parts)
        reachable = self.kind is ClaimKind.REACHABLE
        fact = self.fact
        if fact.event:
            steps = "" if fact.nearest is None else f" in {counted(fact.nearest, 'step')}"
            return f"{'reached' if reachable else 'violated'}{steps}"
        if fact.event is False:
            every = " for any number" if self.open else ""
            return f"{'never reached' if reachable else 'holds'}{every}"
        return f"{'not reached' if reachable else 'no violation'} within {counted(fact.none_within, 'step')}"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two engines contradict each other: one of them is wrong, and no verdict about the claim can be trusted."""

    claim: str | None
    scope: Sizes
    first: Answer
    second: Answer


def contradict(first: Answer, second: Answer) -> bool:
    """Whether two answers about the same claim in the same scope cannot both be right."""
    if first.claim is None:
        if first.counts and second.counts:
            return not _same(first.counts, second.counts)
        return bool(first.wrong) is not bool(second.wrong)
    one, other = first.fact, second.fact
    if one.event is not None and other.event is not None:
        if one.event is not other.event:
            return True
        return one.nearest is not None and other.nearest is not None and one.nearest != other.nearest
    known, bound = (one, other) if one.nearest is not None else (other, one)
    return known.nearest is not None and known.nearest <= bound.none_within


def _same(one: Counts, other: Counts) -> bool:
    numbers = (one.states, one.transitions, one.depth) == (other.states, other.transitions, other.depth)
    return numbers and (not one.branches or not other.branches or one.branches == other.branches)


@dataclass(slots=True)
class Book:
    """Every answer of every engine. Each new one is compared with all that are about the same."""

    answers: list[Answer] = field(default_factory=list)
    disagreements: list[Disagreement] = field(default_factory=list)

    def enter(self, answer: Answer) -> None:
        """Enter an answer that says something."""
        if answer.claim is not None and answer.fact.says_nothing:
            return
        for earlier in self._about_the_same(answer):
            if contradict(earlier, answer):
                scope = earlier.scope if answer.open else answer.scope
                self.disagreements.append(Disagreement(answer.claim, scope, earlier, answer))
        self.answers.append(answer)

    def refuse(self, answer: Answer) -> None:
        """An engine's answer that Python itself does not confirm."""
        python = Answer("python", answer.scope, answer.command, wrong="the path cannot be taken, or shows nothing")
        self.disagreements.append(Disagreement(None, answer.scope, answer, python))

    def _about_the_same(self, answer: Answer) -> Iterator[Answer]:
        for earlier in self.answers:
            if earlier.claim == answer.claim:
                if answer.open or earlier.open:
                    closed, sized = (answer, earlier) if answer.open else (earlier, answer)
                    if _within(sized.scope, dict(closed.scope)):
                        yield earlier
                elif earlier.scope == answer.scope:
                    yield earlier

    def engines(self, claim: str, scope: Sizes, *, event: bool) -> tuple[str, ...]:
        """The engines that have decided a claim in a scope in this way, in the usual order."""
        wanted = (claim, scope, False, event)
        found = {a.engine for a in self.answers if (a.claim, a.scope, a.open, a.fact.event) == wanted}
        return tuple(sorted(found, key=_ORDER.index))

    def disputed(self, claim: str) -> bool:
        """Whether engines disagree about a claim, or about the states of a scope, and so about all."""
        return any(found.claim in (claim, None) for found in self.disagreements)


_ORDER = ("native", "portable", "oracle", "bounded", "induction", "pdr", "explicit")


def _within(scope: Sizes, closed: Mapping[str, int]) -> bool:
    """Whether a scope has the sizes that a proof for any number leaves closed."""
    sizes = dict(scope)
    return all(sizes.get(name) == size for name, size in closed.items())
