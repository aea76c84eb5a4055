"""A verdict as text that reads like an incident timeline: a column per process, and what changed."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from raceproof.checker.trace import Trace, TraceStep
from raceproof.checker.verdict import HoldsInScope, HoldsUpTo, Proved, Undecided, Verdict, Violated

PLAIN_WIDTH = 110
_COLUMNS_FROM = 90
_MOST_COLUMNS = 5


def render(verdict: Verdict, width: int = PLAIN_WIDTH) -> str:
    """The verdict as plain text, at most `width` columns wide."""
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, color_system=None, force_terminal=False, highlight=False)
    console.print(describe(verdict, width))
    return buffer.getvalue().rstrip()


def describe(verdict: Verdict, width: int) -> RenderableType:
    """The verdict's headline, and its trace where it has one."""
    parts: list[RenderableType] = [headline(verdict)]
    if isinstance(verdict, Violated) and verdict.trace:
        parts += ["", timeline(verdict.trace, width)]
    return Group(*parts)


def headline(verdict: Verdict) -> Text:
    """One line: the claim, the verdict, and exactly what was covered."""
    name = verdict.claim.name
    count = verdict.statistics
    covered = f"{count.states:,} states, {count.transitions:,} transitions, depth {count.depth}"
    match verdict:
        case HoldsInScope(trace=trace) if trace:
            return Text.assemble((name, "bold"), (" holds", "green"), f": reached in {steps(len(trace))}")
        case HoldsInScope():
            return Text.assemble((name, "bold"), (" holds in this scope", "green"), f": {covered}")
        case HoldsUpTo(depth=depth):
            return Text.assemble(
                (name, "bold"), (f" holds up to {steps(depth)}", "green"), "; longer runs were not looked at"
            )
        case Proved():
            return Text.assemble((name, "bold"), (" is proved", "green"), " for every size")
        case Undecided(why=why):
            return Text.assemble((name, "bold"), (" is undecided", "yellow"), f": {why}; covered {covered}")
        case Violated(trace=None):
            return Text.assemble((name, "bold"), (" is violated", "red"), f": reached in none of {covered}")
        case Violated(trace=trace):
            return Text.assemble((name, "bold"), (" is violated", "red"), f" in {steps(len(trace))}")


def steps(number: int) -> str:
    return "1 step" if number == 1 else f"{number} steps"


def timeline(trace: Trace, width: int) -> RenderableType:
    """The steps as a table: a column for each process where there is room, else a column that says who."""
    wide = width >= _COLUMNS_FROM and len(trace.processes) <= _MOST_COLUMNS
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", width=width)
    table.add_column("step", justify="right", no_wrap=True)
    for name in trace.processes if wide else ("who", "does"):
        table.add_column(name, ratio=2, overflow="fold")
    table.add_column("what changed", ratio=4, overflow="fold")
    shown = trace.initial_views
    for number, step in enumerate(trace.steps, start=1):
        table.add_row(str(number), *_doing(trace, step, wide), _changes(step, shown))
        shown = step.views
    return table


def _doing(trace: Trace, step: TraceStep, wide: bool) -> Iterable[str]:
    label = step.label if step.choice is None else f"{step.label}: {step.choice}"
    if not wide:
        return (step.process, label)
    return (label if name == step.process else "" for name in trace.processes)


def _changes(step: TraceStep, before: object) -> Text:
    """What the step changed, then what the model shows anew."""
    assert isinstance(before, dict) or hasattr(before, "get")
    lines: list[Text] = [Text(f"{change.name}: {change.before} → {change.after}") for change in step.changes]
    if step.failure:
        lines.append(Text(step.failure, style="red"))
    for name, said in step.views.items():
        if said != before.get(name):
            lines.append(Text(f"{name.replace('_', ' ')}: {said}", style="bold"))
    return Text("\n").join(lines)
