"""The measurements as one picture of six panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import _machine
import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

matplotlib.use("Agg")

INK, QUIET, GRID = "#1f2328", "#59636e", "#e3e7eb"
ENGINES: Mapping[str, tuple[str, str]] = {
    "portable": ("raceproof, portable", "#8c8c8c"),
    "native": ("raceproof, native", "#0072b2"),
    "native, 2 workers": ("raceproof, native, 2 workers", "#56b4e9"),
    "spin exact": ("Spin", "#d55e00"),
}
"""Colours that also the colour-blind tell apart (Okabe and Ito, 2008)."""

MODELS: Mapping[str, tuple[str, str]] = {"dns, incident": ("o", "-"), "two phase commit, published": ("s", "--")}


def draw(results: Mapping[str, Any], path: Path) -> None:
    """Write the picture as PNG."""
    figure = Figure(figsize=(15, 9), dpi=120, facecolor="white", layout="constrained")
    axes = figure.subplots(2, 3)
    searches = results["searches"]
    curves(axes[0, 0], searches, "states_per_second", "distinct states a second")
    curves(axes[0, 1], searches, "transitions_per_second", "transitions a second")
    curves(axes[0, 2], searches, "bytes_per_state", "bytes a state, all in")
    axes[0, 2].set_yscale("linear")
    axes[0, 2].set_ylim(bottom=0)
    growth(axes[1, 0], results["growth"], "enactors", "Enactor", "states with more enactors (2 names, 3 plans)")
    growth(axes[1, 1], results["growth"], "plans", "Plan", "states with more plans (3 enactors, 2 names)")
    violations(axes[1, 2], results["first_violation"])
    figure.legend(handles=keys(), loc="outside upper center", ncols=len(ENGINES) + len(MODELS), frameon=False)
    figure.supxlabel(
        f"Medians of {results['runs']} runs. {_machine.in_words(results['machine'])}", fontsize=9, color=QUIET
    )
    figure.savefig(path)


def keys() -> list[Line2D]:
    """The legend: a colour for each engine, a marker for each model."""
    engines = [Line2D([], [], color=colour, lw=2.5, label=label) for label, colour in ENGINES.values()]
    models = [
        Line2D([], [], color=QUIET, marker=marker, ls=line, label=name.partition(",")[0].replace("dns", "DNS incident"))
        for name, (marker, line) in MODELS.items()
    ]
    return [*engines, *models]


def curves(axes: Axes, searches: Sequence[Mapping[str, Any]], what: str, title: str) -> None:
    """One figure of every engine against the number of states, both on logarithmic scales."""
    style(axes, title)
    for model, (marker, line) in MODELS.items():
        for engine, (_, colour) in ENGINES.items():
            found = [s["contestants"].get(engine, {}) for s in searches if s["model"] == model]
            points = sorted((each["states"], each[what]) for each in found if each.get(what))
            axes.plot(*zip(*points, strict=True) if points else ((), ()), color=colour, marker=marker, ls=line, ms=5)
    if axes.dataLim.height > 0:
        axes.set_xscale("log")
        axes.set_yscale("log")
    axes.set_xlabel("distinct states")


def growth(axes: Axes, rows: Sequence[Mapping[str, Any]], by: str, domain: str, title: str) -> None:
    """The states of growing scopes, with symmetry and without."""
    style(axes, title)
    grown = [row for row in rows if row["by"] == by and row["states"]]
    if grown:
        axes.set_yscale("log")
    for what, label, colour, marker in (
        ("states", "every state", "#0072b2", "o"),
        ("orbits", "with symmetry", "#009e73", "D"),
    ):
        known = [row for row in grown if row[what]]
        if not known:
            continue
        places = [row["scope"][domain] for row in known]
        axes.plot(places, [row[what] for row in known], color=colour, marker=marker, ms=5, label=label)
        side, offset = ("right", (-5, 5)) if what == "states" else ("left", (5, -11))
        for row, place in zip(known, places, strict=True):
            if what == "states" or row["orbits"] != row["states"]:
                text, where = f"{row[what]:,}", (place, row[what])
                axes.annotate(text, where, offset, textcoords="offset points", ha=side, fontsize=8, color=colour)
        axes.legend(frameon=False, loc="upper left")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(by)
    axes.margins(x=0.15, y=0.15)


def violations(axes: Axes, ways: Sequence[Mapping[str, Any]]) -> None:
    """A bar for each way to the first trace."""
    style(axes, "seconds to the incident's first trace")
    shown = [way for way in reversed(ways) if way["seconds"]]
    seconds = [way["seconds"]["median"] for way in shown]
    colours = [ENGINES["spin exact" if way["way"].startswith("Spin") else "native"][1] for way in shown]
    axes.barh(range(len(shown)), seconds, color=colours, height=0.32)
    for position, way in enumerate(shown):
        text = f"{way['way']} ({way['steps']} steps)"
        axes.text(0, position + 0.24, text, fontsize=8.5, color=INK, va="bottom", ha="left")
        axes.text(seconds[position], position, f" {seconds[position]:.3f}", fontsize=8.5, color=QUIET, va="center")
    axes.set_yticks([])
    axes.set_ylim(-0.6, max(len(shown), 1) - 0.2)
    axes.set_xlim(0, max(seconds, default=1) * 1.15)
    axes.grid(False)
    axes.spines["left"].set_visible(False)


def style(axes: Axes, title: str) -> None:
    """What all panels share."""
    axes.set_title(title, loc="left", fontsize=11, color=INK, pad=10)
    axes.grid(color=GRID, lw=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=QUIET, which="both", length=0)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(GRID)
