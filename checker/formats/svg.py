"""A trace as a drawing: an SVG of our own, the same bytes for the same trace, light and dark, read aloud in words."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from raceproof.checker.formats.harmless import printable
from raceproof.checker.formats.layout import (
    GAP,
    LABEL_LINE,
    LABEL_SIZE,
    MARGIN,
    NO_BREAK,
    PADDING,
    SMALL_LINE,
    SMALL_SIZE,
    STALE_ROOM,
    WIDTH,
    Band,
    Drawing,
    Lane,
    Link,
    Row,
    arrange,
)
from raceproof.checker.formats.measuring import wrap
from raceproof.checker.formats.told import Told, sentence

_TITLE = 66.0
_HEADLINE_SIZE = 21
_KINDS = 6

_SANS = 'system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif'
_MONO = 'ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace'

STYLE = f"""
.rp-drawing text{{font-family:{_SANS};font-size:{LABEL_SIZE}px;fill:#1f2328}}
.rp-drawing .rp-mono{{font-family:{_MONO};font-size:{SMALL_SIZE}px}}
.rp-drawing .rp-bold{{font-weight:600}}
.rp-drawing .rp-headline{{font-size:{_HEADLINE_SIZE}px;font-weight:600}}
.rp-drawing .rp-dim{{fill:#59636e}}
.rp-page{{fill:#fff}}
.rp-rule{{stroke:#d1d9e0}}
.rp-life{{stroke:#c3ccd5;stroke-width:1.5;stroke-dasharray:2 4}}
.rp-box{{fill:#eef4fd;stroke:#3c6fbd;stroke-width:1.25}}
.rp-row{{fill:#000;fill-opacity:0}}
.rp-arrow{{stroke:#57606a;stroke-width:1.5;fill:none}}
.rp-head{{fill:#57606a}}
.rp-band{{stroke:#fff;stroke-width:1.5}}
.rp-kind-0{{fill:#eaeef2}}
.rp-kind-1{{fill:#cfe8d5}}
.rp-kind-2{{fill:#f6e3b4}}
.rp-kind-3{{fill:#cfe3f7}}
.rp-kind-4{{fill:#e5d8f5}}
.rp-kind-5{{fill:#d3ecec}}
.rp-bad{{fill:#c62828}}
.rp-good{{fill:#1a7f37}}
.rp-drawing .rp-on{{fill:#fff;font-weight:600}}
.rp-bad-time{{fill:#c62828;fill-opacity:.09}}
.rp-good-time{{fill:#1a7f37;fill-opacity:.09}}
.rp-drawing .rp-bad-text{{fill:#b3261e;font-weight:600}}
.rp-drawing .rp-good-text{{fill:#1a7f37;font-weight:600}}
.rp-bad-box{{fill:#fdecea;stroke:#c62828;stroke-width:1.75}}
.rp-stale{{stroke:#b86e00;stroke-width:2;fill:none}}
.rp-stale-head{{fill:#b86e00}}
.rp-drawing .rp-stale-text{{font-size:{SMALL_SIZE}px;font-style:italic;fill:#8a5200}}
""".strip()

DARK = """
.rp-drawing text{fill:#e6edf3}
.rp-drawing .rp-dim{fill:#9aa4af}
.rp-page{fill:#0f141a}
.rp-rule{stroke:#30363d}
.rp-life{stroke:#3d4752}
.rp-box{fill:#16263c;stroke:#6ea2e8}
.rp-arrow{stroke:#9aa4af}
.rp-head{fill:#9aa4af}
.rp-band{stroke:#0f141a}
.rp-kind-0{fill:#232a32}
.rp-kind-1{fill:#1c4129}
.rp-kind-2{fill:#4b3a10}
.rp-kind-3{fill:#173a5e}
.rp-kind-4{fill:#3b2a59}
.rp-kind-5{fill:#164444}
.rp-bad-time{fill-opacity:.22}
.rp-good-time{fill-opacity:.22}
.rp-drawing .rp-on{fill:#fff}
.rp-drawing .rp-bad-text{fill:#ff8a80}
.rp-drawing .rp-good-text{fill:#56d364}
.rp-bad-box{fill:#3d1513;stroke:#ff6b60}
.rp-stale{stroke:#e3a13c}
.rp-stale-head{fill:#e3a13c}
.rp-drawing .rp-stale-text{fill:#e3b567}
""".strip()


def to_svg(told: Told) -> bytes:
    """The drawing as a file: with a title, and with its own style."""
    return (drawing(told, titled=True, styled=True) + "\n").encode()


def drawing(told: Told, *, titled: bool, styled: bool, role: str = "img") -> str:
    """The drawing as an `<svg>` element. Without a title it also lacks the column of what each step changed: a page
    that shows both elsewhere has less room. Where it is not styled, STYLE and DARK must be part of the page."""
    why = _why(told) if titled else ()
    placed = arrange(told, top=_TITLE + len(why) * LABEL_LINE if titled else 0, changes=titled)
    width, height = _number(placed.width), _number(placed.height)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="rp-drawing" role="{role}" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}" aria-label="{_escaped(told.headline)}">',
            f"<title>{_escaped(f'{told.headline}: {told.subject}')}</title>",
            f"<desc>{_escaped(_spoken(told))}</desc>",
            *([f"<style>{STYLE}\n@media (prefers-color-scheme:dark){{{DARK}}}</style>"] if styled else []),
            f'<rect class="rp-page" width="{width}" height="{height}"/>',
            *(_title(told, why) if titled else ()),
            *_parts(told, placed),
            "</svg>",
        ]
    )


def _spoken(told: Told) -> str:
    """The whole story in sentences."""
    steps = [sentence(step, number) for number, step in enumerate(told.trace.steps, start=1)]
    stale = [link.sentence for link in told.insight.stale] if told.insight else []
    end = [f"{thing}: {told.said_of(thing)[-1]}." for thing in told.things]
    return " ".join([f"{told.headline}.", *steps, *stale, "At the end:" if end else "", *end]).strip()


def _why(told: Told) -> tuple[str, ...]:
    """Why the claim is violated, in lines."""
    return (
        wrap(told.insight.why.replace("`", ""), WIDTH - 2 * MARGIN, LABEL_SIZE)
        if told.insight and told.insight.why
        else ()
    )


def _title(told: Told, why: tuple[str, ...]) -> Iterator[str]:
    room = WIDTH - 2 * MARGIN
    (headline,) = wrap(told.headline, room, _HEADLINE_SIZE, bold=True, most=1)
    (subject,) = wrap(f"{told.subject}  {told.scope}", room, LABEL_SIZE, most=1)
    yield _text(MARGIN, 36, headline, "rp-headline")
    yield _text(MARGIN, 58, subject, "rp-dim")
    for number, line in enumerate(why):
        yield _text(MARGIN, 80 + number * LABEL_LINE, line, "")


def _parts(told: Told, placed: Drawing) -> Iterator[str]:
    tone = "bad" if told.violated else "good"
    for begin, end in placed.settled:
        yield _rect(MARGIN, begin, placed.width - 2 * MARGIN, end - begin, f"rp-{tone}-time", 4)
    for lane in (*placed.processes, *placed.things, *([placed.changes] if placed.changes else [])):
        yield from _heading(lane, placed, aligned=lane is placed.changes)
    yield f'<path class="rp-rule" d="M{_number(MARGIN)} {_number(placed.start)}H{_number(placed.width - MARGIN)}"/>'
    for lane in placed.processes:
        yield f'<path class="rp-life" d="M{_number(lane.middle)} {_number(placed.start)}V{_number(placed.end)}"/>'
    for row in placed.rows:
        yield from _arrow(row, placed)
    for band in placed.bands:
        yield from _band(band, tone)
    for row in placed.rows:
        yield from _step(row, told, placed, tone)
    for link in placed.links:
        yield from _link(link)
    yield from _said_at_the_end(told, placed, tone)


def _heading(lane: Lane, placed: Drawing, *, aligned: bool) -> Iterator[str]:
    bottom = placed.start - GAP + 2
    for number, line in enumerate(reversed(lane.heading)):
        y = bottom - number * LABEL_LINE
        if aligned:
            yield _text(lane.left, y, line, "rp-dim")
        else:
            kind = "rp-bold" if lane in placed.processes else "rp-bold rp-dim"
            yield _text(lane.middle, y, line, kind, middle=True)


def _arrow(row: Row, placed: Drawing) -> Iterator[str]:
    """From a step's box to each thing of which it changed what is said, below everything else."""
    targets = [band for band in placed.bands if band.cause is row]
    right = row.lane.left + row.lane.width - PADDING - STALE_ROOM
    for band in targets:
        tip = band.lane.left + PADDING
        y = _number(row.middle)
        yield f'<path class="rp-arrow" d="M{_number(right)} {y}H{_number(tip - 6)}"/>'
        yield (f'<path class="rp-head" d="M{_number(tip)} {y}l-8 -4.5v9z"/>')


def _band(band: Band, tone: str) -> Iterator[str]:
    kind = f"rp-{tone}" if band.settled else f"rp-kind-{_kind(band.kind)}"
    left, width = band.lane.left + PADDING, band.lane.width - 2 * PADDING
    yield f"<g><title>{_escaped(f'{band.lane.name}: {band.full}')}</title>"
    yield _rect(left, band.top, width, band.bottom - band.top, f"rp-band {kind}", 4)
    for number, line in enumerate(band.lines):
        y = band.top + PADDING + (number + 0.8) * SMALL_LINE
        yield _text(band.lane.middle, y, line, "rp-mono rp-on" if band.settled else "rp-mono", middle=True)
    yield "</g>"


def _kind(number: int) -> int:
    """The colour of a saying: the first is grey, the others take turns."""
    return number if number == 0 else (number - 1) % (_KINDS - 1) + 1


def _step(row: Row, told: Told, placed: Drawing, tone: str) -> Iterator[str]:
    lane, number = row.lane, row.number
    step = told.trace.steps[number - 1]
    settles = told.settled[number] and not told.settled[number - 1] and told.violated
    yield f'<g class="rp-step" data-step="{number}"><title>{_escaped(sentence(step, number))}</title>'
    yield _rect(MARGIN, row.top, placed.width - 2 * MARGIN, row.bottom - row.top, "rp-row", 4)
    yield _text(MARGIN + 30, row.middle + 4.5, str(number), "rp-dim rp-mono", end=True)
    left, width = lane.left + PADDING + STALE_ROOM, lane.width - 2 * PADDING - 2 * STALE_ROOM
    yield _rect(left, row.middle - row.box / 2, width, row.box, "rp-bad-box" if settles else "rp-box", 6)
    top = row.middle - len(row.label) * LABEL_LINE / 2
    for line, text in enumerate(row.label):
        yield _text(lane.middle, top + (line + 0.76) * LABEL_LINE, text, "rp-bold", middle=True)
    if placed.changes:
        top = row.middle - len(row.changes) * SMALL_LINE / 2
        for line, text in enumerate(row.changes):
            yield _text(placed.changes.left, top + (line + 0.76) * SMALL_LINE, text, "rp-mono")
    yield "</g>"


def _link(link: Link) -> Iterator[str]:
    """From a decision to the step that acts upon it, along the left of its process's lane."""
    edge = link.check.lane.left + PADDING + STALE_ROOM
    begin, end, bend = link.check.middle, link.use.middle, link.bend
    yield f"<g><title>{_escaped(link.stale.sentence)}</title>"
    yield (
        f'<path class="rp-stale" d="M{_number(edge)} {_number(begin)}H{_number(bend + 8)}'
        f"Q{_number(bend)} {_number(begin)} {_number(bend)} {_number(begin + 8)}V{_number(end - 8)}"
        f'Q{_number(bend)} {_number(end)} {_number(bend + 8)} {_number(end)}H{_number(edge - 6)}"/>'
    )
    yield f'<path class="rp-stale-head" d="M{_number(edge)} {_number(end)}l-8 -4.5v9z"/>'
    for number, line in enumerate(link.lines):
        y = link.top + (number + 0.8) * SMALL_LINE
        yield _text(link.check.lane.left + STALE_ROOM, y, line, "rp-stale-text")
    yield "</g>"


def _said_at_the_end(told: Told, placed: Drawing, tone: str) -> Iterator[str]:
    """What has come about, below the last step."""
    (ending,) = wrap(told.ending, placed.width - 2 * (MARGIN + GAP), LABEL_SIZE, bold=True, most=1)
    yield _text(MARGIN + GAP, placed.end - 14, ending, f"rp-{tone}-text")


def _rect(x: float, y: float, width: float, height: float, kind: str, corner: float) -> str:
    return (
        f'<rect class="{kind}" x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" '
        f'height="{_number(height)}" rx="{_number(corner)}"/>'
    )


def _text(x: float, y: float, text: str, kind: str, *, middle: bool = False, end: bool = False) -> str:
    anchor = ' text-anchor="middle"' if middle else ' text-anchor="end"' if end else ""
    return f'<text class="{kind}" x="{_number(x)}" y="{_number(y)}"{anchor}>{_escaped(text)}</text>'


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _escaped(text: str) -> str:
    return escape(NO_BREAK.join(map(printable, text.split(NO_BREAK))), quote=True)
