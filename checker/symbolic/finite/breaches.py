"""Breaches: what must never happen in a run, each a condition on one state or on one step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from raceproof.checker.system.build import conjunction, negation
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import ClaimKind, Fault, FaultKind, Property, TransitionSystem

_ABOUT_ONE_RUN = (ClaimKind.ALWAYS, ClaimKind.EACH_STEP, ClaimKind.REACHABLE)


@dataclass(frozen=True, slots=True, eq=False)
class Breach:
    """`condition` must never be met: by a state or, where `of_step`, by a step.

    Where it is, `claims`, by position, are settled. Without any, the model itself goes wrong, and `message` says how.
    `fault` is a step that goes wrong in the state; `late` breaches are looked for after all others of a state.
    """

    name: str
    condition: Term = field(repr=False)
    of_step: bool = False
    claims: tuple[int, ...] = ()
    fault: Fault | None = None
    message: str = ""
    late: bool = False


def breaches(system: TransitionSystem, claims: Sequence[Property]) -> tuple[Breach, ...]:
    """What breaks the claims, or is what they want to be reachable, and what is wrong with the model, in the order in
    which a search asks. Nothing is a breach of a recoverable claim."""
    return (
        *_of_claims(claims),
        *_undefined(claims),
        *_faults(system, _asking(claims, ClaimKind.ASSERTION)),
        *_deadlock(system, _asking(claims, ClaimKind.DEADLOCK)),
    )


def _asking(claims: Sequence[Property], kind: ClaimKind) -> tuple[int, ...]:
    return tuple(number for number, claim in enumerate(claims) if claim.kind is kind)


def _of_claims(claims: Sequence[Property]) -> Iterator[Breach]:
    for number, claim in enumerate(claims):
        if claim.kind in _ABOUT_ONE_RUN:
            wanted = claim.predicate if claim.kind is ClaimKind.REACHABLE else negation(claim.predicate)
            yield Breach(f"claim {number}", wanted, claim.kind is ClaimKind.EACH_STEP, (number,))


def _undefined(claims: Sequence[Property]) -> Iterator[Breach]:
    """Where a claim asks for something that does not exist, also one that is settled."""
    for number, claim in enumerate(claims):
        for position, unclear in enumerate(claim.undefined):
            name, message = f"undefined {number}.{position}", f"{claim.name}: {unclear.message}"
            yield Breach(name, unclear.condition, claim.kind is ClaimKind.EACH_STEP, message=message)


def _faults(system: TransitionSystem, asking: tuple[int, ...]) -> Iterator[Breach]:
    """The model's own mistakes; then failed asserts, which matter only where a claim asks for them."""
    numbered = list(enumerate(system.faults))
    for number, fault in numbered:
        if fault.kind is not FaultKind.ASSERTION:
            condition = conjunction(fault.guard)
            yield Breach(f"fault {number}", condition, fault=fault, message=fault.message, late=True)
    for number, fault in numbered:
        if fault.kind is FaultKind.ASSERTION and asking:
            yield Breach(f"fault {number}", conjunction(fault.guard), claims=asking, fault=fault, late=True)


def _deadlock(system: TransitionSystem, asking: tuple[int, ...]) -> Iterator[Breach]:
    """Nobody can move, not even wrongly, and somebody should."""
    if asking:
        guards = [*(command.guard for command in system.commands), *(fault.guard for fault in system.faults)]
        stuck = [negation(conjunction(guard)) for guard in guards]
        yield Breach("deadlock", conjunction((*stuck, negation(system.at_rest))), claims=asking, late=True)
