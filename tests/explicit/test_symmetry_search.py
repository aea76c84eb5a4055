"""The search under symmetry: one state for each orbit, exactly, and the same answers as without."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from raceproof.checker import Id, Model, Steps, Violated, always, choose, each, no_deadlock, process, until
from raceproof.checker.check import Prepared, prepare, run
from raceproof.checker.explicit import explore
from raceproof.checker.explicit.audit import PLAIN, count_orbits, differences
from raceproof.checker.explicit.layout import Layout
from raceproof.checker.explicit.orbits import Plan
from raceproof.checker.explicit.symmetry import find_symmetries
from raceproof.checker.language import Claim, assertions
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options
from raceproof.checker.verdict import Undecided, Verdict
from raceproof.model.alternating_bit import AlternatingBit
from raceproof.model.dns import VARIANTS
from raceproof.model.lock import Lock
from raceproof.model.lost_update import LostUpdate
from raceproof.model.queue_race import QueueRace
from raceproof.model.two_phase_commit import TwoPhaseCommit
from raceproof.properties import dns

SYMMETRIC = Options(partial_order=False)
Sizes = Mapping[str, int]


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


systems = load("symmetric_systems")


@always
def whatever(m: Model) -> bool:
    """True of every state: no search for its violation stops early, so that all states are counted."""
    return True


def asked(model: Model, sizes: Sizes | None = None, claims: Sequence[Claim] = ()) -> Prepared:
    return prepare(model, [*claims, whatever], sizes)


def states(prepared: Prepared, options: Options = SYMMETRIC) -> int:
    return run(prepared, "native", options=options)[-1].statistics.states


def plan(prepared: Prepared) -> Plan:
    system = prepared.lowered.system
    return Plan(Layout(system), find_symmetries(system, prepared.properties))


def orbits(prepared: Prepared) -> int:
    return count_orbits(prepared.lowered.system, prepared.properties)


def test_two_phase_commit_has_as_many_orbits_as_published() -> None:
    assert 314 == states(asked(TwoPhaseCommit(), {"ResourceManager": 5}))


def test_the_incident_with_three_enactors_has_less_than_a_fifth_of_the_states() -> None:
    prepared = asked(VARIANTS["incident"].make(), {"Enactor": 3, "Endpoint": 2, "Plan": 3})

    assert (449_004, 82_158) == (states(prepared, PLAIN), states(prepared))


@pytest.mark.parametrize(
    ("model", "sizes"),
    [
        (VARIANTS["incident"].make(), {"Enactor": 3, "Plan": 2}),
        (VARIANTS["lease"].make(), {"Enactor": 3, "Plan": 2}),
        (VARIANTS["lease-fenced"].make(), {"Enactor": 4, "Endpoint": 1, "Plan": 2}),
        (VARIANTS["single-leader"].make(), {"Enactor": 3, "Plan": 2}),
        (TwoPhaseCommit(), {"ResourceManager": 4}),
        (QueueRace(), {"Enactor": 3, "Plan": 3}),
        (AlternatingBit(), {"Data": 3, "Position": 2}),
        (Lock(), {"Worker": 6}),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, Model) else "",
)
def test_one_state_is_visited_for_each_orbit(model: Model, sizes: Sizes) -> None:
    prepared = asked(model, sizes)

    assert orbits(prepared) == states(prepared)


class Who(Id, size=3):
    """Somebody."""


class Room(Id, size=2):
    """Somewhere."""


class Friends(Model):
    """Everybody names a friend, and may name another one who is no friend of theirs."""

    friend: dict[Who, Who] = each(Who.none)

    @process(each=Who)
    def meet(self, me: Who) -> Steps:
        while True:
            other = yield choose(Who, "meet", where=lambda w: w != me and self.friend[w] != me)
            self.friend[me] = other


class Visits(Model):
    """Everybody walks from room to room, and somebody cleans where they have been."""

    inside: dict[Who, Room] = each(Room.none)
    dirty: dict[tuple[Who, Room], bool] = each(False)
    cleaned: Room = Room.none

    @process(each=Who)
    def visit(self, me: Who) -> Steps:
        while True:
            room = yield choose(Room, "go in", where=lambda r: r != self.cleaned)
            self.inside[me] = room
            yield "leave"
            self.dirty[me, room] = True
            self.inside[me] = Room.none

    @process(each=Room)
    def clean(self, room: Room) -> Steps:
        while True:
            yield until(lambda: self.cleaned == Room.none, "start")
            self.cleaned = room
            yield "stop"
            for who in Who:
                self.dirty[who, room] = False
            self.cleaned = Room.none


@pytest.mark.parametrize("size", [2, 3, 4])
def test_all_renamings_are_tried_where_members_name_each_other(size: int) -> None:
    prepared = asked(Friends(), {"Who": size})

    assert (["Who"], orbits(prepared)) == ([d.name for d in plan(prepared).searched], states(prepared))


def test_renamings_of_two_domains_are_tried_together() -> None:
    prepared = asked(Visits())

    assert (["Who", "Room"], orbits(prepared)) == ([d.name for d in plan(prepared).searched], states(prepared))


def test_all_renamings_of_five_are_tried_in_a_loop() -> None:
    prepared = asked(Visits(), {"Who": 4, "Room": 2})

    assert (["Who", "Room"], orbits(prepared)) == ([d.name for d in plan(prepared).searched], states(prepared))


def test_members_that_name_each_other_are_told_apart_where_there_are_many() -> None:
    prepared = asked(Friends(), {"Who": 6})

    assert () == plan(prepared).domains


def test_members_that_are_named_in_one_place_are_sorted_however_many_there_are() -> None:
    prepared = asked(Lock(), {"Worker": 12})

    assert ["Worker"] == [domain.name for domain in plan(prepared).sorted]


CASES: dict[str, tuple[Model, Sizes]] = {
    **{variant: (VARIANTS[variant].make(), {"Enactor": 3, "Endpoint": 1, "Plan": 2}) for variant in VARIANTS},
    "two endpoints": (VARIANTS["lease-fenced"].make(), {"Enactor": 2, "Endpoint": 2, "Plan": 2}),
    "three plans": (VARIANTS["incident"].make(), {"Enactor": 2, "Plan": 3}),
    "two phase commit": (TwoPhaseCommit(), {}),
    "hasty two phase commit": (TwoPhaseCommit(hasty=True), {"ResourceManager": 4}),
    "alternating bit": (AlternatingBit(), {}),
    "careless alternating bit": (AlternatingBit(careless=True), {"Data": 3}),
    "lock": (Lock(), {"Worker": 3}),
    "fixed lock": (Lock(fixed=True), {"Worker": 3}),
    "lost update": (LostUpdate(), {"Worker": 3}),
    "fixed lost update": (LostUpdate(fixed=True), {"Worker": 3}),
    "queue race": (QueueRace(), {"Enactor": 3}),
    "fixed queue race": (QueueRace(fixed=True), {"Enactor": 3}),
}


def everything(model: Model, sizes: Sizes) -> Prepared:
    module = importlib.import_module(type(model).__module__.split(".automation")[0].replace(".model.", ".properties."))
    claims = {claim for claim in vars(module).values() if isinstance(claim, Claim)} | {no_deadlock, assertions}
    return asked(model, sizes, sorted(claims, key=lambda claim: claim.name))


@pytest.mark.parametrize("case", CASES)
def test_verdicts_and_shortest_paths_are_those_of_the_whole_search(case: str) -> None:
    prepared = everything(*CASES[case])

    assert [] == list(differences(run(prepared, "native", options=PLAIN), run(prepared, "native", options=SYMMETRIC)))


def test_several_workers_visit_the_same_orbits() -> None:
    prepared = everything(VARIANTS["lease"].make(), {"Enactor": 3, "Plan": 2})
    alone, together = (run(prepared, "native", options=replace(SYMMETRIC, workers=number)) for number in (1, 3))

    assert [summary(verdict) for verdict in alone] == [summary(verdict) for verdict in together]


def summary(verdict: Verdict) -> object:
    path = verdict.path if isinstance(verdict, Violated) else None
    return verdict.name, verdict.statistics.states, path


def test_the_path_is_one_of_the_whole_system() -> None:
    prepared = prepare(VARIANTS["incident"].make(), [dns.never_empty], {"Enactor": 3})
    (verdict,) = run(prepared, "native", options=SYMMETRIC)

    assert isinstance(verdict, Violated)
    assert verdict.trace is not None
    assert ("symmetry (Enactor)",) == verdict.statistics.reductions
    assert 11 == len(verdict.trace.steps)


def test_without_symmetry_every_state_is_visited() -> None:
    prepared = asked(TwoPhaseCommit())

    assert (80, 288) == (states(prepared), states(prepared, PLAIN))


@settings(max_examples=max(settings().max_examples // 4, 1))
@given(seed=st.integers(0, 2**32), spoil=st.booleans())
def test_random_systems_have_one_state_for_each_orbit_and_the_same_answers(seed: int, spoil: bool) -> None:
    system, claims = systems.spoilt(seed) if spoil else systems.symmetric(seed)
    limits = Limits(max_states=2_000)
    plain = explore(system, claims, limits, PLAIN, "native")
    assume(not isinstance(plain[-1], Undecided))
    reduced = explore(system, claims, limits, SYMMETRIC, "native")

    assert spoil or find_symmetries(system, claims).domains
    assert [] == list(differences(plain, reduced))
    assert count_orbits(system, claims) == reduced[-1].statistics.states
