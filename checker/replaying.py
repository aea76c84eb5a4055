"""A schedule, replayed through the author's own Python: who takes which step, and whether the claim breaks on the way.

A regression test needs no search for that: `follow(model, claim, schedule)` takes the steps one by one, for as long as
the model lets it, and asks the claim after each. It says what this one schedule does; of all the others `check` tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from raceproof.checker.check import Prepared, Sizes, confirms, prepare
from raceproof.checker.errors import Code, ModelError, UsageError
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.model import Model
from raceproof.checker.oracle import Oracle, OracleState, Replay
from raceproof.checker.oracle.explore import path_of
from raceproof.checker.oracle.run import AssertFailed
from raceproof.checker.system.transition import Actor, ClaimKind
from raceproof.checker.trace import Shown, show_state

MOST_STATES = 20_000


@dataclass(frozen=True, slots=True)
class Move:
    """A step of a schedule in the model's words, as traces show it: `Move("enactor 1", "install")`.

    `who` is a process or an action, `does` the label of the step, `choosing` what it chooses, `plan 1`, where it does.
    """

    who: str
    does: str
    choosing: str | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """What a model did with a schedule: how many of its `asked` steps it took, and why it took no more of them.

    `settled` are the numbers of the steps after which the claim is broken (of a `@reachable` one: reached); 0 is the
    start. `str()` says it all in a few words, for the message of a test.
    """

    claim: str
    kind: ClaimKind
    asked: int
    taken: int
    stopped: str | None
    settled: tuple[int, ...]

    @property
    def violated(self) -> bool:
        """Whether the claim is broken somewhere along the schedule, as far as it could be followed."""
        return bool(self.settled) and self.kind is not ClaimKind.REACHABLE

    @property
    def reached(self) -> bool:
        """Whether a `@reachable` claim is satisfied somewhere along the schedule."""
        return bool(self.settled) and self.kind is ClaimKind.REACHABLE

    def __str__(self) -> str:
        what = "reached" if self.kind is ClaimKind.REACHABLE else "violated"
        when = "at the start" if self.settled[:1] == (0,) else f"after step {self.settled[0]}" if self.settled else ""
        said = f"{self.claim} is {what} {when}" if self.settled else f"{self.claim} is not {what} by this schedule"
        if self.stopped is None:
            return f"{said}; the model takes all {self.asked} steps"
        return f"{said}; the model takes {self.taken} of its {self.asked} steps: {self.stopped}"


def follow(
    model: Model,
    claim: Claim,
    schedule: Sequence[Move],
    *,
    scope: Sizes | None = None,
    start: Mapping[str, str] | None = None,
    most_states: int = MOST_STATES,
) -> Followed:
    """Take the steps of a schedule, in order, until the model does not let one be taken; ask the claim after each.

    `start` chooses among several initial states by their entries, such as {"first": "worker 2"}. Whether a
    `@recoverable` claim is lost is found by looking at everything that can still happen after the last step: raises
    UsageError where that is more than `most_states` states, or where the model does not start like that; ModelError
    for a mistake in the model.
    """
    prepared = prepare(model, (claim,), scope)
    oracle = prepared.oracle()
    states = [initial_state(prepared, oracle, start or {})]
    stopped: str | None = None
    failure: AssertFailed | ModelError | None = None
    for number, move in enumerate(schedule, start=1):
        actor, stopped = find_actor(prepared, oracle, states[-1], move)
        if actor is None:
            break
        try:
            after = oracle.step(states[-1], actor)
        except (AssertFailed, ModelError) as error:
            failure = error
            asserted = claim.kind is ClaimKind.ASSERTION and number == len(schedule)
            stopped = None if asserted else f"{move.who} fails in '{move.does}': {error}"
            break
        if after is None:
            stopped = f"{move.who} cannot take '{move.does}' now: it has to wait"
            break
        states.append(after)
    if stopped:
        stopped = f"step {len(states)}: {stopped}"
    ends = tuple(settled(oracle, claim, states, failure, most_states))
    taken = len(states) - 1 + (failure is not None)
    return Followed(claim.name, claim.kind, len(schedule), taken, stopped, ends)


def initial_state(prepared: Prepared, oracle: Oracle, start: Mapping[str, str]) -> OracleState:
    """The first initial state with these entries. Raises UsageError where there is none."""
    for state in oracle.initial_states():
        shown = shown_state(prepared, state)
        if all(shown.get(name) == value for name, value in start.items()):
            return state
    wanted = ", ".join(f"{name} = {value}" for name, value in start.items())
    raise UsageError(f"{type(prepared.model).__name__} has no initial state with {wanted}", code=Code.OTHER_RUN)


def shown_state(prepared: Prepared, state: OracleState) -> Shown:
    """An initial state as text."""
    system = prepared.lowered.system
    return show_state(system, path_of(system, state, ()).states[0])


def moves(prepared: Prepared, oracle: Oracle, state: OracleState) -> Iterator[tuple[Move, Actor]]:
    """Everyone who may have a step to take in a state, in the model's words; `Oracle.step` tells whether it can."""
    system = prepared.lowered.system
    threads = {(thread.process, thread.instance): thread for thread in state.threads}
    for actor in oracle.actors(state):
        thread = threads.get((actor.process, actor.instance))
        at = (thread.label, thread.line) if thread else None
        step = next(
            step
            for step in system.steps
            if step.process == actor.process and (at is None or at == (step.label, step.location.line))
        )
        chosen = None if actor.choice is None or step.choice is None else step.choice.show(actor.choice)
        yield Move(system.show_actor(actor), step.label, chosen), actor


