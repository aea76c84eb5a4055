"""The figure of a sweep: how rare, how deep, how fast it grows. Drawn by matplotlib; the same sweep, the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from raceproof.checker.sweep import Point, Sweep
from raceproof.checker.system.transition import ClaimKind

_INK, _PALE = "#222222", "#e9ecef"
_SHORTEST, _LONGEST = "#e8796b", "#fbe3cf"
_SOONEST, _LATEST = "#7fb7dc", "#dcecf7"
_ACROSS = 3

_WITHOUT_TRACE = {"holds-in-scope": "holds", "violated": "never"}


def draw(sweep: Sweep, title: str, form: str) -> bytes:
    """A heat map for each claim that a trace was found for, of violations in red, of what is reached in blue; curves of
    the number of states. `form` is svg, png or pdf."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    found = [number for number in range(len(sweep.claims)) if sweep.shortest(number)]
    with mpl.rc_context({"svg.hashsalt": "raceproof", "svg.fonttype": "none", "font.size": 10}):
        across = min(len(found) + 1, _ACROSS)
        down = -(-(len(found) + 1) // across)
        figure = Figure(figsize=(5.2 * across, 3.9 * down + 0.3), layout="constrained")
        axes = figure.subplots(down, across, squeeze=False).ravel()
        for spare in axes[len(found) + 1 :]:
            spare.set_visible(False)
        figure.suptitle(title, fontweight="bold", color=_INK)
        for axis, number in zip(axes, found, strict=False):
            _heat_map(axis, sweep, number)
        _growth(axes[len(found)], sweep)
        out = io.BytesIO()
        metadata = {"Date": None} if form == "svg" else {"Software": None} if form == "png" else {"CreationDate": None}
        figure.savefig(out, format=form, dpi=160, metadata=metadata)
    return out.getvalue()


def _cells(sweep: Sweep) -> tuple[str, Sequence[int], list[tuple[int, ...]]]:
    """What goes across, its sizes, and the rows of what goes down."""
    *_, across = sweep.over
    rows = list(dict.fromkeys(sizes[:-1] for sizes in sweep.grid))
    return across, sweep.over[across], sorted(rows)


def _row_label(sweep: Sweep, row: tuple[int, ...]) -> str:
    return ", ".join(f"{name}={size}" for name, size in zip(sweep.over, row, strict=False)) or " "


def _heat_map(axis: Any, sweep: Sweep, claim: int) -> None:
    """The length of the shortest trace in each scope."""
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap

    across, columns, rows = _cells(sweep)
    points = [[sweep.points.get((*row, size), Point((*row, size))) for size in columns] for row in rows]
    lengths = [[point.length(claim) for point in line] for line in points]
    ends = [_SOONEST, _LATEST] if _wants_to_reach(points, claim) else [_SHORTEST, _LONGEST]
    shades = LinearSegmentedColormap.from_list("steps", ends).with_extremes(bad=_PALE)
    values = np.array([[np.nan if length is None else float(length) for length in line] for line in lengths])
    axis.imshow(np.ma.masked_invalid(values), cmap=shades, aspect="auto", origin="lower")
    for y, line in enumerate(points):
        for x, point in enumerate(line):
            length = lengths[y][x]
            undecided = not point.searched or point.verdicts[claim].name == "undecided"
            text = (
                str(length)
                if length is not None
                else "?"
                if undecided
                else _WITHOUT_TRACE.get(point.verdicts[claim].name, "")
            )
            axis.text(x, y, text, ha="center", va="center", color=_INK, fontweight="bold" if length else "normal")
    axis.set_xticks(range(len(columns)), [str(size) for size in columns])
    axis.set_yticks(range(len(rows)), [_row_label(sweep, row) for row in rows])
    axis.set_xlabel(across)
    axis.set_title(f"{sweep.claims[claim]}\nsteps of the shortest trace", fontsize=10)
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)


def _wants_to_reach(points: Sequence[Sequence[Point]], claim: int) -> bool:
    """Whether a claim is that something is reachable: then a trace is good news."""
    searched = (point for line in points for point in line if point.searched)
    return any(point.verdicts[claim].claim.kind is ClaimKind.REACHABLE for point in searched)


def _growth(axis: Any, sweep: Sweep) -> None:
    """The number of states over the size of one domain, a curve for each size of the others."""
    from matplotlib.ticker import MaxNLocator

    across, columns, rows = _cells(sweep)
    for row in rows:
        pairs = [(size, sweep.points[(*row, size)].states) for size in columns if (*row, size) in sweep.points]
        known = [(size, states) for size, states in pairs if states is not None]
        if known:
            line = axis.plot(*zip(*known, strict=True), marker="o", markersize=4, label=_row_label(sweep, row))
            axis.annotate(
                _row_label(sweep, row),
                known[-1],
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                color=line[0].get_color(),
            )
    axis.set_yscale("log")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.set_xlabel(across)
    axis.set_title("states", fontsize=10)
    axis.margins(x=0.18)
    axis.grid(visible=True, axis="y", color=_PALE)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
