"""What `raceproof fixes --variant` prints: whether the variant needs each of its protections, or could do without."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from raceproof.checker.cli.screens.paragraphs import plain
from raceproof.checker.cli.screens.proved import Line, lines, shortly
from raceproof.checker.cli.screens.surveyed import SurveyReport, length, names, why_undecided
from raceproof.checker.fixes.survey import without
from raceproof.checker.language.space import Protections
from raceproof.checker.timeline import Trimmed


class VariantReport(SurveyReport):
    """Prints the survey of one variant, and of it without each of its protections."""

    def show(self, variant: str, protections: Protections) -> None:
        out = self.screen.out
        self.heading(variant)
        out.print(plain(names(protections), "dim"))
        out.print()
        rows = {variant: protections, **{f"without {name}": without(protections, name) for name in protections}}
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(overflow="fold")
        table.add_column(overflow="fold", ratio=1)
        for text, found in rows.items():
            table.add_row(Text(text), self._verdict(found))
        out.print(Trimmed(table))
        failing = [found for found in rows.values() if self.survey.satisfied(found) is False]
        if failing:
            out.print()
        for found in failing:
            self.command(found, self.survey.decisions[found].violated[0])
        self._proofs(rows)
        if self.survey.satisfied(protections):
            self._conclusions(protections)
        self.ending()

    def _verdict(self, protections: Protections) -> Text:
        """That every claim holds, or which are violated, in how many steps."""
        glyphs, decision = self.screen.glyphs, self.survey.decisions.get(protections)
        if decision is None or decision.satisfied is None:
            return Text(f"{glyphs.undecided} {why_undecided(decision)}", "yellow")
        if decision.satisfied:
            line = shortly(decision, protections, self.proofs, glyphs)
            return Text(line.text, line.style)
        told = (f"{glyphs.violated}{length(found)} {found.property}" for found in decision.violated)
        return Text(", ".join(told), "red")

    def _proofs(self, rows: Mapping[str, Protections]) -> None:
        """What is proved, once for all designs of which the same is."""
        told: dict[tuple[Line, ...], list[str]] = {}
        for text, found in rows.items():
            if decision := self.survey.decisions.get(found):
                told.setdefault(tuple(lines(decision, found, self.proofs)), []).append(text)
        told.pop((), None)
        for said, texts in told.items():
            self.title(", ".join(texts))
            self.say(said)

    def _conclusions(self, protections: Protections) -> None:
        """Which protections the variant needs, and which it could do without."""
        fewer = {name: self.survey.satisfied(without(protections, name)) for name in protections}
        needed = [name for name, satisfied in fewer.items() if satisfied is False]
        spare = [name for name, satisfied in fewer.items() if satisfied]
        if needed or spare:
            self.screen.out.print()
        if needed:
            self.screen.out.print(plain(f"Needed: {', '.join(needed)}."))
        if spare:
            proved = self.proofs.still_proved(protections, [without(protections, name) for name in spare])
            still = ", and what is proved is still proved" if proved else ""
            self.screen.out.print(plain(f"Not needed: {', '.join(spare)}; every claim holds without{still}."))
