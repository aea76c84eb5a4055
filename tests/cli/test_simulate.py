"""`raceproof simulate`: what it prints, what it writes, how it ends."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from raceproof.checker.cli.commands import simulate
from raceproof.checker.cli.screens.simulated import coverage, shortened
from raceproof.checker.cli.simulating import describe
from raceproof.checker.explicit.simulate import DEFAULT_LENGTH, MOST_LENGTH, MOST_WALKS


def test_the_command_line_offers_what_the_engine_takes() -> None:
    """The command must not import the engine, which takes its time."""
    assert (DEFAULT_LENGTH, MOST_LENGTH, MOST_WALKS) == (
        simulate.DEFAULT_LENGTH,
        simulate.MOST_LENGTH,
        simulate.MOST_WALKS,
    )


def test_a_violation_ends_with_1_and_is_shown_shortened(invoke: Any, lock: str) -> None:
    ended = invoke("simulate", lock, "--seed", "1", "--walks", "9")

    lines = [line.rstrip() for line in ended.out.splitlines()]
    start = lines.index("mutual_exclusion is violated in 4 steps")

    assert (1, "") == (ended.code, ended.errors)
    assert "✗  mutual_exclusion  violated in 4 steps" in ended.out
    assert "✓  someone_works     reached in 2 steps" in ended.out
    assert "coverage  taken 3 of 3 steps (100%)" in lines
    assert "   4                 take the lock                       lock_toy.py:26" == lines[start + 8]
    assert re.fullmatch(r"Shortened from \d+ to 4 steps; there is no shorter way\.", lines[start + 10])
    assert "Random walks find violations; that they find none does not show that there is none." in lines
    assert re.fullmatch(r"simulation, native: seed 1, 9 walks, 9,000 steps, \d\.\d\d s(, [0-9,]+ steps/s)?", lines[-1])


def test_the_commands_under_a_timeline_show_it_again(invoke: Any, lock: str) -> None:
    first = invoke("simulate", lock, "--scope", "Worker=3", "--walks", "9")
    lines = first.out.splitlines()
    (again,) = [line for line in lines if line.startswith("Reproduce: ")]
    (check,) = [line for line in lines if line.startswith("A check that shows it too: ")]

    def timeline(out: str) -> str:
        return out.partition("mutual_exclusion is violated")[2].partition("lock_toy.py:26\n\n")[0]

    assert re.search(r"--property mutual_exclusion --scope Worker=3 --seed \d+ --walks \d$", again)
    assert timeline(first.out) == timeline(invoke(*again.partition("raceproof ")[2].split()).out)
    assert check.endswith(": raceproof check lock_toy.py --property mutual_exclusion --scope Worker=3 --depth 4")
    assert timeline(first.out) == timeline(invoke(*check.partition("raceproof ")[2].split()).out)


def test_nothing_found_is_undecided_and_ends_with_3(invoke: Any, lock: str) -> None:
    ended = invoke("simulate", lock, "--variant", "fixed", "--property", "mutual_exclusion", "--walks", "1")

    assert 3 == ended.code
    assert "not violated in 1 random walk" in ended.out
    assert "Random walks find violations; that they find none does not show that there is none." in ended.out


def test_it_ends_with_0_where_all_that_was_asked_for_was_reached(invoke: Any, lock: str) -> None:
    ended = invoke("simulate", lock, "--property", "someone_works", "--walks", "1")

    assert 0 == ended.code
    assert "Random walks find violations" not in ended.out


def test_steps_that_were_never_taken_are_named(invoke: Any, counter: str) -> None:
    never = (
        "    @process\n    def never(self) -> Steps:\n        yield until(lambda: self.value < Number.none, 'never')\n"
    )
    text = Path(counter).read_text()
    Path(counter).write_text(text.replace("\n\n@always", f"\n\n{never}\n\n@always", 1))

    ended = invoke("simulate", counter, "--walks", "1", "--property", "counts_no_further")

    (line,) = (line for line in ended.out.splitlines() if line.startswith("coverage"))
    assert re.fullmatch(r"coverage  taken 1 of 2 steps \(50%\); never: never \(counter_toy\.py:\d+\)", line)


def test_short_walks_do_not_come_far(invoke: Any, counter: str) -> None:
    ended = invoke("simulate", counter, "--walks", "1", "--length", "1", "--property", "gets_to_the_end", "--json", "-")

    (result,) = json.loads(ended.out)
    assert ("not reached in 1 random walk of up to 1 step", 1) == (result["why"], result["simulation"]["steps"])


def test_the_check_under_a_deadlock_goes_far_enough_to_see_it(invoke: Any) -> None:
    ended = invoke("simulate", "naive_dining", "--property", "no_deadlock", "--walks", "20")
    (check,) = [line for line in ended.out.splitlines() if line.startswith("A check that shows it too: ")]

    again = invoke(*check.partition("raceproof ")[2].split())

    (headline,) = (line for line in ended.out.splitlines() if " is violated in " in line)
    assert 1 == again.code
    assert headline in again.out.splitlines()


def test_results_are_written_as_json_and_traces_can_be_shown(invoke: Any, lock: str, tmp_path: Path) -> None:
    ended = invoke("simulate", lock, "--seed", "1", "--walks", "9", "--json", "all.json", "--traces", "traces")
    first, second, *others = json.loads((tmp_path / "all.json").read_text())
    shown = invoke("show", "traces/lock_toy-racy-mutual_exclusion.json", lock)

    assert "Written: traces/lock_toy-racy-mutual_exclusion.json" in ended.out
    assert ["violated", "holds-in-scope", "undecided", "undecided"] == [
        result["verdict"] for result in (first, second, *others)
    ]
    assert ("simulation", None, None, 4) == (
        first["engine"],
        first["states"],
        first["transitions"],
        len(first["trace"]),
    )
    expected = {
        "seed": 1,
        "engine": "native",
        "walks": 9,
        "length": 1000,
        "steps": 9000,
        "found_in": 1,
        "shortest": True,
    }
    assert expected == {name: first["simulation"][name] for name in expected}
    assert 9000 == sum(first["simulation"]["taken"].values())
    assert None is others[0]["simulation"]["found_in"]
    assert (0, True) == (shown.code, "Replayed: the model's own Python takes the same steps" in shown.out)


def test_the_portable_engine_takes_the_same_walks_and_is_named_in_the_command(invoke: Any, lock: str) -> None:
    found = [
        invoke("simulate", lock, "--seed", "1", "--walks", "9", "--engine", engine, "--json", "-")
        for engine in ("native", "portable")
    ]
    native, portable = (json.loads(ended.out)[0] for ended in found)

    assert native["simulation"]["taken"] == portable["simulation"]["taken"]
    assert native["trace"] == portable["trace"]
    assert portable["command"] == (
        "raceproof simulate lock_toy.py --property mutual_exclusion --engine portable --seed 1 --walks 1"
    )


def test_a_model_that_goes_wrong_is_told_with_the_way_there(invoke: Any, counter: str, tmp_path: Path) -> None:
    source = (tmp_path / counter).read_text().replace("self.value < Number.last", "True")
    (tmp_path / counter).write_text(source)

    ended = invoke("simulate", counter, "--seed", "3", "--walks", "2")

    assert (2, "") == (ended.code, ended.out)
    assert "error[RP012]: value becomes number 4, which is not in Number (none, number 1 .. number 3)" in ended.errors
    assert "note: while running: raceproof simulate counter_toy.py --seed 3 --walks 2" in ended.errors
    assert "The shortest way there, 4 steps:" in ended.errors


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--seed", "-1"), "Invalid value for '--seed': -1 is not in the range 0<=x<=18446744073709551615."),
        (("--seed", "x"), "Invalid value for '--seed': 'x' is not a valid integer range."),
        (("--walks", "0"), "Invalid value for '--walks': 0 is not in the range"),
        (("--length", "0"), "Invalid value for '--length': 0 is not in the range 1<=x<=1000000."),
        (("--max-seconds", "0"), "'0' is not a positive number of seconds"),
        (("--engine", "bounded"), "'bounded' is not one of 'native', 'portable'."),
        (("--variant", "fixd"), "has no variant 'fixd'; did you mean 'fixed'?"),
        (("--property", "mutual_exlusion"), "has no property 'mutual_exlusion'; did you mean 'mutual_exclusion'?"),
        (("--scope", "Wroker=3"), "the scope names Wroker, which is no domain of the model; did you mean 'Worker'?"),
        (("--json", "."), ". cannot be written: it is a folder"),
    ],
)
def test_a_wrong_call_ends_with_2(invoke: Any, lock: str, arguments: tuple[str, ...], expected: str) -> None:
    ended = invoke("simulate", lock, *arguments)

    assert (2, "") == (ended.code, ended.out)
    assert expected in ended.errors.replace("\n", " ")
    assert "Traceback" not in ended.errors


def test_a_length_says_whether_it_was_shortened_and_whether_it_could_be_more() -> None:
    assert "Shortened from 1,730 to 11 steps; there is no shorter way." == shortened(1730, 11, shortest=True)
    assert "Found in so many steps; there is perhaps a shorter way." == shortened(11, 11, shortest=False)


def test_coverage_names_what_was_never_taken() -> None:
    times = {"a (x.py:1)": 5, "b (x.py:2)": 1, "c (x.py:3)": 0}

    assert "taken 2 of 3 steps (66%); never: c (x.py:3)" == coverage(times)
    assert "taken 0 of 0 steps" == coverage({})


def test_a_progress_line_tells_walks_and_steps() -> None:
    assert "12 walks, 12,000 steps, 6,000/s, 3 MiB, 2 s" == describe(12, 12000, 2.0, 3 * 2**20)
