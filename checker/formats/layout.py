"""Where everything stands in the drawing of a trace: time goes down, a lane for each process and each thing.

A step is a box in its process's lane. A thing's lane is a band, cut where a step changes what is said of it; the band
is marked from where the claim is broken, if that step changed the thing. All lengths are in pixels of the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from raceproof.checker.formats.measuring import width_of, wrap
from raceproof.checker.formats.told import Stale, Told, changes_of, label_of

WIDTH = 1200.0
LABEL_SIZE = 13.0
SMALL_SIZE = 11.5
LABEL_LINE = 17.0
SMALL_LINE = 15.5
NUMBERS = 44.0
MARGIN = 16.0
GAP = 12.0
PADDING = 8.0
STALE_ROOM = 11.0
BOX_PADDING = 8.0
TAIL = 62.0
MOST_LABEL_LINES = 4
MOST_CHANGES = 8
_PROCESS = (136.0, 200.0)
_THING = (120.0, 190.0)
_CHANGES = 280.0
_WIDER = 1.1
_ROW = 14.0
INDENT = 2 * SMALL_SIZE
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Lane:
    """A column: its left edge, its width, the lines of its heading."""

    name: str
    left: float
    width: float
    heading: tuple[str, ...]

    @property
    def middle(self) -> float:
        return self.left + self.width / 2


@dataclass(frozen=True, slots=True)
class Row:
    """A step: its lane, where its row begins and ends, the height of its box in the middle, and its texts."""

    number: int
    lane: Lane
    top: float
    bottom: float
    box: float
    label: tuple[str, ...]
    changes: tuple[str, ...]

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Band:
    """What is said of a thing from one step to another. `kind` counts the different sayings, in order; the first is 0.

    `settled` says that this is what the trace is about; `cause` is the row of the step that began it.
    """

    lane: Lane
    top: float
    bottom: float
    lines: tuple[str, ...]
    full: str
    kind: int
    settled: bool
    cause: Row | None


@dataclass(frozen=True, slots=True)
class Link:
    """From a decision to the step that acts upon it: an arc along `bend`, and a note in lines from `top` down."""

    stale: Stale
    check: Row
    use: Row
    bend: float
    top: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything in its place. `start` is where time begins, `settled` from where to where the claim is broken."""

    width: float
    height: float
    start: float
    end: float
    processes: tuple[Lane, ...]
    things: tuple[Lane, ...]
    changes: Lane | None
    rows: tuple[Row, ...]
    bands: tuple[Band, ...]
    links: tuple[Link, ...]
    settled: tuple[tuple[float, float], ...]


def arrange(told: Told, *, top: float = 0, changes: bool = True) -> Drawing:
    """The drawing of a trace below `top`, with a column of what each step changed or without."""
    processes, things, changed, width = _lanes(told, changes)
    start = top + 2 * LABEL_LINE + GAP + max((len(lane.heading) for lane in (*processes, *things)), default=1) * 4
    rows = _rows(told, {lane.name: lane for lane in processes}, changed, start + GAP)
    rows = _with_room(told, things, _with_notes(told, rows))
    end = max(rows[-1].bottom if rows else start + GAP, _least_end(told, things, rows, start)) + TAIL
    bands = tuple(band for lane in things for band in _bands(told, lane, rows, start, end))
    links, settled = _links(told, rows), _settled(told, rows, start, end)
    return Drawing(width, end + MARGIN, start, end, processes, things, changed, rows, bands, links, settled)


