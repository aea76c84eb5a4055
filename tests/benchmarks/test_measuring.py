"""What pan prints is read strictly, contestants take turns, and what is missing is said in the table."""

from __future__ import annotations

import itertools
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

RECORDED = Path(__file__).with_name("recorded")
"""What pan printed: in whole runs, and in runs that it cut short."""


def recorded(name: str) -> str:
    return (RECORDED / f"{name}.txt").read_text(encoding="utf-8")


def test_a_whole_run_is_read(spin: ModuleType) -> None:
    found = spin.parse(recorded("whole"))

    assert (6717, 11922, 39, 0, 0.0) == (found.states, found.transitions, found.depth, found.errors, found.seconds)
    assert found.steps is None


def test_the_search_stack_is_not_counted_as_memory_of_states(spin: ModuleType) -> None:
    assert int((1.806 - 0.916) * 2**20) == spin.parse(recorded("whole")).memory_bytes


@pytest.mark.parametrize("name", ["uncompressed", "two_cores", "two_cores_depth_first"])
def test_a_whole_run_in_another_configuration_is_read(spin: ModuleType, name: str) -> None:
    found = spin.parse(recorded(name))

    assert (6717, 11922, 0) == (found.states, found.transitions, found.errors)


def test_memory_that_two_cores_share_is_counted(spin: ModuleType) -> None:
    assert int((16.608 + 0.195) * 2**20) == spin.parse(recorded("two_cores")).memory_bytes


def test_a_run_to_a_violation_is_read_with_the_violating_step(spin: ModuleType) -> None:
    found = spin.parse(recorded("violated"), violated=True)

    assert (660, 1, 11) == (found.states, found.errors, found.steps)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("too_deep", "deeper than 20,000 steps"),
        ("out_of_memory", "out of memory"),
        ("bits", "keeps bits instead of states, so its counts are not exact"),
        ("hashes", "keeps hashes instead of states, so its counts are not exact"),
        ("violated", "an error where none should be"),
    ],
)
def test_a_run_that_is_not_whole_is_no_result(spin: ModuleType, name: str, why: str) -> None:
    assert spin.Failed(why) == spin.parse(recorded(name))


@pytest.mark.parametrize(
    ("removed", "put", "why"),
    [
        ("Full statespace", "Warning: Search not completed\nFull statespace", "the search was not completed"),
        ("states, stored", "", "pan said: pan: elapsed time 0 seconds"),
        ("memory usage", "", "pan did not say how much memory it used"),
    ],
)
def test_an_output_that_lacks_something_is_no_result(spin: ModuleType, removed: str, put: str, why: str) -> None:
    assert spin.Failed(why) == spin.parse(recorded("whole").replace(removed, put))


def test_an_output_of_another_kind_is_no_result(spin: ModuleType) -> None:
    assert spin.Failed("pan said: Segmentation fault") == spin.parse("pan: started\nSegmentation fault\n\n")
    assert spin.Failed("pan said nothing") == spin.parse("")


def test_a_run_that_should_find_a_violation_and_does_not_is_no_result(spin: ModuleType) -> None:
    assert spin.Failed("no violation found") == spin.parse(recorded("whole"), violated=True)


def test_contestants_take_turns_and_one_without_a_result_is_not_asked_again(measure: ModuleType) -> None:
    order: list[str] = []

    def runs(name: str, *outcomes: Any) -> Any:
        left = iter(outcomes)

        def run() -> Any:
            order.append(name)
            return next(left)

        return run

    sample = measure.Sample(states=10, transitions=20, depth=3, seconds=0.5)
    found, changed = measure.take_turns(
        {"a": runs("a", sample, sample), "b": runs("b", "out of memory")}, 2, lambda text: None
    )

    assert ["a", "b", "a"] == order
    assert [] == changed
    assert "out of memory" == found["b"].why
    assert 40 == found["a"].transitions_per_second


def test_counts_that_change_from_run_to_run_are_told(measure: ModuleType) -> None:
    samples = itertools.count(10)

    def run() -> Any:
        return measure.Sample(states=next(samples), transitions=20, depth=3, seconds=0.5)

    _, changed = measure.take_turns({"a": run}, 2, lambda text: None)

    assert ["a counted (10, 20) first, then (11, 20)"] == changed


def test_the_median_the_fastest_and_the_slowest_run_are_kept(measure: ModuleType) -> None:
    series = measure.Series("a", [measure.Sample(1_000_000, 10, 3, each, 32_000_000) for each in (4.0, 1.0, 2.0)])
    shown = series.as_json()

    assert {"median": 2.0, "least": 1.0, "most": 4.0, "runs": [4.0, 1.0, 2.0]} == shown["seconds"]
    assert 32 == shown["bytes_per_state"]


def test_few_states_say_nothing_about_bytes_a_state(measure: ModuleType) -> None:
    assert measure.Series("a", [measure.Sample(100, 10, 3, 1.0, 32_000_000)]).bytes_per_state is None


def test_a_table_without_spin_says_so(table: ModuleType) -> None:
    machine = {
        "processor": "a processor",
        "architecture": "x86_64",
        "cores": 2,
        "memory_gibibytes": 8.0,
        "system": "Linux 6",
        "versions": {"python": "3.11"},
        "missing": "spin is not installed",
    }
    counts = {"states": 10, "transitions": 20, "depth": 3, "transitions_per_second": 2e6, "states_per_second": 1e6}
    search = {
        "model": "dns, incident",
        "scope": "Plan=3",
        "contestants": {
            "portable": {"why": "more than 1800 seconds"},
            "native": counts,
            "spin exact": {"why": "spin is not installed"},
        },
    }
    results = {
        "machine": machine, "runs": 3, "searches": [search], "configurations": {}, "first_violation": [],
        "growth": [], "unequal": [],
    }  # fmt: skip
    page = table.render(results)

    assert "Spin is not installed: the columns about Spin are empty." in page
    assert "| dns, incident | Plan=3 | 10 | 20 | 3 | – | 1.00 | 2.00 | – | – | – | – | – | – | – | – |" in page
    assert "- portable: more than 1800 seconds (dns, incident Plan=3)" in page
    assert "- spin exact" not in page
    assert "## Spin's ways" not in page


def test_counts_that_are_not_equal_are_told(search: ModuleType, measure: ModuleType) -> None:
    found = {
        name: measure.Series(name, [measure.Sample(states, 20, 3, 0.5)])
        for name, states in (("native", 10), ("spin exact", 11), ("spin reduction", 9))
    }

    assert ["spin exact counts (11, 20), native (10, 20)"] == search.differences(found)


def test_every_scope_that_is_measured_is_given_to_the_twin_as_well(search: ModuleType) -> None:
    assert all(list(subject.scope.values()) == list(subject.sizes.values()) for subject in search.SUBJECTS)
