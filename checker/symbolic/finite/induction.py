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
from raceproof.checker.symbolic.finite.findings import Findings, stopped
from raceproof.checker.symbolic.finite.window import SimpleRuns, Window
from raceproof.checker.system.ordinals import endless_domains
from raceproof.checker.system.transition import Property, TransitionSystem
from raceproof.checker.verdict import Statistics, Verdict

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
    return _Proof(Findings(system, tuple(claims)), limits or Limits(), most_steps).run()


@dataclass(slots=True)
class _Proof:
    """`checked` is the length up to which all runs have been looked at."""

    findings: Findings
    limits: Limits
    most_steps: int
    meter: Meter = field(init=False)
    checked: int = -1

    def __post_init__(self) -> None:
        self.meter = Meter(self.limits)

    def run(self) -> tuple[Verdict, ...]:
        why = stopped(self._lengths)
        if self.checked >= 0:
            why = f"{why}; nothing found within {self.checked} steps"
        return tuple(self._verdict(number, why) for number in range(len(self.findings.claims)))

    def _verdict(self, number: int, why: str) -> Verdict:
        path, proved = self.findings.found.get(number), self.findings.proved_at(number)
        depth = path.length if path else proved if proved is not None else max(self.checked, 0)
        statistics = Statistics("induction", 0, 0, depth, self.meter.seconds, memory_bytes())
        return self.findings.verdict(number, statistics, why)

    def _lengths(self) -> None:
        """Go from k to k until every claim is settled. Raises LimitReached and FaultFound."""
        runs = SimpleRuns(self.findings.system, self.meter)
        window = Window(runs, self.findings.breaches)
        while True:
            self._look(runs)
            self.checked = runs.depth
            if self.findings.settled:
                return
            if window.depth == self.most_steps:
                raise LimitReached(f"not proved by induction over {self.most_steps} steps")
            if runs.depth == self.limits.max_depth:
                raise LimitReached(f"states more than {self.limits.max_depth} steps away")
            window.extend()
            self._exclude(window)
            if self.findings.settled:
                return
            runs.extend()

    def _look(self, runs: SimpleRuns) -> None:
        """Look for every open breach in the runs of the current length: first whether there is any at all."""
        findings = self.findings
        ends = {breach: runs.end(breach) for breach in findings.open if runs.can_end_in(breach)}
        if not runs.possible(runs.literal("any", runs.relation.any_of(list(ends.values())))):
            for end in ends.values():
                runs.assert_never(end)
            if self._worth_asking(runs.depth) and not runs.possible():
                findings.excluded.update(dict.fromkeys(findings.open, runs.depth))
            return
        for late in (False, True):
            for breach, end in ends.items():
                if breach.late is late:
                    if runs.possible(runs.literal(breach.name, end)):
                        findings.note(breach, runs.path(breach.fault))
                    else:
                        runs.assert_never(end)
            if findings.settled:
                return

    def _worth_asking(self, depth: int) -> bool:
        """Whether to ask if there is any run of this length, which may take longer than all breaches: seldom."""
        return depth == self.most_steps or depth & (depth - 1) == 0

    def _exclude(self, window: Window) -> None:
        """Exclude what no window ends in. Whatever is excluded helps with the rest, so the rest is asked again."""
        findings = self.findings
        candidates, attempt = findings.open, 0
        while candidates:
            attempt += 1
            ends = [window.end(breach) for breach in candidates]
            some = window.literal(f"attempt {attempt}", window.relation.any_of(ends))
            if window.possible(some, *map(window.without, candidates)):
                candidates = tuple(b for b, end in zip(candidates, ends, strict=True) if not window.holds(end))
                continue
            for breach in candidates:
                window.exclude(breach)
                findings.excluded[breach] = window.depth
            candidates = findings.open
