"""The transition system: variables, an initial state, guarded commands. The one type that carries the idea.

Every engine takes it, none knows where it came from. A state gives each variable's slots a code of its domain; a
command may fire in a state in which all parts of its guard hold, and then all its writes happen at once.
(State-transition systems with guarded commands: Dijkstra, CACM 18(8), 1975; Chandy and Misra, 1988.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from itertools import accumulate

from raceproof.checker.errors import Location
from raceproof.checker.system.domain import Domain
from raceproof.checker.system.terms import Parameter, Term, Variable


@dataclass(frozen=True, slots=True)
class Write:
    """`variable[index] = value`; index and value are read in the state before the step. With `over`, the entries of all
    members for which these stand are written: each of them is a key of its own in the index."""

    variable: Variable
    index: tuple[Term, ...]
    value: Term
    over: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step: a process or action, which of its instances, and the value it chose, if any. Where there may be
    any number of instances, `anybody` has for each key the parameter that stands for its member, if it is not known."""

    process: str
    instance: tuple[int, ...] = ()
    choice: int | None = None
    anybody: tuple[Parameter | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """One way in which a step can go, from one `yield` to the next.

    `guard` is a conjunction in the order in which the author's code asks; of the commands of one actor at one
    place at most one can fire. `writes` happen together; a later one wins. `step` is the index of its Step.
    """

    actor: Actor
    step: int
    guard: tuple[Term, ...]
    writes: tuple[Write, ...]
    parameters: tuple[Parameter, ...] = ()


class FaultKind(Enum):
    """What is wrong with a step that must not be taken."""

    DOMAIN = "a value outside of its domain"
    KEY = "a key that the table does not have"
    ASSERTION = "a failed assert"
    EXCEPTION = "an exception"
    ROOM = "one more to remember than there is room for"
    NEWEST = "one more than a value that is not the newest"


@dataclass(frozen=True, slots=True)
class Fault:
    """A step that goes wrong where its guard holds; a state that enables it violates `assert`, or shows that the
    model itself is wrong."""

    actor: Actor
    step: int
    guard: tuple[Term, ...]
    kind: FaultKind
    message: str
    location: Location | None


@dataclass(frozen=True, slots=True)
class Step:
    """A place in the author's code from which a step starts: a `yield`, or an action.

    `code` is the control location at which the process waits for it, None for an action; `kept` names the variables
    in which locals are stored there.
    """

    process: str
    label: str
    location: Location
    code: int | None = None
    idle: bool = False
    choice: Domain | None = None
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """A process or an action: whose instances it has (`keys`), and where its control location is kept."""

    name: str
    keys: tuple[Domain, ...]
    control: Variable | None
    locals: Mapping[str, Variable] = field(default_factory=dict)
    fairness: str | None = None


@dataclass(frozen=True)
class TransitionSystem:
    """A model in a scope, lowered. `initial` gives each slot its code, or None where any member may stand at the
    start. `at_rest` holds where nobody needs to move: every process is done or idles. `scope` records the sizes."""

    name: str
    variables: tuple[Variable, ...]
    initial: Mapping[Variable, tuple[int | None, ...]]
    steps: tuple[Step, ...]
    commands: tuple[Command, ...]
    faults: tuple[Fault, ...]
    processes: tuple[ProcessInfo, ...]
    at_rest: Term
    scope: Mapping[str, int | None]

    @cached_property
    def by_name(self) -> Mapping[str, ProcessInfo]:
        return {process.name: process for process in self.processes}

    @cached_property
    def offsets(self) -> Mapping[Variable, int]:
        """Where each variable's first slot stands in a state."""
        sizes = [variable.size for variable in self.variables]
        return dict(zip(self.variables, accumulate(sizes, initial=0), strict=False))

    @property
    def bounded(self) -> bool:
        """Whether every variable, key and parameter ranges over finitely many values."""
        domains = [d for v in self.variables for d in (*v.keys, v.domain)]
        domains += [p.domain for c in self.commands for p in c.parameters]
        return all(domain.bounded for domain in domains)

    def show_actor(self, actor: Actor) -> str:
        """`enactor 2`, or the name alone for a process of which there is one."""
        process = self.by_name[actor.process]
        shown = [key.show(code) for key, code in zip(process.keys, actor.instance, strict=True)]
        if not shown:
            return actor.process
        if len(shown) == 1 and shown[0].startswith(actor.process):
            return shown[0]
        return f"{actor.process}({', '.join(shown)})"


class ClaimKind(Enum):
    """When a claim must hold; see `raceproof.checker.language.claims`."""

    ALWAYS = "always"
    EACH_STEP = "each_step"
    REACHABLE = "reachable"
    RECOVERABLE = "recoverable"
    DEADLOCK = "deadlock"
    ASSERTION = "assertion"


@dataclass(frozen=True, slots=True)
class Undefined:
    """Where a claim asks for something that does not exist, for example the entry of `none`."""

    condition: Term
    message: str
    location: Location | None


@dataclass(frozen=True, slots=True)
class Property:
    """A claim, lowered to terms over the states of one system.

    `predicate` is what must hold; `premise` restricts `recoverable` to the states in which it holds; `by` names
    the processes whose moves count for `recoverable`, None meaning all.
    """

    name: str
    kind: ClaimKind
    predicate: Term
    premise: Term
    by: frozenset[str] | None = None
    undefined: tuple[Undefined, ...] = ()
