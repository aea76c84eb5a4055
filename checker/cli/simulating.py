"""What `raceproof simulate` does, once its options are read."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass, replace

import msgspec

from raceproof.checker.check import Prepared, prepare
from raceproof.checker.cli import files
from raceproof.checker.cli.checking import write_traces
from raceproof.checker.cli.commands.simulate import DEFAULT_LENGTH, DEFAULT_SECONDS
from raceproof.checker.cli.options import Request, command_line
from raceproof.checker.cli.runs import Run, exit_code, steps_of, steps_taken
from raceproof.checker.cli.screens.progress import ProgressLine
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.screens.simulated import SimulationReport
from raceproof.checker.cli.subject import Subject, find, is_about
from raceproof.checker.errors import Code, InternalError, ModelError, UsageError
from raceproof.checker.explicit.nearest import Finding
from raceproof.checker.explicit.simulate import Simulation
from raceproof.checker.limits import Limits, default_memory_bytes, memory_bytes
from raceproof.checker.options import SearchEngine
from raceproof.checker.results import Result, SimulationResult, encode
from raceproof.checker.simulation import run
from raceproof.checker.system.transition import ClaimKind

_MOST_SEED = 1 << 32
"""Seeds that are made up are short, because somebody may have to type them."""


@dataclass(frozen=True, slots=True)
class Order:
    """The command line of a simulation."""

    model: str
    variant: str | None
    properties: tuple[str, ...]
    scope: tuple[tuple[str, int], ...]
    claims_file: str | None
    seed: int | None
    walks: int | None
    length: int
    max_seconds: float | None
    max_memory: int | None
    engine: SearchEngine | None
    json_file: str | None
    folder: str | None
    all_traces: bool

    @property
    def limits(self) -> Limits:
        endless = self.walks is None and self.max_seconds is None
        return Limits(
            max_seconds=DEFAULT_SECONDS if endless else self.max_seconds,
            max_memory_bytes=default_memory_bytes() if self.max_memory is None else self.max_memory,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedRun(Run):
    """A run of random walks: the commands under its findings walk again, to where each was found."""

    order: Order
    simulation: Simulation

    def command(self, claim: str) -> str:
        finding = self.finding(claim)
        walks = self.simulation.walks if finding is None else finding.walk + 1
        return command(self.subject, self.variant, claim, self.again(self.order, walks))

    def again(self, order: Order, walks: int) -> Order:
        engine: SearchEngine | None = "portable" if self.simulation.engine == "portable" else order.engine
        return replace(order, scope=self.changed_scope, seed=self.simulation.seed, walks=max(walks, 1), engine=engine)

    def check_command(self, claim: str) -> str | None:
        """The check that shows the same, where it is known to take no longer than a moment."""
        finding = self.finding(claim)
        if finding is None or not finding.path.shortest or not finding.path.length:
            return None
        # That nobody can move in a state is seen when it is left, one step later.
        kinds = {verdict.claim.name: verdict.claim.kind for verdict in self.verdicts}
        depth = finding.path.length + (kinds[claim] is ClaimKind.DEADLOCK)
        return Run.command(replace(self, request=Request(depth=depth)), claim)

    def finding(self, claim: str) -> Finding | None:
        named = zip(self.verdicts, self.simulation.findings, strict=True)
        return next(finding for verdict, finding in named if verdict.claim.name == claim)

    @property
    def taken(self) -> dict[str, int]:
        """How often each step of the author's was taken, in the author's order."""
        system = self.prepared.lowered.system
        counts = steps_taken(system, dict(enumerate(self.simulation.taken)))
        return {step: counts.get(step, 0) for step in steps_of(system)}

    def results(self) -> tuple[Result, ...]:
        done = self.simulation
        return tuple(
            msgspec.structs.replace(
                result,
                simulation=SimulationResult(
                    done.seed,
                    done.engine,
                    done.walks,
                    done.length,
                    done.steps,
                    None if finding is None else finding.walk + 1,
                    None if finding is None else finding.length,
                    None if finding is None else finding.path.shortest,
                    self.taken,
                    done.stopped,
                ),
            )
            for result, finding in zip(Run.results(self), done.findings, strict=True)
        )


def command(subject: Subject, variant: str, claim: str | None, order: Order) -> str:
    """The command line of a simulation."""
    return command_line(
        "raceproof",
        "simulate",
        subject.name,
        options=[
            ("--claims", subject.claims_file),
            ("--variant", variant if variant != next(iter(subject.variants)) else None),
            ("--property", claim),
            *(("--scope", f"{name}={size}") for name, size in order.scope),
            ("--engine", order.engine),
            ("--seed", order.seed),
            ("--walks", order.walks),
            ("--length", order.length if order.length != DEFAULT_LENGTH else None),
        ],
    )


def perform(order: Order) -> int:
    """Walk, print, write; returns the exit code. Raises ModelError, UsageError."""
    files.check_writable(order.json_file)
    alone = order.json_file == files.STANDARD_OUTPUT
    screen = Screen(quiet=alone)
    # A model that prints must not spoil the JSON.
    with redirect_stdout(sys.stderr) if alone else nullcontext():
        subject = find(order.model, order.claims_file)
        variant = order.variant or next(iter(subject.variants))
        subject.variant(variant)
        subject.select(order.properties)
        subject.check_claims((variant,))
        folder = files.make_folder(order.folder) if order.folder else None
        if order.seed is None:
            order = replace(order, seed=secrets.randbelow(_MOST_SEED))
        done = _simulate(subject, variant, order, screen)
        report = SimulationReport(screen, all_traces=order.all_traces)
        report.show(done)
        if folder:
            report.written(write_traces(done, str(folder)))
    if order.json_file:
        files.write_output(order.json_file, encode(done.results()))
    return exit_code(done.verdicts)


def _simulate(subject: Subject, variant: str, order: Order, screen: Screen) -> SimulatedRun:
    selected = subject.select(order.properties)
    model = subject.make(variant)
    claims = tuple(claim for claim in selected if is_about(claim, model))
    left_out = tuple(claim for claim in selected if claim not in claims)
    if left_out and order.properties:
        raise UsageError(
            f"{left_out[0].name} is a claim about another model than {type(model).__name__}", code=Code.OTHER_MODEL
        )
    try:
        prepared = prepare(model, claims, dict(order.scope))
        simulation = _walk(prepared, order, screen)
    except (ModelError, InternalError) as error:
        claim = order.properties[0] if len(order.properties) == 1 else None
        error.add_note(f"while running: {command(subject, variant, claim, order)}")
        raise
    return SimulatedRun(
        subject,
        variant,
        Request(),
        prepared,
        simulation.verdicts,
        left_out,
        asked_everything=not order.properties,
        order=order,
        simulation=simulation,
    )


def _walk(prepared: Prepared, order: Order, screen: Screen) -> Simulation:
    line = ProgressLine(screen.errors.file, screen.width)

    def watch(walks: int, steps: int, seconds: float) -> None:
        line.show(lambda: describe(walks, steps, seconds, memory_bytes()))

    assert order.seed is not None
    engine = order.engine or "explicit"
    try:
        return run(prepared, order.seed, order.limits, order.walks, order.length, engine, watch)
    finally:
        line.clear()


def describe(walks: int, steps: int, seconds: float, memory: int) -> str:
    """Where a simulation stands, in one line; `memory` in bytes."""
    rate = steps / seconds if seconds > 0 else 0
    parts: Sequence[str] = (
        f"{walks:,} walks",
        f"{steps:,} steps",
        f"{rate:,.0f}/s",
        f"{memory / 2**20:,.0f} MiB",
        f"{seconds:.0f} s",
    )
    return ", ".join(parts)
