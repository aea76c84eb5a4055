"""Measurements: runs of contestants that take turns, so that what else the machine does meets all of them alike."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import _spin

CHILD = Path(__file__).resolve().parent / "_child.py"

LEAST_STATES_FOR_BYTES = 200_000
"""With fewer, the memory of a search is mostly what any search needs."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: distinct states, transitions without the arrival in the initial state, the search's seconds and bytes.

    `depth` is the farthest state for a search by breadth, the longest path for one by depth.
    """

    states: int
    transitions: int
    depth: int
    seconds: float
    memory_bytes: int | None = None


Contestant = Callable[[], Sample | str]
"""Makes one run, or says why there is no result."""


@dataclass(slots=True)
class Series:
    """The runs of one contestant. `why` tells why there are no more."""

    name: str
    samples: list[Sample] = field(default_factory=list)
    why: str | None = None

    @property
    def counts(self) -> tuple[int, int] | None:
        """Distinct states and transitions of the first run."""
        return (self.samples[0].states, self.samples[0].transitions) if self.samples else None

    @property
    def seconds(self) -> float | None:
        """The median over the runs."""
        return statistics.median(sample.seconds for sample in self.samples) if self.samples else None

    @property
    def states_per_second(self) -> float | None:
        return self.samples[0].states / self.seconds if self.seconds else None

    @property
    def transitions_per_second(self) -> float | None:
        return self.samples[0].transitions / self.seconds if self.seconds else None

    @property
    def bytes_per_state(self) -> float | None:
        """The median over the runs; None where there are too few states to tell."""
        known = [each.memory_bytes / each.states for each in self.samples if each.memory_bytes is not None]
        if not known or self.samples[0].states < LEAST_STATES_FOR_BYTES:
            return None
        return statistics.median(known)

    def as_json(self) -> dict[str, Any]:
        """Everything about it in plain values, with the fastest and the slowest run."""
        if not self.samples:
            return {"why": self.why}
        first = self.samples[0]
        seconds = [sample.seconds for sample in self.samples]
        return {
            "states": first.states,
            "transitions": first.transitions,
            "depth": first.depth,
            "seconds": spread(seconds),
            "states_per_second": self.states_per_second,
            "transitions_per_second": self.transitions_per_second,
            "bytes_per_state": self.bytes_per_state,
            "why": self.why,
        }


def spread(seconds: Sequence[float]) -> dict[str, Any]:
    """The median, the fastest and the slowest of some runs, and all of them."""
    return {"median": statistics.median(seconds), "least": min(seconds), "most": max(seconds), "runs": list(seconds)}


def take_turns(
    contestants: Mapping[str, Contestant], runs: int, tell: Callable[[str], None]
) -> tuple[dict[str, Series], list[str]]:
    """Every contestant once, then every contestant again, `runs` times; who has no result once is not asked again.

    Also the contestants whose counts changed from one run to the next, in words.
    """
    found = {name: Series(name) for name in contestants}
    changed: list[str] = []
    for number in range(1, runs + 1):
        for name, run in contestants.items():
            series = found[name]
            if series.why:
                continue
            sample = run()
            if isinstance(sample, str):
                series.why = sample
                tell(f"{name}: {sample}")
                continue
            series.samples.append(sample)
            if series.counts != (sample.states, sample.transitions):
                changed.append(f"{name} counted {series.counts} first, then {(sample.states, sample.transitions)}")
            rate = sample.transitions / sample.seconds / 1e6 if sample.seconds else 0
            tell(f"{name}, run {number} of {runs}: {sample.states:,} states, {sample.seconds:.2f} s, {rate:.2f} M/s")
    return found, changed


def ask(request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a fresh process to a request; see `_child.py`."""
    command = [sys.executable, str(CHILD), json.dumps(request)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        return {"why": f"exit status {done.returncode}: {said[-1] if said else 'nothing said'}"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def raceproof(request: Mapping[str, Any]) -> Sample | str:
    """One search in a fresh process."""
    answer = ask(request)
    if "why" in answer:
        return str(answer["why"])
    return Sample(
        answer["states"],
        answer["transitions"],
        answer["depth"],
        answer["seconds"],
        answer["peak_bytes"] - answer["peak_bytes_before"],
    )


def spin(pan: _spin.Pan, states: int, seconds: float) -> Sample | str:
    """One run of a twin that visits every state."""
    run = pan.run(states, seconds)
    if isinstance(run, _spin.Failed):
        return run.why
    found = run.found
    return Sample(found.states, found.transitions - 1, found.depth, run.seconds, found.memory_bytes)
