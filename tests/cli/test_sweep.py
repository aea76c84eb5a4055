"""`raceproof sweep`: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CALL = ("sweep", "dns", "--over", "Enactor=1..2", "--over", "Plan=1..3", "--property", "never_empty")

SCREEN = """\
DnsAutomation · incident  Enactor=1..2 Plan=1..3 Endpoint=2 FleetChange=0

✗  never_empty  violated from Enactor=2 Plan=2 on; shortest trace 11 steps

never_empty: steps of the shortest trace
Enactor  Plan=1   2   3
      1       ✓   ✓   ✓
      2       ✓  11  11

states
Enactor  Plan=1    2      3
      1       7   27     78
      2      26  431  3,508
"""


def test_the_screen_says_where_it_fails_how_deep_and_how_it_grows(invoke: Any) -> None:
    ended = invoke(*CALL)

    assert 1 == ended.code
    assert ended.out.startswith(SCREEN)
    assert "native, reduced by symmetry (Enactor): 6 scopes, 4,077 states, " in ended.out


def test_a_claim_that_holds_everywhere_ends_with_0(invoke: Any) -> None:
    ended = invoke(*CALL, "--variant", "fixed")

    assert 0 == ended.code
    assert "✓  never_empty  holds in all 6 scopes" in ended.out


def test_a_limit_is_no_pass_and_larger_scopes_are_not_searched(invoke: Any) -> None:
    ended = invoke(*CALL, "--variant", "fixed", "--max-states", "50")

    assert 3 == ended.code
    assert "?  never_empty  violated nowhere; undecided in " in ended.out
    assert "larger than a scope that was cut short" in ended.out
    assert "more than 50 states" in ended.out


def test_without_ranges_whoever_acts_and_each_ordinal_have_a_few_sizes(invoke: Any) -> None:
    ended = invoke("sweep", "queue_race", "--variant", "checked")

    assert 0 == ended.code
    assert ended.out.startswith("QueueRace · checked  Enactor=1..3 Plan=1..4\n")
    assert "holds in all 12 scopes" in ended.out


def test_lines_for_a_spreadsheet(invoke: Any) -> None:
    ended = invoke(*CALL, "--csv", "-")
    lines = ended.out.splitlines()

    assert "Enactor,Plan,claim,verdict,steps,states,seconds" == lines[0]
    assert ["1,1,never_empty,holds-in-scope,,7", "2,3,never_empty,violated,11,3508"] == [
        lines[1].rpartition(",")[0],
        lines[-1].rpartition(",")[0],
    ]


def test_results_as_json_and_a_figure(invoke: Any, tmp_path: Path) -> None:
    figure, data = tmp_path / "sweep.svg", tmp_path / "sweep.json"
    ended = invoke(*CALL, "--plot", str(figure), "--json", str(data))
    results = json.loads(data.read_text(encoding="utf-8"))

    assert 1 == ended.code
    assert f"Written: {figure}\n" in ended.out
    assert b"never_empty" in figure.read_bytes()
    assert [(1, 1, 7), (2, 3, 3508)] == [
        (results[at]["scope"]["Enactor"], results[at]["scope"]["Plan"], results[at]["states"]) for at in (0, -1)
    ]
    assert "--scope Enactor=1 --scope Plan=1" in results[0]["command"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--over", "Plan"), "'Plan' is no range of sizes; write Plan=2..6 or Plan=2,4,8"),
        (("--over", "Plan=4..2"), "the range 4..2 of Plan is empty"),
        (("--over", "Plan=1..100"), "Plan would have 100 sizes; at most 64"),
        (("--over", "Plans=1..2"), "--over names Plans, which is no domain of the model"),
        (("--over", "Plan=1..2", "--scope", "Plan=3"), "Plan has a size in --scope and others in --over"),
        (("--over", "Plan=1..64", "--over", "Enactor=1..10"), "these are 640 scopes; at most 400"),
        (("--plot", "sweep.gif"), "the name of a plot ends in .svg, .png, .pdf: sweep.gif does not"),
        (("--csv", "-", "--json", "-"), "only one of --csv and --json can go to standard output"),
    ],
)
def test_a_wrong_call_ends_with_2(arguments: tuple[str, ...], said: str, invoke: Any) -> None:
    ended = invoke("sweep", "dns", *arguments)

    assert 2 == ended.code
    assert said in " ".join((ended.out + ended.errors).split())
