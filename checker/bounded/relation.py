"""The step relation as one formula over a state, the state after it, and a selector of what fires.

Commands of one process instance that exclude each other (by the place at which they stand, or by opposite conditions)
share a lane: a selector picks the lane and the guards pick the command, so exactly one fires.

Measured on a model of DNS automation with 4 plans and 3 enactors (52 commands), until the deadlock at 18 steps was
found: a selector of lanes 0.7 s, a truth value for each lane 0.8 s; for each command, with at most one true: in groups
0.9 s, pairwise 1.3 s, as a cardinality 1.7 s; a selector of commands 1.7 s. Next values as one choice for each slot are
up to three times as fast as implications with frame conditions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import z3

from raceproof.checker.bounded.slots import Slots, Stored
from raceproof.checker.bounded.translate import Translator
from raceproof.checker.system.build import negation
from raceproof.checker.system.terms import Op, Term
from raceproof.checker.system.transition import Command, TransitionSystem


@dataclass(frozen=True)
class Relation:
    """Templates over the symbols `before`, `after` and `selector`, to be renamed for each depth."""

    slots: Slots

    @property
    def system(self) -> TransitionSystem:
        return self.slots.system

    @cached_property
    def before(self) -> tuple[Stored, ...]:
        return self.slots.symbols("before")

    @cached_property
    def after(self) -> tuple[Stored, ...]:
        return self.slots.symbols("after")

    @cached_property
    def selector(self) -> z3.BitVecRef:
        return self.selector_named("selector")

    def selector_named(self, name: str) -> z3.BitVecRef:
        return z3.BitVec(name, max((len(self.lanes) - 1).bit_length(), 1), self.slots.context)

    @cached_property
    def translator(self) -> Translator:
        return Translator(self.slots, self.before, self.after)

    @cached_property
    def lanes(self) -> tuple[tuple[int, ...], ...]:
        """Commands by position; no two of a lane can fire in one state."""
        by_instance: dict[tuple[str, tuple[int, ...]], list[int]] = defaultdict(list)
        for number, command in enumerate(self.system.commands):
            by_instance[command.actor.process, command.actor.instance].append(number)
        return tuple(lane for numbers in by_instance.values() for lane in _lanes(self.system.commands, numbers))

    @cached_property
    def guards(self) -> tuple[z3.BoolRef, ...]:
        return tuple(self.all_of(command.guard) for command in self.system.commands)

    @cached_property
    def fires(self) -> tuple[z3.BoolRef, ...]:
        """That a command is the one that fires."""
        lane_of = {number: lane for lane, numbers in enumerate(self.lanes) for number in numbers}
        return tuple(z3.And(self.selector == lane_of[number], guard) for number, guard in enumerate(self.guards))

    @cached_property
    def enabled(self) -> z3.BoolRef:
        """That some command may fire in the state before."""
        return self.any_of(self.guards)

    @cached_property
    def step(self) -> z3.BoolRef:
        """That exactly one command fires and leads to the state after."""
        changes: dict[int, dict[int, tuple[z3.ExprRef, list[z3.BoolRef]]]] = defaultdict(dict)
        for fires, command in zip(self.fires, self.system.commands, strict=True):
            for position, value in self._changes(command).items():
                changes[position].setdefault(value.get_id(), (value, []))[1].append(fires)
        parts = [self.any_of(self.fires)]
        for position, (before, after) in enumerate(zip(self.before, self.after, strict=True)):
            if before is not None:
                value = before
                for new, causes in changes[position].values():
                    value = z3.If(self.any_of(causes), new, value)
                parts.append(after == value)
        return z3.And(parts)

    def _changes(self, command: Command) -> dict[int, z3.BoolRef | z3.BitVecRef]:
        """The slots that a command may write, and what they hold afterwards; the last write to a slot wins."""
        changes: dict[int, z3.BoolRef | z3.BitVecRef] = {}
        for write in command.writes:
            first, domain = self.slots.system.offsets[write.variable], write.variable.domain
            if domain.bits == 0:
                continue
            value = self.translator.stored(write.value, domain)
            for position, codes in enumerate(write.variable.codes(), first):
                here = z3.simplify(self.translator.entry(write.index, codes))
                if not z3.is_false(here):
                    changes[position] = z3.If(here, value, changes.get(position, self.before[position]))
        return {position: z3.simplify(value) for position, value in changes.items()}

    def all_of(self, terms: Sequence[Term]) -> z3.BoolRef:
        return z3.And([z3.BoolVal(True, self.slots.context), *map(self.translator.truth, terms)])

    def any_of(self, conditions: Sequence[z3.BoolRef]) -> z3.BoolRef:
        return z3.Or([z3.BoolVal(False, self.slots.context), *conditions])


def _lanes(commands: Sequence[Command], numbers: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The commands in as few groups as a greedy choice finds, each without two that can fire in one state."""
    lanes: list[tuple[list[int], list[dict[Term, int]]]] = []
    for number in numbers:
        facts = _facts(commands[number].guard)
        free = (lane for lane in lanes if all(_exclude(facts, other) for other in lane[1]))
        lane = next(free, None)
        if lane is None:
            lane = ([], [])
            lanes.append(lane)
        lane[0].append(number)
        lane[1].append(facts)
    return (tuple(members) for members, _ in lanes)


def _facts(guard: Sequence[Term]) -> dict[Term, int]:
    """What a guard settles: conditions that are 1 or 0, and terms that equal a constant."""
    found: dict[Term, int] = {}
    for part in guard:
        if part.op is Op.EQ and part.args[1].is_const:
            found[part.args[0]] = part.args[1].value
        negative = part.op in (Op.NOT, Op.LE)
        found[negation(part) if negative else part] = int(not negative)
    return found


def _exclude(one: dict[Term, int], other: dict[Term, int]) -> bool:
    return any(value != other.get(term, value) for term, value in one.items())
