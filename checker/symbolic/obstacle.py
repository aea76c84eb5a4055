"""Counterexamples to induction: a state that all that is known allows, and a step from it that breaks a claim.

What is not inductive fails over any number of members, but nearly always it fails with a few: the system is closed at
small sizes, the smallest first, and one step from any state that the lemmas allow is asked about. The answer that is
shown has as much as possible as it was at the start. The search knows every reachable state, so it can say that this is
none of them, and which candidate lemmas would exclude it. (Counterexamples to induction: Bradley, "SAT-Based
Model Checking without Unrolling", VMCAI 2011; minimised and shown to people: Padon et al., "Ivy: Safety Verification by
Interactive Generalization", PLDI 2016.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from raceproof.checker.explicit.portable.search import reachable
from raceproof.checker.limits import LimitReached, Limits, Meter
from raceproof.checker.symbolic.closing import Closing
from raceproof.checker.symbolic.finite.breaches import Breach, breaches
from raceproof.checker.symbolic.finite.window import SimpleRuns, Window
from raceproof.checker.system.domain import Domain
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.terms import Term, subterms
from raceproof.checker.system.transition import Property, TransitionSystem
from raceproof.checker.verdict import FaultFound, Path, State

MORE_MEMBERS = 1
"""How many members more than the small scope has an obstacle is looked for with."""

MOST_STATES = 200_000
"""How many states are visited at most to tell whether the one shown is reachable."""

MOST_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a claim is not inductive: `path` is a step, perhaps one that goes wrong, from a state that `known` lemmas
    allow. Where it breaks no claim, `message` says what is wrong.

    `sizes` are those of the open domains. `explored` reachable states were compared with the state, none where there
    are too many; `reached` says that it is one of them, None that this is not known. `suggested` lemmas hold in every
    reachable state of the small scope and exclude the state.
    """

    claim: Property
    known: tuple[Term, ...]
    sizes: Mapping[str, int]
    path: Path
    message: str
    explored: int
    reached: bool | None
    suggested: tuple[Term, ...]

    def __str__(self) -> str:
        from raceproof.checker.explain.obstacle import told

        return told(self)

    @property
    def system(self) -> TransitionSystem:
        return self.path.system

    @property
    def unusual(self) -> tuple[int, ...]:
        """The slots of the state that are not as they were at the start."""
        return tuple(
            slot
            for slot, (code, start) in enumerate(zip(self.path.states[0], start_of(self.system), strict=True))
            if start is not None and code != start
        )


@dataclass
class Obstacles:
    """Finds obstacles. `known` are lemmas that are inductive together, `assumed` the claims that are not proved, which
    hold as far as anybody knows, `candidates` lemmas that hold in the small scope and that some step breaks."""

    system: TransitionSystem
    small: Mapping[str, int]
    known: Sequence[Term]
    assumed: Sequence[Term]
    candidates: Sequence[Term]
    limits: Limits
    look: Callable[[], object]
    _reached: dict[tuple[int, ...], frozenset[State] | None] = field(default_factory=dict)

    def of(self, claim: Property) -> Obstacle | None:
        """A smallest obstacle to a claim; None where no small size has one. Raises LimitReached."""
        for sizes in self._sizes():
            self.look()
            closing = Closing(self.system, sizes)
            closed = closing.closed()
            found = self._step(closing, closed, claim)
            if found:
                breach, path = found
                reached = self._reachable(closing, closed)
                return Obstacle(
                    claim,
                    tuple(self.known),
                    {domain.name: sizes[domain.name] for domain in self._open()},
                    path,
                    breach.message,
                    len(reached or ()),
                    None if reached is None else path.states[0] in reached,
                    self._suggested(closing, path),
                )
        return None

    def _open(self) -> list[Domain]:
        """The domains with any number of members."""
        domains = {d for v in self.system.variables for d in (*v.keys, v.domain) if d.high is None and d.name}
        return sorted({d.name: d for d in domains if d.name in self.small}.values(), key=lambda d: d.name)

    def _sizes(self) -> Iterator[dict[str, int]]:
        """Sizes for every open domain, the smallest sums first."""
        names = [domain.name for domain in self._open()]
        ranges = [range(1, self.small[name] + MORE_MEMBERS + 1) for name in names]
        for codes in sorted(product(*ranges), key=lambda codes: (sum(codes), codes)):
            yield {**self.small, **dict(zip(names, codes, strict=True))}

    def _step(self, closing: Closing, closed: TransitionSystem, claim: Property) -> tuple[Breach, Path] | None:
        """A step from a state that everything known allows, that breaks the claim or goes wrong."""
        own = closing.property(claim)
        meter = Meter(self.limits)
        allowed = [closing.term(lemma) for lemma in (*self.known, *self.assumed)]
        for breach in sorted(breaches(closed, (own,)), key=lambda breach: not breach.claims):
            found = self._broken(closed, breach, allowed, meter)
            if found:
                return breach, found
        return None

    def _broken(self, closed: TransitionSystem, breach: Breach, allowed: Sequence[Term], meter: Meter) -> Path | None:
        window = Window(SimpleRuns(closed, meter), ())
        for lemma in allowed:
            window.require(lemma)
        if breach.fault is None:
            window.extend()
        literal = window.literal("breach", window.end(breach))
        if not window.possible(literal):
            return None
        kept = [literal]
        for group in _groups(closed):
            wanted = window.literal(f"usual {group[0]} {len(group)}", window.first_is(start_of(closed), group))
            if window.possible(*kept, wanted):
                kept.append(wanted)
        assert window.possible(*kept)
        return window.path(breach.fault)

    def _reachable(self, closing: Closing, closed: TransitionSystem) -> frozenset[State] | None:
        """Every reachable state at this size; None where there are too many."""
        sizes = tuple(closing.sizes[domain.name] for domain in self._open())
        if sizes not in self._reached:
            try:
                found = reachable(closed, replace(self.limits, max_states=MOST_STATES))
                self._reached[sizes] = frozenset(map(tuple, found))
            except (LimitReached, FaultFound):
                self.look()
                self._reached[sizes] = None
        return self._reached[sizes]

    def _suggested(self, closing: Closing, path: Path) -> tuple[Term, ...]:
        """The shortest candidates that exclude the state."""
        interpreter, state = Interpreter(path.system), path.states[0]
        found: list[Term] = []
        for candidate in sorted(self.candidates, key=_length):
            try:
                holds = interpreter.value(closing.term(candidate), state)
            except IndexError:
                continue
            if not holds:
                found.append(candidate)
                if len(found) == MOST_SUGGESTED:
                    break
        return tuple(found)


def start_of(system: TransitionSystem) -> tuple[int | None, ...]:
    """The code of each slot at the start; None where it may be any."""
    return tuple(code for variable in system.variables for code in system.initial[variable])


def _groups(system: TransitionSystem) -> list[tuple[int, ...]]:
    """Slots to keep as they were at the start: first each process's together, so that few take part; then one by one,
    the shared ones last, as the claim is about them."""
    owned: dict[object, list[int]] = {}
    owners = {v: info.name for info in system.processes for v in (info.control, *info.locals.values()) if v}
    for variable in system.variables:
        for position, codes in enumerate(variable.codes(), system.offsets[variable]):
            if variable in owners:
                owned.setdefault((owners[variable], codes), []).append(position)
    mine = {slot for slots in owned.values() for slot in slots}
    shared = [(slot,) for slot in range(len(start_of(system))) if slot not in mine]
    return [*map(tuple, owned.values()), *((slot,) for slot in sorted(mine)), *shared]


def _length(lemma: Term) -> int:
    return sum(1 for _ in subterms((lemma,)))