def _lanes(told: Told, changes: bool) -> tuple[tuple[Lane, ...], tuple[Lane, ...], Lane | None, float]:
    names, things = told.trace.processes, told.things
    wanted = _CHANGES + GAP if changes else 0
    room = WIDTH - NUMBERS - 2 * MARGIN - wanted if changes else 0
    each = room / max(1.0, _WIDER * len(names) + len(things))
    least, most = _PROCESS
    process = min(max(each * _WIDER, least), most)
    least, most = _THING
    said = (word for name in things for text in told.said_of(name) for word in text.split(" "))
    widest = max((width_of(word, SMALL_SIZE, mono=True) for word in said), default=0.0) + 4 * PADDING
    thing = max(min(each, most), min(max(widest, least), most))
    left = MARGIN + NUMBERS
    found: list[Lane] = []
    for name, width in (*((name, process) for name in names), *((name, thing) for name in things)):
        found.append(Lane(name, left, width, _heading(name, width - 2 * PADDING)))
        left += width
    column = Lane("what changed", left + GAP, max(_CHANGES, WIDTH - MARGIN - left - GAP), ("what changed",))
    right = column.left + column.width if changes else left
    return tuple(found[: len(names)]), tuple(found[len(names) :]), column if changes else None, right + MARGIN


def _heading(name: str, width: float) -> tuple[str, ...]:
    """A name on one line, or broken between a process and its instance, or after a word of it."""
    if width_of(name, LABEL_SIZE, bold=True) > width:
        name, bracket, instance = name.partition("(")
        name = f"{name} {bracket}{instance.replace(' ', NO_BREAK)}" if bracket else name
        name = name if " " in name else name.replace("_", "_ ")
    return wrap(name, width, LABEL_SIZE, bold=True, most=2)


def _rows(told: Told, lanes: dict[str, Lane], changed: Lane | None, top: float) -> tuple[Row, ...]:
    rows: list[Row] = []
    for number, step in enumerate(told.trace.steps, start=1):
        lane = lanes[step.process]
        inside = lane.width - 2 * PADDING - 2 * STALE_ROOM - BOX_PADDING
        label = wrap(label_of(step), inside, LABEL_SIZE, bold=True, most=MOST_LABEL_LINES)
        lines = _change_lines(changes_of(step), changed.width) if changed else ()
        box = len(label) * LABEL_LINE + 2 * PADDING - 2
        height = max(box, len(lines) * SMALL_LINE) + _ROW
        rows.append(Row(number, lane, top, top + height, box, label, lines))
        top += height
    return tuple(rows)


def _change_lines(changes: tuple[str, ...], width: float) -> tuple[str, ...]:
    lines = tuple(line for change in changes for line in _change(change, width))
    if len(lines) <= MOST_CHANGES:
        return lines
    return (*lines[: MOST_CHANGES - 1], f"… {len(lines) - MOST_CHANGES + 1} more lines")


def _change(change: str, width: float) -> tuple[str, ...]:
    """A change on one line; or the entry's name, and below it what it was and is."""
    name, colon, values = change.partition(": ")
    if width_of(change, SMALL_SIZE, mono=True) <= width or not colon:
        return wrap(change, width, SMALL_SIZE, mono=True, most=3)
    below = wrap(values, width - INDENT, SMALL_SIZE, mono=True, most=2)
    return (*wrap(f"{name}:", width, SMALL_SIZE, mono=True, most=2), *(2 * NO_BREAK + line for line in below))


def _cuts(told: Told, thing: str) -> tuple[int, ...]:
    """The states in which something new is said of a thing, or in which the trace comes to what it shows with it."""
    said = told.said_of(thing)
    return (0, *(number for number in range(1, len(said)) if said[number] != said[number - 1]))


def _band_lines(told: Told, lane: Lane, state: int) -> tuple[str, ...]:
    return wrap(told.said_of(lane.name)[state], lane.width - 4 * PADDING, SMALL_SIZE, mono=True, most=4)


def _need(lines: tuple[str, ...]) -> float:
    return len(lines) * SMALL_LINE + 2 * PADDING


