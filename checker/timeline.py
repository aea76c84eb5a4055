"""A verdict as text that reads like an incident timeline: a column per process, and what changed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from raceproof.checker.system.domain import Remembered
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.transition import Actor, ClaimKind
from raceproof.checker.trace import Emphasis, Trace, TraceStep
from raceproof.checker.verdict import HoldsInScope, HoldsUpTo, Path, Proved, Statistics, Undecided, Verdict, Violated

PLAIN_WIDTH = 110
_GAP = 2
_MOST_COLUMNS = 6
_WIDEST_LABEL = 24
_FITS = ((_WIDEST_LABEL, 44), (18, 44), (14, 44), (14, 34))  # the widest label, the least room for what changed
_NARROWEST_CHANGES = len("what changed")
_WIDEST_ACTOR = 16
_TABLE_FROM = 62
_GLUE = "\ue000"  # stands for a space at which no line is broken; rich knows none


def render(verdict: Verdict, width: int = PLAIN_WIDTH) -> str:
    """The verdict as plain text, at most `width` columns wide."""
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=width,
        color_system=None,
        force_terminal=False,
        force_jupyter=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.print(describe(verdict, width))
    return buffer.getvalue().rstrip()


def describe(verdict: Verdict, width: int) -> RenderableType:
    """The verdict's headline, and its trace where it has one."""
    parts: list[RenderableType] = [headline(verdict)]
    if isinstance(verdict, Violated) and verdict.trace is not None:
        parts += ["", *story(verdict, verdict.trace, width)]
    return Group(*parts)


def headline(verdict: Verdict) -> Text:
    """One line: the claim, the verdict, and exactly what was covered."""
    name = verdict.claim.name
    count = verdict.statistics
    covered = _covered(count)
    match verdict:
        case HoldsInScope(trace=trace) if trace is not None:
            return Text.assemble((name, "bold"), (" holds", "green"), f": reached in {counted(len(trace), 'step')}")
        case HoldsInScope():
            endless = [size for size in verdict.scope.items() if isinstance(size[1], Remembered)]
            any_number = "".join(f", with any number of {domain.lower()}s" for domain, _ in endless)
            return Text.assemble((name, "bold"), (f" holds in this scope{any_number}", "green"), f": {covered}")
        case HoldsUpTo(depth=depth):
            return Text.assemble((name, "bold"), (f" {up_to(depth)}", "yellow"))
        case Proved():
            return Text.assemble((name, "bold"), (" is proved", "green"), " for every size")
        case Undecided(why=why):
            return Text.assemble((name, "bold"), (" is undecided", "yellow"), f": {why}; covered {covered}")
        case Violated(trace=trace) if trace is not None:
            return Text.assemble((name, "bold"), (" is violated", "red"), f" in {violated_after(verdict, trace)}")
        case Violated():
            return Text.assemble((name, "bold"), (" is violated", "red"), f": reached in none of {covered}")


def up_to(depth: int) -> str:
    """`holds up to 4 steps; longer runs were not looked at`: less than that it holds."""
    return f"holds up to {counted(depth, 'step')}; longer runs were not looked at"


def violated_after(verdict: Violated, trace: Trace) -> str:
    """`4 steps`, and whether fewer might do."""
    shortest = verdict.path is None or verdict.path.shortest
    return f"{counted(len(trace), 'step')}{'' if shortest else ', perhaps in fewer'}"


def _covered(count: Statistics) -> str:
    if not count.states:
        return f"depth {count.depth}"
    return f"{counted(count.states, 'state')}, {counted(count.transitions, 'transition')}, depth {count.depth}"


