"""Every interleaving of the author's own generators, breadth first: slow, and the standard for small scopes.

Shares no code with the explicit engine: states come from running Python, deadlocks from trying every move, and
recoverability from a plain backward search.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from raceproof.checker.errors import ModelError
from raceproof.checker.language.claims import Claim, Predicate
from raceproof.checker.limits import LimitReached, Limits, Meter, memory_bytes
from raceproof.checker.oracle.run import AssertFailed, Oracle, OracleState
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.transition import Actor, ClaimKind, Property, TransitionSystem
from raceproof.checker.verdict import (
    INTERRUPTED,
    FaultFound,
    HoldsInScope,
    Path,
    Statistics,
    Undecided,
    Verdict,
    Violated,
)

_SETTLES = {ClaimKind.ALWAYS: False, ClaimKind.REACHABLE: True}
"""The answer about one state that settles a claim."""


def explore(
    oracle: Oracle,
    system: TransitionSystem,
    claims: Sequence[tuple[Claim, Property]],
    limits: Limits | None = None,
) -> tuple[Verdict, ...]:
    """Visit every reachable state by running Python; one verdict for each claim, in order. `system` only serves to show
    the traces. Raises FaultFound where the model itself goes wrong."""
    search = _Search(oracle, system, tuple(claims), Meter(limits or Limits()))
    return search.run()


@dataclass(slots=True)
class _Search:
    oracle: Oracle
    system: TransitionSystem
    claims: tuple[tuple[Claim, Property], ...]
    meter: Meter
    came: dict[OracleState, tuple[OracleState, Actor] | None] = field(default_factory=dict)
    before: dict[OracleState, list[tuple[OracleState, str]]] = field(default_factory=lambda: defaultdict(list))
    depth: dict[OracleState, int] = field(default_factory=dict)
    transitions: int = 0
    found: dict[int, Path | None] = field(default_factory=dict)
    good: dict[tuple[int, OracleState], bool] = field(default_factory=dict)
    wanted: dict[tuple[int, OracleState], bool] = field(default_factory=dict)

    def run(self) -> tuple[Verdict, ...]:
        why = None
        try:
            self._search()
            self._recoverability()
        except LimitReached as limit:
            why = limit.why
        except KeyboardInterrupt:
            why = INTERRUPTED
        deepest = max(self.depth.values(), default=0)
        statistics = Statistics("oracle", len(self.came), self.transitions, deepest, self.meter.seconds, memory_bytes())
        return tuple(self._verdict(n, prop, statistics, why) for n, (_, prop) in enumerate(self.claims))

    def _verdict(self, number: int, claim: Property, statistics: Statistics, why: str | None) -> Verdict:
        common = (claim, self.system.scope, statistics)
        if number in self.found:
            path = self.found[number]
            return HoldsInScope(*common, path) if claim.kind is ClaimKind.REACHABLE else Violated(*common, path)
        if why:
            return Undecided(*common, why)
        return Violated(*common, None) if claim.kind is ClaimKind.REACHABLE else HoldsInScope(*common)

    def _search(self) -> None:
        queue: list[OracleState] = []
        for state in self.oracle.initial_states():
            self._arrive(state, None, 0, queue)
        level = -1
        for state in queue:
            depth = self.depth[state]
            settled = bool(self.claims) and len(self.found) == len(self.claims)
            if depth > level and settled:
                return
            level = depth
            self.meter.look(len(self.came), self.transitions, depth, len(queue) - len(self.came))
            limit = self.meter.limits.max_depth
            if limit is not None and depth >= limit:
                raise LimitReached(f"states more than {limit} steps away")
            moved = False
            for actor in self.oracle.actors(state):
                after = self._step(state, actor)
                if after is not None:
                    moved = True
                    self._arrive(after, (state, actor), depth + 1, queue)
            if not moved and not state.at_rest:
                self._note(ClaimKind.DEADLOCK, self._path(state))

    def _step(self, state: OracleState, actor: Actor) -> OracleState | None:
        try:
            after = self.oracle.step(state, actor)
        except AssertFailed:
            self._note(ClaimKind.ASSERTION, self._path(state, faulty=actor))
            return state
        except ModelError as error:
            raise FaultFound(self._path(state, faulty=actor), error.message) from error
        if after is None:
            return None
        self.transitions += 1
        self.before[after].append((state, actor.process))
        for number, (claim, prop) in enumerate(self.claims):
            if prop.kind is ClaimKind.EACH_STEP and not self._ask(claim.predicate, state, after, last=actor):
                self._note_first(number, state, last=actor)
        return after

    def _arrive(
        self, state: OracleState, came: tuple[OracleState, Actor] | None, depth: int, queue: list[OracleState]
    ) -> None:
        if state in self.came:
            return
        self.came[state] = came
        self.depth[state] = depth
        queue.append(state)
        for number, (claim, prop) in enumerate(self.claims):
            if prop.kind is ClaimKind.RECOVERABLE:
                self.good[number, state] = self._ask(claim.predicate, state)
                self.wanted[number, state] = claim.given is None or self._ask(claim.given, state)
            settles = _SETTLES.get(prop.kind)
            if settles is not None and self._ask(claim.predicate, state) is settles:
                self._note_first(number, state)

    def _ask(self, predicate: Predicate, *states: OracleState, last: Actor | None = None) -> bool:
        """What a predicate says, also of a claim that is settled: it may ask for something that does not exist."""
        try:
            return self.oracle.ask(predicate, *states)
        except ModelError as error:
            raise FaultFound(self._path(states[0], last=last), error.message) from error

    def _note_first(self, number: int, state: OracleState, *, last: Actor | None = None) -> None:
        if number not in self.found:
            self.found[number] = self._path(state, last=last)

    def _note(self, kind: ClaimKind, path: Path) -> None:
        for number, (_, prop) in enumerate(self.claims):
            if prop.kind is kind:
                self.found.setdefault(number, path)

    def _recoverability(self) -> None:
        for number, (claim, prop) in enumerate(self.claims):
            if prop.kind is not ClaimKind.RECOVERABLE:
                continue
            able = {state for state in self.came if self.good[number, state]}
            pending = list(able)
            while pending:
                for earlier, mover in self.before[pending.pop()]:
                    if earlier not in able and (claim.by is None or mover in claim.by):
                        able.add(earlier)
                        pending.append(earlier)
            lost = [state for state in self.came if state not in able and self.wanted[number, state]]
            if lost:
                self.found[number] = self._path(lost[0])

    def _path(self, state: OracleState, *, last: Actor | None = None, faulty: Actor | None = None) -> Path:
        actors: list[Actor] = [last] if last else []
        here: OracleState = state
        while (came := self.came[here]) is not None:
            here, actor = came
            actors.append(actor)
        return path_of(self.system, here, tuple(reversed(actors)), faulty)


def path_of(system: TransitionSystem, first: OracleState, actors: Sequence[Actor], faulty: Actor | None = None) -> Path:
    """The path of the lowered system along a schedule. Raises LookupError where the system cannot follow it."""
    interpreter = Interpreter(system)
    start = [code if code is not None else 0 for variable in system.variables for code in system.initial[variable]]
    states = [(*first.shared, *start[len(first.shared) :])]
    commands = []
    for actor in actors:
        taken = interpreter.take(actor, states[-1])
        if taken is None:
            raise LookupError(f"the lowered system has no step for {system.show_actor(actor)} where Python has one")
        commands.append(taken[0])
        states.append(taken[1])
    fault = next((f for f in interpreter.faults(states[-1]) if f.actor == faulty), None) if faulty else None
    return Path(system, tuple(states), tuple(commands), fault)
