"""What `raceproof check` does, once its options are read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass, replace

from raceproof.checker.cli import files
from raceproof.checker.cli.options import Request
from raceproof.checker.cli.resuming import told
from raceproof.checker.cli.runs import Run, exit_code, run_variant
from raceproof.checker.cli.screens.report import Report
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.subject import Subject, find
from raceproof.checker.errors import Code, UsageError
from raceproof.checker.options import CHECKPOINT_FILE
from raceproof.checker.results import encode
from raceproof.checker.verdict import Violated


@dataclass(frozen=True, slots=True)
class Order:
    """The command line of a check."""

    model: str
    variants: tuple[str, ...]
    properties: tuple[str, ...]
    claims_file: str | None
    request: Request
    json_file: str | None
    folder: str | None
    all_traces: bool
    why: bool = False


def perform(order: Order) -> int:
    """Check, print, write; returns the exit code. Raises ModelError, UsageError."""
    files.check_writable(order.json_file)
    alone = order.json_file == files.STANDARD_OUTPUT
    screen = Screen(quiet=alone)
    # A model that prints must not spoil the JSON.
    with redirect_stdout(sys.stderr) if alone else nullcontext():
        runs = _run(order, screen)
    if order.json_file:
        files.write_output(order.json_file, encode([result for run in runs for result in run.results()]))
    return exit_code([verdict for run in runs for verdict in run.verdicts])


def _run(order: Order, screen: Screen) -> list[Run]:
    subject = find(order.model, order.claims_file)
    names = tuple(dict.fromkeys(order.variants)) or tuple(subject.variants)[:1]
    for name in names:
        subject.variant(name)
    subject.select(order.properties)
    subject.check_claims(names)
    order = with_checkpoint(order, subject, names)
    folder = files.make_folder(order.folder) if order.folder else None
    report = Report(screen, order.all_traces or order.why, _explainer(screen) if order.why else None)
    runs: list[Run] = []
    for name in names:
        run = run_variant(subject, name, order.properties, order.request, screen)
        runs.append(run)
        report.show(run)
        if order.why and all(verdict.holds for verdict in run.verdicts):
            _show_samples(run, screen)
        if folder:
            report.written(write_traces(run, str(folder)))
        if run.interrupted:
            report.stopped(names[len(runs) :])
            break
    return runs


def _explainer(screen: Screen) -> Callable[[Run, Violated], None]:
    """What prints the explanation of a violation."""
    from raceproof.checker.cli.screens.explained import Explained
    from raceproof.checker.explain import explain

    return lambda run, verdict: Explained(screen).show(explain(run.prepared, verdict))


def _show_samples(run: Run, screen: Screen) -> None:
    """What the model does when all is well."""
    from raceproof.checker.cli.screens.explained import Explained
    from raceproof.checker.explain import samples

    Explained(screen).samples(samples(run.prepared, run.verdicts[0].statistics.fired or None))


def with_checkpoint(order: Order, subject: Subject, variants: Sequence[str]) -> Order:
    """The order, with what its checkpoint should say of it. Raises UsageError where there can be none."""
    request = order.request
    if not request.checkpoint:
        if request.checkpoint_every is not None:
            raise UsageError("--checkpoint-every says how often; say where with --checkpoint DIR", code=Code.OPTIONS)
        return order
    if len(variants) > 1:
        raise UsageError("a checkpoint is of one search: choose one --variant", code=Code.OPTIONS)
    if request.engine not in ("explicit", "native"):
        raise UsageError(f"the {request.engine} engine writes no checkpoints; leave --engine out", code=Code.ENGINE)
    folder = files.make_folder(request.checkpoint)
    if not request.resume and (folder / CHECKPOINT_FILE).exists():
        raise UsageError(
            f"there is a checkpoint in {request.checkpoint}; raceproof resume {request.checkpoint} goes on from it, "
            "or choose another folder",
            code=Code.CHECKPOINT,
        )
    return replace(order, request=replace(request, told=told(order, subject.name, variants[0])))


def write_traces(run: Run, folder: str) -> Sequence[str]:
    """One file for each violation with a trace; returns their paths."""
    results = [
        result
        for result, verdict in zip(run.results(), run.verdicts, strict=True)
        if isinstance(verdict, Violated) and result.trace is not None
    ]
    subject = run.subject.name.removesuffix(".py").rpartition("/")[2].replace(".py:", "-")
    names = files.distinct(files.safe_name(subject, run.variant, result.property) for result in results)
    written = []
    for name, result in zip(names, results, strict=True):
        path = f"{folder.rstrip('/')}/{name}.json"
        files.write(path, encode(result))
        written.append(path)
    return written
