"""The drawing of a trace: everything has its place, no text leaves it, nothing lies on something else."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, pairwise
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raceproof.checker.formats.layout import (
    BOX_PADDING,
    LABEL_LINE,
    LABEL_SIZE,
    PADDING,
    SMALL_LINE,
    SMALL_SIZE,
    STALE_ROOM,
    Drawing,
    arrange,
)
from raceproof.checker.formats.measuring import ELLIPSIS, width_of, wrap
from raceproof.checker.formats.svg import drawing
from raceproof.checker.formats.told import Insight, Stale, Told
from raceproof.checker.results import ChangeResult, Result, StepResult

SVG = "{http://www.w3.org/2000/svg}"
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
NAMES = st.sampled_from(("planner", "enactor 1", "philosopher(seat 1)", "a_process_with_a_very_long_name_of_its_own"))


@st.composite
def traces(draw: st.DrawFn) -> Told:
    """Traces of up to 12 steps with texts of any kind."""
    things = draw(st.lists(TEXTS, max_size=3, unique=True))
    views = {thing: draw(TEXTS) for thing in things}
    steps = []
    for _ in range(draw(st.integers(0, 12))):
        views = {thing: draw(st.one_of(st.just(said), TEXTS)) for thing, said in views.items()}
        changes = tuple(ChangeResult(draw(TEXTS), draw(TEXTS), draw(TEXTS)) for _ in range(draw(st.integers(0, 4))))
        step = StepResult("p", (), None, draw(NAMES), draw(TEXTS), "x.py:1", None, changes, {"x": "1"}, dict(views))
        steps.append(step)
    result = msgspec.structs.replace(RESULT, trace=tuple(steps), initial_views=dict.fromkeys(things, "at first"))
    pairs = [(one, two) for one, two in combinations(range(len(steps)), 2) if steps[one].actor == steps[two].actor]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=3)) if pairs else []
    stale = [Stale(steps[one].actor, one + 1, one + 1, two + 1, draw(TEXTS), draw(TEXTS)) for one, two in chosen]
    return Told(result, Insight("", stale=tuple(stale)))


RESULT = Result(
    model="model",
    variant="variant",
    scope={},
    property="claim",
    kind="always",
    verdict="violated",
    engine="native",
    states=1,
    transitions=1,
    depth=1,
    seconds=0.0,
    start_up_seconds=0.0,
    workers=1,
    reductions=(),
    memory_bytes=0,
    why=None,
    initial={"x": "1"},
    initial_views={},
    trace=(),
    claims=("claim",),
    versions={},
    command="",
    schema_version=2,
)


def faults(placed: Drawing) -> list[str]:
    """What is not in its place."""
    found = []
    lanes = [*placed.processes, *placed.things, *([placed.changes] if placed.changes else [])]
    for left, right in pairwise(lanes):
        if left.left + left.width > right.left:
            found.append(f"{left.name} reaches into {right.name}")
    if lanes and lanes[-1].left + lanes[-1].width > placed.width:
        found.append("the last lane leaves the drawing")
    for above, below in pairwise(placed.rows):
        if above.bottom > below.top:
            found.append(f"step {above.number} reaches into the next")
    for row in placed.rows:
        inside = row.lane.width - 2 * PADDING - 2 * STALE_ROOM - BOX_PADDING
        if any(width_of(line, LABEL_SIZE, bold=True) > inside for line in row.label):
            found.append(f"step {row.number} does not fit its box")
        if max(row.box, len(row.changes) * SMALL_LINE, len(row.label) * LABEL_LINE) > row.bottom - row.top:
            found.append(f"step {row.number} is higher than its row")
        if placed.changes and any(width_of(line, SMALL_SIZE, mono=True) > placed.changes.width for line in row.changes):
            found.append(f"the changes of step {row.number} do not fit")
    for link in placed.links:
        width = link.check.lane.width - 2 * PADDING
        if any(width_of(line, SMALL_SIZE) > width for line in link.lines):
            found.append(f"the note at step {link.check.number} does not fit its lane")
        following = placed.rows[link.check.number]
        if link.top + len(link.lines) * SMALL_LINE > following.middle - following.box / 2:
            found.append(f"the note at step {link.check.number} reaches into the next step")
    for one, two in combinations(placed.links, 2):
        if one.check is two.check and one.top + len(one.lines) * SMALL_LINE > two.top:
            found.append(f"the notes at step {one.check.number} lie on each other")
        if one.check.lane is two.check.lane and one.bend == two.bend:
            found.append(f"the arcs at {one.check.lane.name} lie on each other")
    for lane in placed.things:
        bands = [band for band in placed.bands if band.lane == lane]
        if (bands[0].top, bands[-1].bottom) != (placed.start, placed.end):
            found.append(f"{lane.name} is not there all the time")
        found += [f"{lane.name} has a gap" for one, two in pairwise(bands) if one.bottom != two.top]
        for band in bands:
            if len(band.lines) * SMALL_LINE + PADDING > band.bottom - band.top:
                found.append(f"{lane.name} is too short for what is said")
            if any(width_of(line, SMALL_SIZE, mono=True) > lane.width - 2 * PADDING for line in band.lines):
                found.append(f"{lane.name} is too narrow for what is said")
    return found


@given(traces(), st.booleans())
def test_everything_has_its_place(told: Told, changes: bool) -> None:
    assert [] == faults(arrange(told, changes=changes))


@given(traces())
def test_whatever_the_texts_are_the_drawing_is_xml(told: Told) -> None:
    root = ElementTree.fromstring(drawing(told, titled=True, styled=True))

    assert len(told.trace) == len([g for g in root.iter(f"{SVG}g") if g.get("class") == "rp-step"])


def test_the_incident_is_drawn_1200_pixels_wide_with_a_lane_for_each_process_and_each_view(incident: Told) -> None:
    placed = arrange(incident)

    assert 1200 == placed.width
    assert ["planner", "enactor 1", "enactor 2"] == [lane.name for lane in placed.processes]
    assert ["clients resolve public", "clients resolve fips"] == [lane.name for lane in placed.things]
    assert [] == faults(placed)


def test_the_empty_name_is_marked_from_the_step_that_empties_it_to_the_end(incident: Told) -> None:
    placed = arrange(incident)

    (marked,) = [band for band in placed.bands if band.settled]
    assert ("clients resolve public", "EMPTY") == (marked.lane.name, marked.full)
    assert marked.cause is placed.rows[10]
    assert ((placed.rows[10].middle, placed.end),) == placed.settled
    assert (marked.top, marked.bottom) == placed.settled[0]


def test_where_a_claim_is_broken_and_good_again_both_times_are_marked(incident: Told) -> None:
    assert incident.insight is not None
    values = (True, True, False, True, *[True] * 6, False, False)
    row = replace(incident.insight.claims[0], values=values)
    placed = arrange(replace(incident, insight=replace(incident.insight, claims=(row,))))

    middle = [row.middle for row in placed.rows]
    assert ((middle[1], middle[2]), (middle[9], placed.end)) == placed.settled


def test_the_stale_decision_is_connected_to_its_use_on_the_left_of_its_lane(incident: Told) -> None:
    placed = arrange(incident, top=66 + 17)
    lane = placed.processes[1]
    root = ElementTree.fromstring(drawing(incident, titled=True, styled=False))

    (path,) = [each.get("d") or "" for each in root.iter(f"{SVG}path") if each.get("class") == "rp-stale"]
    check, use = placed.rows[1], placed.rows[7]
    edge = lane.left + PADDING + STALE_ROOM
    numbers = [float(number) for number in re.findall(r"[0-9.]+", path)]
    assert [edge, check.middle] == pytest.approx(numbers[:2], abs=0.1)
    assert [use.middle, edge - 6] == pytest.approx(numbers[-2:], abs=0.1)


def test_without_views_the_shared_entries_that_change_last_are_the_things(incident: Told) -> None:
    alone = Told(msgspec.structs.replace(incident.stored, initial_views={}))

    assert ("applied", "alias[fips]", "tree[public, plan 1]") == alone.things


def test_where_there_is_no_step_the_first_shared_entries_are_the_things(incident: Told) -> None:
    told = Told(msgspec.structs.replace(incident.stored, initial_views={}, trace=()))

    assert ("newest", "applied", "alias[public]") == told.things
    assert [("none", True)] * 3 == [(band.full, band.settled) for band in arrange(told).bands]


def test_a_drawing_can_be_read_aloud(incident: Told) -> None:
    root = ElementTree.fromstring(drawing(incident, titled=True, styled=True))
    described = root.findtext(f"{SVG}desc") or ""

    assert "img" == root.get("role")
    assert "never_empty is violated in 11 steps: dns · incident" == root.findtext(f"{SVG}title")
    assert "Step 11: enactor 2, delete an old tree. tree[public, plan 1]: true → false." in described
    assert described.endswith(
        "It acts upon `mine`, too late. At the end: clients resolve public: EMPTY. "
        "clients resolve fips: 198.51.100.3/60 198.51.100.4/40."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("short", ("short",)),
        ("two words", ("two", "words")),
        ("", ("",)),
        ("unbreakable", ("unbre", "akabl", "e")),
        ("one two three four five", ("one", "two", f"thre{ELLIPSIS}")),
    ],
)
def test_a_text_is_broken_between_words_and_long_words_anywhere(text: str, expected: tuple[str, ...]) -> None:
    assert expected == wrap(text, 31, 10, mono=True, most=3)


@given(st.text(max_size=80), st.floats(20, 300), st.integers(1, 4), st.booleans(), st.booleans())
def test_no_line_is_wider_than_it_may_be(text: str, width: float, most: int, bold: bool, mono: bool) -> None:
    lines = wrap(text, width, 12, bold=bold, mono=mono, most=most)

    assert 1 <= len(lines) <= most
    assert max(width_of(line, 12, bold=bold, mono=mono) for line in lines) <= max(width, 2 * 12)