def find_actor(prepared: Prepared, oracle: Oracle, state: OracleState, move: Move) -> tuple[Actor | None, str | None]:
    """Who takes a move in a state; or, where nobody can, why."""
    offered = dict(moves(prepared, oracle, state))
    if move in offered:
        return offered[move], None
    places = {other.does for other in offered if other.who == move.who}
    if move.does in places:
        return None, f"{move.who} cannot choose {move.choosing} in '{move.does}'"
    if places:
        return None, f"{move.who} is at '{min(places)}', not at '{move.does}'"
    system = prepared.lowered.system
    known = {system.show_actor(Actor(thread.process, thread.instance)) for thread in state.threads}
    return None, f"{move.who} is done" if move.who in known else f"there is no {move.who}"


def settled(
    oracle: Oracle,
    claim: Claim,
    states: Sequence[OracleState],
    failure: AssertFailed | ModelError | None,
    most_states: int = MOST_STATES,
) -> Iterator[int]:
    """The numbers of the steps after which the claim is broken, or reached: of a run through these states, after which
    one more step goes wrong if there is a `failure`. Of a recoverable claim only the last state is looked at."""
    last = len(states) - 1
    match claim.kind:
        case ClaimKind.ASSERTION:
            if isinstance(failure, AssertFailed):
                yield last + 1
        case ClaimKind.RECOVERABLE:
            if _is_lost(oracle, claim, states[-1], most_states):
                yield last
        case _:
            for number in range(len(states)):
                if confirms(oracle, claim, Replay(tuple(states[: number + 1]), None)):
                    yield number


def _is_lost(oracle: Oracle, claim: Claim, state: OracleState, most_states: int) -> bool:
    """Whether a recoverable claim asks something of the state, and no moves that it counts on can bring it about."""
    if claim.given is not None and not oracle.ask(claim.given, state):
        return False
    seen = {state}
    waiting = [state]
    for here in waiting:
        if oracle.ask(claim.predicate, here):
            return False
        for actor in oracle.actors(here):
            if claim.by is not None and actor.process not in claim.by:
                continue
            try:
                after = oracle.step(here, actor)
            except (AssertFailed, ModelError):
                continue
            if after is not None and after not in seen:
                if len(seen) >= most_states:
                    raise UsageError(
                        f"whether {claim.name} is lost takes more than {most_states:,} states to see: "
                        "ask check(), or give follow(most_states=...)",
                        code=Code.TOO_LARGE,
                    )
                seen.add(after)
                waiting.append(after)
    return True
