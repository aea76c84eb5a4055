"""The measurements as Markdown tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import _machine

Result = Mapping[str, Any]
NOTHING = "–"


def render(results: Result) -> str:
    """The whole page."""
    parts = [
        "# The search, measured",
        _machine.in_words(results["machine"]),
        f"Medians of {results['runs']} run{'s' * (results['runs'] != 1)}, taken in turns. Every search of raceproof "
        "runs in a fresh process; its seconds are those of the search, its bytes a state are all that the process grew "
        "by. Spin's seconds are pan's, without translating and compiling; its bytes are for states and hash table. "
        "Transitions count every successor of every state. M is a million.",
        "## Equal counts",
        equal_counts(results["searches"]),
        *notes(results["searches"], results["machine"]["missing"]),
    ]
    if not results["machine"]["missing"]:
        parts += ["## Spin's ways", spin_ways(results)]
    parts += ["## The first violation", violations(results["first_violation"])]
    if results["growth"]:
        parts += ["## Growth, and what symmetry saves", growth(results["growth"])]
    if results["unequal"]:
        parts += ["## Counts that differ", *results["unequal"]]
    return "\n\n".join(parts) + "\n"


def equal_counts(searches: Sequence[Result]) -> str:
    """A row for each scope: the counts, and every engine beside Spin."""
    head = [
        "model", "scope", "states", "transitions", "depth", "portable M transitions/s", "native M states/s",
        "native M transitions/s", "native bytes/state", "2 workers M transitions/s", "2 workers: times one",
        "Spin M states/s", "Spin M transitions/s", "Spin bytes/state", "native: times Spin", "2 workers: times Spin",
    ]  # fmt: skip
    rows = []
    for search in searches:
        by_name = search["contestants"]
        portable, native, two, spin = (
            by_name.get(name, {}) for name in ("portable", "native", "native, 2 workers", "spin exact")
        )
        ours = next((each for each in (native, two, portable) if "states" in each), spin)
        rate = "transitions_per_second"
        rows.append(
            [
                search["model"],
                search["scope"],
                whole(ours.get("states")),
                whole(ours.get("transitions")),
                whole(ours.get("depth")) if ours is not spin else NOTHING,
                millions(portable.get(rate)),
                millions(native.get("states_per_second")),
                millions(native.get(rate)),
                decimal(native.get("bytes_per_state")),
                millions(two.get(rate)),
                times(two.get(rate), native.get(rate)),
                millions(spin.get("states_per_second")),
                millions(spin.get(rate)),
                decimal(spin.get("bytes_per_state")),
                times(native.get(rate), spin.get(rate)),
                times(two.get(rate), spin.get(rate)),
            ]
        )
    return table(head, rows, left=2)


def notes(searches: Sequence[Result], known: str | None) -> list[str]:
    """Why there are empty columns: each reason once, but for what is `known` from the head of the page."""
    why: dict[str, list[str]] = {}
    for search in searches:
        for name, contestant in search["contestants"].items():
            if contestant.get("why") and contestant["why"] != known:
                why.setdefault(f"{name}: {contestant['why']}", []).append(f"{search['model']} {search['scope']}")
    if not why:
        return []
    return ["Without a result:", "\n".join(f"- {text} ({'; '.join(where)})" for text, where in why.items())]


def spin_ways(results: Result) -> str:
    """A row for each configuration of Spin, in the scopes in which all were run."""
    head = [
        "model", "scope", "Spin", "options", "states", "M states/s", "M transitions/s", "bytes/state",
        "native: times this", "",
    ]  # fmt: skip
    rows = []
    for search in results["searches"]:
        ways = {name: each for name, each in search["contestants"].items() if name in results["configurations"]}
        if len(ways) < 2:
            continue
        native = search["contestants"].get("native", {})
        for name, way in ways.items():
            text, options = results["configurations"][name]
            rows.append(
                [
                    search["model"],
                    search["scope"],
                    text,
                    f"`{options}`",
                    whole(way.get("states")),
                    millions(way.get("states_per_second")),
                    millions(way.get("transitions_per_second")),
                    decimal(way.get("bytes_per_state")),
                    times(native.get("transitions_per_second"), way.get("transitions_per_second")),
                    way.get("why") or "",
                ]
            )
    return table(head, rows, left=4)


def violations(ways: Sequence[Result]) -> str:
    """A row for each way to the first trace of the incident."""
    rows = [
        [way["way"], whole(way["steps"]), seconds(way["seconds"] and way["seconds"]["median"]), way["why"] or ""]
        for way in ways
    ]
    return table(["three enactors, two names, four plans", "steps", "seconds", ""], rows, left=1)


def growth(rows: Sequence[Result]) -> str:
    """A row for each scope: its states, and its states when interchangeable things count as one."""
    return table(
        ["grows with", "scope", "states", "with symmetry", "times fewer", ""],
        [
            [
                row["by"],
                " ".join(f"{name}={size}" for name, size in row["scope"].items()),
                whole(row["states"]),
                whole(row["orbits"]),
                times(row["states"], row["orbits"]),
                row["why"] or "",
            ]
            for row in rows
        ],
        left=2,
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], left: int) -> str:
    """A Markdown table whose first `left` columns are text and whose others are numbers."""
    rules = ["---" if column < left or not name else "---:" for column, name in enumerate(head)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, rules, *rows])


def whole(number: int | None) -> str:
    return NOTHING if number is None else f"{number:,}"


def millions(rate: float | None) -> str:
    return NOTHING if rate is None else f"{rate / 1e6:.2f}"


def decimal(number: float | None) -> str:
    return NOTHING if number is None else f"{number:.1f}"


def seconds(number: float | None) -> str:
    return NOTHING if number is None else f"{number:.3f}"


def times(ours: float | None, theirs: float | None) -> str:
    return NOTHING if not ours or not theirs else f"{ours / theirs:.1f}"
