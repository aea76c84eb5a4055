"""A model in a scope that leaves open how many members some domains have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from raceproof.checker.errors import Code, UsageError
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.model import Model, actions, domains, processes
from raceproof.checker.language.scope import AnySize, DomainType, Scope
from raceproof.checker.lowering.claims import lower_all
from raceproof.checker.lowering.lower import Lowered
from raceproof.checker.system.transition import Property, TransitionSystem

SMALL_PROCESSES, SMALL_ORDINALS = 2, 3
"""The sizes of open domains in the scope that is explored to find lemmas."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A model of any number of members of its open domains, lowered once."""

    model: Model
    scope: AnySize
    system: TransitionSystem
    properties: tuple[Property, ...]
    lowered: Lowered

    @property
    def names(self) -> list[str]:
        """The open domains."""
        return sorted(domain.__name__ for domain in self.scope.open)

    @property
    def closed_sizes(self) -> dict[str, int]:
        """The sizes of the others."""
        return {name: size for name, size in sorted(self.system.scope.items()) if size is not None}

    def small(self) -> dict[str, int]:
        """A small size for every open domain."""
        found = {}
        for domain in self.scope.open:
            found[domain.__name__] = SMALL_PROCESSES if domain.interchangeable else SMALL_ORDINALS
        return found


def open_domains(model: Model, sizes: Iterable[str]) -> frozenset[DomainType]:
    """The domains that may have any number of members: those that somebody who acts is one of, and the ordinals,
    unless they have a size here, or none by default."""
    known, given = domains(model), set(sizes)
    members = (*processes(model).values(), *actions(model).values())
    keys = {domain for member in members for domain in member.each if isinstance(domain, DomainType)}
    return frozenset(
        domain
        for name, domain in known.items()
        if name not in given and domain.default_size != 0 and (domain in keys or not domain.interchangeable)
    )


def open_model(model: Model, claims: Sequence[Claim], sizes: Mapping[str, int]) -> Opened:
    """Lower a model for any number of members. Raises ModelError where something in it needs to know how many."""
    scope = AnySize(Scope.named(sizes, domains(model)).sizes, open_domains(model, sizes))
    if not scope.open:
        raise UsageError("every domain has a size here: nothing is left open to prove", code=Code.NOTHING_TO_PROVE)
    lowered, properties = lower_all(model, scope, tuple(claims))
    return Opened(model, scope, lowered.system, properties, lowered)
