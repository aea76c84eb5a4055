"""The table of variants and claims, as wide as the screen allows."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from raceproof.checker.cli.runs import Run
from raceproof.checker.cli.screens.paragraphs import plain
from raceproof.checker.cli.screens.report import outcome, scope_text, sign
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.subject import BUILT_IN_CLAIMS, Subject
from raceproof.checker.results import trace_in
from raceproof.checker.timeline import Trimmed, counted
from raceproof.checker.verdict import HoldsInScope, HoldsUpTo, Proved, Undecided, Verdict, Violated


@dataclass(frozen=True, slots=True)
class Cell:
    """A verdict about a variant, and what was expected of it, if anything."""

    variant: str
    verdict: Verdict
    expected: str | None
    as_expected: bool

    @property
    def claim(self) -> str:
        return self.verdict.claim.name

    @property
    def surprising(self) -> bool:
        """Whether there is a verdict, and not the expected one."""
        return not self.as_expected and not isinstance(self.verdict, Undecided)

    @property
    def holds(self) -> bool:
        return isinstance(self.verdict, HoldsInScope | HoldsUpTo | Proved)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Prints the table: a row for each variant, a column for each claim. A claim about every model has a column only
    where it does not hold everywhere."""

    screen: Screen
    subject: Subject
    runs: Sequence[Run]
    cells: Sequence[Cell]

    def show(self) -> None:
        out = self.screen.out
        title = Text.assemble((type(self.runs[0].prepared.model).__name__, "bold"))
        if scope := scope_text(self.runs[0].verdicts[0].scope):
            title.append("  ").append(scope, "cyan")
        out.print(Trimmed(title))
        out.print()
        self._grid()
        out.print()
        out.print(plain(self._legend(), "dim"))
        if everywhere := [name for name in self._claims() if name not in self._columns()]:
            out.print(plain(self._everywhere(everywhere), "dim"))
        for cell in self.cells:
            if cell.surprising:
                out.print(_unexpected(cell))
        reasons = Counter(cell.verdict.why for cell in self.cells if isinstance(cell.verdict, Undecided))
        for why, number in reasons.items():
            out.print(Text(f"Undecided, {why}: {counted(number, 'claim')}", style="yellow"))
        out.print(plain(self._summary(), "dim"))

    def _claims(self) -> list[str]:
        """The claims that were asked of any variant, in the order of the subject."""
        asked = {cell.claim for cell in self.cells}
        return [claim.name for claim in (*self.subject.claims, *self.subject.lemmas) if claim.name in asked]

    def _columns(self) -> list[str]:
        plain = {claim.name for claim in BUILT_IN_CLAIMS}
        dull = {name for name in plain if all(cell.holds and cell.as_expected for cell in self._cells_of(name))}
        columns = [name for name in self._claims() if name not in dull]
        return columns or self._claims()

    def _cells_of(self, claim: str) -> list[Cell]:
        return [cell for cell in self.cells if cell.claim == claim]

    def _everywhere(self, names: Sequence[str]) -> str:
        depths = [c.verdict.depth for name in names for c in self._cells_of(name) if isinstance(c.verdict, HoldsUpTo)]
        how = f" up to {counted(min(depths), 'step')}" if depths else ""
        return f"In every variant {' and '.join(names)} {'holds' if len(names) == 1 else 'hold'}{how}."

    def _grid(self) -> None:
        """The widest form that fits: headers in words, headers as numbers, or a paragraph for each variant."""
        columns = self._columns()
        first = max(len("variant"), *(len(run.variant) for run in self.runs))
        widths = {name: max(len(self._text(cell).plain) for cell in self._cells_of(name)) for name in columns}
        worded = {name: max(widths[name], *(len(word) for word in name.split("_"))) for name in columns}
        for headers, needed, gap in (
            ({name: name.replace("_", " ") for name in columns}, worded, 2),
            ({name: str(number) for number, name in enumerate(columns, start=1)}, widths, 1),
        ):
            if first + sum(needed.values()) + gap * (len(columns) + 1) <= self.screen.width:
                self.screen.out.print(Trimmed(self._table(first, headers, needed, gap)))
                if gap == 1:
                    self.screen.out.print()
                    self.screen.out.print(_key(headers, self.screen.width))
                return
        self._paragraphs()

    def _table(self, first: int, headers: dict[str, str], widths: dict[str, int], gap: int) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="bold")
        table.add_column("variant", width=first, no_wrap=True)
        for name, header in headers.items():
            table.add_column(Text(header), width=max(widths[name], len(header) if gap == 1 else 0), overflow="fold")
        for run in self.runs:
            found = {cell.claim: self._text(cell) for cell in self.cells if cell.variant == run.variant}
            table.add_row(Text(run.variant), *(found.get(name, Text(self.screen.glyphs.nothing)) for name in headers))
        return table

    def _paragraphs(self) -> None:
        for run in self.runs:
            self.screen.out.print(Text(run.variant, style="bold"))
            for cell in self.cells:
                if cell.variant == run.variant and cell.claim in self._columns():
                    self.screen.out.print(Text.assemble("  ", self._text(cell), f" {cell.claim}"))

    def _text(self, cell: Cell) -> Text:
        glyph, style = sign(cell.verdict, self.screen.glyphs)
        trace = trace_in(cell.verdict) if isinstance(cell.verdict, Violated) else None
        length = "" if trace is None else f"({len(trace)})"
        mark = self.screen.glyphs.warning if cell.surprising else ""
        return Text.assemble((f"{glyph}{length}{mark}", f"bold {style} reverse" if cell.surprising else style))

    def _legend(self) -> str:
        glyphs = self.screen.glyphs
        depths = [cell.verdict.depth for cell in self.cells if isinstance(cell.verdict, HoldsUpTo)]
        entries = [f"{glyphs.holds} holds"]
        entries += [f"{glyphs.bounded} holds up to {counted(min(depths), 'step')} only"] if depths else []
        entries += [f"{glyphs.violated}(n) violated in n steps", f"{glyphs.undecided} undecided"]
        entries += [f"{glyphs.warning} not as expected"] if self.subject.expected is not None else []
        return ", ".join(entries)

    def _summary(self) -> str:
        counts = [run.verdicts[0].statistics for run in self.runs]
        surprises = sum(cell.surprising for cell in self.cells)
        undecided = sum(isinstance(cell.verdict, Undecided) for cell in self.cells)
        parts = [f"{surprises} not as expected"] if surprises else []
        parts += [f"{undecided} undecided"] if undecided else []
        if not parts and self.subject.expected is not None:
            parts = ["all as expected"]
        if missing := len(self.subject.variants) - len(self.runs):
            parts.append(f"{counted(missing, 'variant')} not looked at")
        states = sum(count.states for count in counts)
        parts += [counted(states, "state")] if states else []
        seconds = sum(count.seconds for count in counts)
        return f"{counts[0].engine}: {counted(len(self.cells), 'claim')}, {', '.join([*parts, f'{seconds:.2f} s'])}"


def _key(headers: dict[str, str], width: int) -> str:
    """What the numbers of the columns stand for; a number stays with its name."""
    pairs = [f"{number}\N{NO-BREAK SPACE}{name}" for name, number in headers.items()]
    return "\n".join(textwrap.wrap(", ".join(pairs), width)).replace("\N{NO-BREAK SPACE}", " ")


def _unexpected(cell: Cell) -> Text:
    said = (outcome(cell.verdict), "bold red")
    return Text.assemble((f"{cell.variant} / {cell.claim}: ", "bold"), said, f"; expected {cell.expected}")
