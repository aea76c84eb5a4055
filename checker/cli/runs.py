"""One variant, all of its claims, one run of an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from raceproof.checker.check import Engine, Prepared, prepare, run
from raceproof.checker.cli.options import DEFAULT_DEPTH, DEFAULT_ENGINE, Request, command_line
from raceproof.checker.cli.screens.progress import ProgressLine
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.subject import Subject, default_scope, is_about
from raceproof.checker.errors import Code, InternalError, ModelError, UsageError
from raceproof.checker.language.claims import EVERY_STATE, Claim
from raceproof.checker.limits import Limits, default_memory_bytes
from raceproof.checker.results import Result, result_of
from raceproof.checker.system.transition import ClaimKind, Step, TransitionSystem
from raceproof.checker.verdict import HoldsInScope, Undecided, Verdict, Violated

HOLDS, VIOLATED, WRONG, UNDECIDED = 0, 1, 2, 3
"""Exit codes of the command line."""

INTERNAL_ERROR, INTERRUPTED, BROKEN_PIPE = 70, 130, 141


@dataclass(frozen=True, slots=True)
class Run:
    """What an engine found of one variant. `left_out` are claims that are about another model; `never_taken` are steps
    that no run takes, told where that is known; `asked_everything` is false where claims were selected by name."""

    subject: Subject
    variant: str
    request: Request
    prepared: Prepared
    verdicts: tuple[Verdict, ...]
    left_out: tuple[Claim, ...] = ()
    never_taken: tuple[str, ...] = ()
    asked_everything: bool = True

    @property
    def interrupted(self) -> bool:
        return any(isinstance(verdict, Undecided) and verdict.interrupted for verdict in self.verdicts)

    def command(self, claim: str) -> str:
        """The command line that checks this one claim again, with every size that is not the default one."""
        return command(self.subject, self.variant, claim, replace(self.request, scope=self.changed_scope))

    @property
    def changed_scope(self) -> tuple[tuple[str, int], ...]:
        """Every size that is not the default one."""
        usual = default_scope(self.prepared.model)
        sizes = self.verdicts[0].scope.items()
        return tuple((name, size) for name, size in sizes if size is not None and size != usual.get(name))

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
    first = next(iter(subject.variants))
    usual_depth = DEFAULT_DEPTH if request.engine == "bounded" else None
    return command_line(
        "raceproof",
        "check",
        subject.name,
        options=[
            ("--claims", subject.claims_file),
            ("--variant", variant if variant != first else None),
            ("--property", claim),
            *(("--scope", f"{name}={size}") for name, size in request.scope),
            ("--engine", request.engine if request.engine != DEFAULT_ENGINE else None),
            ("--depth", request.depth if request.depth != usual_depth else None),
            ("--max-states", request.max_states),
            ("--max-seconds", request.max_seconds),
            ("--max-memory", request.max_memory if request.max_memory != default_memory_bytes() else None),
            ("--workers", request.workers),
        ],
        flags=[
            ("--no-symmetry", request.no_symmetry),
            ("--por", request.por),
        ],
    )


def run_variant(
    subject: Subject,
    variant: str,
    names: Sequence[str],
    request: Request,
    screen: Screen,
    *,
    every_state: bool = False,
) -> Run:
    """Check the claims with these names, all for none, in one run, which goes on to the end where `every_state` is to
    be visited whatever the claims say. Raises ModelError and UsageError; a note on the error says which variant it
    was."""
    selected = subject.select(names)
    model = subject.make(variant)
    claims = tuple(claim for claim in selected if is_about(claim, model))
    left_out = tuple(claim for claim in selected if claim not in claims)
    if left_out and names:
        raise UsageError(
            f"{left_out[0].name} is a claim about another model than {type(model).__name__}", code=Code.OTHER_MODEL
        )
    line = ProgressLine(screen.errors.file, screen.width, variant if len(subject.variants) > 1 else "")
    try:
        prepared = prepare(model, (*claims, EVERY_STATE) if every_state else claims, request.sizes)
        verdicts = run(prepared, cast(Engine, request.engine), _depth(request), limits(request, line), request.options)
    except (ModelError, InternalError) as error:
        error.add_note(f"while running: {command(subject, variant, names[0] if len(names) == 1 else None, request)}")
        raise
    finally:
        line.clear()
    unused = never_taken(prepared.lowered.system, verdicts)
    return Run(subject, variant, request, prepared, verdicts[: len(claims)], left_out, unused, not names)


def _depth(request: Request) -> int:
    return DEFAULT_DEPTH if request.depth is None else request.depth


def limits(request: Request, line: ProgressLine) -> Limits:
    """The limits of a request; a depth bounds the engines that would otherwise go all the way."""
    bounded = request.engine == "bounded"
    return Limits(
        max_states=request.max_states,
        max_seconds=request.max_seconds,
        max_memory_bytes=default_memory_bytes() if request.max_memory is None else request.max_memory,
        max_depth=None if bounded else request.depth,
        on_progress=line,
    )


def never_taken(system: TransitionSystem, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Steps of the author's that no run of the scope takes, as `clean up (dns.py:88)`; nothing where the explicit
    engine has not seen the whole scope."""
    if not any(saw_everything(verdict) for verdict in verdicts):
        return ()
    taken = steps_taken(system, dict.fromkeys(verdicts[0].statistics.fired, 1))
    return tuple(step for step in steps_of(system) if step not in taken)


def steps_of(system: TransitionSystem) -> tuple[str, ...]:
    """The steps of the author's, as `clean up (dns.py:88)`. An action that this system does not have at all is off, and
    not mentioned."""
    possible = {command.step for command in system.commands}
    told = (_told(step) for number, step in enumerate(system.steps) if step.code is not None or number in possible)
    return tuple(dict.fromkeys(told))


def steps_taken(system: TransitionSystem, times: Mapping[int, int]) -> dict[str, int]:
    """How often each step was taken that was, from how often each command was, by number."""
    found: dict[str, int] = {}
    for number, count in times.items():
        if count:
            step = _told(system.steps[system.commands[number].step])
            found[step] = found.get(step, 0) + count
    return found


def saw_everything(verdict: Verdict) -> bool:
    """Whether the verdict could only be given by the explicit engine after a complete search."""
    if verdict.statistics.engine not in ("native", "portable"):
        return False
    match verdict:
        case HoldsInScope():
            return verdict.claim.kind is not ClaimKind.REACHABLE
        case Violated():
            recoverable = verdict.claim.kind is ClaimKind.RECOVERABLE
            return recoverable or (verdict.claim.kind is ClaimKind.REACHABLE and verdict.path is None)
        case _:
            return False


def _told(step: Step) -> str:
    return f"{step.label} ({step.location.short})"


def exit_code(verdicts: Sequence[Verdict]) -> int:
    """1 for a violation, else 3 where something is undecided, else 0."""
    if any(isinstance(verdict, Violated) for verdict in verdicts):
        return VIOLATED
    return UNDECIDED if any(isinstance(verdict, Undecided) for verdict in verdicts) else HOLDS