def _with_room(told: Told, things: tuple[Lane, ...], rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows, moved down where a band between two of them would be too short for its text."""
    for number in range(1, len(rows) + 1):
        lack = 0.0
        for lane in things:
            cuts = _cuts(told, lane.name)
            if number in cuts[1:]:
                before = cuts[cuts.index(number) - 1]
                begin = rows[before - 1].middle if before else rows[0].top - GAP
                lack = max(lack, _need(_band_lines(told, lane, before)) - (rows[number - 1].middle - begin))
        rows = _moved(rows, number, lack)
    return rows


def _moved(rows: tuple[Row, ...], first: int, by: float) -> tuple[Row, ...]:
    """The rows, those from step `first` on moved down."""
    if by <= 0:
        return rows
    moved = (replace(row, top=row.top + by, bottom=row.bottom + by) for row in rows[first - 1 :])
    return (*rows[: first - 1], *moved)


def _stale(told: Told) -> tuple[Stale, ...]:
    return told.insight.stale if told.insight else ()


def _note(stale: Stale, lane: Lane) -> tuple[str, ...]:
    return wrap(stale.text, lane.width - 2 * PADDING - STALE_ROOM, SMALL_SIZE, most=3)


def _with_notes(told: Told, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows, moved down where the notes of decisions would reach into the step after the one that made them."""
    for row in tuple(rows):
        notes = [_note(stale, row.lane) for stale in _stale(told) if stale.check == row.number]
        if notes and row.number < len(rows):
            free = rows[row.number].top + _ROW / 2 - (rows[row.number - 1].middle + row.box / 2)
            rows = _moved(rows, row.number + 1, sum(map(_height, notes)) + PADDING - free)
    return rows


def _height(note: tuple[str, ...]) -> float:
    return len(note) * SMALL_LINE + 2


def _links(told: Told, rows: tuple[Row, ...]) -> tuple[Link, ...]:
    """The arcs on the left of their lanes, each outside of those before; notes below each other."""
    found: list[Link] = []
    for stale in _stale(told):
        check, use = rows[stale.check - 1], rows[stale.use - 1]
        bend = check.lane.left + 3 - 6 * sum(link.check.lane is check.lane for link in found)
        above = sum(_height(link.lines) for link in found if link.check is check)
        top = check.middle + check.box / 2 + PADDING / 2 + above
        found.append(Link(stale, check, use, bend, top, _note(stale, check.lane)))
    return tuple(found)


def _least_end(told: Told, things: tuple[Lane, ...], rows: tuple[Row, ...], start: float) -> float:
    """Where time must not end before: the last band of each thing has room for its text."""
    ends = [start]
    for lane in things:
        last = _cuts(told, lane.name)[-1]
        ends.append((rows[last - 1].middle if last else start) + _need(_band_lines(told, lane, last)) - TAIL)
    return max(ends)


def _bands(told: Told, lane: Lane, rows: tuple[Row, ...], start: float, end: float) -> list[Band]:
    said = told.said_of(lane.name)
    cuts = _cuts(told, lane.name)
    kinds = {text: kind for kind, text in enumerate(dict.fromkeys(said))}
    found = []
    for state, following in pairwise((*cuts, len(said))):
        cause = rows[state - 1] if state else None
        top = cause.middle if cause else start
        bottom = rows[following - 1].middle if following < len(said) else end
        settled = told.settled[state] and (state == 0 or not told.settled[state - 1])
        lines = _band_lines(told, lane, state)
        found.append(Band(lane, top, bottom, lines, said[state], kinds[said[state]], settled, cause))
    return found


def _settled(told: Told, rows: tuple[Row, ...], start: float, end: float) -> tuple[tuple[float, float], ...]:
    """The stretches of time in which the trace is at what it shows."""
    edges = (start, *(row.middle for row in rows), end)
    found: list[tuple[float, float]] = []
    for state, settled in enumerate(told.settled):
        if settled and found and found[-1][1] == edges[state]:
            found[-1] = (found[-1][0], edges[state + 1])
        elif settled:
            found.append((edges[state], edges[state + 1]))
    return tuple(found)
