"""The DNS automation through the explicit search: states, transitions and rate for growing scopes.

Each line is the median of three complete searches, in one process on one core, without lowering and compiling. Then:
how long a cold command takes to the shortest trace of the incident.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time

from raceproof.checker.check import prepare, run
from raceproof.checker.language import assertions
from raceproof.model.dns import VARIANTS

RUNS = 3
SCOPES: tuple[dict[str, int], ...] = (
    {"Enactor": 2, "Endpoint": 1, "Plan": 3},
    {"Enactor": 2, "Endpoint": 2, "Plan": 3},
    {"Enactor": 2, "Endpoint": 2, "Plan": 4},
    {"Enactor": 2, "Endpoint": 3, "Plan": 4},
    {"Enactor": 3, "Endpoint": 1, "Plan": 3},
    {"Enactor": 3, "Endpoint": 2, "Plan": 3},
)
COLD = "import sys; from raceproof.checker.cli.main import main; main()"
OUTAGE = ("check", "dns", "--property", "never_empty", "--scope", "Enactor=3")


def line(variant: str, scope: dict[str, int]) -> str:
    """Complete searches of one variant in one scope."""
    prepared = prepare(VARIANTS[variant].make(), (assertions,), scope)
    found = [run(prepared)[0].statistics for _ in range(RUNS)]
    seconds = statistics.median(each.seconds for each in found)
    shown = " ".join(f"{name}={size}" for name, size in scope.items())
    counts = f"{found[0].states:>9,} {found[0].transitions:>12,} {found[0].depth:>6}"
    return f"{variant:<9} {shown:<28} {counts} {seconds:>8.2f} {found[0].transitions / seconds:>14,.0f}"


def cold_start() -> float:
    """The seconds of one command from a new process to its end."""
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", COLD, *OUTAGE], capture_output=True, check=False)
    if done.returncode != 1:
        raise SystemExit(f"expected a violation, got exit status {done.returncode}")
    return time.perf_counter() - started


def main() -> None:
    """Print both measurements."""
    print(f"{platform.machine()}, Python {platform.python_version()}, one core, medians of {RUNS} runs")
    counts = f"{'states':>9} {'transitions':>12} {'depth':>6}"
    print(f"{'variant':<9} {'scope':<28} {counts} {'seconds':>8} {'transitions/s':>14}")
    for variant in ("incident", "fixed"):
        for scope in SCOPES:
            print(line(variant, scope), flush=True)
    seconds = statistics.median(cold_start() for _ in range(RUNS))
    print(f"raceproof {' '.join(OUTAGE)}: {seconds:.2f} s from a cold process")


if __name__ == "__main__":
    main()
