"""Induction and PDR say what the explicit search says, at the same shortest length, or that they do not know."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from raceproof.checker.check import Prepared, prepare
from raceproof.checker.explicit import explore
from raceproof.checker.language import Claim, Model, assertions, no_deadlock
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options
from raceproof.checker.symbolic.finite.induction import prove_by_induction
from raceproof.checker.symbolic.finite.pdr import prove_by_pdr
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem
from raceproof.checker.verdict import FaultFound, HoldsInScope, Verdict, Violated
from raceproof.checker.verdict import Path as Run
from raceproof.model.alternating_bit import AlternatingBit
from raceproof.model.die_hard import DieHard
from raceproof.model.dining import DiningPhilosophers
from raceproof.model.ewd840 import TerminationDetection
from raceproof.model.lock import Lock
from raceproof.model.lost_update import LostUpdate
from raceproof.model.naive_dining import NaiveDining
from raceproof.model.peterson import Peterson
from raceproof.model.queue_race import QueueRace
from raceproof.model.rollout import Rollout
from raceproof.model.two_phase_commit import TwoPhaseCommit

TESTS = Path(__file__).resolve().parents[1]


def load(name: str) -> ModuleType:
    """A module of other tests."""
    spec = importlib.util.spec_from_file_location(name, TESTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


answers = load("bounded/test_agreement")
random_questions = load("bounded/test_random")
random_systems = load("explicit/random_systems")

Claims = tuple[Property, ...]
Prove = Callable[[TransitionSystem, Claims], tuple[Verdict, ...]]
Outcome = Callable[[Callable[[], tuple[Verdict, ...]]], tuple[str, int | None]]
Said = tuple[str, int | None]

PLAIN = Options(symmetry=False, partial_order=False)
LONG = Limits(max_seconds=120)
UNKNOWN: Said = ("undecided", None)
NEAR = 5
SOME = settings(max_examples=settings().max_examples // 6, phases=(Phase.explicit, Phase.reuse, Phase.generate))

TOYS: dict[str, tuple[Model, dict[str, int]]] = {
    "alternating bit": (AlternatingBit(), {"Position": 1}),
    "careless alternating bit": (AlternatingBit(careless=True), {"Position": 1}),
    "die hard": (DieHard(), {}),
    "dining": (DiningPhilosophers(), {"Philosopher": 3}),
    "ewd840": (TerminationDetection(), {}),
    "forgetful ewd840": (TerminationDetection(forgetful=True), {}),
    "lock": (Lock(), {}),
    "fixed lock": (Lock(fixed=True), {}),
    "lost update": (LostUpdate(), {}),
    "fixed lost update": (LostUpdate(fixed=True), {}),
    "naive dining": (NaiveDining(), {}),
    "fixed naive dining": (NaiveDining(fixed=True), {}),
    "peterson": (Peterson(), {}),
    "turn first peterson": (Peterson(turn_first=True), {}),
    "queue race": (QueueRace(), {"Plan": 3}),
    "fixed queue race": (QueueRace(fixed=True), {"Plan": 3}),
    "two phase commit": (TwoPhaseCommit(), {"ResourceManager": 2}),
    "hasty two phase commit": (TwoPhaseCommit(hasty=True), {"ResourceManager": 2}),
}


PROOFS: dict[str, dict[str, int]] = {
    "alternating bit": {"receiver_has_the_value_before_the_next": 6, "what_arrives_is_what_was_sent": 6},
    "die hard": {"a_jug_is_empty_or_full": 1},
    "dining": {"exclusive_access": 1},
    "ewd840": {"dijkstras_invariant": 1, "detected_only_when_terminated": 1},
    "fixed lock": {"mutual_exclusion": 1},
    "lost update": {"no_deadlock": 4},
    "fixed lost update": {"nothing_is_lost": 1},
    "naive dining": {"forks_are_not_shared": 11},
    "fixed naive dining": {"forks_are_not_shared": 16, "no_deadlock": 6},
    "peterson": {"mutual_exclusion": 20, "no_deadlock": 7},
    "turn first peterson": {"flags_tell_who_is_about": 13, "no_deadlock": 8},
    "fixed queue race": {"active_plan_exists": 13, "never_back_to_an_older_plan": 12},
    "two phase commit": {"consistency": 14, "nobody_commits_without_a_promise_from_all": 7},
}
"""The steps of proofs by induction, of all claims about a toy together."""


def prepared(model: Model, scope: dict[str, int]) -> Prepared:
    module = importlib.import_module(type(model).__module__.replace("raceproof.model", "raceproof.properties"))
    named = {claim for claim in vars(module).values() if isinstance(claim, Claim) and not claim.helper}
    claims = named | {no_deadlock, assertions}
    return prepare(model, sorted(claims, key=lambda claim: claim.name), scope)


def run_of(verdict: Verdict) -> Run | None:
    """The run that a verdict shows."""
    match verdict:
        case Violated(path=run) | HoldsInScope(witness=run):
            return run
        case _:
            return None


def said(verdict: Verdict) -> Said:
    run = run_of(verdict)
    return verdict.name, run.length if run else None


def asked(toy: str) -> tuple[TransitionSystem, Claims, list[Said]]:
    """A toy, the claims about it that proofs are for, and what the explicit search says of them."""
    subject = prepared(*TOYS[toy])
    claims = tuple(claim for claim in subject.properties if claim.kind is not ClaimKind.RECOVERABLE)
    return subject.lowered.system, claims, list(map(said, explore(subject.lowered.system, claims, None, PLAIN)))


def induction(system: TransitionSystem, claims: Claims) -> tuple[Verdict, ...]:
    return prove_by_induction(system, claims, LONG, most_steps=24)


def pdr(system: TransitionSystem, claims: Claims) -> tuple[Verdict, ...]:
    return prove_by_pdr(system, claims, LONG)


@pytest.mark.parametrize("prove", [induction, pdr])
@pytest.mark.parametrize(("model", "claim", "name", "length"), answers.CASES)
def test_small_models_get_their_answers(
    model: type[Model], claim: Claim, name: str, length: int | None, prove: Prove, outcome: Outcome
) -> None:
    subject = prepare(model(), (claim,))
    product = claim.name == "few_turns"
    expected = UNKNOWN if product and prove is pdr else (name, length)

    assert expected == outcome(lambda: prove(subject.lowered.system, subject.properties))


@pytest.mark.parametrize("toy", TOYS)
def test_induction_decides_every_claim_about_a_toy(toy: str) -> None:
    system, claims, explicit = asked(toy)
    verdicts = induction(system, claims)
    proofs = {verdict.claim.name: verdict.statistics.depth for verdict in verdicts if run_of(verdict) is None}

    assert explicit == list(map(said, verdicts))
    assert PROOFS.get(toy, {}).items() <= proofs.items()


@pytest.mark.parametrize("toy", TOYS)
def test_pdr_decides_every_claim_about_a_toy_that_needs_no_long_path(toy: str) -> None:
    system, claims, explicit = asked(toy)
    near = [number for number, (_, length) in enumerate(explicit) if length is None or length <= NEAR]

    assert [explicit[number] for number in near] == list(map(said, pdr(system, tuple(claims[n] for n in near))))


def test_a_model_without_a_last_version_is_for_neither() -> None:
    subject = prepared(Rollout(), {})
    system, claims = subject.lowered.system, subject.properties

    assert {"undecided"} == {verdict.name for verdict in pdr(system, claims)}
    with pytest.raises(ValueError, match="induction needs a last Version, and there is none"):
        induction(system, claims)


def wrong_path(search: Callable[[], tuple[Verdict, ...]]) -> tuple[Run | None, tuple[Verdict, ...]]:
    """The run on which the model goes wrong, or the verdicts."""
    try:
        return None, search()
    except FaultFound as fault:
        return fault.path, ()


@SOME
@given(seed=st.integers(0, 2**32))
def test_induction_agrees_on_random_systems(seed: int, mistakes: Callable[[Run], list[str]]) -> None:
    system, claims = random_systems.small(seed)
    wrong, explicit = wrong_path(lambda: explore(system, claims, None, PLAIN))
    found, proved = wrong_path(lambda: prove_by_induction(system, claims, LONG, most_steps=8))
    runs = [run for run in (found, *map(run_of, proved)) if run]

    assert [] == [mistake for run in runs for mistake in mistakes(run)]
    if found:
        assert (wrong and wrong.length) == found.length
    elif wrong:
        assert [] == [verdict for verdict in proved if run_of(verdict) is None and verdict.name != "undecided"]
    else:
        decided = [number for number, verdict in enumerate(proved) if verdict.name != "undecided"]
        assert [said(explicit[number]) for number in decided] == [said(proved[number]) for number in decided]


@SOME
@given(question=random_questions.questions())
def test_pdr_agrees_on_random_systems(question: tuple[TransitionSystem, Property], outcome: Outcome) -> None:
    system, claim = question
    expected = outcome(lambda: explore(system, (claim,), None, PLAIN))
    actual = outcome(lambda: prove_by_pdr(system, (claim,), Limits(max_seconds=1)))

    assert actual in (expected, UNKNOWN)
