"""What a model that is at hand adds to a stored trace, by running it again: claims, source, and stale decisions."""

from __future__ import annotations

import linecache
import textwrap
from collections.abc import Iterator, Sequence

from raceproof.checker.check import Prepared, confirms, prepare
from raceproof.checker.errors import Location, ModelError
from raceproof.checker.explain import explain_path
from raceproof.checker.formats.harmless import printable
from raceproof.checker.formats.told import ClaimRow, Excerpt, Insight, Stale
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.model import Model
from raceproof.checker.oracle import Oracle, OracleState, Replay
from raceproof.checker.oracle.explore import path_of
from raceproof.checker.oracle.run import AssertFailed
from raceproof.checker.replaying import initial_state, shown_state
from raceproof.checker.results import Result
from raceproof.checker.system.transition import Actor, ClaimKind, Step, TransitionSystem

MOST_STALE = 3
_LINES_BEFORE = 2
_MOST_LINES = 14


def insight_of(result: Result, model: Model, claims: Sequence[Claim], *, explained: bool = True) -> Insight:
    """What the model says of the trace of a result that has been replayed: `claims` are those about the model, the one
    of the result among them. Unless it is to be `explained`, nothing is said of why. Raises ModelError, UsageError."""
    sizes = {name: size for name, size in result.scope.items() if size is not None}
    prepared = prepare(model, claims, sizes)
    oracle = prepared.oracle()
    steps = result.trace or ()
    actors = [Actor(step.process, step.instance, step.choice) for step in steps]
    # With more claims than in the run of the file a state may hold more locals, but no fewer.
    states = [initial_state(prepared, oracle, result.initial or {})]
    sources = []
    for actor in actors:
        sources.append(_excerpt(_place(prepared.lowered.system, states[-1], actor)))
        try:
            after = oracle.step(states[-1], actor)
        except (AssertFailed, ModelError):
            break
        if after is None:
            break
        states.append(after)
    rows = tuple(_row(oracle, claim, states, len(steps)) for claim in claims if claim.kind is not ClaimKind.ASSERTION)
    text = next((claim.text for claim in claims if claim.name == result.property), "")
    found = tuple(sources) if len(sources) == len(steps) else ()
    why, stale = _explained(prepared, result, states[0], actors) if explained else ("", ())
    pictures = tuple("\n".join(oracle.pictures(state)) for state in states)
    pictures = pictures if len(states) == len(steps) + 1 and any(pictures) else ()
    return Insight(
        printable(text), printable(why), rows, found, stale, pictures, start=_start(prepared, oracle, states[0])
    )


def _explained(
    prepared: Prepared, result: Result, first: OracleState, actors: Sequence[Actor]
) -> tuple[str, tuple[Stale, ...]]:
    """Why the claim is violated, and the stale decisions on the way; nothing of a witness."""
    if result.verdict != "violated":
        return "", ()
    faulty = actors[-1] if result.trace and result.trace[-1].failure is not None else None
    path = path_of(prepared.lowered.system, first, actors[:-1] if faulty else actors, faulty)
    found = explain_path(prepared, result.property, path)
    kept = [number for number in range(len(actors) + 1) if number not in found.dropped]
    stale = tuple(
        Stale(
            decision.actor,
            kept[decision.check],
            kept[decision.overwritten],
            kept[decision.use],
            printable(f"{decision.entry} was {decision.known}; {decision.now} since step {kept[decision.overwritten]}"),
            printable(decision.sentence),
        )
        for decision in found.decisions
        if decision.kind != "permission"
    )
    return found.sentence, stale[:MOST_STALE]


def _start(prepared: Prepared, oracle: Oracle, first: OracleState) -> tuple[tuple[str, str], ...]:
    """The entries that tell an initial state from the others; none where it is the only one."""
    others = [shown_state(prepared, state) for state in oracle.initial_states()]
    chosen = shown_state(prepared, first)
    return tuple((name, value) for name, value in chosen.items() if any(other[name] != value for other in others))


def _row(oracle: Oracle, claim: Claim, states: list[OracleState], steps: int) -> ClaimRow:
    values = [*_values(oracle, claim, states), *[None] * (steps + 1 - len(states))]
    return ClaimRow(claim.name, claim.kind.value, printable(claim.text), tuple(values))


def _values(oracle: Oracle, claim: Claim, states: list[OracleState]) -> Iterator[bool | None]:
    """What a claim says of each state; of a claim about steps: of the step that led there, None of the start."""
    for number in range(len(states)):
        try:
            match claim.kind:
                case ClaimKind.EACH_STEP:
                    yield oracle.ask(claim.predicate, *states[number - 1 : number + 1]) if number else None
                case ClaimKind.DEADLOCK:
                    yield not confirms(oracle, claim, Replay(tuple(states[: number + 1]), None))
                case _:
                    yield oracle.ask(claim.predicate, states[number])
        except ModelError:
            yield None


def _place(system: TransitionSystem, state: OracleState, actor: Actor) -> Location:
    """The line at which a step starts."""
    at = next(
        ((t.label, t.line) for t in state.threads if (t.process, t.instance) == (actor.process, actor.instance)), None
    )

    def is_it(step: Step) -> bool:
        return step.process == actor.process and (at is None or at == (step.label, step.location.line))

    return next(step.location for step in system.steps if is_it(step))


def _excerpt(location: Location) -> Excerpt:
    """The lines from a little above a step's first one to the next place where its process waits."""
    lines = [line.rstrip("\n") for line in linecache.getlines(location.file)]
    begin = max(location.line - 1 - _LINES_BEFORE, 0)
    end = next(
        (number for number in range(location.line, len(lines)) if _ends_a_step(lines[number])),
        len(lines),
    )
    end += end < len(lines) and "yield" in lines[end]
    end = min(end, begin + _MOST_LINES)
    shown = textwrap.dedent("\n".join(lines[begin:end])).rstrip().split("\n")
    return Excerpt(location.short.rpartition(":")[0], begin + 1, location.line, tuple(shown))


def _ends_a_step(line: str) -> bool:
    bare = line.strip()
    return "yield" in bare.partition("#")[0].split() or bare.startswith(("def ", "class ", "@"))