def counted(number: int, noun: str) -> str:
    """`1 step`, `2,000 steps`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def story(verdict: Violated, trace: Trace, width: int, *, arrow: str = "→") -> list[RenderableType]:
    """The timeline of a violation; of a deadlock also who waits where, and not the whole state."""
    if verdict.claim.kind is not ClaimKind.DEADLOCK or verdict.path is None:
        return [timeline(trace, width, arrow=arrow)]
    return deadlock(trace, waiting(verdict.path), width, arrow=arrow)


def deadlock(trace: Trace, stuck: Sequence[str], width: int, *, arrow: str = "→") -> list[RenderableType]:
    """The timeline of a deadlock, where it takes any step at all, and who is stuck at its end."""
    shown: list[RenderableType] = []
    if trace.steps or trace.initial_views:
        shown += [timeline(replace(trace, initial={}), width, arrow=arrow), ""]
    return [*shown, *(Text(line, style="yellow") for line in stuck)]


def waiting(path: Path) -> list[str]:
    """Who waits at the end of a path, and where: `worker 1 waits at "read" (idle.py:13)`. Who idles can say so."""
    system, state = path.system, path.states[-1]
    places = {(step.process, step.code): step for step in system.steps if step.code is not None}
    position = Interpreter(system).position
    found: list[str] = []
    for info in system.processes:
        for codes in info.control.codes() if info.control else ():
            assert info.control is not None
            step = places.get((info.name, state[position(info.control, codes)]))
            if step is not None:
                who = system.show_actor(Actor(info.name, codes))
                does = "idles" if step.idle else "waits"
                found.append(f'{who} {does} at "{step.label}" ({step.location.short})')
    return found


def waiting_in(trace: Trace, *, done: str = "done") -> list[str]:
    """The same of a stored trace, which does not know the lines."""
    last = trace.steps[-1].state if trace.steps else trace.initial
    places = {name.removesuffix(".at"): at for name, at in last.items() if name.endswith(".at")}
    return [f'{who} waits at "{at}"' for who, at in places.items() if at != done]


def timeline(trace: Trace, width: int, *, arrow: str = "→", emphasis: Emphasis | None = None) -> RenderableType:
    """The steps, never wider than `width`: with a column for each process where there is room, else with one that says
    who moved, and on a very narrow screen one below the other."""
    lines = list(_lines(trace, arrow, emphasis or Emphasis()))
    columns = _column_widths(trace, lines, width)
    if columns is not None:
        return Trimmed(_by_process(lines, columns, width))
    return Trimmed(_by_actor(trace, lines, width) if width >= _TABLE_FROM else _stacked(lines, width))


@dataclass(frozen=True, slots=True)
class _Line:
    """A row: the step's number and what it is marked with, the step (none before the first), and what changed."""

    number: str
    step: TraceStep | None
    changes: Text
    style: str = ""

    @property
    def doing(self) -> str:
        return "start" if self.step is None else _label(self.step)

    @property
    def place(self) -> str:
        return "" if self.step is None else self.step.location.short


def _label(step: TraceStep) -> str:
    return step.label if step.choice is None else f"{step.label}: {step.choice}"


def _lines(trace: Trace, arrow: str, emphasis: Emphasis) -> Iterator[_Line]:
    digits = max(len("step"), len(str(len(trace))))
    start = "0".rjust(digits)
    if not trace.steps and trace.initial:
        yield _Line(start, None, Text("\n").join(Text(f"{name}: {value}") for name, value in trace.initial.items()))
    elif trace.initial_views:
        yield _Line(start, None, Text("\n").join(_shown(name, said) for name, said in trace.initial_views.items()))
    before = trace.initial_views
    for number, step in enumerate(trace.steps, start=1):
        marks = f"\n{' ' * (digits + _GAP)}".join(emphasis.marks.get(number, ()))
        head = str(number).rjust(digits) + (" " * _GAP + marks if marks else "")
        yield _Line(head, step, _changes(step, before, arrow), "dim" if number in emphasis.faint else "")
        before = step.views


def _changes(step: TraceStep, before: Mapping[str, str], arrow: str) -> Text:
    """What the step changed, then what the model shows anew."""
    lines = [
        Text.assemble(f"{change.name}: ", (_glued(f"{change.before} {arrow} "), "dim"), _glued(change.after))
        for change in step.changes
    ]
    if step.failure:
        lines.append(Text(step.failure, style="red"))
    lines += [_shown(name, said) for name, said in step.views.items() if said != before.get(name)]
    return Text("\n").join(lines)


