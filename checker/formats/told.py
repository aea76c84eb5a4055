"""What every format is given: a stored result, and what its model adds where the model is at hand.

Nothing in the result is trusted. Each format escapes it for its target.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from raceproof.checker.errors import Code, UsageError
from raceproof.checker.formats.harmless import harmless
from raceproof.checker.results import Result, trace_of_result
from raceproof.checker.timeline import PLAIN_WIDTH, counted
from raceproof.checker.trace import Trace, TraceStep

MOST_FALLBACK_THINGS = 3


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What one claim says along the trace: of each state, from the initial one on; None where it says nothing."""

    name: str
    kind: str
    text: str
    values: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of the author's source: the file's name, the number of the first line, and the line of the step."""

    file: str
    first: int
    line: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """What `process` relied on: read or written in step `check`, changed by another in step `overwritten`, and acted
    upon in step `use` all the same. `text` says it in a few words, `sentence` in one."""

    process: str
    check: int
    overwritten: int
    use: int
    text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Origin:
    """How Python gets at the model and its claim: what to import, and the expression that makes the model."""

    imports: tuple[tuple[str, str], ...]
    make: str
    claim: str


@dataclass(frozen=True, slots=True)
class Insight:
    """What a model that is at hand adds to a stored trace: the claim in words, why it is violated, what its claims say
    of every state, the source of each step, which decisions were stale when they were acted upon, what it draws of each
    state, how to import it, and the entries that tell the initial state from the model's others."""

    text: str
    why: str = ""
    claims: tuple[ClaimRow, ...] = ()
    sources: tuple[Excerpt, ...] = ()
    stale: tuple[Stale, ...] = ()
    pictures: tuple[str, ...] = ()
    origin: Origin | None = None
    start: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Told:
    """A stored result to be shown, with what its model adds, if there is one at hand. `width` is that of a text;
    `fixed` asks for a test that a repaired model passes; `changed` says where the model at hand parts from the
    trace."""

    stored: Result
    insight: Insight | None = None
    width: int = PLAIN_WIDTH
    fixed: bool = False
    changed: str = ""

    @cached_property
    def result(self) -> Result:
        """The result with every text in it printable."""
        return harmless(self.stored)

    @cached_property
    def trace(self) -> Trace:
        """Its trace. Raises UsageError where it has none."""
        trace = trace_of_result(self.result)
        if trace is None:
            raise UsageError(f"the result of {self.result.property} has no trace", code=Code.NO_TRACE)
        return trace

    @property
    def headline(self) -> str:
        """`never_empty is violated in 11 steps`."""
        return f"{self.result.property} {self.outcome}"

    @property
    def outcome(self) -> str:
        """`is violated in 11 steps`, `is reached at the start`."""
        what = "violated" if self.violated else "reached"
        return f"is {what} in {counted(len(self.trace), 'step')}" if self.trace.steps else f"is {what} at the start"

    @property
    def ending(self) -> str:
        """What has come about in the end: `never_empty is violated`."""
        return f"{self.result.property} is {'violated' if self.violated else 'reached'}"

    @property
    def violated(self) -> bool:
        """Whether the trace leads to a violation, and not to a witness."""
        return self.result.verdict == "violated"

    @property
    def subject(self) -> str:
        """`dns · incident`."""
        return " · ".join(name for name in (self.result.model, self.result.variant) if name)

    @property
    def scope(self) -> str:
        """`Enactor=2 Plan=4`."""
        sizes = self.result.scope.items()
        return " ".join(f"{name}={'unbounded' if size is None else size}" for name, size in sizes)

    @cached_property
    def settled(self) -> tuple[bool, ...]:
        """For each state, whether the trace has come to what it shows: the violation, or what is to be reached.

        Where no model is at hand that is the last state: a shortest trace ends in the first such state.
        """
        last = len(self.trace)
        row = (
            next((row for row in self.insight.claims if row.name == self.result.property), None)
            if self.insight
            else None
        )
        if row is None or row.kind not in ("always", "reachable"):
            return tuple(number == last for number in range(last + 1))
        return tuple(value is (not self.violated) for value in row.values)

    @cached_property
    def things(self) -> tuple[str, ...]:
        """What the model names besides its processes: its views; without any, the shared entries that change last, or
        the first ones where there is no step."""
        if self.trace.initial_views:
            return tuple(self.trace.initial_views)
        owners = tuple(f"{name.removesuffix('.at')}." for name in self.trace.initial if name.endswith(".at"))
        last = {name: 0 for name in self.trace.initial if not name.startswith(owners)}
        for number, step in enumerate(self.trace.steps, start=1):
            last |= {change.name: number for change in step.changes if change.name in last}
        changing = sorted((name for name in last if last[name] or not self.trace.steps), key=lambda name: -last[name])
        return tuple(name for name in last if name in changing[:MOST_FALLBACK_THINGS])

    def said_of(self, thing: str) -> tuple[str, ...]:
        """What each state says of a thing, from the initial one on."""
        if self.trace.initial_views:
            states = (self.trace.initial_views, *(step.views for step in self.trace.steps))
        else:
            states = (self.trace.initial, *(step.state for step in self.trace.steps))
        return tuple(state.get(thing, "") for state in states)


def label_of(step: TraceStep) -> str:
    """What a step does, with its choice: `clean up: plan 1`."""
    return step.label if step.choice is None else f"{step.label}: {step.choice}"


def changes_of(step: TraceStep) -> tuple[str, ...]:
    """What a step changed, a line each: `alias[public]: plan 2 → plan 1`; and how it failed."""
    lines = tuple(f"{change.name}: {change.before} → {change.after}" for change in step.changes)
    return (*lines, step.failure) if step.failure else lines


def sentence(step: TraceStep, number: int) -> str:
    """A step for those who cannot see a drawing: `Step 8: enactor 1, install. alias[public]: plan 2 → plan 1.`"""
    told = "; ".join(changes_of(step))
    return f"Step {number}: {step.process}, {label_of(step)}." + (f" {told}." if told else "")
