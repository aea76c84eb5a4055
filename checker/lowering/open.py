"""Domains that may have any number of members: one member stands for all of them.

A loop over such a domain runs its body as often as the body may go different ways, each time for the members for which
it goes this way; what a turn writes to the entries of its member, it writes to those of all of them. That is what the
loop does, in whatever order, as long as no turn depends on another; what would depend on another is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from raceproof.checker.errors import Code, mistake
from raceproof.checker.language.values import values_of
from raceproof.checker.lowering.forking import current_path, depth
from raceproof.checker.lowering.loops import Loop
from raceproof.checker.lowering.symbols import Symbol
from raceproof.checker.lowering.turns import Decision, Turn
from raceproof.checker.system.build import conjunction, parameter
from raceproof.checker.system.open import last_of
from raceproof.checker.system.ranges import Facts
from raceproof.checker.system.terms import Parameter


class OpenMembers:
    """What stands for the members of open domains while a model is being lowered."""

    def members(self, domain: Any) -> Iterator[Any]:
        """The turns of a loop."""
        path, values = current_path(), values_of(domain)
        if path.turn:
            raise mistake(
                "loops over any number of members inside such a loop",
                "ask with exists or forall in the inner one",
                code=Code.OPEN_LOOP,
            )
        element = path.fresh(domain.__name__, values.domain.of_members)
        loop = path.loop = Loop(element)
        pending: list[tuple[Decision, ...]] = [()]
        while pending:
            path.turn = Turn(element, pending.pop(), Facts(path.facts))
            yield Symbol(parameter(element), values)
            turn, path.turn = path.turn, None
            pending.extend(turn.open)
            loop.end_turn(None if turn.impossible else conjunction(turn.guard))
        path.loop = None
        if path.store:
            path.store.end_loop(loop)

    def last(self, domain: Any) -> Any:
        values = values_of(domain)
        return Symbol(last_of(values.domain), values)

    def some(self, domain: Any, position: int) -> Any:
        """A member that a quantifier binds, the first or second of its domains."""
        values = values_of(domain)
        name = f"{domain.__name__}?{depth.get() + position}"
        return Symbol(parameter(Parameter(name, values.domain.of_members)), values)
