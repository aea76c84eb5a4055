"""What a model does when all is well: a shortest run to each of the author's steps, from one breadth-first search.

A run takes many steps on its way, so few runs show all of them: the longest first, and of the others those that take a
step which has not been shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from raceproof.checker.check import Prepared, in_real_size
from raceproof.checker.explain.course import course
from raceproof.checker.explain.findings import Sample
from raceproof.checker.explicit.layout import Layout, initial_states
from raceproof.checker.explicit.portable.search import packed_ranks
from raceproof.checker.explicit.portable.step import PortableStep
from raceproof.checker.system.newest import watched
from raceproof.checker.system.transition import TransitionSystem
from raceproof.checker.trace import Trace
from raceproof.checker.verdict import Path

MOST_STATES = 100_000


def samples(
    prepared: Prepared, fired: Collection[int] | None = None, *, most_states: int = MOST_STATES
) -> tuple[Sample, ...]:
    """As few shortest runs as take every step of the author's, the shortest run first.

    `fired` are the commands that are known to be possible, by number, so that the search can end when it has seen their
    steps; None where nothing is known. Steps that are not among the first `most_states` states are left out.
    """
    system = watched(prepared.lowered.system)
    known = range(len(system.commands)) if fired is None else fired
    search = _Search(system, {_told(system, number) for number in known})
    search.run(most_states)
    runs = sorted((search.run_to(state, number) for state, number in search.first.values()), key=len, reverse=True)
    shown: set[str] = set()
    found: list[Sample] = []
    for run in runs:
        fresh = [step for step in dict.fromkeys(_told(system, number) for _, number in run) if step not in shown]
        if fresh:
            shown |= set(fresh)
            found.append(Sample(tuple(fresh), _trace(prepared, search.path(run))))
    return tuple(reversed(found))


def _told(system: TransitionSystem, number: int) -> str:
    """The step of a command, as `clean up (dns.py:88)`."""
    step = system.steps[system.commands[number].step]
    return f"{step.label} ({step.location.short})"


@dataclass(slots=True)
class _Search:
    """Breadth-first, with the step that led to each state: `first` has for each step the state from which it was first
    taken, and its command."""

    system: TransitionSystem
    wanted: set[str]
    layout: Layout = field(init=False)
    step: PortableStep = field(init=False)
    ranks: Callable[[int], int] = field(init=False)
    came: dict[int, tuple[int, int] | None] = field(default_factory=dict)
    first: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.layout = Layout(self.system)
        self.step = PortableStep(self.system, self.layout)
        self.ranks = packed_ranks(self.layout) or (lambda state: state)

    def run(self, most_states: int) -> None:
        self.came = {self.ranks(self.layout.pack(state)): None for state in initial_states(self.system)}
        pending = list(self.came)
        for state in pending:
            for number, after in self.step.labelled(state):
                self.first.setdefault(_told(self.system, number), (state, number))
                new = self.ranks(after)
                if new not in self.came:
                    self.came[new] = (state, number)
                    pending.append(new)
            self.step.failed.clear()
            if len(self.came) >= most_states or self.wanted <= self.first.keys():
                return

    def run_to(self, state: int, last: int) -> list[tuple[int, int]]:
        """The states on the way to a state with the commands that follow on each; there, one command more."""
        found = [(state, last)]
        while (came := self.came[found[-1][0]]) is not None:
            found.append(came)
        return found[::-1]

    def path(self, run: list[tuple[int, int]]) -> Path:
        """A run as a path of the system."""
        state, last = run[-1]
        after = self.ranks(dict(self.step.labelled(state))[last])
        states = tuple(self.layout.unpack(packed) for packed in (*(packed for packed, _ in run), after))
        return Path(self.system, states, tuple(self.system.commands[number] for _, number in run))


def _trace(prepared: Prepared, path: Path) -> Trace:
    return course(*in_real_size(prepared, path)).trace
