"""What `raceproof sweep` prints: where each claim first fails, a grid of trace lengths, a grid of states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product

from rich.table import Table
from rich.text import Text

from raceproof.checker.cli.runs import Run
from raceproof.checker.cli.screens.paragraphs import hanging, plain
from raceproof.checker.cli.screens.report import scope_text, sign
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.sweep import INTERRUPTED, LARGER, Point, Sizes, Sweep
from raceproof.checker.system.transition import ClaimKind
from raceproof.checker.timeline import Trimmed, counted
from raceproof.checker.verdict import Undecided

_SHORT = ((10_000_000_000, "G", 10**9), (10_000_000, "M", 10**6), (100_000, "k", 10**3))


@dataclass(frozen=True, slots=True)
class SweepReport:
    """Prints a sweep."""

    screen: Screen
    first: Run
    sweep: Sweep

    def show(self) -> None:
        out = self.screen.out
        title = Text.assemble((type(self.first.prepared.model).__name__, "bold"))
        if len(self.first.subject.variants) > 1:
            title.append(f" {self.screen.glyphs.dot} ").append(self.first.variant, "bold")
        others = {name: size for name, size in self.first.verdicts[0].scope.items() if name not in self.sweep.over}
        swept = [f"{name}={sizes[0]}..{sizes[-1]}" for name, sizes in self.sweep.over.items()]
        title.append("  ").append(" ".join([*swept, *([scope_text(others)] if others else [])]), "cyan")
        out.print(Trimmed(title))
        out.print()
        self._claims()
        for number, claim in enumerate(self.sweep.claims):
            if self.sweep.shortest(number):
                self._grid(f"{claim}: steps of the shortest trace", partial(self._length, number))
        self._grid("states", self._states)
        self._limits()

    def written(self, path: str) -> None:
        self.screen.out.print(Text(f"Written: {path}"), soft_wrap=True)

    def _claims(self) -> None:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        table.add_column(overflow="fold")
        for number, claim in enumerate(self.sweep.claims):
            table.add_row(*self._claim(number, claim))
        self.screen.out.print(Trimmed(table))

    def _claim(self, number: int, claim: str) -> tuple[Text, Text, Text]:
        glyphs, smallest, reach = self.screen.glyphs, self.sweep.smallest(number), self._wants_to_reach(number)
        shortest = self.sweep.shortest(number)
        if smallest:
            shown = " or ".join(scope_text(self._named(point.sizes)) for point in smallest)
            length = shortest.length(number) if shortest else None
            after = "" if length is None else f"; shortest trace {counted(length, 'step')}"
            glyph, style = (glyphs.holds, "green") if reach else (glyphs.violated, "red")
            verb = "reached" if reach else "violated"
            return Text(glyph, style), Text(claim), Text(f"{verb} from {shown} on{after}", style)
        undecided = sum(not p.searched or isinstance(p.verdicts[number], Undecided) for p in self._all())
        if undecided:
            verb = "reached" if reach else "violated"
            said = f"{verb} nowhere; undecided in {undecided} of {counted(len(self.sweep.grid), 'scope')}"
            return Text(glyphs.undecided, "yellow"), Text(claim), Text(said, "yellow")
        if reach:
            said = f"reached in none of {counted(len(self.sweep.grid), 'scope')}"
            return Text(glyphs.violated, "red"), Text(claim), Text(said, "red")
        said = f"holds in all {len(self.sweep.grid)} scopes"
        return Text(glyphs.holds, "green"), Text(claim), Text(said, "green")

    def _wants_to_reach(self, number: int) -> bool:
        return self.first.verdicts[number].claim.kind is ClaimKind.REACHABLE

    def _all(self) -> list[Point]:
        return [self.sweep.points.get(sizes, Point(sizes)) for sizes in self.sweep.grid]

    def _named(self, sizes: Sizes) -> dict[str, int | None]:
        return dict(zip(self.sweep.over, sizes, strict=True))

    def _length(self, claim: int, point: Point) -> Text:
        if not point.searched:
            return Text(self.screen.glyphs.undecided, "yellow")
        length = point.length(claim)
        glyph, style = sign(point.verdicts[claim], self.screen.glyphs)
        return Text(glyph if length is None else str(length), style)

    def _states(self, point: Point) -> Text:
        return Text(self.screen.glyphs.undecided, "yellow") if point.states is None else Text(short(point.states))

    def _grid(self, title: str, cell: Callable[[Point], Text]) -> None:
        """The last domain across, the others down."""
        *down, across = self.sweep.over
        self.screen.out.print()
        self.screen.out.print(plain(title, "bold"))
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for name in down:
            table.add_column(name, justify="right", style="dim")
        for position, size in enumerate(self.sweep.over[across]):
            table.add_column(f"{across}={size}" if position == 0 else str(size), justify="right")
        for row in product(*(self.sweep.over[name] for name in down)):
            points = [self.sweep.points.get((*row, size), Point((*row, size))) for size in self.sweep.over[across]]
            table.add_row(*map(str, row), *map(cell, points))
        self.screen.out.print(Trimmed(table))

    def _limits(self) -> None:
        out = self.screen.out
        out.print()
        found: dict[str, int] = {}
        for point in self._all():
            if not point.searched:
                why = LARGER if point.sizes in self.sweep.points else INTERRUPTED
                found[why] = found.get(why, 0) + 1
            for why in {verdict.why for verdict in point.verdicts if isinstance(verdict, Undecided)}:
                found[why] = found.get(why, 0) + 1
        for why, number in found.items():
            out.print(hanging(Text("note:", "yellow"), Text(f"{counted(number, 'scope')}: {why}", "yellow"), gap=1))
        searched = [point for point in self.sweep.known if point.searched]
        seconds = sum(point.verdicts[0].statistics.seconds for point in searched)
        states = sum(point.verdicts[0].statistics.states for point in searched)
        reductions = {name for point in searched for name in point.verdicts[0].statistics.reductions}
        reduced = f", reduced by {' and '.join(sorted(reductions))}" if reductions else ""
        engine = searched[0].verdicts[0].statistics.engine
        text = f"{engine}{reduced}: {counted(len(searched), 'scope')}, {counted(states, 'state')}, {seconds:.2f} s"
        out.print(plain(text, "dim"))


def short(number: int) -> str:
    """`1,234`, `123 k`, `21 M`."""
    for least, letter, unit in _SHORT:
        if number >= least:
            return f"{number / unit:,.0f} {letter}"
    return f"{number:,}"
