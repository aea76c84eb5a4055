"""`raceproof table`: every variant against every claim and what is expected of it."""

import json
from pathlib import Path
from typing import Any

import pytest


def trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def test_a_table_in_which_all_is_as_expected_ends_with_0(invoke: Any, lock: str) -> None:
    ended = invoke("table", lock)

    assert 0 == ended.code
    assert [
        "Lock  Worker=3",
        "",
        "         mutual     someone",
        "variant  exclusion  works",
        "racy     ✗(4)       ✓",
        "fixed    ✓          ✓",
        "",
        "✓ holds, ✗(n) violated in n steps, ? undecided, ! not as expected",
        "In every variant no_deadlock and assertions hold.",
    ] == trimmed(ended.out)[:9]
    assert "native: 8 claims, all as expected, " in ended.out


def test_an_unexpected_verdict_is_marked_listed_and_ends_with_1(invoke: Any, lock: str, tmp_path: Path) -> None:
    source = (tmp_path / lock).read_text().replace('EXPECTED = {"racy"', 'EXPECTED = {"fixed"')
    (tmp_path / lock).write_text(source)

    ended = invoke("table", lock)

    assert 1 == ended.code
    assert "racy     ✗(4)!      ✓" in trimmed(ended.out)
    assert "fixed    ✓!         ✓" in trimmed(ended.out)
    assert "racy / mutual_exclusion: violated in 4 steps; expected holds-in-scope" in trimmed(ended.out)
    assert "fixed / mutual_exclusion: holds; expected violated" in trimmed(ended.out)


def test_what_is_undecided_is_no_surprise_but_ends_with_3(invoke: Any, lock: str) -> None:
    ended = invoke("table", lock, "--max-states", "8")

    assert 3 == ended.code
    assert "racy     ✗(4)       ✓" in [" ".join(line.split("  ?")[:1]).rstrip() for line in trimmed(ended.out)]
    assert "Undecided, more than 8 states: 2 claims" in trimmed(ended.out)


def test_a_bound_in_steps_agrees_with_a_claim_that_holds(invoke: Any, lock: str) -> None:
    ended = invoke("table", lock, "--engine", "bounded", "--depth", "5", "--scope", "Worker=2")

    assert 0 == ended.code


def test_the_size_of_the_table_can_be_overruled(invoke: Any, lock: str) -> None:
    ended = invoke("table", lock, "--scope", "Worker=2")

    assert "Lock  Worker=2" == trimmed(ended.out)[0]


def test_the_results_of_a_table_say_what_was_expected(invoke: Any, lock: str) -> None:
    ended = invoke("table", lock, "--json", "-")

    found = [(r["variant"], r["property"], r["verdict"], r["expected"]) for r in json.loads(ended.out)]
    assert [
        ("racy", "mutual_exclusion", "violated", "violated"),
        ("racy", "someone_works", "holds-in-scope", "holds-in-scope"),
        ("racy", "no_deadlock", "holds-in-scope", "holds-in-scope"),
        ("racy", "assertions", "holds-in-scope", "holds-in-scope"),
        ("fixed", "mutual_exclusion", "holds-in-scope", "holds-in-scope"),
        ("fixed", "someone_works", "holds-in-scope", "holds-in-scope"),
        ("fixed", "no_deadlock", "holds-in-scope", "holds-in-scope"),
        ("fixed", "assertions", "holds-in-scope", "holds-in-scope"),
    ] == found


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 200])
def test_no_line_of_a_table_is_wider_than_the_screen(
    invoke: Any, lock: str, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))

    ended = invoke("table", lock)

    assert [] == [line for line in trimmed(ended.out) if len(line) > width]
    assert "racy" in ended.out


def test_a_narrow_screen_gets_numbers_for_headers(invoke: Any, lock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "25")

    ended = invoke("table", lock)

    assert ["variant 1    2", "racy    ✗(4) ✓", "fixed   ✓    ✓"] == trimmed(ended.out)[2:5]
    assert ["", "1 mutual_exclusion,", "2 someone_works"] == trimmed(ended.out)[5:8]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('EXPECTED = {"racy"', 'EXPECTED = {"rcy"', "EXPECTED names the variant 'rcy'"),
        ('{"mutual_exclusion": "violated"}', '{"mutual": "violated"}', "EXPECTED names the claim 'mutual'"),
        ('"violated"}', '"broken"}', "EXPECTED of racy and mutual_exclusion is 'broken', which is no verdict"),
        ('{"Worker": 3}', '{"Workers": 3}', "the scope names Workers, which is no domain of the model"),
        ('{"Worker": 3}', "3", "TABLE_SCOPE in the claims of lock_toy.py must be a dict"),
        (
            '    "racy": Variant("Look, then take.", Lock),',
            '    "racy": Lock,',
            "VARIANTS of lock_toy.py: 'racy' is <class 'lock_toy.Lock'>, which is no Variant; write ",
        ),
    ],
)
def test_a_wrong_table_in_the_authors_file_ends_with_2(
    invoke: Any, lock: str, tmp_path: Path, old: str, new: str, expected: str
) -> None:
    source = (tmp_path / lock).read_text()
    assert old in source
    (tmp_path / lock).write_text(source.replace(old, new))

    ended = invoke("table", lock)

    assert (2, "") == (ended.code, ended.out)
    assert expected in ended.errors


def test_a_table_without_expectations_just_reports(invoke: Any, lock: str, tmp_path: Path) -> None:
    source = (tmp_path / lock).read_text().replace("EXPECTED = ", "UNUSED = ")
    (tmp_path / lock).write_text(source)

    ended = invoke("table", lock)
    undecided = invoke("table", lock, "--max-states", "8")

    assert (0, 3) == (ended.code, undecided.code)
    assert "racy     ✗(4)       ✓" in trimmed(ended.out)
    assert "✓ holds, ✗(n) violated in n steps, ? undecided" in trimmed(ended.out)
    assert "expected" not in ended.out
    assert [True] * 8 == ["expected" not in result for result in json.loads(invoke("table", lock, "--json", "-").out)]


def test_a_bound_in_steps_has_a_sign_of_its_own(invoke: Any, lock: str) -> None:
    ended = invoke("table", lock, "--engine", "bounded", "--depth", "5", "--scope", "Worker=2")

    assert ["racy     ✗(4)       ✓", "fixed    ~          ✓"] == trimmed(ended.out)[4:6]
    assert "✓ holds, ~ holds up to 5 steps only, ✗(n) violated in n steps, ? undecided, ! not as expected" in (
        trimmed(ended.out)
    )
    assert "In every variant no_deadlock and assertions hold up to 5 steps." in trimmed(ended.out)
