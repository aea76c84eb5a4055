"""The explicit-state search, measured beside Spin on twins of the same models, in turns, on the same machine.

Every search runs in a process of its own. Counts must be equal: the exit status is 1 where they are not. Writes a
table, a plot and all numbers to `benchmarks/results`; a `--quick` run only prints its table.

    python benchmarks/search.py            scopes up to some 10^7 states
    python benchmarks/search.py --full     up to 10^8: long, and needs some 8 GiB
    python benchmarks/search.py --quick    about a minute
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import _machine
import _measure
import _spin
import _table
import _violation

RESULTS = Path(__file__).resolve().parent / "results"
RUNS = 3

EVERY_STATE = {"symmetry": False, "partial_order": False}
ENGINES: dict[str, dict[str, Any]] = {
    "portable": {"engine": "portable", **EVERY_STATE},
    "native": {"engine": "native", "workers": 1, **EVERY_STATE},
    "native, 2 workers": {"engine": "native", "workers": 2, **EVERY_STATE},
}
"""By the name of the column: the engine, and the fields of `raceproof.checker.options.Options`."""

SYMMETRIC = {"engine": "native", "workers": 1, "symmetry": True, "partial_order": False}
"""The same, for how much symmetry saves."""

MOST_PORTABLE_STATES = 5_000_000
MOST_QUICK_STATES = 500_000
MOST_STATES = 30_000_000
"""The largest scopes of the portable engine, of `--quick`, and of a run without `--full`."""

MOST_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Subject:
    """A model in a scope, and its twin. `states` is how many there are, about: it sizes Spin's hash table."""

    model: str
    variant: str
    scope: Mapping[str, int]
    states: int
    twin: str
    sizes: Mapping[str, int]
    translate: tuple[str, ...] = ()
    configurations: tuple[_spin.Configuration, ...] = (_spin.EXACT,)

    @property
    def shown(self) -> str:
        return f"{self.model.replace('_', ' ')}, {self.variant}"

    @property
    def shown_scope(self) -> str:
        return " ".join(f"{name}={size}" for name, size in self.scope.items())

    def request(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What the measured process is asked."""
        return {
            "model": self.model,
            "variant": self.variant,
            "scope": self.scope,
            "options": options,
            "max_seconds": MOST_SECONDS,
        }


def dns(enactors: int, endpoints: int, plans: int, states: int, variant: str = "incident", **more: Any) -> Subject:
    """The DNS automation."""
    return Subject(
        "dns",
        variant,
        {"Enactor": enactors, "Endpoint": endpoints, "Plan": plans},
        states,
        "dns.pml",
        {"NE": enactors, "EP": endpoints, "NP": plans},
        ("-DFIXED",) if variant == "fixed" else (),
        **more,
    )


def two_phase_commit(managers: int, states: int, **more: Any) -> Subject:
    """Two-phase commit."""
    scope = {"ResourceManager": managers}
    return Subject("two_phase_commit", "published", scope, states, "two_phase_commit.pml", {"NRM": managers}, **more)


EVERY = _spin.CONFIGURATIONS

SUBJECTS = (
    dns(3, 1, 3, 19_772),
    dns(2, 3, 4, 184_396),
    dns(3, 2, 3, 449_004),
    dns(3, 2, 4, 3_895_775, configurations=EVERY),
    dns(3, 2, 5, 21_439_873),
    dns(3, 2, 6, 88_516_369),
    dns(4, 1, 6, 100_113_104),
    dns(2, 2, 4, 14_969, "fixed"),
    dns(3, 2, 3, 131_051, "fixed"),
    dns(3, 2, 4, 856_619, "fixed"),
    dns(3, 2, 5, 3_993_227, "fixed"),
    two_phase_commit(5, 8_832),
    two_phase_commit(6, 50_816),
    two_phase_commit(7, 296_448),
    two_phase_commit(8, 1_745_408, configurations=EVERY),
    two_phase_commit(9, 10_340_352),
    two_phase_commit(10, 61_515_776),
)
QUICK_SUBJECTS = (
    dns(3, 1, 3, 19_772),
    dns(3, 2, 3, 449_004, configurations=EVERY),
    two_phase_commit(6, 50_816),
    two_phase_commit(7, 296_448),
)

GROWTH = {
    "enactors": (dns(1, 2, 3, 100), dns(2, 2, 3, 6_717), dns(3, 2, 3, 449_004), dns(4, 2, 3, 23_321_672)),
    "plans": (dns(3, 2, 2, 30_000), dns(3, 2, 3, 449_004), dns(3, 2, 4, 3_895_775), dns(3, 2, 5, 21_439_873)),
}
"""What grows, by the name of what it grows with."""


def tell(text: str) -> None:
    """A line of progress."""
    print(text, file=sys.stderr, flush=True)


def spin_memory_bytes(states: int) -> int:
    """What a run of Spin may use: ample for so many states, and not more than three quarters of the machine."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(2**30 + 160 * states, machine * 3 // 4)


def measure(subject: Subject, runs: int) -> tuple[dict[str, Any], list[str]]:
    """Raceproof's engines and Spin's configurations in turns; also where their counts differ."""
    where = f"{subject.shown} {subject.shown_scope}"
    with ExitStack() as stack:
        contestants: dict[str, _measure.Contestant] = {}
        for name, options in ENGINES.items():
            if name == "portable" and subject.states > MOST_PORTABLE_STATES:
                continue
            contestants[name] = partial(_measure.raceproof, subject.request(options))
        for configuration in subject.configurations:
            memory = spin_memory_bytes(subject.states)
            pan = _spin.Pan(subject.twin, subject.sizes, configuration, memory, *subject.translate)
            stack.enter_context(pan)
            contestants[f"spin {configuration.name}"] = partial(_measure.spin, pan, subject.states, MOST_SECONDS)
        series, changed = _measure.take_turns(contestants, runs, lambda text: tell(f"{where}: {text}"))
    found = {
        "model": subject.shown,
        "scope": subject.shown_scope,
        "contestants": {name: each.as_json() for name, each in series.items()},
    }
    return found, [f"{where}: {text}" for text in [*changed, *differences(series)]]


def differences(series: Mapping[str, _measure.Series]) -> list[str]:
    """Who counts other states or transitions than the first; reduction is free to."""
    counted = {
        name: each.counts for name, each in series.items() if each.counts is not None and "reduction" not in name
    }
    first = next(iter(counted), None)
    return [
        f"{name} counts {counts}, {first} {counted[first]}"
        for name, counts in counted.items()
        if first and counts != counted[first]
    ]


def growth(most: int) -> list[dict[str, Any]]:
    """States with more enactors and with more plans, with symmetry and without, of scopes up to `most` states."""
    rows = []
    for by, subjects in GROWTH.items():
        for subject in subjects:
            if subject.states > most:
                continue
            row: dict[str, Any] = {"by": by, "model": subject.shown, "scope": subject.scope}
            row["states"], why = count(subject, ENGINES["native"])
            if row["states"] is None and subject.states <= MOST_PORTABLE_STATES:
                row["states"], _ = count(subject, ENGINES["portable"])
            row["orbits"], row["why"] = count(subject, SYMMETRIC)
            tell(f"growth with {by}, {subject.shown_scope}: {row['states']} states, {row['orbits']} with symmetry")
            rows.append(row | {"why": row["why"] or why})
    return rows


def count(subject: Subject, options: Mapping[str, Any]) -> tuple[int | None, str | None]:
    """The states that an engine visits, or why it does not say."""
    sample = _measure.raceproof(subject.request(options))
    return (None, sample) if isinstance(sample, str) else (sample.states, None)


def main() -> int:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(description="Measure the explicit-state search beside Spin.")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="about a minute; prints its table and writes nothing")
    size.add_argument("--full", action="store_true", help="scopes up to 10^8 states; long, needs some 8 GiB")
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each measurement (default: %(default)s)")
    chosen = parser.parse_args()
    if chosen.runs < 1:
        parser.error("--runs must be at least 1")

    most = sys.maxsize if chosen.full else MOST_QUICK_STATES if chosen.quick else MOST_STATES
    subjects = QUICK_SUBJECTS if chosen.quick else SUBJECTS
    native = {name: options for name, options in ENGINES.items() if name != "portable"}
    results: dict[str, Any] = {"machine": _machine.describe(), "runs": chosen.runs, "searches": []}
    unequal: list[str] = []
    for subject in subjects:
        if subject.states <= most:
            found, wrong = measure(subject, chosen.runs)
            results["searches"].append(found)
            unequal += wrong
    results["configurations"] = {f"spin {each.name}": [each.text, each.shown] for each in EVERY}
    results["first_violation"] = _violation.first_violation(native, chosen.runs, spin_memory_bytes(0), tell)
    results["growth"] = growth(most)
    results["unequal"] = unequal

    table = _table.render(results)
    print(table)
    if not chosen.quick:
        write(results, table)
    return 1 if unequal else 0


def write(results: Mapping[str, Any], table: str) -> None:
    """The numbers, the table and the plot, side by side."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "search.json").write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (RESULTS / "search.md").write_text(table, encoding="utf-8")
    try:
        import _plot
    except ImportError as error:
        tell(f"no plot: {error.name} is not installed")
        return
    _plot.draw(results, RESULTS / "search.png")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        tell("interrupted; nothing was written")
        sys.exit(130)
