"""Models with endless domains: checked before they are searched, and lowered again, larger, for a real path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from raceproof.checker.language.claims import Claim
from raceproof.checker.language.model import Model, domains
from raceproof.checker.language.scope import Scope
from raceproof.checker.lowering.claims import lower_all
from raceproof.checker.lowering.lower import Lowered
from raceproof.checker.system.domain import Remembered
from raceproof.checker.system.invariance import check_endless
from raceproof.checker.system.ordinals import endless_domains
from raceproof.checker.system.transition import Property


def resized(model: Model, scope: Scope, sizes: Mapping[str, int]) -> Scope:
    """The scope in which endless domains, by name, have other sizes."""
    known = domains(model)
    return Scope({**scope.sizes, **{known[name]: Remembered(size) for name, size in sizes.items()}})


def check_order_alone(
    model: Model, scope: Scope, claims: Sequence[Claim], lowered: Lowered, properties: Sequence[Property]
) -> None:
    """Raises ModelError where a model or a claim does more with an endless domain than to compare and copy."""
    for domain in endless_domains(lowered.system):
        larger, same = lower_all(model, resized(model, scope, {domain.name: domain.greatest + 1}), tuple(claims))
        check_endless(domain.name, larger.system, same, lowered.system, properties)
