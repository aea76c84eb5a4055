"""What `raceproof assure` does, once its options are read."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass

from raceproof.checker.assure import engines
from raceproof.checker.assure.budget import Budget
from raceproof.checker.assure.climb import Climb
from raceproof.checker.assure.engines import EngineName
from raceproof.checker.assure.results import assurance_result, encode
from raceproof.checker.assure.rungs import Assurance, Rung
from raceproof.checker.assure.scopes import Sizes, Space
from raceproof.checker.check import Prepared
from raceproof.checker.cli import files
from raceproof.checker.cli.options import Request, command_line
from raceproof.checker.cli.runs import HOLDS, UNDECIDED, VIOLATED, command
from raceproof.checker.cli.screens.assured import AssuranceReport
from raceproof.checker.cli.screens.progress import ProgressLine
from raceproof.checker.cli.screens.report import scope_text
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.subject import Subject, default_scope, find, is_about
from raceproof.checker.errors import Code, UsageError, did_you_mean
from raceproof.checker.interruption import interruptions
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.model import Model, domains
from raceproof.checker.limits import Limits, default_memory_bytes
from raceproof.checker.opened import open_domains
from raceproof.checker.options import Options
from raceproof.checker.prove import Outcome, prove
from raceproof.checker.system.domain import Remembered
from raceproof.checker.verdict import Verdict

DISAGREEMENT = 4
"""The exit code of engines that contradict each other."""


@dataclass(frozen=True, slots=True)
class Order:
    """The command line of a climb."""

    model: str
    variant: str | None
    properties: tuple[str, ...]
    scope: tuple[tuple[str, int], ...]
    bounds: tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]
    claims_file: str | None
    limits: tuple[float, int, int | None]
    json_file: str | None
    all_traces: bool

    def command(self) -> str:
        """The command line that climbs again."""
        least, most = self.bounds
        options = [("--claims", self.claims_file), ("--variant", self.variant)]
        options += [("--property", name) for name in self.properties]
        options += [("--scope", f"{name}={size}") for name, size in self.scope]
        options += [("--at-least", f"{name}={size}") for name, size in least]
        options += [("--at-most", f"{name}={size}") for name, size in most]
        seconds, states, memory = self.limits
        limits = [("--max-seconds", f"{seconds:g}"), ("--max-states", states), ("--max-memory", memory)]
        return command_line("raceproof", "assure", self.model, options=[*options, *limits])


def perform(order: Order) -> int:
    """Climb, print, write; returns the exit code. Raises ModelError, UsageError."""
    files.check_writable(order.json_file)
    alone = order.json_file == files.STANDARD_OUTPUT
    screen = Screen(quiet=alone)
    # A model that prints must not spoil the JSON.
    with redirect_stdout(sys.stderr) if alone else nullcontext():
        subject = find(order.model, order.claims_file)
        variant = order.variant or next(iter(subject.variants))
        found = _climbed(order, subject, variant, screen)
        AssuranceReport(screen, subject, variant, found, order.all_traces).show()
    if order.json_file:
        result = assurance_result(found, model=subject.name, variant=variant, command=order.command())
        files.write_output(order.json_file, encode(result))
    return exit_code(found)


def _climbed(order: Order, subject: Subject, variant: str, screen: Screen) -> Assurance:
    subject.variant(variant)
    selected = subject.select(order.properties)
    model = subject.make(variant)
    claims = tuple(claim for claim in selected if is_about(claim, model))
    if order.properties and len(claims) < len(selected):
        raise UsageError(f"a claim is about another model than {type(model).__name__}", code=Code.OTHER_MODEL)
    subject.check_claims([variant])
    seconds, states, memory = order.limits
    line = ProgressLine(screen.errors.file, screen.width)

    def tell(rung: str, scope: Sizes | None) -> None:
        interruption.look()
        line.title = f"{rung} {scope_text(dict(scope))}".rstrip() if scope else rung
        line.show(lambda: f"{budget.seconds:.0f} s")

    def asking(
        engine: EngineName, prepared: Prepared, limits: Limits, options: Options, depth: int
    ) -> tuple[Verdict, ...]:
        return interruption.noticed(lambda: engines.ask(engine, prepared, limits, options, depth))

    def proving(asked: Sequence[Claim], limits: Limits) -> Outcome:
        return interruption.noticed(
            lambda: prove(
                model,
                asked,
                name=subject.name,
                variant=variant,
                sizes=dict(order.scope),
                method="parametric",
                limits=limits,
                tell=lambda text: line.show(lambda: text),
                interrupted=lambda: interruption.pressed,
            )
        )

    budget = Budget(seconds, states, memory or default_memory_bytes(), line)
    space = space_of(model, dict(order.scope), *(dict(bounds) for bounds in order.bounds))
    endless = frozenset(name for name, domain in domains(model).items() if domain.declared_endless)
    commands = _Commands(subject, variant, default_scope(model), endless)
    opened = open_domains(model, dict(order.scope))
    try:
        with interruptions() as interruption:
            return Climb(model, claims, space, budget, commands.line, proving if opened else None, tell, asking).run()
    finally:
        line.clear()


def space_of(model: Model, fixed: Mapping[str, int], least: Mapping[str, int], most: Mapping[str, int]) -> Space:
    """The scopes of a model. Sizes in `fixed` are kept, and so are those of endless domains and of domains that have no
    members by default. Raises UsageError for a name that is no domain, or bounds that leave nothing."""
    known = domains(model)
    for name in (*fixed, *least, *most):
        if name not in known:
            raise UsageError(
                f"the scope names {name}, which is no domain of the model; {did_you_mean(name, known)}",
                code=Code.UNKNOWN_DOMAIN,
            )
    for name in (*least, *most):
        if name in fixed:
            raise UsageError(
                f"--scope keeps {name} at {fixed[name]}; leave out its --at-least or --at-most", code=Code.OPTIONS
            )
    usual: dict[str, int] = {}
    growing: list[str] = []
    for name, size in default_scope(model).items():
        if name in fixed:
            usual[name] = fixed[name]
            continue
        if size is None:
            raise UsageError(
                f"{name} has no size in the default scope; give it one with --scope {name}=3", code=Code.NO_SIZE
            )
        usual[name] = min(max(size, least.get(name, size)), most.get(name, size))
        if known[name].declared_endless:
            usual[name] = Remembered(usual[name])
        elif size != 0:
            growing.append(name)
        if usual[name] < least.get(name, 0):
            raise UsageError(f"--at-least and --at-most leave no size for {name}", code=Code.OPTIONS)
    return Space(usual, tuple(growing), least, most)


@dataclass(frozen=True, slots=True)
class _Commands:
    """The command lines that ask one engine."""

    subject: Subject
    variant: str
    usual: Mapping[str, int | None]
    endless: frozenset[str]

    def line(self, engine: EngineName, claim: str | None, scope: Sizes, options: Options, depth: int) -> str:
        """The command line that asks an engine about a claim, or all of them, in a scope."""
        if engine in ("induction", "pdr", "parametric"):
            first = next(iter(self.subject.variants))
            given = [("--claims", self.subject.claims_file)]
            given += [("--variant", self.variant if self.variant != first else None), ("--property", claim)]
            given += [("--scope", f"{name}={size}") for name, size in scope]
            return command_line("raceproof", "prove", self.subject.name, options=[*given, ("--method", engine)])
        request = Request(
            scope=tuple((name, size) for name, size in scope if self._is_unusual(name, size)),
            engine=engine,
            depth=depth if engine == "bounded" else None,
            no_symmetry=not options.symmetry and engine == "native",
            por=options.partial_order,
        )
        return command(self.subject, self.variant, claim, request)

    def _is_unusual(self, name: str, size: int) -> bool:
        """Whether a size has to be given. One of an endless domain has to, unless it is endless anyway."""
        endless = isinstance(size, Remembered) and name not in self.endless
        return endless or size != self.usual.get(name)


def exit_code(found: Assurance) -> int:
    """4 where engines disagree, else 1 for a violation, else 3 where a claim is not decided in the default scope, else
    0."""
    if found.disagreements:
        return DISAGREEMENT
    rungs = {standing.rung for standing in found.standings}
    if Rung.VIOLATED in rungs:
        return VIOLATED
    decided = {Rung.REACHED, Rung.EXHAUSTED, Rung.PROVED_HERE, Rung.PROVED}
    return HOLDS if rungs <= decided and not found.interrupted else UNDECIDED
