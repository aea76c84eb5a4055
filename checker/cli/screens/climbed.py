"""What a climb has come to, in words: rungs, what was exercised, which rungs were not reached and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from raceproof.checker.assure import branches
from raceproof.checker.assure.branches import Branch
from raceproof.checker.assure.rungs import MISSING, Assurance, Rung, Standing
from raceproof.checker.assure.scopes import Sizes
from raceproof.checker.assure.visiting import Visit
from raceproof.checker.results import trace_in
from raceproof.checker.system.domain import Remembered
from raceproof.checker.system.transition import ClaimKind
from raceproof.checker.timeline import counted
from raceproof.checker.verdict import Undecided, Verdict

_MOST_REFUSED, _MOST_LARGEST = 3, 4


@dataclass(frozen=True, slots=True)
class Words:
    """Tells of a climb."""

    found: Assurance

    def at(self, scope: Sizes) -> str:
        """` at Enactor=2, Plan=3`: the sizes that vary; nothing where none does."""
        shown = self._sizes(scope)
        return f" at {shown}" if shown else ""

    def _sizes(self, scope: Sizes) -> str:
        return ", ".join(f"{name}={size}" for name, size in scope if name in self.found.growing)

    def rung(self, standing: Standing) -> str:
        """The rung that a claim has reached."""
        match standing.rung:
            case Rung.DISPUTED:
                return "engines disagree: see below"
            case Rung.VIOLATED if standing.claim.kind is ClaimKind.REACHABLE:
                return f"never reached in the default scope{self._elsewhere(standing)}"
            case Rung.VIOLATED | Rung.REACHED if standing.event:
                return self._event(standing, standing.event)
            case Rung.PROVED:
                return f"proved for any number of {_listed(self.found.opened)}{self._closed()}"
            case Rung.PROVED_HERE:
                return f"proved{self.at(self.found.default)}; {self._searched(standing)}"
            case Rung.EXHAUSTED:
                return self._searched(standing)
            case Rung.BOUNDED if standing.depth:
                depth = f"no violation within {counted(standing.depth.steps, 'step')}{self.at(self.found.default)}"
                return f"{depth}; {self._searched(standing)}" if standing.largest else depth
            case Rung.SMALLER:
                return f"undecided{self.at(self.found.default)}: {_why(standing.verdict)}; {self._searched(standing)}"
            case _:
                return f"undecided: {_why(standing.verdict)}"

    def _event(self, standing: Standing, visit: Visit) -> str:
        """The smallest scope that violates a claim, or reaches it."""
        reachable = standing.claim.kind is ClaimKind.REACHABLE
        where = self.at(visit.scope)
        which = ("the smallest scope that can" if standing.smallest else "the smallest found") if where else ""
        parts = [f"{'reached' if reachable else 'violated'} {_steps(visit.verdicts[standing.claim.name])}{where}"]
        parts += [which] if which else []
        if _only_elsewhere(standing):
            parts.append("though it holds in the default scope")
        return ", ".join(parts)

    def _elsewhere(self, standing: Standing) -> str:
        if not standing.event:
            return ""
        return f", but {_steps(standing.event.verdicts[standing.claim.name])}{self.at(standing.event.scope)}"

    def _closed(self) -> str:
        sizes = [f"{name}={size}" for name, size in self.found.closed.items() if name in self.found.growing]
        return f" ({', '.join(sizes)})" if sizes else ""

    def _searched(self, standing: Standing) -> str:
        """How far all states are known."""
        visit = standing.largest
        if visit is None:
            return "no scope was searched to its end"
        sizes = self._sizes(visit.scope)
        endless = [name for name, size in visit.scope if isinstance(size, Remembered)]
        any_number = f", any number of {_listed(endless)}" if endless else ""
        return f"exhausted{f' up to {sizes}' if sizes else ''}{any_number}: {_states(visit)}"

    def exercised(self) -> Iterator[str]:
        """What the default scope makes happen, and from which scope on all of it does."""
        exercise = self.found.exercise
        if exercise is None:
            return
        taken, possible = len(exercise.taken), len(exercise.taken) + len(exercise.never)
        text = f"the default scope takes {taken:,} of {branches.counted(possible)}"
        if exercise.visit and exercise.visit.scope != self.found.default:
            text += f"; all of these are already taken{self.at(exercise.visit.scope)}, the smallest scope that does so"
            text += f" ({', '.join(exercise.visit.engines)})"
        yield text
        if exercise.never:
            yield f"never taken there: {', '.join(_never(exercise.never, exercise.taken))}"

    def limits_of_rungs(self) -> Iterator[str]:
        """Which rungs do not exist for some claims, and which were not reached, and why."""
        for kind, what in MISSING.items():
            names = [s.claim.name for s in self.found.standings if s.claim.kind is kind and s.rung in _HOLDING]
            if names:
                yield f"{_listed(names)} cannot climb to {what}"
        for rung, text in _UNREACHED.items():
            reasons: dict[str, list[str]] = {}
            for standing in self.found.standings:
                if standing.rung in _BELOW[rung] and rung in standing.missed:
                    reasons.setdefault(standing.missed[rung], []).append(standing.claim.name)
            for why, names in reasons.items():
                yield f"{text}: {_listed(names)} ({why})"

    def searched(self) -> Iterator[str]:
        """The largest scopes that were searched to their end: those that no other is larger than in every domain."""
        ended = [visit for visit in self.found.visits if visit.exhausted]
        default = self.found.default
        ended = [v for v in ended if v.scope == default or _is_larger(v.scope, default)] or ended
        largest = [visit for visit in ended if not any(_is_larger(other.scope, visit.scope) for other in ended)]
        largest = sorted(largest, key=lambda visit: visit.states, reverse=True)[:_MOST_LARGEST]
        told = [f"{self._sizes(visit.scope)} ({_states(visit)})" for visit in largest if self._sizes(visit.scope)]
        if told:
            yield f"searched to the end: up to {_listed(told, '; ')}"

    def left_out(self) -> Iterator[str]:
        """Scopes that were not searched to the end, or could not be explored at all; and other things to know."""
        for visit in self.found.visits:
            if not visit.exhausted and visit.scope != self.found.default:
                yield f"not searched to the end{self.at(visit.scope)}: {visit.why}"
        reasons: dict[str, list[Sizes]] = {}
        for scope, why in self.found.wrong.items():
            reasons.setdefault(why, []).append(scope)
        for why, refused in list(reasons.items())[:_MOST_REFUSED]:
            more = f" and in {counted(len(refused) - 1, 'other scope')}" if len(refused) > 1 else ""
            yield f"not explored{self.at(refused[0])}{more}: {why}"
        odd = [s.event.scope for s in self.found.standings if s.event and _only_elsewhere(s)]
        if odd:
            yield f"if {self._sizes(odd[0])} makes no sense in this model, --scope, --at-least or --at-most can say so"
        yield from self.found.notes

    def covered(self) -> str:
        """What was searched, and how far two engines did."""
        ended = [visit for visit in self.found.visits if visit.exhausted]
        twice = [visit for visit in ended if len(set(visit.engines)) > 1]
        states = counted(sum(visit.states for visit in ended), "state")
        text = f"{counted(len(ended), 'scope')} searched to the end, {states}"
        if not twice:
            return text
        most = max(visit.states for visit in twice)
        return f"{text}; {len(twice)} of them, up to {counted(most, 'state')}, by two engines or more"


_HOLDING = (Rung.EXHAUSTED, Rung.PROVED_HERE, Rung.BOUNDED, Rung.SMALLER)

_BELOW: Mapping[Rung, tuple[Rung, ...]] = {
    Rung.PROVED_HERE: (Rung.NOTHING, Rung.SMALLER, Rung.BOUNDED, Rung.EXHAUSTED),
    Rung.PROVED: (Rung.NOTHING, Rung.SMALLER, Rung.BOUNDED, Rung.EXHAUSTED, Rung.PROVED_HERE),
}
"""The rungs below one."""


_UNREACHED = {Rung.PROVED_HERE: "not proved in the default scope", Rung.PROVED: "not proved for every size"}


def _only_elsewhere(standing: Standing) -> bool:
    """Whether a claim is violated, and holds in the default scope."""
    violated = standing.rung is Rung.VIOLATED and standing.claim.kind is not ClaimKind.REACHABLE
    return violated and standing.verdict is not None and standing.verdict.holds


def _never(never: Iterable[Branch], taken: Iterable[Branch]) -> Iterator[str]:
    """Steps that are never taken, then those that never go some ways, with how many."""
    happens = Counter((branch.step, branch.place) for branch in taken)
    missing = Counter((branch.step, branch.place) for branch in sorted(never))
    for step, place in missing:
        if (step, place) not in happens:
            yield f"{step} ({place})"
    for (step, place), number in missing.items():
        if others := happens.get((step, place)):
            yield f"{number} of {number + others} ways to go on from {step} ({place})"


def _states(visit: Visit) -> str:
    return f"{counted(visit.states, 'state')}{' up to symmetry' if visit.reduced else ''}"


def _is_larger(one: Sizes, other: Sizes) -> bool:
    """Whether a scope has at least as many members of every domain as another one."""
    return one != other and all(more >= less for (_, more), (_, less) in zip(one, other, strict=True))


def _steps(verdict: Verdict) -> str:
    trace = trace_in(verdict)
    if trace is None:
        return "nowhere"
    return f"in {counted(len(trace), 'step')}" if trace.steps else "at the start"


def _why(verdict: Verdict | None) -> str:
    return verdict.why if isinstance(verdict, Undecided) else "not looked at"


def _listed(names: Iterable[str], separator: str = ", ") -> str:
    """`a, b and c`."""
    *others, last = names
    return f"{separator.join(others)} and {last}" if others else last
