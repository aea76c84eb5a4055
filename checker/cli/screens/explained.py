"""What an explanation looks like on a screen: the marked timeline, why the claim is false, the stale decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from raceproof.checker.cli.screens.paragraphs import hanging, plain
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.explain import Explanation, Reading, Reason, Sample, StaleDecision, Wait
from raceproof.checker.explain.sentence import with_values
from raceproof.checker.timeline import Trimmed, counted, timeline
from raceproof.checker.trace import Change, Emphasis, Shown

_INDENT = 2
_STEP = len("step 10")


@dataclass(frozen=True, slots=True)
class Explained:
    """Prints explanations; `full` shows whole states, where otherwise only what differs is shown."""

    screen: Screen
    full: bool = False

    def show(self, found: Explanation) -> None:
        """Everything about one violation but its headline."""
        out = self.screen.out
        self._timeline(found)
        if found.conjuncts:
            self.heading(_when(found))
            self.reason(found.conjuncts)
            self._reads(found)
        if found.waits:
            self.heading("Who waits for whom")
            for wait in found.waits:
                self._wait(wait)
        if found.decisions:
            self.heading("What went stale")
            for number, decision in enumerate(found.decisions, start=1):
                label = found.steps[decision.use - 1].label
                self._decision(decision, label, number if len(found.decisions) > 1 else None)
        if self.full:
            self.state(found.trace.steps[-1].state if found.trace.steps else found.trace.initial)
        self.picture(found.picture)
        out.print()
        out.print(plain(found.sentence, "bold"))

    def samples(self, found: Sequence[Sample]) -> None:
        """What a model does when all is well."""
        self.heading("Every claim holds. Shortest runs that take every step")
        for sample in found:
            trace = replace(sample.trace, initial={})
            self.screen.out.print()
            self.screen.out.print(plain(f"In {counted(len(trace), 'step')}: {', '.join(sample.reaches)}", "dim"))
            self.screen.out.print()
            self.screen.out.print(timeline(trace, self.screen.width, arrow=self.screen.glyphs.arrow))

    def heading(self, text: str) -> None:
        self.screen.out.print()
        self.screen.out.print(plain(text, "bold"))

    def state(self, state: Shown) -> None:
        """A whole state, entry by entry."""
        self.heading("The whole state")
        for name, value in state.items():
            self._line(Text(f"{name.removesuffix('.at')} at" if name.endswith(".at") else name), Text(value))

    def picture(self, lines: Sequence[str]) -> None:
        if lines:
            self.screen.out.print()
            for line in lines:
                self.screen.out.print(Text(" " * _INDENT + self._drawn(line)), soft_wrap=True)

    def _drawn(self, line: str) -> str:
        return line.replace("→", self.screen.glyphs.arrow).rstrip()

    def reason(self, reason: Reason, depth: int = 1) -> None:
        """A condition and below it the parts that decide. A step on the way that says nothing more is left out."""
        if len(reason.because) == 1 and not reason.values and not reason.also:
            return self.reason(reason.because[0], depth)
        self.screen.out.print(Trimmed(Padding(said(reason), (0, 0, 0, _INDENT * depth))))
        for part in reason.because:
            self.reason(part, depth + 1)

    def _timeline(self, found: Explanation) -> None:
        out = self.screen.out
        faint = frozenset(note.number for note in found.steps if not note.matters)
        dot = self.screen.glyphs.dot
        marks = {**dict.fromkeys(faint, (dot,)), **found.marks}
        trace = replace(found.trace, initial={}) if found.waits else found.trace
        if trace.steps or trace.initial or trace.initial_views:
            emphasis = Emphasis(marks, faint)
            out.print(timeline(trace, self.screen.width, arrow=self.screen.glyphs.arrow, emphasis=emphasis))
        if faint:
            out.print()
            out.print(plain(f"{dot} brings a process on to where it acts, and no more", "dim"))
        if found.dropped:
            numbers = ", ".join(map(str, found.dropped))
            out.print()
            out.print(plain(f"Left out, as it happens without them too: steps {numbers} of the given trace.", "dim"))

    def _reads(self, found: Explanation) -> None:
        parts = [_read(read) for read in dict.fromkeys(found.reads)]
        if parts:
            self._line(Text("It reads", "dim"), Text(", ".join(parts), "dim"), gap=1)
        notes = {note.number: note for note in found.steps}
        for read in found.reads:
            if read.name.endswith(".at") and read.written and notes[read.written].reads:
                told = ", ".join(_read(asked) for asked in notes[read.written].reads)
                self._line(Text(f"Step {read.written} read", "dim"), Text(told, "dim"), gap=1)

    def _wait(self, wait: Wait) -> None:
        out = self.screen.out
        out.print(
            Trimmed(Padding(Text(f'{wait.actor} waits at "{wait.label}" ({wait.place})', "yellow"), (0, 0, 0, _INDENT)))
        )
        if wait.condition:
            self.reason(wait.condition, 2)
        if wait.entry:
            since = f"since step {wait.since}, {wait.holder}" if wait.holder else "as it started"
            out.print(Trimmed(Padding(Text(f"{wait.entry} = {wait.value}, {since}"), (0, 0, 0, 2 * _INDENT))))

    def _decision(self, decision: StaleDecision, label: str, number: int | None) -> None:
        table = Table.grid(padding=(0, _INDENT, 0, 0))
        for _ in range(3):
            table.add_column(no_wrap=True)
        table.add_column(overflow="fold", ratio=1)
        for what, step, who, text in _rows(decision, label, self.screen.glyphs.arrow):
            head = what.ljust(len("overwrite")) if number is None else f"{what} {number}".ljust(len("overwrite 1"))
            table.add_row(Text(head), f"step {step}".rjust(_STEP), Text(who), text)
        self.screen.out.print(Trimmed(Padding(table, (0, 0, 0, _INDENT))))

    def _line(self, head: Text, text: Text, *, gap: int = 2) -> None:
        self.screen.out.print(Trimmed(Padding(hanging(head, text, gap=gap), (0, 0, 0, _INDENT))))


def _read(read: Reading) -> str:
    """`alias[public] = plan 1 (step 8, enactor 1)`."""
    since = f"step {read.written}, {read.by}" if read.by else "as it started"
    name = read.name.removesuffix(".at")
    value = f' at "{read.value}"' if name != read.name else f" = {read.value}"
    return f"{name}{value} ({since})"


def said(reason: Reason) -> Text:
    """A condition, what came of it, what its parts stand for, where it stands."""
    values = ", ".join(f"{name} = {value}" for name, value in reason.values)
    also = f", and for {', '.join(reason.also)} too" if reason.also else ""
    line = Text.assemble((reason.text, ""), " is ", (str(reason.holds).lower(), "red" if not reason.holds else "green"))
    line.append(also)
    line.append(f"  {values}" if values else "", "cyan")
    return line.append(f"  {reason.place}", "dim")


def _when(found: Explanation) -> str:
    if not found.trace.steps:
        return "Why it is false at the start"
    where = {"each_step": "of", "assertion": "in"}.get(found.kind, "after")
    told = f"Why it is false {where} step {len(found.trace)}"
    if found.kind != "recoverable":
        return told
    movers = "" if found.by is None else f" of {', '.join(found.by)}"
    return f"{told}, and no move{movers} from there on makes it true"


def _rows(decision: StaleDecision, label: str, arrow: str) -> Iterator[tuple[str, int, str, Text]]:
    """The check, the overwriting and the use: what, in which step, by whom, and what it was about."""
    condition = decision.condition
    if condition is not None:
        check = Text.assemble(
            f"{with_values(condition)} is {str(condition.holds).lower()}", (f"  {condition.place}", "dim")
        )
    else:
        verb = "sets" if decision.kind == "result" else "reads"
        check = Text(f"{verb} {decision.entry} = {decision.known}")
    yield "check", decision.check, decision.actor, check
    changed = Change(decision.entry, decision.known, decision.now)
    yield "overwrite", decision.overwritten, decision.overwriter, _changed(changed, arrow)
    used = Text("is still there") if decision.kind == "permission" else Text(f'takes "{label}"')
    yield "use", decision.use, decision.actor, _changed(decision.effect, arrow) if decision.effect else used


def _changed(change: Change, arrow: str) -> Text:
    name = change.name.removesuffix(".at")
    return Text(f"{name}: {change.before} {arrow} {change.after}")
