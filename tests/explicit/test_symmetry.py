"""Which domains are symmetric: found on the lowered system, whatever the model says of itself."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from raceproof.checker import Id, Model, Steps, action, always, choose, count, each, exists, forall, process, require
from raceproof.checker.check import Prepared, prepare
from raceproof.checker.explicit.symmetry import find_symmetries
from raceproof.checker.language import Claim, each_step, reachable, recoverable
from raceproof.model.alternating_bit import AlternatingBit
from raceproof.model.dns import VARIANTS
from raceproof.model.lock import Lock
from raceproof.model.peterson import Peterson
from raceproof.model.queue_race import QueueRace
from raceproof.model.two_phase_commit import TwoPhaseCommit
from raceproof.properties import dns


class Who(Id, size=3):
    """Somebody."""


class Office(Model):
    """Who is free takes the only desk, and names whoever sits there next."""

    desk: Who = Who.none
    after: Who = Who.none
    done: dict[Who, bool] = each(False)

    @process(each=Who)
    def worker(self, me: Who) -> Steps:
        while True:
            yield "sit down"
            require(self.desk == Who.none and self.after in (me, Who.none))
            self.desk = me
            other = yield choose(Who, "name the next", where=lambda w: w != me)
            self.after = other
            yield from self.leave(me)

    def leave(self, me: Who) -> Steps:
        yield "leave"
        self.done[me] = True
        self.desk = Who.none


@always
def only_a_sitting_one_is_alone(m: Office) -> bool:
    """Who works sits at the desk."""
    return forall(Who, lambda w: m.worker[w].at("sit down") or m.desk == w)


@always
def the_first_never_sits(m: Office) -> bool:
    return m.desk != Who.first


@each_step
def the_first_stays_done(before: Office, after: Office) -> bool:
    return after.done[Who.first] or not before.done[Who.first]


@reachable
def the_last_is_done(m: Office) -> bool:
    return m.done[Who.last]


@recoverable
def somebody_is_done(m: Office) -> bool:
    return exists(Who, lambda w: m.done[w])


@recoverable(given=lambda m: m.desk == Who.first)
def somebody_is_done_after_the_first(m: Office) -> bool:
    return exists(Who, lambda w: m.done[w])


@always
def most_are_done(m: Office) -> bool:
    return count(Who, lambda w: m.done[w]) < 3


def symmetric(prepared: Prepared) -> list[str]:
    return [domain.name for domain in find_symmetries(prepared.lowered.system, prepared.properties).domains]


def refused(model: Model, claims: Sequence[Claim] = ()) -> dict[str, str]:
    prepared = prepare(model, claims)
    found = find_symmetries(prepared.lowered.system, prepared.properties)
    return {domain.name: reason for domain, reason in found.refused.items()}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (Office(), ["Who"]),
        (TwoPhaseCommit(), ["ResourceManager"]),
        (Lock(), ["Worker"]),
        (QueueRace(), ["Enactor"]),
        (AlternatingBit(), ["Data"]),
        (Peterson(), []),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, Model) else "",
)
def test_interchangeable_identities_are_found(model: Model, expected: list[str]) -> None:
    assert expected == symmetric(prepare(model))


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_enactors_are_interchangeable_unless_one_leads(variant: str) -> None:
    claims = [claim for claim in vars(dns).values() if isinstance(claim, Claim)]
    prepared = prepare(VARIANTS[variant].make(), claims, {"Enactor": 3, "Plan": 2})

    assert ([] if variant == "single-leader" else ["Enactor"]) == symmetric(prepared)


@pytest.mark.parametrize(
    "claim", [only_a_sitting_one_is_alone, somebody_is_done, most_are_done], ids=lambda claim: claim.name
)
def test_a_claim_about_all_or_some_keeps_the_symmetry(claim: Claim) -> None:
    assert ["Who"] == symmetric(prepare(Office(), [claim]))


@pytest.mark.parametrize(
    "claim",
    [the_first_never_sits, the_first_stays_done, the_last_is_done, somebody_is_done_after_the_first],
    ids=lambda claim: claim.name,
)
def test_a_claim_about_one_ends_the_symmetry(claim: Claim) -> None:
    assert {"Who": f"{claim.name} singles somebody out"} == refused(Office(), [only_a_sitting_one_is_alone, claim])


class StartsWithTheFirst(Model):
    turn: Who = Who.first

    @process(each=Who)
    def worker(self, me: Who) -> Steps:
        while True:
            yield "wait"
            require(self.turn == me)
            self.turn = Who.none


class FirstMayMore(Model):
    done: dict[Who, bool] = each(False)

    @process(each=Who)
    def worker(self, me: Who) -> Steps:
        yield "go"
        require(me == Who.first or self.done[Who.first])
        self.done[me] = True


class AsksOneAfterTheOther(Model):
    done: dict[Who, bool] = each(False)
    found: Who = Who.none

    @action
    def look(self) -> None:
        for who in Who:
            if not self.done[who]:
                self.found = who
                return

    @action(each=Who)
    def finish(self, who: Who) -> None:
        self.done[who] = True


class WaitsForOneAfterTheOther(Model):
    done: dict[Who, bool] = each(False)

    @process
    def boss(self) -> Steps:
        for who in Who:
            yield "ask"
            self.done[who] = True


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (StartsWithTheFirst(), "turn does not start alike for all"),
        (FirstMayMore(), "'go' is taken by some in another way than by others"),
        (AsksOneAfterTheOther(), "'look' is taken by some in another way than by others"),
        (WaitsForOneAfterTheOther(), "'ask' is taken by some in another way than by others"),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, Model) else "",
)
def test_whoever_is_treated_in_another_way_ends_the_symmetry(model: Model, reason: str) -> None:
    assert {"Who": reason} == refused(model)


def test_the_places_of_a_helper_are_the_same_for_every_instance() -> None:
    system = prepare(Office()).lowered.system

    assert ["sit down", "name the next", "leave"] == [step.label for step in system.steps]
