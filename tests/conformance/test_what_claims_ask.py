"""What claims ask of a process, where it waits and what its locals hold, means the same in Python and lowered."""

from __future__ import annotations

import random

import pytest

from raceproof.checker import (
    Claim,
    Id,
    Model,
    Ordinal,
    Steps,
    always,
    check,
    choose,
    each,
    exists,
    forall,
    process,
    until,
)
from raceproof.checker.check import prepare
from raceproof.checker.oracle.replay import compare
from raceproof.checker.system.interpret import Interpreter
from raceproof.model.dns import VARIANTS, DnsAutomation, Enactor, Endpoint, Plan

STEPS = 80


class Clerk(Id, size=2):
    """Somebody at a desk."""


class Paper(Ordinal, size=3):
    """Something to sign."""


class Desk(Id, size=2, names=("left", "right")):
    """Where papers lie."""


class Office(Model):
    """Clerks sign papers; helpers call helpers, come back, are called again, and keep what nobody needs."""

    newest: Paper = Paper.none
    signed: dict[Desk, Paper] = each(Paper.none)

    @process
    def postman(self) -> Steps:
        while True:
            yield until(lambda: self.newest < Paper.last, "bring", idle=True)
            self.newest += 1

    @process(each=Clerk)
    def clerk(self, me: Clerk) -> Steps:
        while True:
            paper = yield choose(Paper, "take", where=lambda p: p <= self.newest)
            for desk in Desk:
                yield from self.sign(desk, paper)
            yield from self.sign(Desk.left, self.newest)

    def sign(self, desk: Desk, paper: Paper) -> Steps:
        old = self.signed[desk]
        yield "read"
        if old < paper:
            for turn in (1, 2):
                yield "sign"
                self.signed[desk] = paper
                yield from self.blot(turn)
        yield "put back"

    def blot(self, turn: int) -> Steps:
        before = self.newest
        yield "sign"
        if self.newest != before:
            yield "blot again"


@always
def office_is(m: Office) -> bool:
    """An answer that depends on everything that can be asked."""
    return forall(
        Clerk,
        lambda c: (
            not m.clerk[c].at("sign", desk=Desk.left, turn=2)
            or m.clerk[c].sign.old < m.clerk[c].sign.paper
            or m.clerk[c].sign.blot.at("sign")
        ),
    )


@always
def office_was(m: Office) -> bool:
    """Locals of calls that have ended are as if they had never been set."""
    return forall(
        Clerk,
        lambda c: (
            (m.clerk[c].sign.at("read") or m.clerk[c].sign.at("put back") or m.clerk[c].sign.blot.before != Paper.none)
            and (not m.clerk[c].at("take") or m.clerk[c].sign.old == m.clerk[c].sign.blot.before)
        ),
    )


@always
def office_desk(m: Office) -> bool:
    """Arguments and loop variables have values too."""
    return exists(
        Clerk,
        lambda c: m.clerk[c].sign.desk == m.clerk[c].desk and m.clerk[c].sign.paper == m.clerk[c].paper,
    )


@always
def old_trees(m: DnsAutomation) -> bool:
    """What clean-up is about to delete, in one turn of a loop."""
    return forall(
        Enactor,
        lambda e: (
            not m.enactor[e].clean_up.at("delete an old tree", endpoint=Endpoint.fips)
            or m.enactor[e].clean_up.old < m.enactor[e].mine
        ),
    )


@always
def old_is_none(m: DnsAutomation) -> bool:
    """Often wrong: somebody cleans up."""
    return forall(Enactor, lambda e: m.enactor[e].clean_up.old == Plan.none)


def walk(model: Model, claims: tuple[Claim, ...], sizes: dict[str, int], seed: int) -> set[tuple[bool, ...]]:
    """Follow one random schedule, comparing every answer; the answers."""
    chosen = random.Random(seed)
    prepared = prepare(model, claims, sizes)
    system = prepared.lowered.system
    oracle, interpreter = prepared.oracle(), Interpreter(system)
    real = next(oracle.initial_states())
    lowered = tuple(code or 0 for variable in system.variables for code in system.initial[variable])
    found: set[tuple[bool, ...]] = set()
    for _ in range(STEPS):
        compare(oracle, system, real, lowered)
        said = tuple(oracle.ask(claim.predicate, real) for claim in claims)
        assert said == tuple(bool(interpreter.value(claim.predicate, lowered)) for claim in prepared.properties)
        found.add(said)
        moves = {actor: state for actor in oracle.actors(real) if (state := oracle.step(real, actor)) is not None}
        if not moves:
            break
        actor = chosen.choice(sorted(moves, key=repr))
        taken = interpreter.take(actor, lowered)
        assert taken is not None
        real, lowered = moves[actor], taken[1]
    return found


@pytest.mark.parametrize("seed", range(6))
def test_helpers_and_turns_of_loops_mean_the_same(seed: int) -> None:
    found = walk(Office(), (office_is, office_was, office_desk), {}, seed)

    assert 2 <= len(found)


@pytest.mark.parametrize("variant", ["incident", "compare-and-swap", "look-then-delete", "recheck-after-lock"])
def test_what_clean_up_deletes_means_the_same(variant: str) -> None:
    sizes = {"Enactor": 2, "Endpoint": 2, "Plan": 4}
    found = set.union(*(walk(VARIANTS[variant].make(), (old_trees, old_is_none), sizes, seed) for seed in range(6)))

    assert {(True, True), (True, False)} <= found


def test_every_state_of_a_small_scope_agrees() -> None:
    """The oracle, which knows nothing of the lowering's places, finds the same answers and counts."""
    claims, scope = (office_is, office_was, office_desk), {"Clerk": 1, "Paper": 2}
    native = check(Office(), claims, scope=scope)
    plain = check(Office(), claims, scope=scope, engine="oracle")

    assert [str(verdict) for verdict in plain] == [str(verdict) for verdict in native]
