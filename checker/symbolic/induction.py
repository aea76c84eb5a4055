"""k-induction: what holds of the first k states of every run, and of a state whenever it held of the k before it,
holds always.

The base case is the bounded engine's unrolling, so a violation comes with a shortest path. The inductive step asks a
`Window` of k steps. The claims help each other: all that nothing is known against are supposed to hold together, and
those that a window breaks are dropped until none is left, or the rest is proved; what is proved helps from then on.
That the model itself never goes wrong is proved in the same way, and nothing holds before it is. (Sheeran, Singh,
Stålmarck, "Checking Safety Properties Using Induction and a SAT-Solver", FMCAD 2000; dropping: Flanagan and Leino,
"Houdini, an Annotation Assistant for ESC/Java", FME 2001.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from raceproof.checker.bounded.formula import Formula
from raceproof.checker.limits import LimitReached, Limits, Meter, memory_bytes
from raceproof.checker.symbolic.obligations import Obligation, obligations
from raceproof.checker.symbolic.window import SimpleRuns, Window
from raceproof.checker.system.ordinals import endless_domains
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem
from raceproof.checker.verdict import FaultFound, HoldsInScope, Path, Statistics, Undecided, Verdict, Violated

MOST_STEPS = 32


def prove_by_induction(
    system: TransitionSystem, claims: Sequence[Property], limits: Limits | None = None, most_steps: int = MOST_STEPS
) -> tuple[Verdict, ...]:
    """Try induction over 1, 2, … up to `most_steps` steps; one verdict for each claim, in order.
    """
    if not system.bounded:
        raise ValueError("induction needs a finite scope")
    if any(command.parameters for command in system.commands):
        raise ValueError("induction cannot give a command's parameters values")
    for domain in endless_domains(system):
        raise ValueError(f"induction needs a last {domain.name}, and there is none")
    if most_steps < 1:
        raise ValueError(f"induction takes 1 step or more, not {most_steps}")
    return _Proof(system, tuple(claims), limits or Limits(), most_steps).run()


@dataclass(slots=True)
class _Proof:
    system: TransitionSystem
    claims: tuple[Property, ...]
    limits: Limits
    most_steps: int
    meter: Meter = field(init=False)
    obligations: tuple[Obligation, ...] = ()
    found: dict[int, Path] = field(default_factory=dict)
    proved: dict[Obligation, int] = field(default_factory=dict)
    checked: int = -1

    def __post_init__(self) -> None:
        self.meter = Meter(self.limits)

    def run(self) -> tuple[Verdict, ...]:
        try:
            why = self._steps()
        except LimitReached as limit:
            why = limit.why
        except KeyboardInterrupt:
            why = "interrupted"
        except MemoryError:
            why = "out of memory"
        if self.checked >= 0:
            why = f"{why}; nothing found within {self.checked} steps"
        return tuple(self._verdict(number, why) for number in range(len(self.claims)))

    def _verdict(self, number: int, why: str) -> Verdict:
        claim, found = self.claims[number], self.found.get(number)
        proved = self._proved_at(number)
        depth = found.length if found else self.checked if proved is None else proved
        statistics = Statistics("induction", 0, 0, max(depth, 0), self.meter.seconds, memory_bytes())
        common = (claim, self.system.scope, statistics)
        if claim.kind is ClaimKind.RECOVERABLE:
            return Undecided(*common, "induction cannot decide recoverability; use the explicit engine")
        if found or proved is not None:
            if (claim.kind is ClaimKind.REACHABLE) is (found is not None):
                return HoldsInScope(*common, witness=found)
            return Violated(*common, found)
        return Undecided(*common, why)

    def _steps(self) -> str:
        base = SimpleRuns(self.system, self.meter)
        self.obligations = obligations(base.relation, self.claims)
        window = Window(base, self.obligations)
        while True:
            self._look(base)
            self.checked = base.depth
            if self._settled():
                return ""
            if window.depth == self.most_steps:
                return f"not proved by induction over {self.most_steps} steps"
            if base.depth == self.limits.max_depth:
                raise LimitReached(f"states more than {self.limits.max_depth} steps away")
            window.extend()
            self._induct(window)
            if self._settled():
                return ""
            base.extend()

    # base
    def _look(self, base: Formula) -> None:
        asked = [o for o in self._open() if o.applies(base)]
        conditions = {o: o.at_end(base) for o in asked}
        if not asked or not base.possible(base.literal("any", base.relation.any_of(list(conditions.values())))):
            for c in conditions.values():
                base.assert_never(c)
            d = base.depth
            import os
            if not os.environ.get('NOFWD') and (d & (d-1) == 0) and not base.possible():
                print('complete at', d)
                for o in self._open(): self.proved[o]=d
            return
        for late in (False, True):
            for o, condition in conditions.items():
                if o.late is late:
                    if base.possible(base.literal(o.name, condition)):
                        self._happens(o, base)
                    else:
                        base.assert_never(condition)
            if self._settled():
                return

    def _happens(self, o, base):
        path = base.path(o.fault)
        if o.message:
            raise FaultFound(path, o.message)
        for number in o.claims:
            self.found.setdefault(number, path)

    def _induct(self, window: Window) -> None:
        supposed = self._open()
        round_ = 0
        while supposed:
            round_ += 1
            broken = {o: o.at_end(window) for o in supposed}
            literal = window.literal(f"broken {round_}", window.relation.any_of(list(broken.values())))
            if not window.possible(literal, *map(window.supposed, supposed)):
                for o in supposed:
                    window.assert_proved(o)
                    self.proved[o] = window.depth
                supposed = self._open()
            else:
                supposed = [o for o in supposed if not window.holds(broken[o])]

    def _open(self) -> list[Obligation]:
        return [o for o in self.obligations if o not in self.proved and (not o.claims or any(n not in self.found for n in o.claims))]

    def _settled(self) -> bool:
        wanted = [n for n, c in enumerate(self.claims) if c.kind is not ClaimKind.RECOVERABLE and n not in self.found]
        if self.claims and not wanted:
            return True
        return all(self._proved_at(n) is not None for n in wanted) and self._health() is not None

    def _health(self):
        depths = [self.proved.get(o) for o in self.obligations if not o.claims]
        return None if None in depths else max(depths, default=0)

    def _proved_at(self, number) -> int | None:
        depths = [self.proved.get(o) for o in self.obligations if not o.claims or number in o.claims]
        return None if None in depths else max(depths, default=0)
