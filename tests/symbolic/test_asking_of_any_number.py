"""What claims ask of processes of any number means at each size what it means in that scope."""

from __future__ import annotations

import pytest

from raceproof.checker import Id, Model, Ordinal, Steps, always, forall, process, until
from raceproof.checker.check import prepare, run
from raceproof.checker.explicit import explore
from raceproof.checker.language import Claim
from raceproof.checker.opened import open_model
from raceproof.checker.symbolic.closing import Closing
from raceproof.checker.verdict import Verdict, Violated
from raceproof.model.dns import VARIANTS, DnsAutomation, Enactor, Endpoint, Plan


class Clerk(Id, size=2):
    """Somebody."""


class Paper(Ordinal, size=3):
    """Something to sign."""


class Office(Model):
    """A helper is called twice in one step, calls another, and forgets."""

    newest: Paper = Paper.none

    @process(each=Clerk)
    def clerk(self, me: Clerk) -> Steps:
        while True:
            yield until(lambda: self.newest < Paper.last, "bring")
            self.newest += 1
            for turn in (1, 2):
                yield from self.sign(turn)
                yield from self.sign(turn + 2)

    def sign(self, turn: int) -> Steps:
        yield "read"
        old = self.newest
        yield "think"
        yield from self.blot(old)
        if self.newest == Paper.last:
            return
        yield "put back"

    def blot(self, paper: Paper) -> Steps:
        before = self.newest
        yield "blot"
        if paper != before:
            yield "blot again"


@always
def old_is_older(m: Office) -> bool:
    """True: what is remembered was the newest."""
    return forall(Clerk, lambda c: m.clerk[c].sign.old <= m.newest and m.clerk[c].sign.blot.before <= m.newest)


@always
def old_is_forgotten(m: Office) -> bool:
    """True: before a call reads, it remembers nothing, whatever the call before it did."""
    return forall(Clerk, lambda c: not m.clerk[c].sign.at("read") or m.clerk[c].sign.old == Paper.none)


@always
def old_is_kept(m: Office) -> bool:
    """True: to the end of the call, although nobody needs it any more."""
    return forall(Clerk, lambda c: not m.clerk[c].at("put back") or m.clerk[c].sign.old != Paper.none)


@always
def blot_knows_the_paper(m: Office) -> bool:
    """True: an argument is a local too."""
    return forall(Clerk, lambda c: not m.clerk[c].at("blot again") or m.clerk[c].sign.blot.paper == m.clerk[c].sign.old)


@always
def nobody_blots_again(m: Office) -> bool:
    """Wrong where there are two clerks."""
    return forall(Clerk, lambda c: not m.clerk[c].sign.blot.at("blot again"))


@always
def nobody_remembers(m: Office) -> bool:
    """Wrong: after two steps somebody does."""
    return forall(Clerk, lambda c: m.clerk[c].sign.old == Paper.none)


@always
def nothing_at_the_last_turn(m: Office) -> bool:
    """Wrong, further away."""
    return forall(Clerk, lambda c: not m.clerk[c].sign.blot.at("blot") or m.clerk[c].sign.old == Paper.none)


@always
def old_at_fips(m: DnsAutomation) -> bool:
    """Wrong: the second endpoint is cleaned up too."""
    return forall(Enactor, lambda e: not m.enactor[e].clean_up.at("delete an old tree", endpoint=Endpoint.fips))


@always
def old_is_none(m: DnsAutomation) -> bool:
    """Wrong: somebody cleans up."""
    return forall(Enactor, lambda e: m.enactor[e].clean_up.old == Plan.none)


@always
def old_is_older_than_mine(m: DnsAutomation) -> bool:
    """True."""
    return forall(Enactor, lambda e: m.enactor[e].clean_up.old < m.enactor[e].mine or m.enactor[e].at(PICK_UP))


PICK_UP = "pick up the latest plan"
OFFICE = [
    old_is_older,
    old_is_forgotten,
    old_is_kept,
    blot_knows_the_paper,
    nobody_blots_again,
    nobody_remembers,
    nothing_at_the_last_turn,
]
TRUE = 4


def told(verdict: Verdict) -> tuple[str, int | None]:
    """A verdict, and the length of its shortest trace."""
    return verdict.name, verdict.path.length if isinstance(verdict, Violated) and verdict.path else None


def in_scope(model: Model, claims: list[Claim], sizes: dict[str, int]) -> list[tuple[str, int | None]]:
    return [told(verdict) for verdict in run(prepare(model, claims, sizes))]


def at_size(model: Model, claims: list[Claim], sizes: dict[str, int]) -> list[tuple[str, int | None]]:
    """What the explicit search says of the open system at a size."""
    opened = open_model(model, claims, {})
    closing = Closing(opened.system, {**opened.closed_sizes, **sizes})
    return [told(found) for found in explore(closing.closed(), [closing.property(one) for one in opened.properties])]


@pytest.mark.parametrize("sizes", [{"Clerk": 1, "Paper": 3}, {"Clerk": 2, "Paper": 2}, {"Clerk": 2, "Paper": 3}])
def test_locals_of_helpers_mean_the_same(sizes: dict[str, int]) -> None:
    found = in_scope(Office(), OFFICE, sizes)

    assert ["holds-in-scope"] * TRUE == [name for name, _ in found[:TRUE]]
    assert ("violated", 2) == found[-2]
    assert found == at_size(Office(), OFFICE, sizes)


@pytest.mark.parametrize("variant", ["incident", "compare-and-swap", "recheck-after-lock", "lease-fenced"])
def test_what_clean_up_remembers_means_the_same(variant: str) -> None:
    """A loop over any number of plans may be left early: there are shorter ways, and no other answers."""
    sizes, claims = {"Enactor": 2, "Plan": 3}, [old_at_fips, old_is_none, old_is_older_than_mine]
    found = in_scope(VARIANTS[variant].make(), claims, sizes)

    larger = at_size(VARIANTS[variant].make(), claims, sizes)

    assert ["violated", "violated", "holds-in-scope"] == [name for name, _ in found] == [name for name, _ in larger]
    assert all((more or 0) <= (length or 0) for (_, length), (_, more) in zip(found, larger, strict=True))
