"""What a loop over any number of members writes: to the entries of its member, so to those of every member."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from raceproof.checker.errors import Code, mistake
from raceproof.checker.system.build import conjunction, eq, ite, parameter
from raceproof.checker.system.open import Entry, Index
from raceproof.checker.system.terms import Parameter, Term, Variable

_ALONE = "in a loop over a domain whose size is left open, a turn works on the entries of its own member"


@dataclass(slots=True)
class Loop:
    """The writes of the turn that is under way, those of the turns before it under their conditions, and what was read
    of other members."""

    element: Parameter
    now: dict[Variable, list[tuple[Index, Term]]] = field(default_factory=dict)
    done: dict[tuple[Variable, Index], list[tuple[Term, Term]]] = field(default_factory=dict)
    looked: set[tuple[Variable, Index]] = field(default_factory=set)

    def save(self, variable: Variable, index: Index, value: Term) -> None:
        """Note a write of this turn. Raises ModelError where it is not to an entry of its member."""
        if parameter(self.element) not in index:
            raise mistake(
                f"writes {variable.name} in every turn of a loop over any number of members",
                _ALONE,
                code=Code.OPEN_LOOP,
            )
        entries = self.now.setdefault(variable, [])
        entries[:] = [(other, old) for other, old in entries if other != index]
        entries.append((index, value))

    def load(self, variable: Variable, index: Index, value: Term) -> Term:
        """The value of an entry in this turn, which was `value` before the loop."""
        if not self._is_own(index):
            self.looked.add((variable, index))
        for other, new in self.now.get(variable, ()):
            if self._is_own(index):
                value = ite(conjunction(eq(a, b) for a, b in zip(other, index, strict=True)), new, value)
        return value

    def _is_own(self, index: Index) -> bool:
        return parameter(self.element) in index

    def end_turn(self, condition: Term | None) -> None:
        """Keep what the turn has written, for the members that meet the condition; None for a turn that none takes."""
        for variable, entries in self.now.items():
            for index, value in entries:
                if condition is not None:
                    self.done.setdefault((variable, index), []).append((condition, value))
        self.now.clear()

    def entries(self, before: Callable[[Variable, Index], Term]) -> Iterator[tuple[Variable, Entry]]:
        """What the whole loop has written. Raises ModelError where a turn read what another one has written."""
        for (variable, index), cases in self.done.items():
            if any(looked == variable for looked, _ in self.looked):
                raise mistake(
                    f"a turn of a loop reads what another turn writes: {variable.name}", _ALONE, code=Code.OPEN_LOOP
                )
            value = before(variable, index)
            for condition, new in cases:
                value = ite(condition, new, value)
            yield variable, (index, value, (self.element,))


class KeepsLoops(Protocol):
    """A state that is being written."""

    def end_loop(self, loop: Loop) -> None: ...
