"""A survey for the command line: what was asked, the processes that decide it, the progress line, what came of it."""

from __future__ import annotations

import os
import time
from contextlib import closing
from dataclasses import dataclass

from raceproof.checker.check import Prepared
from raceproof.checker.cli.designs import Designs, opening
from raceproof.checker.cli.options import Request, command_line
from raceproof.checker.cli.screens.progress import ProgressLine
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.errors import InternalError, ModelError, UsageError
from raceproof.checker.fixes.cache import Cache, Kept
from raceproof.checker.fixes.deciding import Deciding
from raceproof.checker.fixes.decision import Decision, decide
from raceproof.checker.fixes.sharing import DesignFailed, Sharing, Standing
from raceproof.checker.fixes.survey import Survey
from raceproof.checker.language.space import Protections, written
from raceproof.checker.limits import Limits, default_memory_bytes
from raceproof.checker.timeline import counted

_BAR_COLUMNS = 24
PROVE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Order:
    """The command line of a survey."""

    model: str
    variant: str | None
    only: str | None
    properties: tuple[str, ...]
    claims_file: str | None
    request: Request
    use_cache: bool
    json_file: str | None
    prove: str = "minimal"
    prove_seconds: float = PROVE_SECONDS

    def command(self, protections: Protections | None = None, claim: str | None = None) -> str:
        """The command line that does this again; with protections, the one that checks their design alone."""
        request, everything = self.request, protections is None
        return command_line(
            "raceproof",
            "fixes",
            self.model,
            options=[
                ("--variant", self.variant if everything else None),
                ("--set", None if protections is None else written(protections)),
                *(("--property", name) for name in ((claim,) if claim else self.properties)),
                *(("--scope", f"{name}={size}") for name, size in request.sizes.items()),
                ("--claims", self.claims_file),
                ("--max-states", request.max_states),
                ("--max-seconds", request.max_seconds),
                ("--max-memory", request.max_memory),
                ("--workers", request.workers if everything else None),
                ("--prove", self.prove if everything and self.prove != "minimal" else None),
                ("--prove-seconds", f"{self.prove_seconds:g}" if everything and self._is_limited else None),
            ],
            flags=[("--no-cache", everything and not self.use_cache)],
        )

    @property
    def _is_limited(self) -> bool:
        return self.prove_seconds != PROVE_SECONDS

    @property
    def workers(self) -> int:
        """How many processes share the designs."""
        return self.request.workers or os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What came of a survey. `baseline` is the system without protections; `seconds` are the wall clock's; `kept` says
    whether there is a cache, `damaged` how many of its files could not be used."""

    order: Order
    designs: Designs
    baseline: Prepared
    survey: Survey
    standing: Standing
    seconds: float
    interrupted: bool
    kept: bool
    damaged: int


def survey(order: Order, designs: Designs, sets: tuple[Protections, ...], screen: Screen) -> Surveyed:
    """Decide these designs. An interruption ends it early; the survey then has what is known. Raises ModelError,
    UsageError and InternalError, with the design in a note."""
    started = time.monotonic()
    baseline = designs.prepare(())
    cache = Cache.of(Decision, designs.claims) if order.use_cache else None
    line = ProgressLine(screen.errors.file, screen.width)
    deciding = Deciding(
        sets,
        opening(order.model, order.claims_file, order.properties, order.request.sizes),
        designs.claims,
        _limits(order),
        cache,
        order.workers,
        lambda standing: line.show(lambda: progress(standing, time.monotonic() - started)),
    )
    found, interrupted = collected(order, designs, deciding, line)
    return Surveyed(
        order,
        designs,
        baseline,
        Survey(sets, found),
        deciding.standing,
        time.monotonic() - started,
        interrupted,
        kept=cache is not None,
        damaged=len(cache.damaged) if cache else 0,
    )


def collected(
    order: Order, designs: Designs, sharing: Sharing[Kept], line: ProgressLine
) -> tuple[dict[Protections, Kept], bool]:
    """What was found of each design, and whether an interruption has ended the work. Raises ModelError, UsageError and
    InternalError, with the design in a note."""
    found: dict[Protections, Kept] = {}
    try:
        with closing(sharing.run()) as answers:
            for protections, answer in answers:
                found[protections] = answer
    except KeyboardInterrupt:
        return found, True
    except DesignFailed as failed:
        line.clear()
        raise _whole_error(order, designs, failed) from failed
    finally:
        line.clear()
    return found, False


def memory_of_each(order: Order) -> int | None:
    """How much memory one process may use: what there is, they share."""
    memory = default_memory_bytes()
    return order.request.max_memory or (None if memory is None else memory // order.workers)


def _limits(order: Order) -> Limits:
    """The limits of each search."""
    return Limits(order.request.max_states, order.request.max_seconds, memory_of_each(order))


def _whole_error(order: Order, designs: Designs, failed: DesignFailed) -> Exception:
    """The error of a design that went wrong in another process, as it is raised here."""
    try:
        decide(designs.prepare(failed.protections), _limits(order))
    except (ModelError, UsageError, InternalError) as error:
        error.add_note(f"while running: {order.command(failed.protections)}")
        return error
    return InternalError(f"{failed}; and not so a second time")


def progress(standing: Standing, seconds: float) -> str:
    """`[######------------------] 384 of 1,536 designs, 190 systems, 95 s, about 5 min left`."""
    done = standing.decided / max(standing.designs, 1)
    parts = [
        f"{bar(standing.decided, standing.designs)} {standing.decided:,} of {counted(standing.designs, 'design')}",
        counted(standing.systems, "system"),
        f"{seconds:.0f} s",
    ]
    if standing.decided:
        left = seconds / done - seconds
        parts.append(f"about {left / 60:.0f} min left" if left >= 90 else f"about {left:.0f} s left")
    return ", ".join(parts)


def bar(done: int, number: int) -> str:
    """`[######------------------]`."""
    filled = int(done / max(number, 1) * _BAR_COLUMNS)
    return f"[{'#' * filled}{'-' * (_BAR_COLUMNS - filled)}]"
