"""What `raceproof sweep` does, once its options are read."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path

from raceproof.checker.cli import files
from raceproof.checker.cli.options import Request
from raceproof.checker.cli.runs import HOLDS, UNDECIDED, Run, exit_code, run_variant
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.screens.swept import SweepReport
from raceproof.checker.cli.subject import Subject, find, is_about
from raceproof.checker.errors import Code, UsageError
from raceproof.checker.language.model import domains
from raceproof.checker.opened import open_domains
from raceproof.checker.results import encode
from raceproof.checker.sweep import Sweep
from raceproof.checker.system.transition import ClaimKind
from raceproof.checker.verdict import Verdict

USUAL_PROCESSES, USUAL_ORDINALS = range(1, 4), range(1, 5)
"""The sizes that are swept over where nobody says."""

PLOTS = (".svg", ".png", ".pdf")
MOST_SCOPES = 400


@dataclass(frozen=True, slots=True)
class Order:
    """The command line of a sweep."""

    model: str
    variant: str | None
    properties: tuple[str, ...]
    over: tuple[tuple[str, tuple[int, ...]], ...]
    claims_file: str | None
    request: Request
    plot: str | None
    csv_file: str | None
    json_file: str | None


def perform(order: Order) -> int:
    """Search every scope, print, write; returns the exit code. Raises ModelError, UsageError."""
    outputs = (order.plot, order.csv_file, order.json_file)
    for output in outputs:
        files.check_writable(output)
    _check_plot(order.plot)
    if [order.csv_file, order.json_file].count(files.STANDARD_OUTPUT) > 1:
        raise UsageError("only one of --csv and --json can go to standard output", code=Code.OPTIONS)
    alone = files.STANDARD_OUTPUT in outputs
    screen = Screen(quiet=alone)
    with redirect_stdout(sys.stderr) if alone else nullcontext():
        subject = find(order.model, order.claims_file)
        variant = order.variant or next(iter(subject.variants))
        sweep, runs = _run(order, subject, variant, screen)
        report = SweepReport(screen, runs[0], sweep)
        report.show()
    if order.plot:
        files.write(order.plot, _figure(order.plot, sweep, runs[0]))
        report.written(order.plot)
    if order.csv_file:
        files.write_output(order.csv_file, _csv(sweep).encode("utf-8"))
    if order.json_file:
        files.write_output(order.json_file, encode([result for run in runs for result in run.results()]))
    found = exit_code([verdict for number in range(len(sweep.claims)) for verdict in decisive(sweep, number)])
    return UNDECIDED if sweep.interrupted and found == HOLDS else found


def decisive(sweep: Sweep, claim: int) -> list[Verdict]:
    """The verdicts about a claim that count: all, or those that show it where something is to be reachable."""
    verdicts = [point.verdicts[claim] for point in sweep.known if point.searched]
    shown = [point.verdicts[claim] for point in sweep.smallest(claim)]
    return shown if shown and verdicts[0].claim.kind is ClaimKind.REACHABLE else verdicts


def _run(order: Order, subject: Subject, variant: str, screen: Screen) -> tuple[Sweep, list[Run]]:
    subject.variant(variant)
    over = ranges(order, subject, variant)
    runs: list[Run] = []

    def search(sizes: Mapping[str, int]) -> tuple[Verdict, ...]:
        request = replace(order.request, scope=(*order.request.scope, *sizes.items()))
        runs.append(run_variant(subject, variant, order.properties, request, screen, every_state=True))
        return runs[-1].verdicts

    model = subject.make(variant)
    claims = tuple(claim.name for claim in subject.select(order.properties) if is_about(claim, model))
    sweep = Sweep(over, claims)
    for _ in sweep.run(search):
        pass
    if not runs:
        raise KeyboardInterrupt  # before the first scope was searched
    return sweep, runs


def ranges(order: Order, subject: Subject, variant: str) -> dict[str, Sequence[int]]:
    """The domains to sweep over, and their sizes. Raises UsageError."""
    model = subject.make(variant)
    known = domains(model)
    fixed = {name for name, _ in order.request.scope}
    over: dict[str, Sequence[int]] = dict(order.over)
    if not over:
        for domain in sorted(
            open_domains(model, fixed), key=lambda domain: (not domain.interchangeable, domain.__name__)
        ):
            over[domain.__name__] = USUAL_PROCESSES if domain.interchangeable else USUAL_ORDINALS
    if not over:
        raise UsageError("there is no domain to sweep over; name one: --over DOMAIN=1..4", code=Code.NO_SIZE)
    if both := fixed & set(over):
        raise UsageError(
            f"{min(both)} has a size in --scope and others in --over; leave one of them out", code=Code.OPTIONS
        )
    unknown = next((name for name in over if name not in known), None)
    if unknown:
        raise UsageError(
            f"--over names {unknown}, which is no domain of the model; there is {', '.join(sorted(known))}",
            code=Code.UNKNOWN_DOMAIN,
        )
    number = 1
    for sizes in over.values():
        number *= len(sizes)
    if number > MOST_SCOPES:
        raise UsageError(
            f"these are {number:,} scopes; at most {MOST_SCOPES} can be swept over at once", code=Code.TOO_LARGE
        )
    return over


def _check_plot(plot: str | None) -> None:
    if plot is None:
        return
    if Path(plot).suffix.lower() not in PLOTS:
        raise UsageError(f"the name of a plot ends in {', '.join(PLOTS)}: {plot} does not", code=Code.WRITING)
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise UsageError("drawing needs matplotlib: pip install 'raceproof[plots]'", code=Code.WRITING) from None


def _figure(path: str, sweep: Sweep, run: Run) -> bytes:
    from raceproof.checker.plots import draw

    name = type(run.prepared.model).__name__
    title = f"{name} · {run.variant}" if len(run.subject.variants) > 1 else name
    return draw(sweep, title, Path(path).suffix[1:].lower())


def _csv(sweep: Sweep) -> str:
    """A line for each scope that was searched and each claim."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([*sweep.over, "claim", "verdict", "steps", "states", "seconds"])
    for point in sweep.known:
        for number, verdict in enumerate(point.verdicts):
            counted = verdict.statistics
            length = point.length(number)
            steps = "" if length is None else length
            rows.writerow(
                [*point.sizes, verdict.claim.name, verdict.name, steps, counted.states, f"{counted.seconds:.3f}"]
            )
    return text.getvalue()
