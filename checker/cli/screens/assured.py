"""What `raceproof assure` prints: where each claim stands and who stands behind it, the smallest failure, what was
exercised, and which rungs were not reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from raceproof.checker.assure.agreement import Answer, Disagreement
from raceproof.checker.assure.rungs import Assurance, Rung, Standing
from raceproof.checker.assure.scopes import Sizes
from raceproof.checker.assure.visiting import Visit
from raceproof.checker.cli.screens.climbed import Words
from raceproof.checker.cli.screens.paragraphs import hanging, plain
from raceproof.checker.cli.screens.report import scope_text
from raceproof.checker.cli.screens.screen import Glyphs, Screen
from raceproof.checker.cli.subject import ONLY_VARIANT, Subject
from raceproof.checker.results import trace_in
from raceproof.checker.timeline import Trimmed, story, violated_after
from raceproof.checker.trace import Trace
from raceproof.checker.verdict import Violated

_ENGINES = {"z3": "Z3", "pdr": "PDR", "python": "Python"}

_ENGINES_FROM = 100
"""From so many columns on the engines have one of their own."""

_ONE_IS_WRONG = (
    "Of engines that disagree at least one is wrong, and no verdict about this can be trusted. This is a bug in "
    "raceproof, not in your model: please report it with the model's source and this text."
)

_MOST_DISPUTES = 4


@dataclass(frozen=True, slots=True)
class AssuranceReport:
    """Prints a climb."""

    screen: Screen
    subject: Subject
    variant: str
    found: Assurance
    all_traces: bool = False

    def show(self) -> None:
        self._heading()
        self.screen.out.print(self._table())
        self._disagreements()
        self._violations()
        self.screen.out.print()
        words = Words(self.found)
        for text in (*words.exercised(), *words.searched(), *words.limits_of_rungs(), *words.left_out()):
            self.screen.out.print(hanging(Text("note:", "dim"), Text(text, "dim"), gap=1))
        self._ending(words)

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

    def _table(self) -> Trimmed:
        wide = self.screen.width >= _ENGINES_FROM
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        table.add_column(overflow="fold", ratio=1)
        if wide:
            table.add_column(overflow="fold", style="dim", max_width=24)
        words = Words(self.found)
        for standing in self.found.standings:
            glyph, style = _sign(standing.rung, self.screen.glyphs)
            engines = _listed(standing.engines)
            reached = Text(words.rung(standing), style)
            if engines and not wide:
                reached.append(f" ({engines})", "dim")
            row = [Text(glyph, style), Text(standing.claim.name), reached]
            table.add_row(*row, *([Text(engines)] if wide else []))
        return Trimmed(table)

    def _disagreements(self) -> None:
        """What each engine says of a claim in a scope of which not all say the same, and how to ask it again."""
        out, disputes = self.screen.out, _disputes(self.found.disagreements)
        for (claim, scope), answers in list(disputes.items())[:_MOST_DISPUTES]:
            of = f" of {self.variant}" if len(self.subject.variants) > 1 else ""
            at = f" at {scope_text(dict(scope))}" if scope else ""
            what = f" about {claim or 'the states'}{of}{at}:"
            out.print()
            out.print(Text.assemble(("Engines disagree", "bold red"), what), soft_wrap=True)
            for answer in answers:
                name = _ENGINES.get(answer.engine, answer.engine)
                out.print(hanging(Text(f"  {name} says:"), Text(answer.said), gap=1))
                out.print(Text(f"    {answer.command}"), soft_wrap=True)
        if disputes:
            out.print()
            if len(disputes) > _MOST_DISPUTES:
                out.print(plain(f"and about {len(disputes) - _MOST_DISPUTES:,} more; --json FILE has all", "dim"))
            out.print(plain(_ONE_IS_WRONG, "red"))

    def _violations(self) -> None:
        """The timeline of the first violated claim, in the order of the claims, or all: each in its smallest scope."""
        broken = [shown for standing in self.found.standings if (shown := _violation(standing))]
        for visit, verdict, trace in broken if self.all_traces else broken[:1]:
            self._violation(visit, verdict, trace)
        silent = 0 if self.all_traces else len(broken) - 1
        if silent > 0:
            what = "1 more claim is violated" if silent == 1 else f"{silent} more claims are violated"
            self.screen.out.print(plain(f"{what}; --all-traces shows every timeline.", "dim"))

    def _violation(self, visit: Visit, verdict: Violated, trace: Trace) -> None:
        out = self.screen.out
        where = Words(self.found).at(visit.scope)
        said = f" is violated in {violated_after(verdict, trace)}" if trace.steps else " is violated at the start"
        out.print()
        out.print(Text.assemble((verdict.claim.name, "bold"), (said, "red"), where))
        out.print()
        for part in story(verdict, trace, self.screen.width, arrow=self.screen.glyphs.arrow):
            out.print(part)
        out.print()
        out.print(Text(f"Reproduce: {visit.commands[verdict.claim.name]}"), soft_wrap=True)

    def _ending(self, words: Words) -> None:
        out, found = self.screen.out, self.found
        if found.interrupted:
            out.print(Text("Interrupted: what is above is what was known by then.", style="yellow"))
        out.print()
        out.print(plain(f"{words.covered()}, {found.seconds:.1f} s", "dim"))


def _listed(engines: Sequence[str]) -> str:
    """The engines that stand behind a rung; that there is only one is worth saying."""
    names = ", ".join(_ENGINES.get(name, name) for name in engines)
    return f"{names} alone" if len(engines) == 1 else names


def _disputes(disagreements: Sequence[Disagreement]) -> dict[tuple[str | None, Sizes], list[Answer]]:
    """Who says what of each claim in each scope, without saying it twice."""
    found: dict[tuple[str | None, Sizes], list[Answer]] = {}
    for disagreement in disagreements:
        answers = found.setdefault((disagreement.claim, disagreement.scope), [])
        answers += [answer for answer in (disagreement.first, disagreement.second) if answer not in answers]
    return found


def _violation(standing: Standing) -> tuple[Visit, Violated, Trace] | None:
    """What the smallest scope shows of a violated claim, if it shows anything."""
    visit = standing.event
    verdict = visit.verdicts[standing.claim.name] if visit and standing.rung is Rung.VIOLATED else None
    if visit is None or not isinstance(verdict, Violated):
        return None
    trace = trace_in(verdict)
    return None if trace is None else (visit, verdict, trace)


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
