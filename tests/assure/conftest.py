"""Climbs of small models, with engines that may be made to lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from raceproof.checker import Claim, Id, Model, Ordinal, Steps, always, count, process, reachable, recoverable, until
from raceproof.checker.assure import engines
from raceproof.checker.assure.budget import Budget
from raceproof.checker.assure.climb import Climb
from raceproof.checker.assure.engines import Ask, EngineName
from raceproof.checker.assure.rungs import Assurance, Standing
from raceproof.checker.assure.scopes import Sizes, Space
from raceproof.checker.language import assertions, no_deadlock
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options
from raceproof.checker.prove import Outcome, prove


class Worker(Id, size=2):
    """Somebody who works."""


class Job(Ordinal, size=2):
    """Work, in its order."""


class Lock(Model):
    """Look whether it is free, then take it; or both at once."""

    taken: bool = False
    newest: Job = Job.none

    def __init__(self, *, fixed: bool = False) -> None:
        self.fixed = fixed

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: not self.taken, "wait")
            if not self.fixed:
                yield "take the lock"
            self.taken = True
            yield "work"
            self.taken = False

    @process
    def boss(self) -> Steps:
        while True:
            yield until(lambda: self.newest < Job.last, "ask for more", idle=True)
            self.newest += 1


@always
def mutual_exclusion(m: Lock) -> bool:
    """At most one worker works."""
    return count(Worker, lambda w: m.worker[w].at("work")) <= 1


@reachable
def two_jobs(m: Lock) -> bool:
    """There can be two jobs."""
    return m.newest > Job.first


@recoverable
def comes_free(m: Lock) -> bool:
    """The lock can always come free."""
    return not m.taken


CLAIMS = (mutual_exclusion, two_jobs, comes_free, no_deadlock, assertions)


def command(engine: EngineName, claim: str | None, scope: Sizes, options: Options, depth: int) -> str:
    """What stands for a command line."""
    sizes = " ".join(f"{name}={size}" for name, size in scope)
    flags = "" if options.symmetry else " --no-symmetry"
    return f"{engine} {claim or 'everything'} at {sizes}{flags}"


@dataclass(frozen=True, slots=True)
class Climbed:
    """A climb that is over, and what it told on its way."""

    found: Assurance
    told: list[str] = field(default_factory=list)

    def standing(self, claim: str) -> Standing:
        return next(standing for standing in self.found.standings if standing.claim.name == claim)


Climbing = Callable[..., Climbed]


@pytest.fixture
def climb() -> Climbing:
    """Climb with the lock, or another model, in scopes of at most three workers and two jobs."""

    def run(
        model: Model | None = None,
        claims: Sequence[Claim] = CLAIMS,
        *,
        racy: bool = False,
        usual: Mapping[str, int] | None = None,
        most: Mapping[str, int] | None = None,
        ask: Ask = engines.ask,
        max_states: int = 10_000,
        max_seconds: float = 600,
        proofs: bool = False,
    ) -> Climbed:
        subject = model or Lock(fixed=not racy)
        sizes = {"Job": 2, "Worker": 2} if usual is None else usual
        bounds = {"Job": 2, "Worker": 3} if most is None else most
        told: list[str] = []

        def proving(asked: Sequence[Claim], limits: Limits) -> Outcome:
            return prove(subject, asked, name="lock", variant="default", method="parametric", limits=limits)

        def tell(rung: str, scope: Sizes | None) -> None:
            told.append(rung)

        found = Climb(
            subject,
            tuple(claims),
            Space(sizes, tuple(sorted(sizes)), {}, bounds),
            Budget(max_seconds, max_states),
            command,
            proving if proofs else None,
            tell,
            ask,
        ).run()
        return Climbed(found, told)

    return run
