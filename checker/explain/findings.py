"""What an explanation says, as data: texts are in the model's words, steps are counted from 1, 0 is the start.

A command line and a page draw the same findings; nothing here knows how.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from raceproof.checker.trace import Change, Trace


@dataclass(frozen=True, slots=True)
class Reason:
    """A condition of the author's and why it is true or false: `text` and `place` (`dns.py:42`) are the author's.

    `values` are what its parts stand for, by their text, for example (`mine`, `plan 1`); `because` are the parts of it
    that decide, in order. A condition without such parts decides by its values alone. `also` are further members of
    which what is said of the first one in `because` is true.
    """

    text: str
    place: str
    holds: bool
    values: tuple[tuple[str, str], ...] = ()
    because: tuple[Reason, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def root(self) -> Reason:
        """The innermost part that decides, following the last at each level: where all of several parts do, the last is
        what the ones before it ask for."""
        return self.because[-1].root if self.because else self


@dataclass(frozen=True, slots=True)
class Reading:
    """An entry of the state that a step read: its value then, and the step that had written it last, 0 where that is
    how it started. `by` is who took that step, None for the start."""

    name: str
    value: str
    written: int
    by: str | None


@dataclass(frozen=True, slots=True)
class StepNote:
    """What there is to say of one step of a trace.

    A step `matters` if what the claim asks for comes from it, or if a stale decision was made, spoilt or used in it;
    the others only bring a process on to where it acts. `conditions` are those that the author's code asked in it.
    """

    number: int
    actor: str
    label: str
    place: str
    matters: bool
    reads: tuple[Reading, ...]
    writes: tuple[Change, ...]
    conditions: tuple[Reason, ...]


StaleKind = Literal["decision", "copy", "result", "permission"]
"""How a step relied on what had changed meanwhile. decision: a condition that held at the check does not hold at the
use; copy: what was read at the check is written, or decides, at the use; result: what the actor itself had written,
which the claim reads too; permission: a condition let the actor go where the claim finds it."""


@dataclass(frozen=True, slots=True)
class StaleDecision:
    """Who read or wrote `entry` at step `check`, after which it was `known`; who gave it another value at step
    `overwritten`, the last one before the use; and the step `use` that relied on it all the same, when it was `now`.

    `condition` is what the author's code asked at the check, and `effect` what the use changed that matters. A
    permission is used in the state that the claim finds, by standing there: its `use` is the last step of the trace.
    """

    kind: StaleKind
    actor: str
    entry: str
    known: str
    now: str
    check: int
    overwritten: int
    overwriter: str
    use: int
    condition: Reason | None
    effect: Change | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Who waits at the end of a deadlock for `entry`, which is `value` since a step of `holder`, None for the start."""

    actor: str
    label: str
    place: str
    condition: Reason | None
    entry: str
    value: str
    holder: str | None
    since: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a claim is violated; `by` are those whose moves a recoverable one counts on, None for everybody.

    `conjuncts` is why its predicate is false where it is, and `reads` what its false part asks for; `decisions` are the
    stale ones, what bears most on the violation first; `waits` are those of a deadlock. `trace` is the run that is
    explained; where `dropped` is not empty, it is shorter than the one that was given, which can do without its steps
    of these numbers. `sentence` says it all in one.
    """

    claim: str
    text: str
    kind: str
    by: tuple[str, ...] | None
    conjuncts: Reason | None
    reads: tuple[Reading, ...]
    trace: Trace
    steps: tuple[StepNote, ...]
    dropped: tuple[int, ...]
    decisions: tuple[StaleDecision, ...]
    waits: tuple[Wait, ...]
    sentence: str
    picture: tuple[str, ...] = ()

    @property
    def marks(self) -> dict[int, tuple[str, ...]]:
        """What each step is to the stale decisions: `check`, `overwrite`, `use`, numbered where there are several."""
        found: dict[int, list[str]] = {}
        for number, decision in enumerate(self.decisions, start=1):
            tail = f" {number}" if len(self.decisions) > 1 else ""
            for step, mark in ((decision.check, "check"), (decision.overwritten, "overwrite"), (decision.use, "use")):
                if mark != "use" or decision.kind != "permission":
                    found.setdefault(step, []).append(mark + tail)
        return {step: tuple(marks) for step, marks in found.items()}


@dataclass(frozen=True, slots=True)
class ClaimHere:
    """What a claim says of one state, or of the step that led there; None where it says nothing: of the start, a claim
    about steps. A reachable or recoverable claim holds here if its predicate does: here it is reached."""

    claim: str
    kind: str
    holds: bool | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Move:
    """A step that somebody can take: who, which, what it changes; `failure` is how it goes wrong."""

    actor: str
    label: str
    place: str
    choice: str | None
    changes: tuple[Change, ...]
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """A step that somebody cannot take, and the first condition that blocks it."""

    actor: str
    label: str
    place: str
    idle: bool
    condition: Reason | None


@dataclass(frozen=True, slots=True)
class Situation:
    """One state of a trace: after step `step`, 0 for the start."""

    step: int
    state: Mapping[str, str]
    views: Mapping[str, str]
    claims: tuple[ClaimHere, ...]
    enabled: tuple[Move, ...]
    disabled: tuple[Blocked, ...]
    done: tuple[str, ...]
    picture: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Sample:
    """A run that ends in a step which no shorter one takes. `reaches` names the author's steps that this sample is the
    first to take, as `clean up (dns.py:88)`."""

    reaches: tuple[str, ...]
    trace: Trace
