"""The models, with partial-order reduction and without: the same verdicts, and violations of the same length."""

from __future__ import annotations

import importlib

import pytest

from raceproof.checker import Claim, Model, Verdict, Violated, no_deadlock
from raceproof.checker.check import prepare, run
from raceproof.checker.language import assertions
from raceproof.checker.options import Options
from raceproof.checker.system.transition import ClaimKind
from raceproof.model.alternating_bit import AlternatingBit
from raceproof.model.die_hard import DieHard
from raceproof.model.dining import DiningPhilosophers
from raceproof.model.dns import VARIANTS
from raceproof.model.ewd840 import TerminationDetection
from raceproof.model.lock import Lock
from raceproof.model.lost_update import LostUpdate
from raceproof.model.naive_dining import NaiveDining
from raceproof.model.peterson import Peterson
from raceproof.model.queue_race import QueueRace
from raceproof.model.two_phase_commit import TwoPhaseCommit

WHOLE = Options(symmetry=False, partial_order=False)
REDUCED = Options(symmetry=False, partial_order=True)
WITH_SYMMETRY = Options(partial_order=True)

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


def preserved_claims(model: Model) -> list[Claim]:
    """The claims of a model that the reduction preserves."""
    module = importlib.import_module(type(model).__module__.split(".automation")[0].replace(".model.", ".properties."))
    own = sorted({claim for claim in vars(module).values() if isinstance(claim, Claim)}, key=lambda claim: claim.name)
    return [*(claim for claim in own if claim.kind is ClaimKind.ALWAYS), no_deadlock, assertions]


def shape(verdict: Verdict) -> tuple[str, str, int | None]:
    length = len(verdict.trace) if isinstance(verdict, Violated) and verdict.trace else None
    return verdict.claim.name, verdict.name, length


@pytest.mark.parametrize("toy", TOYS)
def test_a_toys_claims_have_the_same_verdicts_together_and_one_by_one(toy: str) -> None:
    claims = preserved_claims(TOYS[toy])
    for asked in (claims, *([claim] for claim in claims)):
        prepared = prepare(TOYS[toy], asked)
        expected = [shape(verdict) for verdict in run(prepared, options=WHOLE)]

        for options in (REDUCED, WITH_SYMMETRY):
            assert expected == [shape(verdict) for verdict in run(prepared, options=options)]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_dns_variants_claims_have_the_same_verdicts(variant: str) -> None:
    model = VARIANTS[variant].make()
    prepared = prepare(model, preserved_claims(model), {"Enactor": 2, "Endpoint": 1, "Plan": 3})
    expected = [shape(verdict) for verdict in run(prepared, options=WHOLE)]

    for options in (REDUCED, WITH_SYMMETRY):
        assert expected == [shape(verdict) for verdict in run(prepared, options=options)]


@pytest.mark.parametrize(("model", "whole", "reduced"), [(Peterson(), 42, 33), (Peterson(turn_first=True), 72, 71)])
def test_petersons_algorithm_takes_fewer_states(model: Model, whole: int, reduced: int) -> None:
    prepared = prepare(model, preserved_claims(model))
    counts = [run(prepared, options=options)[0].statistics.states for options in (WHOLE, REDUCED)]

    assert [whole, reduced] == counts
