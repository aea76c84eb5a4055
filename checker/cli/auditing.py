"""What `raceproof check --audit-reductions` does: the claims with and without each reduction, in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.table import Table
from rich.text import Text

from raceproof.checker.check import Prepared, prepare, run
from raceproof.checker.cli.checking import Order
from raceproof.checker.cli.options import Request
from raceproof.checker.cli.runs import HOLDS, limits
from raceproof.checker.cli.screens.paragraphs import hanging
from raceproof.checker.cli.screens.progress import ProgressLine
from raceproof.checker.cli.screens.report import scope_text
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.subject import Subject, find, is_about
from raceproof.checker.errors import Code, InternalError, UsageError
from raceproof.checker.explicit.audit import MOST_STATES, Ask, CannotAudit, Row, audit, groups
from raceproof.checker.explicit.symmetry import find_symmetries
from raceproof.checker.language.claims import EVERY_STATE
from raceproof.checker.options import Options
from raceproof.checker.timeline import Trimmed
from raceproof.checker.verdict import INTERRUPTED, Verdict


def audit_reductions(order: Order) -> int:
    """Audit variant after variant, and return the exit code. Raises UsageError where a scope is too large, and
    InternalError where a reduction changes what it must not."""
    if order.request.engine not in ("explicit", "native"):
        raise UsageError(
            f"the {order.request.engine} engine has no reductions to audit; leave out --engine", code=Code.ENGINE
        )
    if order.json_file or order.folder or order.request.checkpoint:
        raise UsageError(
            "--audit-reductions prints a table and nothing else; leave out --json, --traces, --checkpoint",
            code=Code.OPTIONS,
        )
    screen = Screen()
    subject = find(order.model, order.claims_file)
    names = tuple(dict.fromkeys(order.variants)) or tuple(subject.variants)[:1]
    for name in names:
        subject.variant(name)
    subject.check_claims(names)
    for name in names:
        _audit(subject, name, order.properties, order.request, screen)
    return HOLDS


def _audit(subject: Subject, variant: str, properties: Sequence[str], request: Request, screen: Screen) -> None:
    model = subject.make(variant)
    claims = [claim for claim in subject.select(properties) if is_about(claim, model)]
    together = prepare(model, claims, request.sizes)
    screen.out.print(_heading(subject, variant, together, screen))
    screen.out.print()
    rows: list[Row] = []
    try:
        for numbers in groups(together.lowered.system, together.properties):
            chosen = [*(claims[number] for number in numbers), EVERY_STATE]
            prepared = prepare(model, chosen, request.sizes)
            rows += audit(prepared.lowered.system, prepared.properties, _asker(prepared, request, screen))
    except CannotAudit as reason:
        if str(reason) == INTERRUPTED:
            raise KeyboardInterrupt from reason
        hint = "choose a smaller scope (--scope), or raise --max-states"
        raise UsageError(f"a search did not come to its end: {reason}; {hint}", code=Code.TOO_LARGE) from reason
    _show(rows, screen)
    _show_refused(together, screen)
    wrong = [f"{row.trial or 'no reduction'}: {difference}" for row in rows for difference in row.differences]
    if wrong:
        raise InternalError(f"a reduction changes what a search finds: {'; '.join(dict.fromkeys(wrong))}")


def _asker(prepared: Prepared, request: Request, screen: Screen) -> Ask:
    most = replace(request, max_states=request.max_states or MOST_STATES, workers=None)

    def ask(options: Options) -> tuple[Verdict, ...]:
        line = ProgressLine(screen.errors.file, screen.width, prepared.lowered.system.name)
        try:
            return run(prepared, "native", 0, limits(most, line), options)
        finally:
            line.clear()

    return ask


def _heading(subject: Subject, variant: str, prepared: Prepared, screen: Screen) -> Trimmed:
    title = Text.assemble("Audit of the reductions: ", (type(prepared.model).__name__, "bold"))
    if len(subject.variants) > 1:
        title.append(f" {screen.glyphs.dot} ").append(variant, "bold")
    scope = scope_text(prepared.lowered.system.scope)
    return Trimmed(title.append("  ").append(scope, "cyan") if scope else title)


def _show(rows: Sequence[Row], screen: Screen) -> None:
    """The names of each group of claims, and a line for each search."""
    for claims in dict.fromkeys(row.claims for row in rows):
        screen.out.print(hanging(Text("claims:"), Text(", ".join(claims) or "none"), gap=1))
        screen.out.print(_table([row for row in rows if row.claims == claims], screen))
        screen.out.print()


def _table(rows: Sequence[Row], screen: Screen) -> Trimmed:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for _ in range(3):
        table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("", "reduced by", "states", "transitions", "depth", "", style="dim")
    for row in rows:
        glyph, style = (screen.glyphs.violated, "red") if row.differences else (screen.glyphs.holds, "green")
        found = row.statistics
        nothing = f"nothing: no {row.trial}" if row.trial not in ("", "all") else "nothing"
        used = " and ".join(row.reductions) or nothing
        told = "; ".join(row.differences) or ("" if row.expected is None else "as many as counted in Python")
        numbers = (f"{number:,}" for number in (found.states, found.transitions, found.depth))
        table.add_row(Text(glyph, style), Text(used), *numbers, Text(told, style if row.differences else "dim"))
    return Trimmed(table)


def _show_refused(prepared: Prepared, screen: Screen) -> None:
    refused = find_symmetries(prepared.lowered.system, prepared.properties).refused
    for domain, reason in refused.items():
        told = Text(f"where all claims are asked together, {reason}")
        screen.out.print(hanging(Text(f"{domain.name} is not symmetric:"), told, gap=1))
