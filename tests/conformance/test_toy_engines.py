"""The engines on the toys, right and broken: one table of models, every claim, every engine."""

from __future__ import annotations

import importlib

import pytest

from raceproof.checker import Claim, Model, Verdict, Violated, no_deadlock
from raceproof.checker.check import Engine, Prepared, prepare, run
from raceproof.checker.language import assertions
from raceproof.checker.options import Options
from raceproof.model.alternating_bit import AlternatingBit
from raceproof.model.die_hard import DieHard
from raceproof.model.dining import DiningPhilosophers
from raceproof.model.ewd840 import TerminationDetection
from raceproof.model.lock import Lock
from raceproof.model.lost_update import LostUpdate
from raceproof.model.naive_dining import NaiveDining
from raceproof.model.peterson import Peterson
from raceproof.model.queue_race import QueueRace
from raceproof.model.two_phase_commit import TwoPhaseCommit

DEPTH = 8
PLAIN = Options(symmetry=False, partial_order=False)
TOYS: dict[str, Model] = {
    "alternating bit": AlternatingBit(),
    "careless alternating bit": AlternatingBit(careless=True),
    "die hard": DieHard(),
    "dining": DiningPhilosophers(),
    "ewd840": TerminationDetection(),
    "forgetful ewd840": TerminationDetection(forgetful=True),
    "lock": Lock(),
    "fixed lock": Lock(fixed=True),
    "lost update": LostUpdate(),
    "fixed lost update": LostUpdate(fixed=True),
    "naive dining": NaiveDining(),
    "fixed naive dining": NaiveDining(fixed=True),
    "peterson": Peterson(),
    "turn first peterson": Peterson(turn_first=True),
    "queue race": QueueRace(),
    "fixed queue race": QueueRace(fixed=True),
    "two phase commit": TwoPhaseCommit(),
    "hasty two phase commit": TwoPhaseCommit(hasty=True),
}


def prepared(toy: str) -> Prepared:
    module = importlib.import_module(type(TOYS[toy]).__module__.replace("raceproof.model", "raceproof.properties"))
    claims = {claim for claim in vars(module).values() if isinstance(claim, Claim)} | {no_deadlock, assertions}
    return prepare(TOYS[toy], sorted(claims, key=lambda claim: claim.name))


def shape(verdict: Verdict) -> tuple[str, str, int | None]:
    length = len(verdict.trace) if isinstance(verdict, Violated) and verdict.trace else None
    return verdict.claim.name, verdict.name, length


def counts(verdicts: tuple[Verdict, ...]) -> tuple[int, int, int]:
    statistics = verdicts[0].statistics
    return statistics.states, statistics.transitions, statistics.depth


@pytest.mark.parametrize("engine", ["portable", "native"])
@pytest.mark.parametrize("toy", TOYS)
def test_python_itself_and_the_explicit_search_agree(toy: str, engine: Engine) -> None:
    subject = prepared(toy)
    explicit, oracle = run(subject, engine, options=PLAIN), run(subject, "oracle")

    assert list(map(shape, explicit)) == list(map(shape, oracle))
    assert counts(explicit) == counts(oracle)


@pytest.mark.parametrize("toy", TOYS)
def test_z3_and_the_explicit_search_agree_on_what_z3_decides(toy: str) -> None:
    subject = prepared(toy)
    expected, said = [], []
    for explicit, bounded in zip(run(subject), run(subject, "bounded", DEPTH), strict=True):
        if bounded.name == "undecided":
            continue
        name, verdict, length = shape(explicit)
        far = verdict == "violated" and length is not None and length > DEPTH
        expected.append((name, "holds-up-to" if far else verdict, None if far else length))
        name, verdict, length = shape(bounded)
        held = verdict == "holds-up-to" and not far
        said.append((name, "holds-in-scope" if held else verdict, length))

    assert expected == said


@pytest.mark.parametrize("toy", TOYS)
def test_z3_leaves_undecided_only_what_it_cannot_decide(toy: str) -> None:
    undecided = {v.claim.kind.value for v in run(prepared(toy), "bounded", DEPTH) if v.name == "undecided"}

    assert undecided <= {"recoverable", "reachable"}
