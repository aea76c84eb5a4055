"""The timeline fits every screen: it is never wider, and never loses a word that matters."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from raceproof.checker.check import check
from raceproof.checker.errors import Location
from raceproof.checker.results import trace_in
from raceproof.checker.system.transition import Actor
from raceproof.checker.timeline import render, timeline
from raceproof.checker.trace import Change, Trace, TraceStep
from raceproof.model.queue_race import QueueRace
from raceproof.properties.queue_race import active_plan_exists, everything_is_done

WIDTHS = (20, 40, 60, 80, 100, 200)
VERDICT = check(QueueRace(), active_plan_exists, scope={"Plan": 4})


def step(process: str, label: str, *changes: Change, view: str = "", failure: str | None = None) -> TraceStep:
    views = {"clients": view} if view else {}
    return TraceStep(Actor(process), process, label, Location("model.py", 7), None, changes, {}, views, failure)


def drawn(trace: Trace, width: int, arrow: str = "→") -> list[str]:
    buffer = io.StringIO()
    Console(file=buffer, width=width, color_system=None).print(timeline(trace, width, arrow=arrow))
    return buffer.getvalue().splitlines()


def queue_trace() -> Trace:
    trace = trace_in(VERDICT)
    assert trace is not None
    return trace


WIDE = Trace(
    {},
    {"clients": "nothing"},
    (
        step("a_process_with_a_long_name", "a label of several words", Change("x" * 90, "none", "y" * 30)),
        step("事務", "適用する", Change("表", "無", "有"), view="everything"),
        step("p3", "go"),
        step("p4", "go", failure="n becomes 9, which is not in 0..8"),
    ),
)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("trace", [queue_trace(), WIDE], ids=["queue", "wide"])
def test_no_line_is_wider_than_the_screen(trace: Trace, width: int) -> None:
    assert [] == [line for line in drawn(trace, width) if cell_len(line) > width]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_ends_in_spaces(width: int) -> None:
    assert [] == [line for line in drawn(queue_trace(), width) if line != line.rstrip()]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("trace", [queue_trace(), WIDE], ids=["queue", "wide"])
def test_nothing_is_cut_off(trace: Trace, width: int) -> None:
    def letters(text: str) -> list[str]:
        return sorted(character for character in text if character.isalnum())

    told = "".join(
        change.name + change.before + change.after for step in trace.steps for change in step.changes
    ) + "".join(step.label + (step.failure or "") for step in trace.steps)
    shown = letters("".join(drawn(trace, width)))

    assert [] == [letter for letter in set(letters(told)) if shown.count(letter) < letters(told).count(letter)]


def test_a_wide_screen_has_a_column_for_each_process() -> None:
    assert [
        "step  planner         enactor 1       enactor 2         what changed                   at",
        "   1  publish a plan                                    newest: none → plan 1          queue_race.py:42",
    ] == drawn(queue_trace(), 120)[:2]


def test_a_narrower_one_says_who_moves() -> None:
    assert [
        "step  who        does              what changed",
        "   1  planner    publish a plan    newest: none → plan 1",
    ] == drawn(queue_trace(), 70)[:2]


def test_a_very_narrow_one_has_everything_below_each_other() -> None:
    assert [" 4  enactor 1: take a plan", "      taken: none → plan 1", "      enactor 1.mine: none → plan 1"] == drawn(
        queue_trace(), 40
    )[6:9]


def test_a_view_is_shown_at_the_start_and_when_it_changes() -> None:
    trace = Trace(
        {},
        {"clients": "old"},
        (step("p", "one", view="old"), step("p", "two", view="new"), step("p", "three", view="new")),
    )

    assert [
        "step  p      what changed  at",
        "   0         clients: old",
        "   1  one                  model.py:7",
        "   2  two    clients: new  model.py:7",
        "   3  three                model.py:7",
    ] == drawn(trace, 100)


def test_a_trace_of_no_steps_shows_the_initial_state() -> None:
    assert ["step  who  does   what changed", "   0       start  on: false"] == drawn(
        Trace({"on": "false"}, {}, ()), 80
    )


def test_an_arrow_of_plain_letters_can_be_had() -> None:
    assert "newest: none -> plan 1" in "\n".join(drawn(queue_trace(), 100, arrow="->"))


def test_labels_are_text_and_never_markup() -> None:
    trace = Trace({}, {}, (step("p", "[red]go[/red] :smile:", Change("t[a]", "[b]", "[/b]")),))

    assert "[red]go[/red] :smile:" in drawn(trace, 100)[1]
    assert "t[a]: [b] → [/b]" in drawn(trace, 100)[1]


def test_a_verdict_as_text_is_its_headline_and_its_timeline() -> None:
    text = render(VERDICT, 100)

    assert text.startswith("active_plan_exists is violated in 11 steps\n\nstep  planner")
    assert str(VERDICT).startswith("active_plan_exists is violated in 11 steps\n\nstep  planner")


def test_the_text_of_a_witness_says_how_far_it_is() -> None:
    verdict = check(QueueRace(), everything_is_done, scope={"Plan": 2})

    assert "everything_is_done holds: reached in 8 steps" == str(verdict)


def test_a_bound_in_steps_is_no_more_than_that() -> None:
    verdict = check(QueueRace(), active_plan_exists, engine="bounded", depth=2)

    assert "active_plan_exists holds up to 2 steps; longer runs were not looked at" == str(verdict)
