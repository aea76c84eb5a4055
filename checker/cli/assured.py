"""What `raceproof assure` prints: where each claim stands and who stands behind it, the smallest failure, what was
exercised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from raceproof.checker.assure.agreement import Disagreement
from raceproof.checker.assure.rungs import MISSING, Assurance, Exercise, Rung, Standing
from raceproof.checker.assure.scopes import Sizes
from raceproof.checker.assure.visiting import Visit
from raceproof.checker.cli.paragraphs import hanging, plain
from raceproof.checker.cli.report import scope_text
from raceproof.checker.cli.screen import Glyphs, Screen
from raceproof.checker.cli.subject import ONLY_VARIANT, Subject
from raceproof.checker.results import trace_in
from raceproof.checker.system.transition import ClaimKind
from raceproof.checker.timeline import Trimmed, counted, story
from raceproof.checker.verdict import Undecided, Violated

_ENGINES = {"z3": "Z3", "cvc5": "cvc5", "pdr": "PDR"}


@dataclass(frozen=True, slots=True)
class AssuranceReport:
    """Prints a climb."""

    screen: Screen
    subject: Subject
    variant: str
    found: Assurance

    def show(self) -> None:
        self._heading()
        self._table()
        self._disagreements()
        self._smallest_violation()
        self._exercise()
        self._notes()
        self._ending()

    def _heading(self) -> None:
        out = self.screen.out
        title = Text.assemble((self.found.title, "bold"))
        if len(self.subject.variants) > 1:
            title.append(f" {self.screen.glyphs.dot} ").append(self.variant, "bold")
        if self.found.default:
            title.append("  ").append(scope_text(dict(self.found.default)), "cyan")
        out.print(Trimmed(title))
        if tuple(self.subject.variants) != (ONLY_VARIANT,):
            out.print(plain(self.subject.variants[self.variant].text, "dim"))
        out.print()

    def _table(self) -> None:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        table.add_column(overflow="fold", ratio=1)
        table.add_column(overflow="fold", style="dim")
        words = _Words(self.found)
        for standing in self.found.standings:
            glyph, style = _sign(standing.rung, self.screen.glyphs)
            engines = ", ".join(_ENGINES.get(name, name) for name in standing.engines)
            table.add_row(Text(glyph, style), Text(standing.claim.name), Text(words.of(standing), style), Text(engines))
        self.screen.out.print(Trimmed(table))

    def _disagreements(self) -> None:
        out = self.screen.out
        for found in self.found.disagreements:
            out.print()
            what = found.claim or "what there is to explore"
            out.print(Text.assemble(("DISAGREEMENT", "bold red"), f" about {what} in {scope_text(dict(found.scope))}"))
            for answer in (found.first, found.second):
                name = _ENGINES.get(answer.engine, answer.engine)
                out.print(hanging(Text(f"  {name}:"), Text(answer.said), gap=1))
                out.print(Text(f"    {answer.command}"), soft_wrap=True)
        if self.found.disagreements:
            out.print(
                plain("One of the two is wrong, which is a bug in raceproof: please report it with the model.", "red")
            )

    def _smallest_violation(self) -> None:
        """The timeline of the smallest violation; of several in the smallest scope, the first claim's."""
        shown = [
            (visit, verdict, trace)
            for standing in self.found.standings
            if standing.rung is Rung.VIOLATED and (visit := standing.event)
            if isinstance(verdict := visit.verdicts[standing.claim.name], Violated) and (trace := trace_in(verdict))
        ]
        if not shown:
            return
        visit, verdict, trace = shown[0]
        out = self.screen.out
        out.print()
        scope = self._scope(visit.scope)
        out.print(
            Text.assemble(
                (verdict.claim.name, "bold"), (f" is violated in {counted(len(trace), 'step')}", "red"), scope
            )
        )
        out.print()
        for part in story(verdict, trace, self.screen.width, arrow=self.screen.glyphs.arrow):
            out.print(part)
        out.print()
        out.print(Text(f"Reproduce: {visit.commands[verdict.claim.name]}"), soft_wrap=True)

    def _scope(self, scope: Sizes) -> str:
        shown = scope_text(dict(scope))
        return f" at {shown}" if shown else ""

    def _exercise(self) -> None:
        exercise = self.found.exercise
        if exercise is None:
            return
        self.screen.out.print()
        for text in _exercised(exercise):
            self.screen.out.print(plain(text, "dim"))

    def _notes(self) -> None:
        pass

    def _ending(self) -> None:
        out, found = self.screen.out, self.found
        out.print()
        if found.interrupted:
            out.print(Text("Interrupted; what is known so far is above.", style="yellow"))
        searched = [visit for visit in found.visits if visit.exhausted]
        states = sum(visit.states for visit in searched)
        out.print(
            plain(
                f"{counted(len(searched), 'scope')} searched to the end, {counted(states, 'state')}, {found.seconds:.1f} s",
                "dim",
            )
        )


@dataclass(frozen=True, slots=True)
class _Words:
    """Rungs in words."""

    found: Assurance

    def of(self, standing: Standing) -> str:
        return " ".join(self._parts(standing))

    def _parts(self, standing: Standing) -> Iterator[str]:
        yield standing.rung.value
        if standing.event:
            yield scope_text(dict(standing.event.scope))
        if standing.largest:
            yield scope_text(dict(standing.largest.scope)) + f" {standing.largest.states}"


def _exercised(exercise: Exercise) -> Iterator[str]:
    yield f"{len(exercise.taken)} of {len(exercise.taken) + len(exercise.never)} branches; {exercise.visit and exercise.visit.scope}"


def _sign(rung: Rung, glyphs: Glyphs) -> tuple[str, str]:
    """The glyph of a rung, and its style."""
    match rung:
        case Rung.VIOLATED:
            return glyphs.violated, "red"
        case Rung.DISPUTED:
            return glyphs.warning, "bold red"
        case Rung.NOTHING | Rung.SMALLER:
            return glyphs.undecided, "yellow"
        case Rung.BOUNDED:
            return glyphs.bounded, "yellow"
        case Rung.REACHED | Rung.EXHAUSTED | Rung.PROVED_HERE | Rung.PROVED:
            return glyphs.holds, "green"
