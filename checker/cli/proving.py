"""What `raceproof prove` does, once its options are read."""

from __future__ import annotations

import math
import sys
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from raceproof.checker.cli import files
from raceproof.checker.cli.options import command_line
from raceproof.checker.cli.runs import exit_code
from raceproof.checker.cli.screens.lemmas import check_lemmas_file, show_invariant, write_lemmas
from raceproof.checker.cli.screens.obstacles import show_obstacle
from raceproof.checker.cli.screens.progress import ProgressLine
from raceproof.checker.cli.screens.report import outcome, scope_text, sign
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.subject import Subject, find, is_about
from raceproof.checker.errors import Code, InternalError, UsageError
from raceproof.checker.interruption import interruptions
from raceproof.checker.language.claims import Claim
from raceproof.checker.limits import Limits, default_memory_bytes
from raceproof.checker.prove import NOT_USED, Method, Outcome, prove
from raceproof.checker.results import encode, result_of
from raceproof.checker.symbolic.obligations import PROVABLE
from raceproof.checker.timeline import Trimmed, counted, story
from raceproof.checker.verdict import HoldsInScope, Proved, Statistics, Undecided, Verdict, Violated


@dataclass(frozen=True, slots=True)
class Order:
    """The command line of a proof."""

    model: str
    variant: str | None
    properties: tuple[str, ...]
    scope: tuple[tuple[str, float], ...]
    method: Method
    claims_file: str | None
    certificate: str | None
    limits: tuple[float | None, int | None]
    json_file: str | None
    lemmas_file: str | None = None

    def command(self, claim: str) -> str:
        """The command line for one claim."""
        options = [("--claims", self.claims_file), ("--variant", self.variant), ("--property", claim)]
        options += [("--scope", f"{name}={'any' if size == math.inf else size}") for name, size in self.scope]
        options += [("--method", self.method)] if self.method != "auto" else []
        return command_line("raceproof", "prove", self.model, options=options)


def perform(order: Order) -> int:
    """Prove, print, write; returns the exit code. Raises ModelError, UsageError."""
    files.check_writable(order.json_file)
    files.check_writable(order.certificate)
    alone = order.json_file == files.STANDARD_OUTPUT
    screen = Screen(quiet=alone)
    with redirect_stdout(sys.stderr) if alone else nullcontext():
        subject = find(order.model, order.claims_file)
        check_lemmas_file(order.lemmas_file, subject)
        variant = order.variant or next(iter(subject.variants))
        found, left_out = _proved(order, subject, variant, screen)
        _show(screen, subject, variant, found, left_out)
    certificate = next((v.certificate for v in found.verdicts if isinstance(v, Proved)), None)
    if order.certificate and certificate:
        files.write(order.certificate, certificate.encode())
        screen.out.print(Text(f"Written: {order.certificate}"), soft_wrap=True)
    if order.lemmas_file:
        write_lemmas(order.lemmas_file, screen, found, subject, variant)
    told = (*found.verdicts, *(verdict for verdict in found.lemmas if isinstance(verdict, Violated)))
    if order.json_file:
        names = tuple(verdict.claim.name for verdict in told)
        results = [
            result_of(
                verdict, model=subject.name, variant=variant, claims=names, command=order.command(verdict.claim.name)
            )
            for verdict in told
        ]
        files.write_output(order.json_file, encode(results))
    return exit_code(told)