def _glued(text: str) -> str:
    return text.replace(" ", _GLUE)


def _shown(name: str, said: str) -> Text:
    return Text(f"{name.replace('_', ' ')}: {said}", style="bold")


def _column_widths(trace: Trace, lines: list[_Line], width: int) -> dict[str, int] | None:
    """How wide the column of each process is, or None where a column each does not fit."""
    names = trace.processes
    if not names or len(names) > _MOST_COLUMNS:
        return None
    for most, least in _FITS:
        found = {name: cell_len(name) for name in names}
        for step in trace.steps:
            found[step.process] = max(found[step.process], min(cell_len(_label(step)), most))
        taken = _number_width(lines) + _GAP + sum(found.values()) + _GAP * len(found)
        if width - taken >= least:
            return found
    return None


def _number_width(lines: list[_Line]) -> int:
    return max((cell_len(part) for line in lines for part in line.number.split("\n")), default=len("step"))


def _table(width: int | None, number_width: int, *, headed: bool = True) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold", width=width)
    table.show_header = headed
    table.add_column("step", no_wrap=True, width=number_width)
    return table


def _by_process(lines: list[_Line], columns: dict[str, int], width: int) -> Table:
    table = _table(None, _number_width(lines))
    for name, column in columns.items():
        table.add_column(Text(name), width=column, overflow="fold")
    places = max(cell_len(line.place) for line in lines)
    changes = max(cell_len(text.plain) for line in lines for text in line.changes.split("\n"))
    room = width - _number_width(lines) - sum(columns.values()) - _GAP * (len(columns) + 1)
    placed = room - places - _GAP >= max(changes, _NARROWEST_CHANGES)
    table.add_column("what changed", width=max(changes, _NARROWEST_CHANGES) if placed else room, overflow="fold")
    if placed:
        table.add_column("at", width=places, style="dim", no_wrap=True)
    for line in lines:
        doing = (Text(line.doing if line.step and line.step.process == name else "") for name in columns)
        place = [Text(line.place)] if placed else []
        table.add_row(Text(line.number), *doing, line.changes, *place, style=line.style)
    return table


def _by_actor(trace: Trace, lines: list[_Line], width: int) -> Table:
    table = _table(width, _number_width(lines))
    who = max((cell_len(name) for name in trace.processes), default=len("who"))
    table.add_column("who", width=max(min(who, _WIDEST_ACTOR), len("who")), overflow="fold")
    does = max((cell_len(line.doing) for line in lines), default=len("does"))
    table.add_column("does", width=max(min(does, _WIDEST_LABEL), len("does")), overflow="fold")
    table.add_column("what changed", ratio=1, overflow="fold")
    for line in lines:
        who_moves = Text(line.step.process if line.step else "")
        table.add_row(Text(line.number), who_moves, Text(line.doing), line.changes, style=line.style)
    return table


def _stacked(lines: list[_Line], width: int) -> Table:
    table = _table(width, max(len(line.number.split()[0]) for line in lines), headed=False)
    table.add_column(ratio=1, overflow="fold")
    for line in lines:
        number, *marks = line.number.split()
        head = Text(f"{line.step.process}: {line.doing}" if line.step else line.doing, style="bold")
        changes = [Padding(part, (0, 0, 0, _GAP)) for part in (Text(" ".join(marks)), line.changes) if part.plain]
        table.add_row(Text(number, justify="right"), Group(head, *changes), style=line.style)
    return table


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A table or a text without the spaces at the ends of its lines, so that it can be pasted."""

    shown: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for line in console.render_lines(self.shown, options.update(height=None), pad=False):
            kept = [segment._replace(text=segment.text.replace(_GLUE, " ")) for segment in line]
            while kept and not kept[-1].text.strip():
                kept.pop()
            if kept:
                last = kept.pop()
                kept.append(Segment(last.text.rstrip(), last.style))
            yield from kept
            yield Segment.line()
