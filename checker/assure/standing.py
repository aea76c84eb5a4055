"""Where the claims stand once the climb is over: the rung that each has reached, and who stands behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from raceproof.checker.assure.agreement import fact_of
from raceproof.checker.assure.rungs import Assurance, Exercise, Rung, Standing
from raceproof.checker.assure.scopes import Sizes
from raceproof.checker.assure.visiting import Visit
from raceproof.checker.language.claims import Claim
from raceproof.checker.system.transition import ClaimKind
from raceproof.checker.verdict import Undecided

if TYPE_CHECKING:
    from raceproof.checker.assure.climb import Climb

_AHEAD = 1_000
"""How many scopes may come before one that is still called the smallest."""


def assurance(climb: Climb) -> Assurance:
    """What a climb has come to, be it at its end or not."""
    default = climb.visits.get(climb.space.default)
    exercise = None
    if default and default.exhausted:
        exercise = Exercise(default.taken, default.possible - default.taken, climb.exercised)
    return Assurance(
        type(climb.model).__name__,
        tuple(_standing(climb, claim) for claim in climb.claims),
        climb.space.default,
        climb.space.growing,
        exercise,
        climb.opened,
        climb.closed,
        tuple(climb.visits.values()),
        climb.visitor.wrong,
        tuple(climb.book.disagreements),
        (climb.visitor.no_native,) if climb.visitor.no_native else (),
        climb.interrupted,
        climb.budget.seconds,
    )


def _standing(climb: Climb, claim: Claim) -> Standing:
    name, default = claim.name, climb.visits.get(climb.space.default)
    event = climb.event(name)
    held = [v for v in climb.visits.values() if v.exhausted and v.verdicts[name].holds]
    largest = max(held, key=lambda visit: _size(climb, visit), default=None)
    standing = Standing(
        claim,
        Rung.NOTHING,
        default.verdicts[name] if default else None,
        event,
        event is not None and _is_smallest(climb, event.scope, name),
        largest,
        climb.depths.get(name),
        climb.proved_here.get(name, ()),
        climb.proofs.get(name),
        (),
        {rung: why for (of, rung), why in climb.missed.items() if of == name},
    )
    rung = _rung(climb, standing)
    return replace(standing, rung=rung, engines=_engines(climb, standing, rung))


def _size(climb: Climb, visit: Visit) -> tuple[bool, int, int, int]:
    """By what one scope is larger than another."""
    scope = visit.scope
    return climb.space.is_default_or_larger(scope), visit.searched, visit.states, climb.space.members(scope)


def _rung(climb: Climb, standing: Standing) -> Rung:
    default, name = standing.verdict, standing.claim.name
    if climb.book.disputed(name):
        return Rung.DISPUTED
    if standing.claim.kind is ClaimKind.REACHABLE:
        if default is None or isinstance(default, Undecided):
            return Rung.NOTHING
        return Rung.REACHED if default.holds else Rung.VIOLATED
    if standing.event:
        return Rung.VIOLATED
    if standing.proof is not None:
        return Rung.PROVED
    if standing.proved_here:
        return Rung.PROVED_HERE
    if default is not None and default.holds:
        return Rung.EXHAUSTED
    if standing.depth:
        return Rung.BOUNDED
    return Rung.SMALLER if standing.largest else Rung.NOTHING


def _engines(climb: Climb, standing: Standing, rung: Rung) -> tuple[str, ...]:
    """Who stands behind a rung."""
    name = standing.claim.name
    match rung:
        case Rung.VIOLATED | Rung.REACHED if standing.event:
            return climb.book.engines(name, standing.event.scope, event=True)
        case Rung.VIOLATED:
            return climb.book.engines(name, climb.space.default, event=False)
        case Rung.PROVED:
            return ("z3", "cvc5")
        case Rung.PROVED_HERE:
            return climb.book.engines(name, climb.space.default, event=False)
        case Rung.EXHAUSTED | Rung.SMALLER if standing.largest:
            return climb.book.engines(name, standing.largest.scope, event=False)
        case Rung.BOUNDED if standing.depth:
            return (standing.depth.engine,)
        case _:
            return ()


def _is_smallest(climb: Climb, scope: Sizes, name: str) -> bool:
    """Whether every scope that comes before is known to be without what a claim looks for."""
    for number, earlier in enumerate(climb.space.before(scope)):
        visit = climb.visits.get(earlier)
        if number >= _AHEAD or (visit is None and earlier not in climb.visitor.wrong):
            return False
        if visit and fact_of(visit.verdicts[name]).event is not False:
            return False
    return True
