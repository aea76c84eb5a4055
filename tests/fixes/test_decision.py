"""Decisions about one design, and the fingerprints by which they are known."""

import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

from raceproof.checker import Claim, Id, Model, Steps, always, count, process, reachable, until
from raceproof.checker.check import prepare
from raceproof.checker.fixes.decision import decide
from raceproof.checker.fixes.fingerprint import fingerprint
from raceproof.checker.limits import Limits


class Worker(Id, size=2):
    """Somebody who works."""


class Lock(Model):
    """Look whether it is free, then take it."""

    taken: bool = False

    def __init__(self, *, fixed: bool = False, label: str = "take", unused: int = 0) -> None:
        self.fixed = fixed
        self.label = label
        self.unused = unused

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: not self.taken, "wait")
            if not self.fixed:
                yield self.label
            self.taken = True
            yield "work"
            self.taken = False


@always
def mutual_exclusion(m: Lock) -> bool:
    """At most one worker works."""
    return count(Worker, lambda w: m.worker[w].at("work")) <= 1


@always
def nobody_works(m: Lock) -> bool:
    """Nobody works."""
    return count(Worker, lambda w: m.worker[w].at("work")) == 0


@reachable
def both_work(m: Lock) -> bool:
    """Two can work at once."""
    return count(Worker, lambda w: m.worker[w].at("work")) == 2


def of(model: Lock, claims: Sequence[Claim] = (mutual_exclusion,), size: int = 2) -> str:
    return fingerprint(prepare(model, claims, {Worker: size}))


def test_a_choice_that_changes_nothing_leaves_the_fingerprint_as_it_is() -> None:
    assert of(Lock()) == of(Lock(unused=1))


@pytest.mark.parametrize(
    "other",
    [
        lambda: of(Lock(fixed=True)),
        lambda: of(Lock(label="seize")),
        lambda: of(Lock(), size=3),
        lambda: of(Lock(), [nobody_works]),
        lambda: of(Lock(), [mutual_exclusion, nobody_works]),
        lambda: of(Lock(), []),
    ],
    ids=["system", "label", "scope", "claim", "claims", "none"],
)
def test_whatever_changes_what_is_found_changes_the_fingerprint(other: object) -> None:
    assert callable(other)
    assert of(Lock()) != other()


def test_the_fingerprint_is_the_same_in_every_process() -> None:
    program = (
        "from raceproof.checker.check import prepare\n"
        "from raceproof.checker.fixes.fingerprint import fingerprint\n"
        "from raceproof.model.dns import VARIANTS\n"
        "from raceproof.properties.dns import CLAIMS\n"
        "prepared = prepare(VARIANTS['fixed'].make(), CLAIMS, {'Plan': 2, 'Endpoint': 1})\n"
        "print(fingerprint(prepared))\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }

    assert 1 == len(found)
    assert 64 == len(found.pop().strip())


def test_a_decision_tells_the_length_and_the_last_steps_of_a_shortest_trace() -> None:
    (claim,) = decide(prepare(Lock(), [mutual_exclusion]), Limits()).claims

    assert ("violated", 4) == (claim.verdict, claim.steps)
    assert ("worker 2: wait", "worker 1: take", "worker 2: take") == claim.last


def test_a_decision_says_why_there_is_none() -> None:
    decision = decide(prepare(Lock(), [mutual_exclusion, nobody_works]), Limits(max_states=4))

    assert [("undecided", "more than 4 states"), ("violated", None)] == [(c.verdict, c.why) for c in decision.claims]
    assert (False, False) == (decision.satisfied, decision.complete)


def test_what_is_reached_nowhere_has_no_length() -> None:
    (claim,) = decide(prepare(Lock(fixed=True), [both_work]), Limits()).claims

    assert ("violated", None, ()) == (claim.verdict, claim.steps, claim.last)
