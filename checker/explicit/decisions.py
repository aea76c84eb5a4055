"""Decision trees: the guards of an actor's commands at one place, asked in the author's order, each at most once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from raceproof.checker.system.build import negation
from raceproof.checker.system.terms import Op, Term, Variable
from raceproof.checker.system.transition import Command, Fault, TransitionSystem

Leaf = tuple[int, Command | Fault]
"""What fires, with its number among the system's commands or faults."""


@dataclass
class Branch:
    """A node: what fires here, and under which further conditions more does."""

    leaves: list[Leaf] = field(default_factory=list)
    children: dict[Term, Branch] = field(default_factory=dict)

    def insert(self, guard: Sequence[Term], leaf: Leaf) -> None:
        if guard:
            self.children.setdefault(guard[0], Branch()).insert(guard[1:], leaf)
        else:
            self.leaves.append(leaf)

    def forks(self) -> Iterator[tuple[Term, Branch, Branch | None]]:
        """The conditions asked here: what follows where one holds, and where it does not if anything does. A condition
        and its negation are one question."""
        remaining = dict(self.children)
        while remaining:
            condition = next(iter(remaining))
            child = remaining.pop(condition)
            other = remaining.pop(negation(condition), None)
            if condition.op is Op.NOT and other is not None:
                yield negation(condition), other, child
            else:
                yield condition, child, other

    def terms(self) -> Iterable[Term]:
        """Everything that is asked or computed from here on."""
        for condition, child in self.children.items():
            yield condition
            yield from child.terms()
        for _, leaf in self.leaves:
            if isinstance(leaf, Command):
                for write in leaf.writes:
                    yield from (*write.index, write.value)


@dataclass(frozen=True, slots=True)
class ActorTrees:
    """One instance of a process, or an action: where its control location is kept, if it has one, and a tree for each
    place (place 0 for an action)."""

    process: str
    instance: tuple[int, ...]
    control: Variable | None
    places: dict[int, Branch]


def actor_trees(system: TransitionSystem) -> list[ActorTrees]:
    """The trees of every actor that has commands or faults, in the order of the system's commands."""
    groups: dict[tuple[str, tuple[int, ...]], dict[int, Branch]] = defaultdict(dict)
    leaves: list[Leaf] = [*enumerate(system.commands), *enumerate(system.faults)]
    for number, leaf in leaves:
        place = system.steps[leaf.step].code
        guard = leaf.guard if place is None else leaf.guard[1:]
        places = groups[leaf.actor.process, leaf.actor.instance]
        places.setdefault(place or 0, Branch()).insert(guard, (number, leaf))
    return [
        ActorTrees(process, instance, system.by_name[process].control, places)
        for (process, instance), places in groups.items()
    ]
