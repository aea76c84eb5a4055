"""Branches: the ways in which the author's steps can go, told apart without regard to who takes them.

A branch is a step of a process or action, the place at which the process waits afterwards, and the shared variables
that are written. Two commands that differ in the instance, in a chosen value or in the turn of a loop are the same
branch; two outcomes of an `if` that lead to the same place and write the same variables are one as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from raceproof.checker.system.terms import Op
from raceproof.checker.system.transition import Command, TransitionSystem


@dataclass(frozen=True, slots=True, order=True)
class Branch:
    """`step` and `place` say where in the source; `after` is the label of the next place, "" for the same one or an
    action."""

    process: str
    step: str
    place: str
    after: str
    writes: tuple[str, ...]

    @property
    def text(self) -> str:
        """`install (automation.py:88), then clean up, writes alias, tree`."""
        then = f", then {self.after}" if self.after else ""
        writes = f", writes {', '.join(self.writes)}" if self.writes else ""
        return f"{self.step} ({self.place}){then}{writes}"


def counted(number: int) -> str:
    """`1 branch`, `2,000 branches`."""
    return f"{number:,} {'branch' if number == 1 else 'branches'}"


def branches(system: TransitionSystem, numbers: Iterable[int]) -> frozenset[Branch]:
    """The branches of the commands with these numbers."""
    naming = _Naming.of(system)
    return frozenset(naming.branch(system.commands[number]) for number in numbers)


@dataclass(frozen=True, slots=True)
class _Naming:
    system: TransitionSystem
    own: frozenset[str]
    labels: dict[tuple[str, int], str]

    @staticmethod
    def of(system: TransitionSystem) -> _Naming:
        own = {info.control.name for info in system.processes if info.control}
        own |= {variable.name for info in system.processes for variable in info.locals.values()}
        labels = {(step.process, step.code): step.label for step in system.steps if step.code is not None}
        return _Naming(system, frozenset(own), labels)

    def branch(self, command: Command) -> Branch:
        step, process = self.system.steps[command.step], command.actor.process
        control = self.system.by_name[process].control
        after = ""
        for write in command.writes:
            if write.variable == control and write.value.op is Op.CONST and isinstance(write.value.payload, int):
                after = self.labels.get((process, write.value.payload), "the end")
        written = {write.variable.name for write in command.writes} - self.own
        return Branch(process, step.label, step.location.short, after, tuple(sorted(written)))
