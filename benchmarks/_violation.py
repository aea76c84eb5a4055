"""How long it takes to see the incident: from a cold start to a trace, for the command line and for Spin."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import _measure
import _spin

COLD = "from raceproof.checker.cli.main import main; main()"
OUTAGE = ("check", "dns", "--property", "never_empty", "--scope", "Enactor=3")
SCOPE = {"Enactor": 3, "Endpoint": 2, "Plan": 4}
SIZES = {"NE": 3, "EP": 2, "NP": 4}
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Seen:
    """One way to a counterexample, once: its seconds, and how many steps the counterexample has."""

    seconds: float
    steps: int | None


def command() -> Seen | str:
    """The whole command in a new process, its timeline printed."""
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", COLD, *OUTAGE], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode != 1:
        return f"expected a violation, got exit status {done.returncode}"
    said = next((line for line in done.stdout.splitlines() if " is violated in " in line), "")
    steps = said.rpartition(" is violated in ")[2].split()
    return Seen(seconds, int(steps[0]) if steps else None)


def search(options: Mapping[str, Any]) -> Seen | str:
    """The search alone, in a process that has the model lowered."""
    request = {"model": "dns", "variant": "incident", "scope": SCOPE, "claim": "never_empty", "options": options}
    answer = _measure.ask(request)
    return str(answer["why"]) if "why" in answer else Seen(answer["seconds"], answer["steps"])


def spin(configuration: _spin.Configuration, memory_bytes: int, compiling: bool) -> Seen | str:
    """A run of the twin that stops at the first violation, with or without the seconds of translating and compiling."""
    with _spin.Pan("dns.pml", SIZES, configuration, memory_bytes) as pan:
        run = pan.run(2**16, SECONDS, violated=True)
        if isinstance(run, _spin.Failed):
            return run.why
        return Seen(run.wall_seconds + (pan.build_seconds if compiling else 0), run.found.steps)


def first_violation(
    engines: Mapping[str, Mapping[str, Any]], runs: int, memory_bytes: int, tell: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Every way to the incident's first trace, in turns: its steps, and the spread of its seconds."""
    ways: dict[str, Callable[[], Seen | str]] = {f"raceproof {' '.join(OUTAGE)}": command}
    for name, options in engines.items():
        ways[f"raceproof {name}: the search alone"] = partial(search, options)
    for configuration, compiling in ((_spin.SHORTEST, True), (_spin.SHORTEST, False), (_spin.FIRST, False)):
        stages = "spin, gcc and pan" if compiling else "pan alone"
        ways[f"Spin {configuration.text}: {stages}"] = partial(spin, configuration, memory_bytes, compiling)
    seen: dict[str, list[Seen]] = {name: [] for name in ways}
    why: dict[str, str] = {}
    for number in range(1, runs + 1):
        for name, way in ways.items():
            if name in why:
                continue
            found = way()
            if isinstance(found, str):
                why[name] = found
                tell(f"{name}: {found}")
                continue
            seen[name].append(found)
            tell(f"{name}, run {number} of {runs}: {found.seconds:.3f} s, {found.steps} steps")
    return [
        {
            "way": name,
            "steps": seen[name][0].steps if seen[name] else None,
            "seconds": _measure.spread([each.seconds for each in seen[name]]) if seen[name] else None,
            "why": why.get(name),
        }
        for name in ways
    ]