def _proved(order: Order, subject: Subject, variant: str, screen: Screen) -> tuple[Outcome, list[Claim]]:
    subject.variant(variant)
    selected = subject.select(order.properties)
    model = subject.make(variant)
    claims = [claim for claim in selected if is_about(claim, model)]
    if order.properties and len(claims) < len(selected):
        raise UsageError(f"a claim is about another model than {type(model).__name__}", code=Code.OTHER_MODEL)
    left_out = [] if order.properties else [claim for claim in claims if claim.kind not in PROVABLE]
    claims = [claim for claim in claims if claim not in left_out]
    if not claims:
        raise UsageError(
            f"{subject.name} has no claim that an invariant could prove (@always, @each_step)",
            code=Code.NOTHING_TO_PROVE,
        )
    seconds, memory = order.limits
    line = ProgressLine(screen.errors.file, screen.width, variant if len(subject.variants) > 1 else "")
    limits = Limits(max_seconds=seconds, max_memory_bytes=memory or default_memory_bytes(), on_progress=line)
    try:
        with interruptions() as interruption:
            found = prove(
                model,
                claims,
                lemmas=[lemma for lemma in subject.lemmas if lemma not in claims and is_about(lemma, model)],
                name=subject.name,
                variant=variant,
                sizes=dict(order.scope),
                method=order.method,
                limits=limits,
                tell=lambda text: line.show(lambda: text),
                interrupted=lambda: interruption.pressed,
            )
    except InternalError as error:
        error.add_note(f"while running: {order.command(claims[0].name)}")
        raise
    finally:
        line.clear()
    return found, left_out


def _said(verdict: Verdict) -> str:
    """The verdict, and what a proof of one scope rests on."""
    if not isinstance(verdict, HoldsInScope) or verdict.witness:
        return outcome(verdict)
    match verdict.statistics:
        case Statistics(engine="induction" | "pdr", depth=0):
            return "proved in this scope"
        case Statistics(engine="induction", depth=depth):
            return f"proved in this scope, by induction over {counted(depth, 'step')}"
        case Statistics(engine="pdr", depth=frames):
            return f"proved in this scope, by an inductive invariant (PDR, {counted(frames, 'frame')})"
        case Statistics(states=states):
            return f"holds in this scope: all {counted(states, 'state')} were visited"


def _show(screen: Screen, subject: Subject, variant: str, found: Outcome, left_out: list[Claim]) -> None:
    out, model = screen.out, found.prepared.model
    title = Text.assemble((type(model).__name__, "bold"))
    if len(subject.variants) > 1:
        title.append(f" {screen.glyphs.dot} ").append(variant, "bold")
    if found.opened:
        title.append("  ").append(f"any number of {' and '.join(found.opened.names)}", "cyan")
        title.append("  ").append(scope_text(dict(found.opened.closed_sizes)), "cyan")
    elif scope := scope_text(found.prepared.lowered.system.scope):
        title.append("  ").append(scope, "cyan")
    out.print(Trimmed(title))
    out.print()
    table = Table.grid(padding=(0, 2, 0, 0))
    unused: dict[str, list[str]] = {}
    for verdict in found.lemmas:
        if isinstance(verdict, Undecided) and (found.invariant or verdict.why != NOT_USED):
            unused.setdefault(verdict.why, []).append(verdict.claim.name)
    for verdict in (*found.verdicts, *(verdict for verdict in found.lemmas if not isinstance(verdict, Undecided))):
        glyph, style = sign(verdict, screen.glyphs)
        said = f"{'a lemma, ' if verdict in found.lemmas else ''}{_said(verdict)}"
        table.add_row(Text(glyph, style), Text(verdict.claim.name), Text(said, style))
    out.print(Trimmed(table))
    for why, names in unused.items():
        told = "lemmas that the proof does not use" if why == NOT_USED else f"lemmas left out, {why}"
        out.print(Text(f"{told}: {', '.join(names)}", "dim"))
    if left_out:
        out.print(Text(f"not asked: {', '.join(claim.name for claim in left_out)}; check asks them in a scope", "dim"))
    for verdict in (*found.verdicts, *found.lemmas):
        if isinstance(verdict, Violated) and verdict.trace is not None:
            out.print()
            for part in story(verdict, verdict.trace, screen.width, arrow=screen.glyphs.arrow):
                out.print(part)
            break
    show_invariant(screen, found, subject)
    for obstacle in found.obstacles:
        show_obstacle(screen, found, obstacle)
    if found.obstacles:
        out.print()
    seconds = max(verdict.statistics.seconds for verdict in found.verdicts)
    out.print(Text(f"{seconds:.1f} s", "dim"))
