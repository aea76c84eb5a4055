"""One variant, all of its claims, one run of an engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from raceproof.checker.check import Engine, Prepared, prepare, run
from raceproof.checker.cli.options import DEFAULT_DEPTH, DEFAULT_ENGINE, Request, command_line
from raceproof.checker.cli.progress import ProgressLine
from raceproof.checker.cli.screen import Screen
from raceproof.checker.cli.subject import ONLY_VARIANT, Subject, is_about
from raceproof.checker.errors import InternalError, ModelError, UsageError
from raceproof.checker.language import Claim
from raceproof.checker.limits import Limits
from raceproof.checker.results import Result, result_of
from raceproof.checker.system.transition import ClaimKind, TransitionSystem
from raceproof.checker.verdict import HoldsInScope, Undecided, Verdict, Violated

HOLDS, VIOLATED, WRONG, UNDECIDED = 0, 1, 2, 3
"""Exit codes of the command line."""

INTERNAL_ERROR, INTERRUPTED, BROKEN_PIPE = 70, 130, 141


@dataclass(frozen=True, slots=True)
class Run:
    """What an engine found of one variant. `left_out` are claims that are about another model; `never_taken` are steps
    that no run takes, told where that is known."""

    subject: Subject
    variant: str
    request: Request
    prepared: Prepared
    verdicts: tuple[Verdict, ...]
    left_out: tuple[Claim, ...] = ()
    never_taken: tuple[str, ...] = ()

    @property
    def interrupted(self) -> bool:
        return any(isinstance(verdict, Undecided) and verdict.why == "interrupted" for verdict in self.verdicts)

    def command(self, claim: str) -> str:
        """The command line that checks this one claim again, with every size written out."""
        scope = ((name, size) for name, size in self.verdicts[0].scope.items() if size is not None)
        return command(self.subject, self.variant, claim, replace(self.request, scope=tuple(scope)))

    def results(self) -> tuple[Result, ...]:
        claims = tuple(verdict.claim.name for verdict in self.verdicts)
        return tuple(
            result_of(
                verdict,
                model=self.subject.name,
                variant=self.variant,
                claims=claims,
                command=self.command(verdict.claim.name),
            )
            for verdict in self.verdicts
        )


def command(subject: Subject, variant: str, claim: str | None, request: Request) -> str:
    """The command line of a check."""
    named = (ONLY_VARIANT,) != tuple(subject.variants)
    return command_line(
        "raceproof",
        "check",
        subject.name,
        options=[
            ("--claims", subject.claims_file),
            ("--variant", variant if named else None),
            ("--property", claim),
            *(("--scope", f"{name}={size}") for name, size in request.scope),
            ("--engine", request.engine if request.engine != DEFAULT_ENGINE else None),
            ("--depth", request.depth),
            ("--max-states", request.max_states),
            ("--max-seconds", request.max_seconds),
            ("--max-memory", request.max_memory),
        ],
    )


def run_variant(subject: Subject, variant: str, names: Sequence[str], request: Request, screen: Screen) -> Run:
    """Check the claims with these names, all for none, in one run. Raises ModelError and UsageError; a note on the
    error says which variant it was."""
    selected = subject.select(names)
    model = subject.make(variant)
    claims = tuple(claim for claim in selected if is_about(claim, model))
    left_out = tuple(claim for claim in selected if claim not in claims)
    if left_out and names:
        raise UsageError(f"{left_out[0].name} is a claim about another model than {type(model).__name__}")
    line = ProgressLine(screen.errors.file, screen.width, variant if len(subject.variants) > 1 else "")
    try:
        prepared = prepare(model, claims, request.sizes)
        verdicts = run(prepared, cast(Engine, request.engine), _depth(request), limits(request, line))
    except (ModelError, InternalError) as error:
        error.add_note(f"while running: {command(subject, variant, names[0] if len(names) == 1 else None, request)}")
        raise
    finally:
        line.clear()
    unused = never_taken(prepared.lowered.system, verdicts)
    return Run(subject, variant, request, prepared, verdicts, left_out, unused)


def _depth(request: Request) -> int:
    return DEFAULT_DEPTH if request.depth is None else request.depth


def limits(request: Request, line: ProgressLine) -> Limits:
    """The limits of a request; a depth bounds the engines that would otherwise go all the way."""
    bounded = request.engine == "bounded"
    return Limits(
        max_states=request.max_states,
        max_seconds=request.max_seconds,
        max_memory_bytes=request.max_memory,
        max_depth=None if bounded else request.depth,
        on_progress=line,
    )


def never_taken(system: TransitionSystem, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Steps of the author's that no run of the scope takes, as `enactor: clean up (dns.py:88)`; nothing where the
    explicit engine has not seen the whole scope."""
    if not any(saw_everything(verdict) for verdict in verdicts):
        return ()
    fired = {system.commands[number].step for number in verdicts[0].statistics.fired}
    taken = {_told(system, number) for number in fired}
    told = (_told(system, number) for number in range(len(system.steps)))
    return tuple(step for step in dict.fromkeys(told) if step not in taken)


def saw_everything(verdict: Verdict) -> bool:
    """Whether the verdict could only be given by the explicit engine after a complete search."""
    if verdict.statistics.engine != "explicit":
        return False
    match verdict:
        case HoldsInScope():
            return verdict.claim.kind is not ClaimKind.REACHABLE
        case Violated():
            recoverable = verdict.claim.kind is ClaimKind.RECOVERABLE
            return recoverable or (verdict.claim.kind is ClaimKind.REACHABLE and verdict.path is None)
        case _:
            return False


def _told(system: TransitionSystem, number: int) -> str:
    step = system.steps[number]
    return f"{step.process}: {step.label} ({step.location.short})"


def exit_code(verdicts: Sequence[Verdict]) -> int:
    """1 for a violation, else 3 where something is undecided, else 0."""
    if any(isinstance(verdict, Violated) for verdict in verdicts):
        return VIOLATED
    return UNDECIDED if any(isinstance(verdict, Undecided) for verdict in verdicts) else HOLDS
