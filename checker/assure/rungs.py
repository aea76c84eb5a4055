"""Rungs: how far each claim has climbed, from nothing to a proof for every size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from raceproof.checker.assure.agreement import Disagreement
from raceproof.checker.assure.branches import Branch
from raceproof.checker.assure.scopes import Sizes
from raceproof.checker.assure.visiting import Visit
from raceproof.checker.language.claims import Claim
from raceproof.checker.system.transition import ClaimKind
from raceproof.checker.verdict import Proved, Verdict


class Rung(Enum):
    """The rungs that a claim may reach, and the ways in which its climb may end."""

    DISPUTED = "disagreement"
    VIOLATED = "violated"
    NOTHING = "undecided"
    SMALLER = "smaller scopes exhausted"
    BOUNDED = "bounded depth"
    EXHAUSTED = "exhausted"
    PROVED_HERE = "proved in the default scope"
    PROVED = "proved for every size"
    REACHED = "reached"


MISSING: Mapping[ClaimKind, str] = {
    ClaimKind.RECOVERABLE: "bounded depth or proofs: whether there is always a way back, only a search of every state "
    "decides",
    ClaimKind.DEADLOCK: "a proof for every size: none is tried for deadlocks",
}
"""The rungs that do not exist for a kind of claim. One that something is reachable needs none but the first: the
smallest scope that shows it settles it."""


@dataclass(frozen=True, slots=True)
class Depth:
    """No violation within so many steps of the default scope."""

    steps: int
    engine: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one claim stands.

    `verdict` is that of the default scope; `event` is the smallest scope in which it is violated (or reached, if that
    is what it asks for), `smallest` says whether all that come before are known to have none. `largest` is the scope
    with the most states that was explored to its end without a violation. `proved_here` names the engines that prove it
    in the default scope. `missed` says of a rung that was tried why it was not reached.
    """

    claim: Claim
    rung: Rung
    verdict: Verdict | None
    event: Visit | None
    smallest: bool
    largest: Visit | None
    depth: Depth | None
    proved_here: tuple[str, ...]
    proof: Proved | None
    engines: tuple[str, ...]
    missed: Mapping[Rung, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exercise:
    """What the default scope makes happen. `visit` is the smallest scope in which all of it happens, if there is one
    that is known; `never` are the branches that do not happen in the default scope."""

    taken: frozenset[Branch]
    never: frozenset[Branch]
    visit: Visit | None


@dataclass(frozen=True, slots=True)
class Assurance:
    """What the climb has come to.

    `growing` are the domains that took several sizes, `opened` those of which there may be any number in a proof, with
    the sizes of the others in `closed`. `visits` are the scopes that were explored, `wrong` those that could not be.
    """

    title: str
    standings: tuple[Standing, ...]
    default: Sizes
    growing: tuple[str, ...]
    exercise: Exercise | None
    opened: tuple[str, ...]
    closed: Mapping[str, int]
    visits: tuple[Visit, ...]
    wrong: Mapping[Sizes, str]
    disagreements: tuple[Disagreement, ...]
    notes: tuple[str, ...]
    interrupted: bool
    seconds: float
