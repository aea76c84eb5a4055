"""How many of any number of members: compared with a small number, that is a condition on pairs, triples and so on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from raceproof.checker.errors import Code, mistake
from raceproof.checker.system.build import conjunction, disjunction, eq, forall, negation, parameter
from raceproof.checker.system.substitute import substitute
from raceproof.checker.system.terms import Parameter, Term

MOST_COUNTED = 3
_ONLY = f"compare it with a number from 0 to {MOST_COUNTED}, or give the domain a size"


class OpenCount:
    """How many members a condition holds of; it can be compared with a small number only."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, member: Parameter, condition: Term, wrap: Callable[[Term], Any]) -> None:
        self._member, self._condition, self._wrap = member, condition, wrap

    def _at_most(self, number: int) -> Term:
        """That of so many members and one more, all different, the condition does not hold of all."""
        if number < 0:
            return disjunction(())
        members = [Parameter(f"{self._member.name}#{n}", self._member.domain) for n in range(number + 1)]
        symbols = [parameter(member) for member in members]
        holds = [substitute(self._condition, {parameter(self._member): symbol}) for symbol in symbols]
        same = [eq(one, two) for at, one in enumerate(symbols) for two in symbols[:at]]
        found = disjunction((*same, negation(conjunction(holds))))
        for member in members:
            found = forall(member, found)
        return found

    def _number(self, other: object) -> int:
        if not isinstance(other, int) or isinstance(other, bool) or not -1 <= other <= MOST_COUNTED:
            raise mistake("counts any number of members", _ONLY, code=Code.OPEN_COUNT)
        return other

    def __le__(self, other: object) -> Any:
        return self._wrap(self._at_most(self._number(other)))

    def __lt__(self, other: object) -> Any:
        return self._wrap(self._at_most(self._number(other) - 1))

    def __ge__(self, other: object) -> Any:
        return self._wrap(negation(self._at_most(self._number(other) - 1)))

    def __gt__(self, other: object) -> Any:
        return self._wrap(negation(self._at_most(self._number(other))))

    def __eq__(self, other: object) -> Any:
        number = self._number(other)
        return self._wrap(conjunction((self._at_most(number), negation(self._at_most(number - 1)))))

    def __ne__(self, other: object) -> Any:
        number = self._number(other)
        return self._wrap(disjunction((negation(self._at_most(number)), self._at_most(number - 1))))

    def _refuse(self, *_: object) -> NoReturn:
        raise mistake("counts any number of members", _ONLY, code=Code.OPEN_COUNT)

    __bool__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __index__ = __int__ = _refuse
    __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = __truediv__ = __rtruediv__ = __neg__ = __pow__ = _refuse
