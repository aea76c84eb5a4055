"""The schedule that leads through given states: in each, which enabled step comes to the next.

The states may say less than the model knows; then several runs may fit, and all are followed together. The run that is
found is replayed through the author's Python before anybody is shown it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from raceproof.checker.check import Prepared
from raceproof.checker.errors import Code, UsageError
from raceproof.checker.oracle import Replay, replay
from raceproof.checker.replaying import settled
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.transition import ClaimKind, Command
from raceproof.checker.trace import show_state, trace_of
from raceproof.checker.verdict import HoldsInScope, Path, State, Statistics, Violated

MOST_RUNS = 10_000
_MOST_REPLAYED = 100

Entries = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Run:
    """A run to `state`: by `command` from the run `before`, or without a step."""

    state: State
    command: Command | None = None
    before: _Run | None = None
    length: int = 0

    def then(self, command: Command, after: State) -> _Run:
        return _Run(after, command, self, self.length + 1)

    def from_the_start(self) -> list[_Run]:
        found: list[_Run] = [self]
        while found[-1].before is not None:
            found.append(found[-1].before)
        return found[::-1]


def verdict_through(prepared: Prepared, states: Sequence[Entries], claim: str | None) -> Violated | HoldsInScope:
    """The verdict that a run through these states shows: of the claim, or of the first one that it breaks.

    Raises UsageError where no run of the model leads through them, and where it breaks no claim in the end.
    """
    runs = runs_through(prepared, states)
    wanted = [
        (number, each)
        for number, each in enumerate(prepared.claims)
        if each.name == claim or (claim is None and each.kind not in (ClaimKind.REACHABLE, ClaimKind.RECOVERABLE))
    ]
    for run in runs[:_MOST_REPLAYED]:
        for path in _paths(prepared, run, stays=len(states) > 1 and states[-1] == states[-2]):
            oracle = prepared.oracle()
            done = replay(oracle, path)
            for number, each in wanted:
                if path.length in settled(oracle, each, done.states, done.failure):
                    return _verdict(prepared, number, path, done)
    names = claim or ", ".join(each.name for _, each in wanted)
    if len(runs) > _MOST_REPLAYED:
        raise UsageError(
            f"{len(runs):,} runs fit, and the first {_MOST_REPLAYED} break no claim ({names}); say more of the states",
            code=Code.OTHER_RUN,
        )
    raise UsageError(
        f"the model takes these steps, and what they lead to breaks no claim: {names}", code=Code.OTHER_RUN
    )


def _paths(prepared: Prepared, run: _Run, *, stays: bool) -> list[Path]:
    """The run as a path; where its last state is told twice, also with each step that goes wrong there."""
    system = prepared.lowered.system
    parts = run.from_the_start()
    commands = tuple(part.command for part in parts if part.command is not None)
    states = tuple(part.state for part in parts)
    faults = list(Interpreter(system).faults(run.state)) if stays else []
    return [Path(system, states, commands, fault, shortest=False) for fault in (None, *faults)]


def _verdict(prepared: Prepared, number: int, path: Path, done: Replay) -> Violated | HoldsInScope:
    oracle = prepared.oracle()
    claim = prepared.properties[number]
    views = [oracle.views(state) for state in done.states]
    trace = trace_of(path.system, path.states, path.commands, path.fault, views, str(done.failure or "") or None)
    counted = Statistics("oracle", 0, 0, path.length, 0.0, 0)
    if claim.kind is ClaimKind.REACHABLE:
        return HoldsInScope(claim, path.system.scope, counted, path, trace)
    return Violated(claim, path.system.scope, counted, path, trace)


def runs_through(prepared: Prepared, states: Sequence[Entries]) -> list[_Run]:
    """Every run of the model through these states that ends in two states of its own, shorter ones first. Raises
    UsageError where there is none, saying where it ends."""
    system = prepared.lowered.system
    interpreter = Interpreter(system)
    shown: dict[State, Entries] = {}

    def show(state: State) -> Entries:
        if state not in shown:
            shown[state] = show_state(system, state)
        return shown[state]

    def fits(state: State, wanted: Entries) -> bool:
        known = show(state)
        return all(known[name] == value for name, value in wanted.items())

    starts = list(_initial_states(prepared))
    _check_names(states, show(starts[0]))
    runs = [_Run(state) for state in starts if fits(state, states[0])]
    if not runs:
        raise UsageError(
            f"state 0: the model does not start like that; {_nearest(states[0], [show(s) for s in starts])}",
            code=Code.OTHER_RUN,
        )
    for number, wanted in enumerate(states[1:], start=1):
        # A claim about steps asks for the last two states.
        last = number == len(states) - 1
        stays = wanted == states[number - 1]
        found: dict[tuple[State, State | None], _Run] = {(run.state, None): run for run in runs} if stays else {}
        offered: list[Entries] = []
        for run in runs:
            for command, after in interpreter.steps(run.state):
                if fits(after, wanted):
                    found.setdefault((after, run.state if last else None), run.then(command, after))
                elif len(offered) < MOST_RUNS:
                    offered.append(show(after))
        if not found:
            raise UsageError(
                f"state {number}: no step leads there from the state before; {_nearest(wanted, offered)}",
                code=Code.OTHER_RUN,
            )
        if len(found) > MOST_RUNS:
            raise UsageError(
                f"state {number}: more than {MOST_RUNS:,} runs fit; say more of the states", code=Code.OTHER_RUN
            )
        runs = list(found.values())
    return sorted(runs, key=lambda run: run.length)


def _initial_states(prepared: Prepared) -> Sequence[State]:
    from raceproof.checker.oracle.explore import path_of

    system = prepared.lowered.system
    return [path_of(system, state, ()).states[0] for state in prepared.oracle().initial_states()]


def _check_names(states: Sequence[Entries], known: Entries) -> None:
    for number, state in enumerate(states):
        for name in state:
            if name not in known:
                raise UsageError(
                    f"state {number}: the model has no {name}; it has {', '.join(known)}", code=Code.OTHER_RUN
                )


def _nearest(wanted: Entries, offered: Sequence[Entries]) -> str:
    """The first difference to the state that comes nearest."""
    if not offered:
        return "no step is possible there"

    def differences(state: Entries) -> list[str]:
        return [name for name, value in wanted.items() if state[name] != value]

    nearest = min(offered, key=lambda state: len(differences(state)))
    name = differences(nearest)[0]
    return f"what comes nearest has {name} = {nearest[name]}, and not {wanted[name]}"
