"""The trace of the incident as it was stored once, with what a model adds, and the same with hostile texts in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from raceproof.checker.formats.told import ClaimRow, Excerpt, Insight, Origin, Stale, Told
from raceproof.checker.results import Result, decode

GOLDEN = Path(__file__).parent / "golden"

HOSTILE = (
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "</title></svg><b>bold</b> & <!-- --> ]]>",
    "\"double\" 'single' \\ backslash",
    "line\nbreak\r\n\u2028\x85next\x00\x1b[2J",
    "`back` ``ticks``` | pipe",
    "漢字かな жжж é 😀",
    "\u202eevil",
    "; end # %% #35; rect rgb(0,0,0)",
    "${x} {{y}} \\N{DASH}",
    "@everyone [a](javascript:alert(1)) ![b](c) www.example.com https://example.com",
    '"""; import os; os._exit(1) #',
    "# heading",
    "- item",
    "1. item",
    "W" * 60,
)


@pytest.fixture
def stored() -> Result:
    """The result of the incident: never_empty, violated in 11 steps."""
    (result,) = decode((GOLDEN / "incident.json").read_bytes())
    return result


@pytest.fixture
def incident(stored: Result) -> Told:
    """The incident with what a model adds, written by hand: nothing here depends on the model or on explanations."""
    assert stored.trace is not None
    steps = stored.trace
    excerpt = Excerpt("automation.py", 87, 88, ("while True:", '    yield until(self.may_plan, "write the next plan")'))
    insight = Insight(
        text="A name that has been installed never resolves to nothing.",
        why="enactor 1 found `mine > self.applied` true at step 2; by step 8 newest was plan 2.",
        claims=(
            ClaimRow("never_empty", "always", "Never empty.", (*[True] * 11, False)),
            ClaimRow("never_goes_back", "each_step", "Never back.", (None, *[True] * 7, False, *[True] * 3)),
            ClaimRow("automation_recovers", "recoverable", "It recovers.", (False,) * 12),
        ),
        sources=tuple(excerpt for _ in steps),
        stale=(
            Stale("enactor 1", 2, 3, 8, "newest was plan 1; plan 2 since step 3", "It acts upon `mine`, too late."),
        ),
        pictures=tuple(f"public -> {step.state['alias[public]']}" for step in (steps[0], *steps)),
        origin=Origin(
            (("raceproof.model.dns", "VARIANTS"), ("raceproof.properties.dns", "never_empty")),
            'VARIANTS["incident"].make()',
            "never_empty",
        ),
    )
    return Told(stored, insight)


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def hostile(request: pytest.FixtureRequest, stored: Result) -> Told:
    """The incident with a hostile text in every place where a file may have one."""
    return Told(with_text(stored, request.param))


@pytest.fixture
def all_hostile(stored: Result) -> tuple[Told, ...]:
    """One for each hostile text, and one with all of them at once."""
    return tuple(Told(with_text(stored, text)) for text in (*HOSTILE, " ".join(HOSTILE)))


@pytest.fixture
def harmless(stored: Result) -> Told:
    """The same with a text that means nothing to anybody."""
    return Told(with_text(stored, "text"))


def with_text(stored: Result, text: str) -> Result:
    data: dict[str, Any] = msgspec.to_builtins(stored)
    data |= {"model": text, "variant": text, "property": text, "command": text, "versions": {text: text}}
    data["initial"] = {f"{text}[{text}]": text, f"{text}.at": text, "x": "1"}
    data["initial_views"] = {text: text}
    for step in data["trace"]:
        step |= {"actor": text, "label": text, "choice_text": text, "process": text, "location": "x.py:1"}
        step |= {"changes": [{"name": text, "before": text, "after": text}], "state": dict(data["initial"])}
        step |= {"views": {text: f"{text} after"}}
    data["trace"][-1]["failure"] = text
    return msgspec.convert(data, Result)
