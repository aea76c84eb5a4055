"""What `raceproof simulate` prints: as a check does, and besides which steps were taken and how a path was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from raceproof.checker.cli.runs import Run
from raceproof.checker.cli.screens.paragraphs import hanging, plain
from raceproof.checker.cli.screens.report import RATED_FROM_SECONDS, Report
from raceproof.checker.explicit.simulate import Simulation
from raceproof.checker.timeline import counted
from raceproof.checker.verdict import Undecided, Verdict

if TYPE_CHECKING:
    from raceproof.checker.cli.simulating import SimulatedRun

NO_PROOF = "Random walks find violations; that they find none does not show that there is none."


class SimulationReport(Report):
    """Prints simulated runs."""

    def show(self, run: Run) -> None:
        out, done = self.screen.out, _simulated(run)
        self._heading(run)
        out.print(self._claims(run))
        self._notes(run)
        out.print()
        out.print(hanging(Text("coverage", style="bold"), Text(coverage(done.taken))))
        self._violations(run)
        out.print()
        if any(isinstance(verdict, Undecided) for verdict in run.verdicts):
            out.print(plain(NO_PROOF, "yellow"))
        if done.simulation.stopped:
            out.print(plain(f"Stopped before its time: {done.simulation.stopped}", "yellow"))
        out.print(plain(walks_text(done.simulation), "dim"))

    def _reproduce(self, run: Run, verdict: Verdict) -> None:
        done = _simulated(run)
        finding, name = done.finding(verdict.claim.name), verdict.claim.name
        out = self.screen.out
        out.print()
        if finding is not None:
            out.print(plain(shortened(finding.length, finding.path.length, shortest=finding.path.shortest)))
        out.print(Text(f"Reproduce: {run.command(name)}"), soft_wrap=True)
        if other := done.check_command(name):
            out.print(Text(f"A check that shows it too: {other}"), soft_wrap=True)


def _simulated(run: Run) -> SimulatedRun:
    from raceproof.checker.cli.simulating import SimulatedRun

    assert isinstance(run, SimulatedRun)
    return run


def shortened(before: int, after: int, *, shortest: bool) -> str:
    """`Shortened from 173 to 11 steps; there is no shorter way.`"""
    what = f"Shortened from {before:,} to {counted(after, 'step')}" if after < before else "Found in so many steps"
    return f"{what}; there is {'no shorter way' if shortest else 'perhaps a shorter way'}."


def coverage(taken: dict[str, int]) -> str:
    """`taken 37 of 41 steps (90%); never: clean up (dns.py:88)`."""
    never = [step for step, times in taken.items() if not times]
    text = f"taken {len(taken) - len(never):,} of {counted(len(taken), 'step')}"
    if taken:
        text += f" ({100 * (len(taken) - len(never)) // len(taken)}%)"
    return f"{text}; never: {', '.join(never)}" if never else text


def walks_text(done: Simulation) -> str:
    """What was done, in one line."""
    parts = [f"seed {done.seed}", counted(done.walks, "walk"), counted(done.steps, "step"), f"{done.seconds:.2f} s"]
    if done.seconds > RATED_FROM_SECONDS:
        parts.append(f"{done.steps / done.seconds:,.0f} steps/s")
    return f"simulation, {done.engine}: {', '.join(parts)}"
