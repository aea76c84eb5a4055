"""k-induction: a claim holds always if it holds in the first k states of every run, and in a state whenever it held in
the k states before it.

The base case is the bounded engine's unrolling, so a violation comes with a shortest path. The inductive step asks a
`Window` of k steps. The claims help each other: no breach that has not been found is supposed to have happened, those
that a window shows nevertheless are dropped until it shows none, and what is left is excluded for good, all together.
That the model itself never goes wrong is proved in the same way, and no claim holds before it is. Where there is no run
of k steps that meets no state twice, every state has been seen. (Sheeran, Singh, Stålmarck, "Checking Safety Properties
Using Induction and a SAT-Solver", FMCAD 2000; dropping what is not inductive: Flanagan and Leino, "Houdini, an
Annotation Assistant for ESC/Java", FME 2001.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from raceproof.checker.limits import LimitReached, Limits, Meter, memory_bytes
from raceproof.checker.symbolic.breaches import Breach, breaches, verdict_on
from raceproof.checker.symbolic.window import SimpleRuns, Window
from raceproof.checker.system.ordinals import endless_domains
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem
from raceproof.checker.verdict import FaultFound, Path, Statistics, Verdict

MOST_STEPS = 32


def prove_by_induction(
    system: TransitionSystem, claims: Sequence[Property], limits: Limits | None = None, *, most_steps: int = MOST_STEPS
) -> tuple[Verdict, ...]:
    """Try induction over 1, 2, … and at last `most_steps` steps; one verdict for each claim, in order.

    The depth in the statistics is the k of the proof, or the length of the path, or how many steps were looked at. Of
    the limits, the number of states does not apply: none are counted, and the statistics say 0. Raises FaultFound where
    the model itself goes wrong, ValueError for a system that is not finite, for a command with a parameter and for less
    than one step.
    """
    if not system.bounded:
        raise ValueError("induction needs a finite scope")
    for domain in endless_domains(system):
        raise ValueError(f"induction needs a last {domain.name}, and there is none")
    if any(command.parameters for command in system.commands):
        raise ValueError("induction cannot give a command's parameters values")
    if most_steps < 1:
        raise ValueError(f"induction goes over 1 step or more, not {most_steps}")
    return _Proof(system, tuple(claims), limits or Limits(), most_steps).run()


@dataclass(slots=True)
class _Proof:
    """`found` are the runs that settle claims, by position; `excluded` says at which k no run was shown to have a
    breach; `checked` is how far all runs have been looked at."""

    system: TransitionSystem
    claims: tuple[Property, ...]
    limits: Limits
    most_steps: int
    meter: Meter = field(init=False)
    breaches: tuple[Breach, ...] = field(init=False)
    found: dict[int, Path] = field(default_factory=dict)
    excluded: dict[Breach, int] = field(default_factory=dict)
    checked: int = -1

    def __post_init__(self) -> None:
        self.meter = Meter(self.limits)
        self.breaches = breaches(self.system, self.claims)

    def run(self) -> tuple[Verdict, ...]:
        why = ""
        try:
            self._lengths()
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
        claim, path, proved = self.claims[number], self.found.get(number), self._proved_at(number)
        depth = path.length if path else proved if proved is not None else max(self.checked, 0)
        statistics = Statistics("induction", 0, 0, depth, self.meter.seconds, memory_bytes())
        return verdict_on(claim, self.system, statistics, path, proved is not None, why)

    def _lengths(self) -> None:
        """Go from k to k until every claim is settled. Raises LimitReached and FaultFound."""
        runs = SimpleRuns(self.system, self.meter)
        window = Window(runs, self.breaches)
        while True:
            self._look(runs)
            self.checked = runs.depth
            if self._settled():
                return
            if window.depth == self.most_steps:
                raise LimitReached(f"not proved by induction over {self.most_steps} steps")
            if runs.depth == self.limits.max_depth:
                raise LimitReached(f"states more than {self.limits.max_depth} steps away")
            window.extend()
            self._exclude(window)
            if self._settled():
                return
            runs.extend()

    def _look(self, runs: SimpleRuns) -> None:
        """Look for every breach in the runs of the current length: first whether there is any at all."""
        ends = {breach: runs.end(breach) for breach in self._open() if runs.can_end_in(breach)}
        if not runs.possible(runs.literal("any", runs.relation.any_of(list(ends.values())))):
            for end in ends.values():
                runs.assert_never(end)
            if self._worth_asking(runs.depth) and not runs.possible():
                self.excluded.update(dict.fromkeys(self._open(), runs.depth))
            return
        for late in (False, True):
            for breach, end in ends.items():
                if breach.late is late:
                    if runs.possible(runs.literal(breach.name, end)):
                        self._note(breach, runs)
                    else:
                        runs.assert_never(end)
            if self._settled():
                return

    def _worth_asking(self, depth: int) -> bool:
        """Whether to ask if there is any run of this length, which may take longer than all breaches: seldom."""
        return depth == self.most_steps or depth & (depth - 1) == 0

    def _note(self, breach: Breach, runs: SimpleRuns) -> None:
        path = runs.path(breach.fault)
        if not breach.claims:
            raise FaultFound(path, breach.message)
        for number in breach.claims:
            self.found.setdefault(number, path)

    def _exclude(self, window: Window) -> None:
        """Exclude what no window ends in. Whatever is excluded helps with the rest, so the rest is asked again."""
        candidates, attempt = self._open(), 0
        while candidates:
            attempt += 1
            ends = [window.end(breach) for breach in candidates]
            some = window.literal(f"attempt {attempt}", window.relation.any_of(ends))
            if window.possible(some, *map(window.without, candidates)):
                candidates = [b for b, end in zip(candidates, ends, strict=True) if not window.holds(end)]
            else:
                for breach in candidates:
                    window.exclude(breach)
                    self.excluded[breach] = window.depth
                candidates = self._open()

    def _open(self) -> list[Breach]:
        """The breaches that may still be found and would tell something new."""
        return [
            breach
            for breach in self.breaches
            if breach not in self.excluded and not (breach.claims and self.found.keys() >= set(breach.claims))
        ]

    def _proved_at(self, number: int) -> int | None:
        """The k at which the last breach was excluded of those that keep a claim from being proved."""
        depths = [self.excluded.get(b) for b in self.breaches if not b.claims or number in b.claims]
        return None if None in depths else max((d for d in depths if d is not None), default=0)

    def _settled(self) -> bool:
        """Whether nothing more can be found out; without claims there are still faults to exclude."""
        wanted = [n for n, claim in enumerate(self.claims) if claim.kind is not ClaimKind.RECOVERABLE]
        if not self.claims:
            return self._proved_at(0) is not None
        return all(n in self.found or self._proved_at(n) is not None for n in wanted)
