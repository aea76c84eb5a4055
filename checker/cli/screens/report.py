"""What `raceproof check` prints: a line for each claim, the first violation as a timeline, what was covered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from raceproof.checker.cli.options import command_line
from raceproof.checker.cli.runs import Run
from raceproof.checker.cli.screens.paragraphs import hanging, plain
from raceproof.checker.cli.screens.screen import Glyphs, Screen
from raceproof.checker.cli.subject import BUILT_IN_CLAIMS, ONLY_VARIANT
from raceproof.checker.options import CHECKPOINT_FILE
from raceproof.checker.results import trace_in
from raceproof.checker.system.domain import Remembered
from raceproof.checker.timeline import Trimmed, counted, story, up_to, violated_after
from raceproof.checker.trace import Trace
from raceproof.checker.verdict import HoldsInScope, HoldsUpTo, Proved, Statistics, Undecided, Verdict, Violated

_TEXT_FROM = 72
RATED_FROM_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Report:
    """Prints runs, one after the other; `explain`, where there is one, prints a violation instead of its timeline."""

    screen: Screen
    all_traces: bool = False
    explain: Callable[[Run, Violated], None] | None = None

    def show(self, run: Run) -> None:
        """Everything about one variant."""
        out = self.screen.out
        self._heading(run)
        out.print(self._claims(run))
        self._notes(run)
        self._violations(run)
        out.print()
        out.print(plain(summary(run.verdicts[0].statistics), "dim"))

    def written(self, paths: Sequence[str]) -> None:
        for path in paths:
            self.screen.out.print(Text(f"Written: {path}"), soft_wrap=True)

    def stopped(self, remaining: Sequence[str]) -> None:
        if remaining:
            self.screen.out.print(Text(f"Interrupted; not looked at: {', '.join(remaining)}", style="yellow"))

    def _heading(self, run: Run) -> None:
        scope = scope_text(run.verdicts[0].scope)
        title = Text.assemble((type(run.prepared.model).__name__, "bold"))
        if len(run.subject.variants) > 1:
            title.append(f" {self.screen.glyphs.dot} ").append(run.variant, "bold")
        if scope:
            title.append("  ").append(scope, "cyan")
        self.screen.out.print(Trimmed(title))
        if tuple(run.subject.variants) != (ONLY_VARIANT,):
            self.screen.out.print(plain(run.subject.variants[run.variant].text, "dim"))
        self.screen.out.print()

    def _claims(self, run: Run) -> Trimmed:
        wide = self.screen.width >= _TEXT_FROM
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        longest = max(len(outcome(verdict)) for verdict in run.verdicts)
        table.add_column(overflow="fold", min_width=10, no_wrap=2 * longest <= self.screen.width)
        if wide:
            table.add_column(overflow="fold", ratio=1, style="dim")
        for claim, verdict in zip(run.prepared.claims, run.verdicts, strict=True):
            glyph, style = sign(verdict, self.screen.glyphs)
            row = [Text(glyph, style), Text(claim.name), Text(outcome(verdict), style)]
            table.add_row(*row, *([Text(claim.text if claim.text != claim.name else "")] if wide else []))
        return Trimmed(table)

    def _notes(self, run: Run) -> None:
        notes = [f"not asked: {claim.name} is about another model" for claim in run.left_out]
        if run.asked_everything and all(claim in BUILT_IN_CLAIMS for claim in run.subject.claims):
            notes.append(
                f"{run.subject.name} has no claims of its own (@always, @each_step, @reachable, @recoverable): "
                "only the two built-in ones were asked"
            )
        if run.never_taken:
            notes.append(f"never happens in this scope or variant: {', '.join(run.never_taken)}")
        folder = run.request.checkpoint
        if folder and (Path(folder) / CHECKPOINT_FILE).exists():
            notes.append(f"to go on from here: {command_line('raceproof', 'resume', folder)}")
        for text in notes:
            self.screen.out.print(hanging(Text("note:", style="yellow"), Text(text, style="yellow"), gap=1))

    def _violations(self, run: Run) -> None:
        """The first violated claim's timeline, in the order of the claims, or all; and how to see each again."""
        broken = [
            (verdict, verdict.trace)
            for verdict in run.verdicts
            if isinstance(verdict, Violated) and verdict.trace is not None
        ]
        shown = broken if self.all_traces else broken[:1]
        for verdict, trace in shown:
            self._violation(run, verdict, trace)
        if not broken:
            for verdict in [verdict for verdict in run.verdicts if isinstance(verdict, Violated)][:1]:
                self._reproduce(run, verdict)
        silent = len(broken) - len(shown)
        if silent:
            what = "1 more claim is violated" if silent == 1 else f"{silent} more claims are violated"
            self.screen.out.print(plain(f"{what}; --all-traces shows every timeline.", "dim"))

    def _violation(self, run: Run, verdict: Violated, trace: Trace) -> None:
        out = self.screen.out
        out.print()
        out.print(Text.assemble((verdict.claim.name, "bold"), (f" is {outcome(verdict)}", "red")))
        out.print()
        if self.explain:
            self.explain(run, verdict)
        else:
            for part in story(verdict, trace, self.screen.width, arrow=self.screen.glyphs.arrow):
                out.print(part)
        self._reproduce(run, verdict)

    def _reproduce(self, run: Run, verdict: Verdict) -> None:
        self.screen.out.print()
        self.screen.out.print(Text(f"Reproduce: {run.command(verdict.claim.name)}"), soft_wrap=True)


def sign(verdict: Verdict, glyphs: Glyphs) -> tuple[str, str]:
    """The glyph of a verdict, and its style."""
    match verdict:
        case Violated():
            return glyphs.violated, "red"
        case Undecided():
            return glyphs.undecided, "yellow"
        case HoldsUpTo():
            return glyphs.bounded, "yellow"
        case HoldsInScope() | Proved():
            return glyphs.holds, "green"


def outcome(verdict: Verdict) -> str:
    """A verdict in a few words, without the claim's name."""
    match verdict:
        case Violated():
            trace = trace_in(verdict)
            if trace is None:
                return "never reached"
            return f"violated in {violated_after(verdict, trace)}" if trace.steps else "violated at the start"
        case HoldsInScope():
            trace = trace_in(verdict)
            if trace is None:
                return "holds"
            return f"reached in {counted(len(trace), 'step')}" if trace.steps else "reached at the start"
        case HoldsUpTo(depth=depth):
            return up_to(depth)
        case Proved():
            return "proved for every size"
        case Undecided(why=why):
            return f"undecided: {why}"


def scope_text(scope: Mapping[str, int | None]) -> str:
    """`Enactor=2 Plan=3`."""
    return " ".join(f"{name}={_size_text(size)}" for name, size in scope.items())


def _size_text(size: int | None) -> str:
    if size is None:
        return "unbounded"
    return f"{int(size)} remembered" if isinstance(size, Remembered) else str(size)


def summary(statistics: Statistics) -> str:
    """What an engine covered, in one line."""
    parts = [f"depth {statistics.depth}", f"{statistics.seconds:.2f} s"]
    if statistics.states:
        parts = [counted(statistics.states, "state"), counted(statistics.transitions, "transition"), *parts]
    if statistics.states and statistics.seconds > RATED_FROM_SECONDS:
        parts.append(f"{statistics.states / statistics.seconds:,.0f} states/s")
    used = [f"{statistics.workers} workers"] if statistics.workers > 1 else []
    used += [f"reduced by {' and '.join(statistics.reductions)}"] if statistics.reductions else []
    return f"{', '.join([statistics.engine, *used])}: {', '.join(parts)}"
