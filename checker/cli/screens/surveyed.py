"""What `raceproof fixes` prints of a whole space: the smallest sets of protections that satisfy every claim, why no
smaller one does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from raceproof.checker.cli.proofs import Proofs
from raceproof.checker.cli.screens.paragraphs import hanging, plain
from raceproof.checker.cli.screens.proved import Line, lines, summary
from raceproof.checker.cli.screens.report import scope_text
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.surveying import Surveyed
from raceproof.checker.fixes.decision import NO_ENGINE, ClaimDecision, Decision
from raceproof.checker.fixes.survey import Survey, smallest
from raceproof.checker.language.space import BASELINE, Protections
from raceproof.checker.timeline import Trimmed, counted

_INDENT = 4
_MOST_REASONS = 200
_MOST_BROKEN = 6
_NOT_LOOKED_AT = "not looked at yet"


def names(protections: Protections) -> str:
    """`compare-and-swap + never-zero`."""
    return " + ".join(protections) or BASELINE


@dataclass(frozen=True, slots=True)
class SurveyReport:
    """What the reports of a whole space and of one variant have in common."""

    screen: Screen
    done: Surveyed
    proofs: Proofs

    @property
    def survey(self) -> Survey:
        return self.done.survey

    def heading(self, variant: str | None = None) -> None:
        """The model, the variant where one was asked for, the scope."""
        prepared = self.done.baseline
        title = Text.assemble((type(prepared.model).__name__, "bold"))
        if variant is not None:
            title.append(f" {self.screen.glyphs.dot} ").append(variant, "bold")
        if scope := scope_text(prepared.lowered.system.scope):
            title.append("  ").append(scope, "cyan")
        self.screen.out.print(Trimmed(title))

    def title(self, text: str) -> None:
        """What comes next, after an empty line."""
        self.screen.out.print()
        self.screen.out.print(plain(text, "bold"))

    def _line(self, glyph: str, style: str, text: str) -> None:
        self.screen.out.print(hanging(Text(glyph, style), Text(text), gap=1))

    def _indented(self, text: str, style: str = "") -> None:
        self.screen.out.print(hanging(Text(" "), Text(text, style), gap=_INDENT - 1))

    def _proved(self, protections: Protections) -> Iterator[Line]:
        """What is known of a set that satisfies every claim."""
        return lines(self.survey.decisions[protections], protections, self.proofs)

    def say(self, said: Sequence[Line]) -> None:
        """What is known of a set, below its name."""
        for line in said:
            self._indented(line.text, line.style)

    def _why(self, protections: Protections) -> None:
        """A set that does not satisfy every claim, or is not known to: why, and the command line that shows it."""
        glyphs, decision = self.screen.glyphs, self.survey.decisions.get(protections)
        if decision is None or not decision.violated:
            self._line(glyphs.undecided, "yellow", names(protections))
            self._indented(why_undecided(decision), "yellow")
            return
        self._line(glyphs.violated, "red", names(protections))
        first = decision.violated[0]
        self._indented(self._reason(decision, self.screen.width - _INDENT))
        self.command(protections, first)

    def command(self, protections: Protections, claim: ClaimDecision) -> None:
        """The command line that shows why a claim about a set is violated."""
        text = self.done.order.command(protections, claim.property)
        self.screen.out.print(Text(" " * _INDENT + text, style="dim"), soft_wrap=True)

    def _reason(self, decision: Decision, width: int) -> str:
        """The shortest trace in one line: whose, its length, and as many of its last steps as there is room for."""
        first, others = decision.violated[0], len(decision.violated) - 1
        head = f"{first.property} {outcome(first)}"
        head += f" (and {counted(others, 'more claim')})" if others else ""
        texts = [head]
        for number in range(1, len(first.last) + 1):
            shown = [*(["…"] if number < (first.steps or 0) else []), *first.last[-number:]]
            texts.append(f"{head}: {f' {self.screen.glyphs.arrow} '.join(shown)}")
        return next((text for text in reversed(texts) if len(text) <= width), head)

    def ending(self) -> None:
        """What was not decided, what was wrong with the cache, what was covered."""
        out, survey = self.screen.out, self.survey
        reasons = Counter(why_undecided(survey.decisions.get(found)) for found in survey.undecided)
        out.print()
        for why, number in reasons.items():
            out.print(Text(f"Undecided, {why}: {counted(number, 'design')}", style="yellow"))
        if damaged := self.done.damaged + self.proofs.damaged:
            files = counted(damaged, "damaged file")
            out.print(plain(f"note: {files} in the cache; what they were of was decided anew", "yellow"))
        if self.done.interrupted or self.proofs.interrupted:
            kept = ", and what is known is kept" if self.done.kept else ""
            again = "To go on" if self.done.kept else "To begin again"
            out.print(Text(f"Interrupted{kept}. {again}: {self.done.order.command()}", style="yellow"), soft_wrap=True)
        out.print(plain(self._summary(), "dim"))
        if proved := summary(self.proofs, self.done.order.workers):
            out.print(plain(proved, "dim"))

    def _summary(self) -> str:
        systems = {found.fingerprint: found for found in self.survey.decisions.values()}
        engines = " and ".join(sorted({found.engine for found in systems.values()} - {NO_ENGINE}))
        standing = self.done.standing
        parts = [counted(standing.decided, "design"), f"{standing.systems:,} of them different"]
        parts += [f"{standing.cached:,} of these known from before"] if standing.cached else []
        parts += [counted(sum(found.states for found in systems.values()), "state")]
        parts += [f"{self.done.order.workers} processes"] if self.done.order.workers > 1 else []
        return f"{engines or 'nothing'}: {', '.join([*parts, f'{self.done.seconds:.2f} s'])}"


class WholeReport(SurveyReport):
    """Prints the survey of a whole space."""

    def show(self) -> None:
        survey = self.survey
        self.heading()
        self.screen.out.print()
        self.screen.out.print(plain(self._counts()))
        if survey.minimal:
            self._smallest()
            self._larger()
            self._all("What each smaller set violates", survey.smaller)
        elif survey.failing:
            short = [found for found in survey.failing if len(found) <= 1]
            none = "No set is known to satisfy every claim yet" if survey.undecided else "No set satisfies every claim"
            self._all(f"{none}. What those of at most one protection violate", short)
        if survey.broken:
            self._broken()
        self._protections()
        self.ending()

    def _smallest(self) -> None:
        """The smallest sets, and what is proved of each: told once where it is the same."""
        told = [tuple(self._proved(found)) for found in self.survey.minimal]
        alike = len(told) > 1 and len(set(told)) == 1 and bool(told[0])
        self.title("The smallest sets that satisfy every claim")
        for found, said in zip(self.survey.minimal, told, strict=True):
            self._survivor(found, () if alike else said)
        if alike:
            self.title("Each of them is")
            self.say(told[0])

    def _larger(self) -> None:
        """Larger sets of which not every claim is proved, where they were to be."""
        known = self.proofs.found
        others = [found for found in known if found not in self.survey.minimal]
        left = [found for found in others if not known[found].whole]
        if others:
            proved = f"{counted(len(others), 'larger set')}: {len(others) - len(left):,} proved"
            self.title(f"{proved}, {len(left):,} not" if left else proved)
        for found in left[:_MOST_BROKEN]:
            self._survivor(found, tuple(self._proved(found)))
        if len(left) > _MOST_BROKEN:
            self.screen.out.print(plain(f"and {len(left) - _MOST_BROKEN:,} more; --json FILE has all", "dim"))

    def _survivor(self, protections: Protections, said: Sequence[Line]) -> None:
        """A set that satisfies every claim in the scope."""
        refuted, glyphs = self.proofs.refutes(protections), self.screen.glyphs
        self._line(*((glyphs.violated, "red") if refuted else (glyphs.holds, "green")), names(protections))
        self.say(said)

    def _counts(self) -> str:
        survey, asked = self.survey, len(self.done.designs.claims)
        every = f"all {asked} claims hold" if asked > 1 else "the one claim holds"
        parts = [f"{every} of {len(survey.enough):,}", f"not of {len(survey.failing):,}"]
        parts += [f"{len(survey.undecided):,} undecided"] if survey.undecided else []
        sets, number = counted(len(survey.sets), "set"), len(self.done.designs.space.protections)
        return f"{sets} of {counted(number, 'protection')}: {', '.join(parts)}."

    def _all(self, title: str, sets: Sequence[Protections]) -> None:
        if sets:
            self.title(title)
        for protections in sets[:_MOST_REASONS]:
            self._why(protections)
        if len(sets) > _MOST_REASONS:
            self.screen.out.print(plain(f"and {len(sets) - _MOST_REASONS:,} more; --json FILE has all", "dim"))

    def _broken(self) -> None:
        """Sets that fail although a smaller one is enough: what was added has broken something."""
        broken = self.survey.broken
        adding = [f"adding {name} breaks {counted(number, 'set')}" for name, number in self.survey.breaking.items()]
        fail = "set violates a claim" if len(broken) == 1 else "sets violate a claim"
        self.title(f"{len(broken):,} {fail} although a smaller one satisfies every claim: {', '.join(adding)}")
        shown = smallest(broken)[:_MOST_BROKEN]
        for found in shown:
            self._why(found)
        if len(broken) > len(shown):
            self.screen.out.print(plain(f"and {len(broken) - len(shown):,} larger; --json FILE has all", "dim"))

    def _protections(self) -> None:
        """What the names mean, and how many of the smallest sets have each."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column("protection", overflow="fold")
        table.add_column("in", justify="right")
        table.add_column("what it does", overflow="fold", ratio=1)
        for name, protection in self.done.designs.space.protections.items():
            number = sum(name in found for found in self.survey.minimal)
            table.add_row(Text(name), Text(str(number or self.screen.glyphs.nothing)), Text(protection.text, "dim"))
        self.screen.out.print()
        self.screen.out.print(Trimmed(table))


def outcome(claim: ClaimDecision) -> str:
    """`in 8 steps`."""
    if claim.steps is None:
        return "is never reached"
    return f"in {counted(claim.steps, 'step')}" if claim.steps else "at the start"


def length(claim: ClaimDecision) -> str:
    """`(8)`, or nothing where there is no trace."""
    return "" if claim.steps is None else f"({claim.steps})"


def why_undecided(decision: Decision | None) -> str:
    """Why it is not known whether a design satisfies every claim."""
    if decision is None:
        return _NOT_LOOKED_AT
    return next((claim.why for claim in decision.claims if claim.why), "longer runs were not looked at")
