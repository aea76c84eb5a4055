"""Sweeps: which scopes are searched, where a claim first fails, and what a figure of it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from raceproof.checker.plots import draw
from raceproof.checker.sweep import Sweep
from raceproof.checker.system.build import TRUE
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem
from raceproof.checker.verdict import HoldsInScope, Path, Statistics, Undecided, Verdict, Violated

CLAIM = Property("claim", ClaimKind.ALWAYS, TRUE, TRUE)
NOTHING = TransitionSystem("nothing", (), {}, (), (), (), (), at_rest=TRUE, scope={})
STEP: Any = None
"""Nobody looks at the commands of a path here."""


def verdict(states: int, length: int | None = None, why: str = "") -> Verdict:
    statistics = Statistics("native", states, states, 1, 0.5, 1)
    if why:
        return Undecided(CLAIM, {}, statistics, why)
    if length is None:
        return HoldsInScope(CLAIM, {}, statistics)
    return Violated(CLAIM, {}, statistics, Path(NOTHING, ((),) * (length + 1), (STEP,) * length))


def swept(answers: Mapping[tuple[int, int], Verdict]) -> tuple[Sweep, list[tuple[int, ...]]]:
    """A sweep of two domains in which the engine says this, and the scopes that it was asked about, in order."""
    asked: list[tuple[int, ...]] = []

    def search(sizes: Mapping[str, int]) -> tuple[Verdict, ...]:
        asked.append(tuple(sizes.values()))
        return (answers[sizes["Worker"], sizes["Plan"]],)

    sweep = Sweep({"Worker": (1, 2), "Plan": (1, 2, 3)}, ("claim",))
    assert list(sweep.run(search)) == list(sweep.known)
    return sweep, asked


ALL = [(1, 1), (1, 2), (2, 1), (1, 3), (2, 2), (2, 3)]


def test_small_scopes_come_first() -> None:
    sweep, asked = swept(dict.fromkeys(ALL, verdict(7)))

    assert ALL == asked
    assert () == sweep.smallest(0)
    assert [7] * 6 == [point.states for point in sweep.known]


def test_the_smallest_scopes_that_fail_are_smallest_in_every_size() -> None:
    lengths = {(1, 3): 9, (2, 1): 8, (2, 2): 5, (2, 3): 5}
    sweep, _ = swept({sizes: verdict(7, lengths.get(sizes)) for sizes in ALL})
    shortest = sweep.shortest(0)

    assert [(2, 1), (1, 3)] == [point.sizes for point in sweep.smallest(0)]
    assert shortest is not None
    assert ((2, 2), 5) == (shortest.sizes, shortest.length(0))


def test_what_is_larger_than_a_scope_that_was_cut_short_is_not_searched() -> None:
    sweep, asked = swept({**dict.fromkeys(ALL, verdict(7)), (1, 2): verdict(5, why="more than 5 states")})

    assert [(1, 1), (1, 2), (2, 1)] == asked
    assert {(1, 3), (2, 2), (2, 3)} == {point.sizes for point in sweep.known if not point.searched}
    assert [7, None, 7, None, None, None] == [point.states for point in sweep.known]


def test_an_interruption_ends_the_sweep() -> None:
    sweep, asked = swept({**dict.fromkeys(ALL, verdict(7)), (2, 1): verdict(5, why="interrupted")})

    assert [(1, 1), (1, 2), (2, 1)] == asked
    assert 3 == len(sweep.known)


def test_a_figure_is_the_same_for_the_same_sweep_and_says_what_was_found() -> None:
    sweep, _ = swept({sizes: verdict(10 * sizes[1], 11 if sizes[0] == 2 else None) for sizes in ALL})
    once, again = (draw(sweep, "Model <1>", "svg") for _ in range(2))
    texts = ["".join(node.itertext()) for node in ElementTree.fromstring(once).iter() if node.tag.endswith("text")]

    assert once == again
    assert [3, 3] == [texts.count("11"), texts.count("holds")]
    assert "Model <1>" in texts


def test_an_interruption_between_two_searches_keeps_what_is_known() -> None:
    def search(sizes: Mapping[str, int]) -> tuple[Verdict, ...]:
        if sizes["Worker"] == 2:
            raise KeyboardInterrupt
        return (verdict(7),)

    sweep = Sweep({"Worker": (1, 2), "Plan": (1, 2, 3)}, ("claim",))
    found = [point.sizes for point in sweep.run(search)]

    assert ([(1, 1), (1, 2)], True) == (found, sweep.interrupted)
