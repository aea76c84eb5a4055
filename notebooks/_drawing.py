"""The race as one picture: a lane for each process, a band for what the name points to, step by step."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from raceproof.checker.trace import Trace, TraceStep

INK, QUIET, LANE, EMPTY = "#1f2328", "#59636e", "#eef1f4", "#c2182b"
PLANS: Mapping[str, str] = {"none": "#dde2e8", "plan 1": "#f0a830", "plan 2": "#7cc0ee", "plan 3": "#7fcdb0"}
"""Colours that colour-blind readers can tell apart; whatever a colour says is written there in words too."""

_LEFT, _START = -1.3, 0.35
"""Where the names of the lanes begin, and the lanes themselves; step n is at x = n."""
_BOX, _BAND = 0.9, 0.54
"""Heights; a lane is 1 high."""


def draw_race(axes: Axes, trace: Trace, name: str, slow: str) -> None:
    """Draw a trace that leaves `name` empty; `slow` is the enactor whose check is stale when it writes."""
    order = ["planner", *(process for process in trace.processes if process not in ("planner", slow))]
    lanes = {process: -1.25 * row for row, process in enumerate(order)}
    lanes[slow] = min(lanes.values()) - 1.8
    band = lanes[slow] - 1.2
    right = len(trace) + 2.1
    axes.set_axis_off()
    axes.set(xlim=(_LEFT, right), ylim=(band - 0.45, 1.75))
    _write(axes, _LEFT, 1.55, f"{len(trace)} steps to a name without an address", 16, weight="bold")
    _write(axes, _LEFT, 1.12, "A box is one atomic step; its colour is the plan that it is about.", 11.5, QUIET)
    for process, y in lanes.items():
        axes.add_patch(Rectangle((_START, y - 0.5), right - _START, 1, color=LANE, zorder=0))
        _write(axes, _LEFT, y, process, 13, weight="bold")
    _write(axes, _LEFT, band, f"{name} name\npoints to", 13, weight="bold")
    _write(axes, _LEFT, 0.68, "step", 11, QUIET)
    for number, step in enumerate(trace.steps, start=1):
        _write(axes, number, 0.68, str(number), 11, QUIET, ha="center")
        _draw_step(axes, number, lanes[step.process], step)
    _draw_name(axes, trace, name, band, right, lanes)
    _draw_stale_check(axes, trace, lanes[slow], slow)


def _write(axes: Axes, x: float, y: float, text: str, size: float, color: str = INK, **style: str) -> None:
    axes.text(x, y, text, fontsize=size, color=color, va="center", linespacing=1.15, **style)  # type: ignore[arg-type]


def _draw_step(axes: Axes, number: int, y: float, step: TraceStep) -> None:
    deleted = _deleted_plan(step)
    plan = deleted or step.state.get(f"{step.process}.mine", step.state["newest"])
    fill, ink = (EMPTY, "white") if deleted else (PLANS[plan], INK)
    rounded = "round,pad=0,rounding_size=0.08"
    axes.add_patch(FancyBboxPatch((number - 0.44, y - _BOX / 2), 0.88, _BOX, boxstyle=rounded, fc=fill, ec="none"))
    label = "\n".join(textwrap.wrap(step.label.removesuffix(" plan"), 10))
    _write(axes, number, y + 0.14, label, 10, ink, ha="center")
    _write(axes, number, y - 0.27, plan, 10.5, ink, ha="center", weight="bold")


def _deleted_plan(step: TraceStep) -> str | None:
    """The plan whose tree the step deletes: the change is of an entry such as `tree[public, plan 1]`."""
    gone = (change.name for change in step.changes if change.name.startswith("tree[") and change.after == "false")
    return next((entry.removesuffix("]").split(", ")[1] for entry in gone), None)


def _draw_name(axes: Axes, trace: Trace, name: str, y: float, right: float, lanes: Mapping[str, float]) -> None:
    """What the name points to, from each step that changes it to the next; red where that has no addresses."""
    told = [(_START, "none"), *((number, _target(step, name)) for number, step in enumerate(trace.steps, start=1))]
    changes = [told[0], *(now for before, now in itertools.pairwise(told) if before[1] != now[1])]
    ends = [*(start for start, _ in changes[1:]), right]
    for (start, target), end in zip(changes, ends, strict=True):
        empty = target == "EMPTY"
        fill = EMPTY if empty else PLANS[target]
        axes.add_patch(Rectangle((start, y - _BAND / 2), end - start, _BAND, fc=fill, ec="none"))
        words, ink = ("not installed yet" if target == "none" else target), ("white" if empty else INK)
        _write(axes, start + 0.13, y, words, 12, ink, weight="bold")
        if empty:
            bottom = y - _BAND / 2
            red = Rectangle((start, bottom), right - start, 0.5 - bottom, fc=EMPTY, alpha=0.1, ec="none", zorder=0.5)
            axes.add_patch(red)
        if start >= 1:
            top = lanes[trace.steps[int(start) - 1].process] - _BOX / 2
            axes.plot((start, start), (y, top), color=fill, lw=2, zorder=0.8)


def _target(step: TraceStep, name: str) -> str:
    alias = step.state[f"alias[{name}]"]
    return "EMPTY" if alias != "none" and step.state[f"tree[{name}, {alias}]"] == "false" else alias


def _draw_stale_check(axes: Axes, trace: Trace, y: float, slow: str) -> None:
    """The arrow from the one freshness check of the slow enactor to the write that relies on it."""
    check, use = (_number_of(trace.steps, slow, label) for label in ("pick up the latest plan", "install"))
    after = min(n for n, step in enumerate(trace.steps, start=1) if step.process == slow and n > check)
    axes.plot((check + 0.5, after - 0.5), (y, y), color=QUIET, lw=1.5, ls=(0, (2, 3)))
    _write(axes, (check + after) / 2, y, "delayed", 11, QUIET, ha="center", backgroundcolor=LANE)
    ends = ((check, y + _BOX / 2), (use, y + _BOX / 2))
    arrow = FancyArrowPatch(*ends, arrowstyle="-|>", connectionstyle="arc3,rad=-0.13", mutation_scale=18)
    arrow.set(lw=2.2, color=EMPTY, zorder=4)
    axes.add_patch(arrow)
    words = f"checked at step {check}, relied on at step {use}"
    _write(axes, (check + use) / 2, y + 1.03, words, 12.5, EMPTY, ha="center", weight="bold", backgroundcolor="white")


def _number_of(steps: Sequence[TraceStep], process: str, label: str) -> int:
    return next(n for n, step in enumerate(steps, start=1) if (step.process, step.label) == (process, label))
