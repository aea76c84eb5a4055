"""Verdicts: five types that cannot be confused, each saying exactly what was covered.

| type | says |
|---|---|
| Proved | it holds for every size, with a certificate |
| HoldsInScope | every reachable state of this scope was visited |
| HoldsUpTo | no violation within so many steps; nothing is said about longer runs |
| Violated | here is a trace, a shortest one where its path says so (or: the state is reachable nowhere in this scope) |
| Undecided | a limit, a time-out, an interruption; never a pass |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from raceproof.checker.system.transition import Command, Fault, Property, TransitionSystem
from raceproof.checker.trace import Trace

if TYPE_CHECKING:
    from raceproof.checker.check import Prepared

INTERRUPTED = "interrupted"
"""Why a verdict is undecided that somebody did not wait for."""

State = tuple[int, ...]
"""A state of a system: a code for every slot of every variable, in the system's order."""


@dataclass(frozen=True, slots=True)
class Path:
    """A run of a system: states, and between each two the command that led from one to the next. `fault` is a step that
    goes wrong in the last state. Unless `shortest`, there may be a shorter one to an end like this."""

    system: TransitionSystem
    states: tuple[State, ...]
    commands: tuple[Command, ...]
    fault: Fault | None = None
    shortest: bool = True

    @property
    def length(self) -> int:
        """The number of steps, a faulty last one included."""
        return len(self.commands) + (self.fault is not None)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What an engine did: its name, distinct states, transitions (every successor counts, duplicates too), the number
    of steps to the farthest state visited, seconds of search, resident bytes at the end, the commands that fired.

    `start_up_seconds` is what it took before the search began: compiling, above all. `workers` shared the search;
    `reductions` were used, so `states`, `transitions` and `depth` are those of the reduced graph. Where a violation was
    looked for again in the whole graph, to find a shortest path, only the seconds are those of both searches.
    """

    engine: str
    states: int
    transitions: int
    depth: int
    seconds: float
    memory_bytes: int
    fired: frozenset[int] = field(default_factory=frozenset, repr=False)
    start_up_seconds: float = 0.0
    workers: int = 1
    reductions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class _Verdict:
    claim: Property
    scope: Mapping[str, int | None]
    statistics: Statistics

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict is not true or false: ask .holds, or match it against its five types")

    @property
    def holds(self) -> bool:
        """Whether the claim was shown to hold: proved, or in every state of the scope. False for a bound in steps."""
        return isinstance(self, Proved | HoldsInScope)

    def __str__(self) -> str:
        from raceproof.checker.timeline import render

        assert isinstance(self, Verdict)
        return render(self)

    def __repr__(self) -> str:
        from raceproof.checker.timeline import headline

        assert isinstance(self, Verdict)
        return f"<{headline(self).plain}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: a drawing of the trace, where there is one."""
        from raceproof.checker.formats.notebook import html_of_verdict

        assert isinstance(self, Verdict)
        return html_of_verdict(self)

    @property
    def name(self) -> str:
        """`holds-in-scope` and the like, as the command line and JSON write it."""
        return NAMES[type(self)]


@dataclass(frozen=True, slots=True, repr=False)
class Proved(_Verdict):
    """It holds for every size; `certificate` is what a second solver can check."""

    certificate: str


@dataclass(frozen=True, slots=True, repr=False)
class HoldsInScope(_Verdict):
    """It holds in the whole scope. `witness` shows it for a claim that something is reachable, and `about` is the model
    as it was asked about, for those who want to know more."""

    witness: Path | None = None
    trace: Trace | None = field(default=None, compare=False, repr=False)
    about: Prepared | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class HoldsUpTo(_Verdict):
    """No run of at most `depth` steps violates it."""

    depth: int


@dataclass(frozen=True, slots=True, repr=False)
class Violated(_Verdict):
    """It does not hold: `path` shows it. None where the violation is that something is reachable nowhere. `about` is
    the model as it was asked about, for those who want to know more."""

    path: Path | None
    trace: Trace | None = field(default=None, compare=False, repr=False)
    about: Prepared | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Undecided(_Verdict):
    """The engine stopped before it knew; `why` in a few words."""

    why: str

    @property
    def interrupted(self) -> bool:
        """Whether somebody has stopped it."""
        return self.why.startswith(INTERRUPTED)


Verdict = Proved | HoldsInScope | HoldsUpTo | Violated | Undecided

NAMES: Mapping[type, str] = {
    Proved: "proved",
    HoldsInScope: "holds-in-scope",
    HoldsUpTo: "holds-up-to",
    Violated: "violated",
    Undecided: "undecided",
}


class FaultFound(Exception):
    """An engine met a state in which the model itself goes wrong: `path` leads there and ends in the fault, or
    `message` tells what a claim asked for in its last state that does not exist. `shortest` says whether there is known
    to be no shorter way there."""

    def __init__(self, path: Path, message: str, *, shortest: bool = True) -> None:
        super().__init__(message)
        self.path = path
        self.message = message
        self.shortest = shortest
