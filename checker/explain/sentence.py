"""What was found, in one sentence of the model's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from raceproof.checker.explain.course import Course
from raceproof.checker.explain.findings import Reading, Reason, Wait
from raceproof.checker.explain.staleness import Stale
from raceproof.checker.trace import Change


def of_decision(course: Course, stale: Stale, condition: Reason | None, effect: Change | None) -> str:
    """Who knew what, who changed it, who relied on it."""
    entry, actor = course.entries[stale.position], course.name(stale.owner)
    before, after = (course.value(stale.position, course.states[stale.check - back]) for back in (1, 0))
    now = course.value(stale.position, course.states[stale.use if stale.kind == "permission" else stale.use - 1])
    overwriter = course.name(course.owner(stale.overwritten))
    found = f"found {told(condition)}" if condition else ""
    label = course.system.steps[course.leaves[stale.use - 1].step].label
    relied = f"{actor} still {done(effect, label)}"
    match stale.kind:
        case "decision":
            kept = f" and set {entry.name} to {after}" if before != after else f", when {entry.name} was {before}"
            known = f"{actor} {found or f'read {entry.name}'} at step {stale.check}{kept}"
        case "copy":
            known = f"{actor} read {entry.name} at step {stale.check}, when it was {before}"
            if before != after:
                known = f"{actor} set {entry.name} to {after} at step {stale.check}"
            known += f", and {found}" if found else ""
        case "result":
            known = f"{actor} set {entry.name} to {after} at step {stale.check}"
            relied = f"without looking again {actor} {done(effect, label)}"
        case "permission":
            known = f"{actor} {found or f'read {entry.name}'} at step {stale.check}, when {entry.name} was {before}"
            info = course.system.by_name[stale.owner[0]]
            assert info.control is not None
            place = course.value(course.interpreter.position(info.control, stale.owner[1]), course.states[-1])
            relied = f'{actor} was still at "{place}"'
    return (
        f"{known}; by step {stale.use} {entry.name} was {now} ({overwriter}, step {stale.overwritten}), and {relied}."
    )


def told(condition: Reason) -> str:
    """A condition and what came of it."""
    values = with_values(condition).removeprefix(condition.text)
    return f"`{condition.text}`{values} {'true' if condition.holds else 'false'}"


def with_values(condition: Reason) -> str:
    """A comparison with what it compared: `mine > self.applied (plan 1 > none)`."""
    if not re.search(r"[<>]|[=!]=", condition.text) or condition.because:
        return condition.text
    values = dict(condition.values)
    names = "|".join(re.escape(name) for name in sorted(values, key=len, reverse=True)) or "(?!)"
    text = re.sub(rf"(?<![\w.])({names})(?![\w.\[(])", lambda found: values[found[0]], condition.text)
    return f"{condition.text} ({re.sub(r'[A-Z][A-Za-z0-9]*[.]none', 'none', text)})"


def done(effect: Change | None, label: str) -> str:
    """What a step did that matters; its label, where that is not known."""
    if effect is None:
        return f'took "{label}"'
    if effect.name.endswith(".at"):
        return f'went on to "{effect.after}"'
    over = f", over {effect.before}" if effect.before not in (effect.after, "false", "true", "none", "0") else ""
    return f"set {effect.name} to {effect.after}{over}"


def of_waits(waits: Sequence[Wait]) -> str:
    """Who waits for whom, round the circle where there is one."""
    by_actor = {wait.actor: wait for wait in waits}
    parts: list[str] = []
    seen: list[str] = []
    actor: str | None = _start(waits)
    while actor in by_actor and actor not in seen:
        wait = by_actor[actor]
        seen.append(actor)
        since = f"step {wait.since} of {wait.holder}" if wait.holder else "the start"
        parts.append(f"waits for {wait.entry}, which is {wait.value} since {since}")
        actor = wait.holder
    return f"{seen[0]} {', who '.join(parts)}." if parts else "Nobody can move."


def _start(waits: Sequence[Wait]) -> str | None:
    """Somebody on a circle of those who wait for each other, if there is one."""
    by_actor = {wait.actor: wait.holder for wait in waits}
    for first in by_actor:
        actor, steps = by_actor[first], 1
        while actor in by_actor and actor != first and steps <= len(by_actor):
            actor, steps = by_actor[actor], steps + 1
        if actor == first:
            return first
    return next(iter(by_actor), None)


def of_last_step(claim: str, actor: str, number: int, reads: Sequence[Reading], *, for_good: bool = False) -> str:
    """Without a stale decision: who made the claim false, and where its parts come from."""
    parts = ", ".join(_read(read, number) for read in reads)
    what = f"{actor} took step {number}, after which {claim} is false for good" if for_good else ""
    return f"{what or f'{actor} made {claim} false at step {number}'}{f': {parts}' if parts else ''}."


def of_start(claim: str, reads: Sequence[Reading]) -> str:
    """A claim that is false before anybody has moved."""
    parts = ", ".join(f"{read.name} is {read.value}" for read in reads)
    return f"{claim} is false at the start{f': {parts}' if parts else ''}."


def _read(read: Reading, number: int) -> str:
    name = f'{read.name.removesuffix(".at")} is at "{read.value}"' if read.name.endswith(".at") else ""
    since = f" ({read.by}, step {read.written})" if read.by and read.written != number else ""
    return f"{name or f'{read.name} is {read.value}'}{since}"


def mentioning(conditions: Sequence[Reason], name: str) -> Reason | None:
    """The last condition that asks for something of this name, narrowed to the part that does."""
    found = next((reason for reason in reversed(conditions) if _mentions(reason, name)), None)
    while found is not None:
        part = next((part for part in found.because if _mentions(part, name)), None)
        if part is None:
            return found
        found = part
    return None


def naming(conditions: Sequence[Reason], local: str) -> Reason | None:
    """The last condition that names a local itself."""
    return next((reason for reason in reversed(conditions) if re.search(rf"\b{re.escape(local)}\b", reason.text)), None)


def _mentions(reason: Reason, name: str) -> bool:
    return any(re.search(rf"\.{re.escape(name)}\b", text) for text in _texts(reason))


def _texts(reason: Reason) -> Iterator[str]:
    yield reason.text
    for part in reason.because:
        yield from _texts(part)
