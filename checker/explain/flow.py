"""What each step of a run read and wrote, and the steps from which the values that matter come: a dynamic slice.

Values are followed, and the conditions under which they were written; that a process had to take its earlier steps to
get there is not, as that would make every step of it matter. (Korel and Laski, "Dynamic program slicing", Information
Processing Letters 29(3), 1988.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from raceproof.checker.explain.course import Course, Owner
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.terms import Op, Term
from raceproof.checker.system.transition import Command
from raceproof.checker.verdict import State

Positions = frozenset[int]
_NONE: Positions = frozenset()


def decisive(interpreter: Interpreter, node: Term, state: State, after: State = ()) -> tuple[int, Positions, Positions]:
    """The value of a term, and the positions on whose values, before and after the step, it depends: of a conjunction
    that is false only its first false part, of a choice only the branch that is taken."""

    def of(arg: Term) -> tuple[int, Positions, Positions]:
        return decisive(interpreter, arg, state, after)

    match node.op:
        case Op.CONST:
            return node.value, _NONE, _NONE
        case Op.READ | Op.READ_AFTER:
            index = [of(arg) for arg in node.args]
            position = interpreter.position(node.variable, tuple(value for value, _, _ in index))
            before, later = _union(part[1] for part in index), _union(part[2] for part in index)
            if node.op is Op.READ:
                return state[position], before | {position}, later
            return after[position], before, later | {position}
        case Op.NOT:
            value, before, later = of(node.args[0])
            return int(not value), before, later
        case Op.AND | Op.OR:
            settled = node.op is Op.OR
            parts = []
            for arg in node.args:
                part = of(arg)
                if bool(part[0]) is settled:
                    return int(settled), part[1], part[2]
                parts.append(part)
            return int(not settled), _union(part[1] for part in parts), _union(part[2] for part in parts)
        case Op.ITE:
            test = of(node.args[0])
            value, before, later = of(node.args[1] if test[0] else node.args[2])
            return value, before | test[1], later | test[2]
        case Op.LT | Op.LE:
            holds = interpreter.value(node, state, after)
            less, more = node.args if holds else reversed(node.args)
            counted = [*_counting(interpreter, less, 1, state, after), *_counting(interpreter, more, 0, state, after)]
            parts = [of(arg) for arg in counted]
            return holds, _union(part[1] for part in parts), _union(part[2] for part in parts)
        case _:
            parts = [of(arg) for arg in node.args]
            return (
                interpreter.value(node, state, after),
                _union(part[1] for part in parts),
                _union(part[2] for part in parts),
            )


def _counting(interpreter: Interpreter, node: Term, idle: int, state: State, after: State) -> Iterator[Term]:
    """What a number comes from, without those conditions of a count that add nothing to it (`idle` 0), where it is too
    large, or that do not keep it small (1), where it is too small."""
    if node.op is Op.ADD:
        for arg in node.args:
            yield from _counting(interpreter, arg, idle, state, after)
        return
    counts = node.op is Op.ITE and all(arg.is_const for arg in node.args[1:])
    if not counts or {arg.value for arg in node.args[1:]} != {0, 1} or interpreter.value(node, state, after) != idle:
        yield node


def _union(parts: Iterable[Positions]) -> Positions:
    return _NONE.union(*parts)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step read and wrote, by position: the conditions under which it could be taken, without where its process
    was; and for each position that it wrote what the value and the place to write it came from."""

    owner: Owner
    asked: Positions
    written: dict[int, Positions]

    @property
    def read(self) -> Positions:
        return self.asked | _union(self.written.values())


@dataclass(frozen=True)
class Flow:
    """The reads and writes of a course; step t is `taken[t - 1]`."""

    course: Course

    @cached_property
    def taken(self) -> tuple[Taken, ...]:
        return tuple(self._taken(number) for number in range(1, len(self.course.leaves) + 1))

    def _taken(self, number: int) -> Taken:
        course, leaf = self.course, self.course.leaves[number - 1]
        state, interpreter = course.states[number - 1], course.interpreter
        asked = _union(decisive(interpreter, part, state)[1] for part in leaf.guard)
        written: dict[int, Positions] = {}
        for write in leaf.writes if isinstance(leaf, Command) else ():
            index = [decisive(interpreter, arg, state) for arg in write.index]
            position = interpreter.position(write.variable, tuple(value for value, _, _ in index))
            sources = _union(part[1] for part in index) | decisive(interpreter, write.value, state)[1]
            written[position] = sources
        owner = course.owner(number)
        return Taken(owner, frozenset(p for p in asked if not self._is_own_place(p, owner)), written)

    def _is_own_place(self, position: int, owner: Owner) -> bool:
        entry = self.course.entries[position]
        return entry.is_place and entry.owner == owner

    def last_write(self, position: int, time: int) -> int:
        """The last step up to a time that wrote a position; 0 where none has."""
        return next((number for number in range(time, 0, -1) if position in self.taken[number - 1].written), 0)

    def changed(self, position: int, number: int) -> bool:
        """Whether a step gave a position another value."""
        states = self.course.states
        return number < len(states) and states[number - 1][position] != states[number][position]

    def slice(self, wanted: Iterable[tuple[int, int]]) -> frozenset[int]:
        """The steps from which the values of positions at times come, and those that made these steps possible."""
        pending = list(wanted)
        seen: set[tuple[int, int]] = set()
        found: set[int] = set()
        while pending:
            position, time = pending.pop()
            number = self.last_write(position, time)
            if number == 0 or (position, number) in seen:
                continue
            seen.add((position, number))
            found.add(number)
            taken = self.taken[number - 1]
            pending += [(source, number - 1) for source in taken.written[position] | taken.asked]
        return frozenset(found)
