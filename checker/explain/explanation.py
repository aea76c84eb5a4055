"""`explain`: a violation in; the false part of the claim, the steps that matter, stale decisions, a sentence out."""

from __future__ import annotations

from collections.abc import Sequence

from raceproof.checker.check import Prepared
from raceproof.checker.errors import Code, UsageError
from raceproof.checker.explain import sentence
from raceproof.checker.explain.conditions import attempts
from raceproof.checker.explain.conjuncts import conjunct, reads, wanted
from raceproof.checker.explain.course import Course, course
from raceproof.checker.explain.findings import Explanation, Reading, Reason, StaleDecision, StepNote, Wait
from raceproof.checker.explain.flow import Flow
from raceproof.checker.explain.reduce import reduced
from raceproof.checker.explain.staleness import Stale, Staleness
from raceproof.checker.explain.waits import waits
from raceproof.checker.language.claims import Claim
from raceproof.checker.system.transition import ClaimKind, Property
from raceproof.checker.trace import Change
from raceproof.checker.verdict import Path, Verdict, Violated


def explain(prepared: Prepared, verdict: Verdict) -> Explanation:
    """Why a claim is violated. Raises UsageError for a verdict without a counterexample, InternalError where Python
    does not take the same steps."""
    if not isinstance(verdict, Violated) or verdict.path is None:
        raise UsageError(f"{verdict.claim.name} has no counterexample to explain", code=Code.NO_TRACE)
    return explain_path(prepared, verdict.claim.name, verdict.path)


def explain_path(prepared: Prepared, name: str, path: Path) -> Explanation:
    """Why the claim of this name is violated at the end of a path. Raises InternalError where Python disagrees."""
    number = next(n for n, claim in enumerate(prepared.claims) if claim.name == name)
    whole = course(prepared, path)
    prop = whole.prepared.properties[number]
    shorter, dropped = reduced(whole, prop)
    return _explained(shorter, prepared.claims[number], prop, dropped)


def _explained(run: Course, claim: Claim, prop: Property, dropped: tuple[int, ...]) -> Explanation:
    flow = Flow(run)
    stale = Staleness(flow, wanted(flow, prop))
    conditions = [tuple(found.reason for found in tried.conditions) for tried in attempts(run)]
    decisions = tuple(_decision(run, found, conditions[found.check - 1]) for found in stale.decisions)
    told = {step for found in decisions for step in (found.check, found.overwritten, found.use)}
    stuck = waits(flow) if claim.kind in (ClaimKind.DEADLOCK, ClaimKind.RECOVERABLE) else ()
    told |= {wait.since for wait in stuck}
    asked = tuple(_reading(flow, position, time) for position, time in sorted(reads(flow, prop)))
    steps = tuple(
        _note(flow, number, number in stale.matters or number in told, conditions[number - 1])
        for number in range(1, len(run.leaves) + 1)
    )
    return Explanation(
        claim.name,
        claim.text,
        claim.kind.value,
        None if claim.by is None else tuple(sorted(claim.by)),
        conjunct(run, claim),
        asked,
        run.trace,
        steps,
        dropped,
        decisions,
        stuck,
        _sentence(run, claim, decisions, stuck, asked),
        tuple(run.oracle.pictures(run.real[-1])),
    )


def _sentence(
    run: Course, claim: Claim, decisions: Sequence[StaleDecision], stuck: Sequence[Wait], asked: Sequence[Reading]
) -> str:
    if decisions:
        return decisions[0].sentence
    if stuck:
        return sentence.of_waits(stuck)
    if not run.leaves:
        return sentence.of_start(claim.name, asked)
    last = len(run.leaves)
    lost = claim.kind is ClaimKind.RECOVERABLE
    return sentence.of_last_step(claim.name, run.name(run.owner(last)), last, asked, for_good=lost)


def _note(flow: Flow, number: int, matters: bool, conditions: tuple[Reason, ...]) -> StepNote:
    run, taken = flow.course, flow.taken[number - 1]
    step = run.system.steps[run.leaves[number - 1].step]
    read = sorted(p for p in taken.read if not run.entries[p].is_place)
    return StepNote(
        number,
        run.name(taken.owner),
        step.label,
        step.location.short,
        matters,
        tuple(_reading(flow, position, number - 1) for position in read),
        run.trace.steps[number - 1].changes,
        conditions,
    )


def _reading(flow: Flow, position: int, time: int) -> Reading:
    run = flow.course
    written = flow.last_write(position, time)
    by = run.name(run.owner(written)) if written else None
    return Reading(run.entries[position].name, run.value(position, run.states[time]), written, by)


def _decision(run: Course, stale: Stale, conditions: Sequence[Reason]) -> StaleDecision:
    entry = run.entries[stale.position]
    condition = None if stale.kind == "result" else sentence.mentioning(conditions, entry.variable.name)
    if stale.local is not None:
        local = run.entries[stale.local].variable.name.rpartition(".")[2]
        condition = sentence.naming(conditions, local) or condition
    effect = None if stale.effect is None else _change(run, stale.effect, stale.use)
    known = run.states[stale.check]
    now = run.states[stale.use if stale.kind == "permission" else stale.use - 1]
    return StaleDecision(
        stale.kind,
        run.name(stale.owner),
        entry.name,
        entry.show(known[stale.position]),
        entry.show(now[stale.position]),
        stale.check,
        stale.overwritten,
        run.name(run.owner(stale.overwritten)),
        stale.use,
        condition,
        effect,
        sentence.of_decision(run, stale, condition, effect),
    )


def _change(run: Course, position: int, number: int) -> Change:
    before, after = (run.value(position, run.states[time]) for time in (number - 1, number))
    return Change(run.entries[position].name, before, after)
