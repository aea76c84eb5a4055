"""`raceproof show --as`: a stored trace in another format, with what its model adds where that is at hand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TRACE = "traces/lock_toy-racy-mutual_exclusion.json"
FORMATS = ("text", "markdown", "svg", "html", "itf", "json", "pytest", "dot", "graphml")
WITHOUT_MODEL = tuple(form for form in FORMATS if form != "pytest")
REPLAYED = "Replayed: the model's own Python takes the same steps to the same states.\n"


@pytest.fixture
def stored(invoke: Any, lock: str, tmp_path: Path) -> Path:
    """The trace of the racy lock, written by a check."""
    invoke("check", lock, "--traces", "traces")
    return tmp_path / TRACE


def run_test(folder: Path, file: str) -> tuple[int, str]:
    """How pytest ends on a file, in a process of its own, and what it says of the assertion."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    said = re.search(r"^E +(?:AssertionError: )?(.*)$", run.stdout, re.MULTILINE)
    return run.returncode, said[1] if said else run.stdout


def repaired(lock: str) -> str:
    """The source of the lock, in which the racy variant is a fixed one."""
    source = Path(lock).read_text()
    changed = source.replace(
        '"racy": Variant("Look, then take.", Lock)', '"racy": Variant("", lambda: Lock(fixed=True))'
    )
    assert source != changed
    return changed


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_goes_to_a_file_and_what_the_replay_said_to_the_screen(
    invoke: Any, lock: str, stored: Path, form: str
) -> None:
    ended = invoke("show", TRACE, lock, "--as", form, "--output", "out")

    assert (0, f"Written: out\n{REPLAYED}", "") == (ended.code, ended.out, ended.errors)
    assert b"" != Path("out").read_bytes()


@pytest.mark.parametrize("form", FORMATS[1:])
def test_a_format_goes_to_the_standard_output_alone(invoke: Any, lock: str, stored: Path, form: str) -> None:
    alone = invoke("show", TRACE, lock, "--as", form)
    invoke("show", TRACE, lock, "--as", form, "-o", "out")

    assert (0, "") == (alone.code, alone.errors)
    assert Path("out").read_text(encoding="utf-8") == alone.out


@pytest.mark.parametrize("form", WITHOUT_MODEL)
def test_without_the_model_a_trace_is_written_and_said_not_to_be_replayed(
    invoke: Any, lock: str, stored: Path, form: str
) -> None:
    Path(lock).write_text("raise SystemExit('it was run')\n")

    ended = invoke("show", TRACE, "--as", form, "-o", "out")

    assert 3 == ended.code
    assert (
        "Written: out\n"
        "Not replayed: lock_toy.py is no built-in model, and no path in a file is followed.\n"
        f"To replay it: raceproof show {TRACE} lock_toy.py\n"
    ) == ended.out
    assert b"" != Path("out").read_bytes()


def test_to_the_standard_output_only_the_format_goes_and_the_rest_to_the_errors(invoke: Any, stored: Path) -> None:
    ended = invoke("show", TRACE, "--as", "svg")

    assert 3 == ended.code
    assert ended.out.startswith("<svg ")
    assert ended.out.endswith("</svg>\n")
    assert ended.errors.startswith("Not replayed: lock_toy.py is no built-in model")


def test_the_text_in_a_file_is_the_one_on_the_screen(invoke: Any, lock: str, stored: Path) -> None:
    invoke("show", TRACE, lock, "--as", "text", "-o", "out")

    assert Path("out").read_text(encoding="utf-8") == invoke("show", TRACE, lock).out.removesuffix(f"\n{REPLAYED}")


def test_json_is_read_again(invoke: Any, lock: str, stored: Path) -> None:
    invoke("show", TRACE, lock, "--as", "json", "-o", "again.json")

    assert stored.read_bytes() == Path("again.json").read_bytes()
    assert 0 == invoke("show", "again.json", lock).code


def test_a_model_at_hand_adds_its_claims_its_source_and_what_was_stale(invoke: Any, lock: str, stored: Path) -> None:
    page = invoke("show", TRACE, lock, "--as", "html").out
    (data,) = re.findall(r'<script type="application/json" id="told">(.*?)</script>', page)
    told = json.loads(data)

    values = {claim["name"]: claim["values"] for claim in told["claims"]}
    assert [True, True, True, True, False] == values["mutual_exclusion"]
    assert [False, False, False, True, False] == values["someone_works"]
    assert [True] * 5 == values["no_deadlock"]
    source = told["sources"][told["steps"][2]["source"]]
    line = source["lines"][source["line"] - source["first"]]
    assert ("lock_toy.py", 'yield "take the lock"') == (source["file"], line.strip())
    assert [2, 3, 4] in [link["steps"] for link in told["stale"]]
    assert "At most one worker works." in page


def test_without_a_model_a_page_has_no_claims_and_no_source(invoke: Any, stored: Path) -> None:
    page = invoke("show", TRACE, "--as", "html").out
    (data,) = re.findall(r'<script type="application/json" id="told">(.*?)</script>', page)
    told = json.loads(data)

    assert ([], [], []) == (told["claims"], told["sources"], told["stale"])


def test_a_changed_model_adds_nothing_and_the_exit_status_is_1(invoke: Any, lock: str, stored: Path) -> None:
    Path("changed.py").write_text(Path(lock).read_text().replace("<= 1", "<= 2"))

    ended = invoke("show", TRACE, "changed.py", "--as", "svg", "-o", "out.svg")

    assert 1 == ended.code
    assert (
        "The model has changed: the model still takes these steps, but mutual_exclusion no longer says so" in ended.out
    )
    assert 'rp-stale-head"' not in Path("out.svg").read_text()


def test_a_regression_test_passes_now_and_fails_in_clear_words_when_the_model_is_repaired(
    invoke: Any, lock: str, stored: Path, tmp_path: Path
) -> None:
    invoke("show", TRACE, lock, "--as", "pytest", "-o", "test_race.py")

    assert (0, "") == (run_test(tmp_path, "test_race.py")[0], invoke("show", TRACE, lock).errors)

    Path(lock).write_text(repaired(lock))
    assert (
        1,
        "mutual_exclusion is not violated by this schedule; "
        "the model takes 1 of its 4 steps: step 2: worker 2 cannot take 'wait' now: it has to wait",
    ) == run_test(tmp_path, "test_race.py")


def test_a_test_of_the_repair_fails_now_and_passes_when_the_model_is_repaired(
    invoke: Any, lock: str, stored: Path, tmp_path: Path
) -> None:
    invoke("show", TRACE, lock, "--as", "pytest", "--fixed", "-o", "test_race.py")

    assert (1, "mutual_exclusion is violated after step 4; the model takes all 4 steps") == run_test(
        tmp_path, "test_race.py"
    )

    Path("repaired.py").write_text(repaired(lock))
    assert 0 == invoke("show", TRACE, "repaired.py", "--as", "pytest", "--fixed", "-o", "test_repaired.py").code
    assert 0 == run_test(tmp_path, "test_repaired.py")[0]
    expected = Path("test_race.py").read_text().replace("lock_toy", "repaired").splitlines()
    assert sorted(expected) == sorted(Path("test_repaired.py").read_text().splitlines())


def test_a_regression_test_of_a_built_in_model_imports_it_by_name(invoke: Any, tmp_path: Path) -> None:
    invoke("check", "queue_race", "--property", "active_plan_exists", "--traces", "traces")
    (trace,) = Path("traces").iterdir()
    invoke("show", str(trace), "--as", "pytest", "-o", "test_queue.py")

    written = Path("test_queue.py").read_text()
    assert "from raceproof.model.queue_race import VARIANTS\n" in written
    assert "from raceproof.properties.queue_race import active_plan_exists\n" in written
    assert 0 == run_test(tmp_path, "test_queue.py")[0]


def test_a_witness_has_a_regression_test_too(invoke: Any, counter: str, tmp_path: Path) -> None:
    invoke("check", counter, "--property", "gets_to_the_end", "--json", "results.json")
    invoke("show", "results.json", counter, "--as", "pytest", "-o", "test_end.py")

    assert "from counter_toy import Counter, gets_to_the_end\n" in Path("test_end.py").read_text()
    assert "    assert followed.reached, str(followed)\n" in Path("test_end.py").read_text()
    assert 0 == run_test(tmp_path, "test_end.py")[0]


def test_no_test_is_written_of_a_violation_that_is_gone(invoke: Any, lock: str, stored: Path) -> None:
    Path("changed.py").write_text(Path(lock).read_text().replace("<= 1", "<= 2"))

    ended = invoke("show", TRACE, "changed.py", "--as", "pytest", "-o", "test_race.py")

    assert 1 == ended.code
    assert not Path("test_race.py").exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["--as", "pytest"],
            "[RP116]: a test needs the model: give it as a path, raceproof show TRACE.json my_model.py --as pytest",
        ),
        (["--fixed"], "[RP105]: --fixed is about a test: it goes with --as pytest"),
        (
            ["--as", "svg", "--json", "-"],
            "[RP105]: both --json and --as svg would go to the standard output: give --output FILE",
        ),
        (
            ["--as", "svg", "--output", "no/such/file"],
            "[RP106]: no/such/file cannot be written: there is no folder no/such",
        ),
        (
            ["--scope", "Worker=3"],
            f"[RP105]: --scope is for traces in the ITF format: {TRACE} says itself in which scope it runs",
        ),
        (["--property", "other"], f"[RP110]: {TRACE} holds no such trace; it holds mutual_exclusion of racy"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_what_is_wrong(
    invoke: Any, stored: Path, arguments: list[str], expected: str
) -> None:
    ended = invoke("show", TRACE, *arguments)

    assert (2, "") == (ended.code, ended.out)
    assert f"error{expected}" == " ".join(ended.errors.split())


def test_of_several_traces_one_is_chosen(invoke: Any, lock: str) -> None:
    invoke("check", lock, "--json", "results.json")

    both = invoke("show", "results.json", lock, "--as", "svg")
    one = invoke("show", "results.json", lock, "--as", "svg", "--property", "someone_works")

    assert 2 == both.code
    assert (
        "error[RP110]: results.json holds 2 traces: choose one with --property and --variant: "
        "mutual_exclusion of racy, someone_works of racy"
    ) == " ".join(both.errors.split())
    assert (0, True) == (one.code, "<title>someone_works is reached in" in one.out)


def test_a_trace_goes_to_another_tool_and_comes_back(invoke: Any, lock: str, stored: Path) -> None:
    invoke("show", TRACE, lock, "--as", "itf", "-o", "lock.itf.json")

    back = invoke("show", "lock.itf.json", lock, "--as", "json")

    assert (0, "") == (back.code, back.errors)
    first, again = json.loads(stored.read_text()), json.loads(back.out)
    same = ("model", "variant", "scope", "property", "kind", "verdict", "initial", "initial_views", "trace", "claims")
    assert {name: first[name] for name in same} == {name: again[name] for name in same}


def test_a_trace_of_a_model_that_counts_without_end_comes_back_too(invoke: Any) -> None:
    invoke("check", "rollout", "--property", "live_version_is_stored", "--traces", "traces")
    (trace,) = Path("traces").iterdir()
    invoke("show", str(trace), "--as", "itf", "-o", "rollout.itf.json")

    back = invoke("show", "rollout.itf.json", "--as", "json")

    assert (0, "") == (back.code, back.errors)
    assert json.loads(trace.read_text())["trace"] == json.loads(back.out)["trace"]


def test_a_trace_of_another_tool_is_given_a_model_and_shown_like_any_other(
    invoke: Any, lock: str, tmp_path: Path
) -> None:
    states = [{"taken": taken} for taken in (False, False, False, True, True)]
    (tmp_path / "quint.itf.json").write_text(json.dumps({"vars": ["taken"], "states": states}))

    ended = invoke("show", "quint.itf.json", lock, "--scope", "Worker=3")

    assert (0, "") == (ended.code, ended.errors)
    assert "lock_toy.py · racy  Worker=3\nmutual_exclusion is violated in 4 steps\n" in ended.out
    assert ended.out.endswith(REPLAYED)


@pytest.mark.parametrize(
    ("states", "arguments", "expected"),
    [
        (
            [{"taken": False}],
            [],
            "[RP116]: t.itf.json is in the ITF format: say of which MODEL, raceproof show t.itf.json MODEL",
        ),
        (
            [{"taken": True}],
            ["lock_toy.py"],
            "[RP112]: t.itf.json does not lead through lock_toy.py, variant racy: "
            "state 0: the model does not start like that; what comes nearest has taken = false, and not true",
        ),
        (
            [{"taken": False}],
            ["lock_toy.py", "--property", "someone_works"],
            "[RP112]: t.itf.json does not lead through lock_toy.py, variant racy: "
            "the model takes these steps, and what they lead to breaks no claim: someone_works",
        ),
        (
            [{"taken": False}],
            ["lock_toy.py", "--variant", "x"],
            "[RP101]: lock_toy.py has no variant 'x'; there is fixed, racy",
        ),
    ],
)
def test_a_trace_of_another_tool_that_does_not_fit_ends_with_2(
    invoke: Any, lock: str, states: list[dict[str, Any]], arguments: list[str], expected: str
) -> None:
    Path("t.itf.json").write_text(json.dumps({"vars": ["taken"], "states": states}))

    ended = invoke("show", "t.itf.json", *arguments)

    assert (2, "") == (ended.code, ended.out)
    assert f"error{expected}" == " ".join(ended.errors.split())


def test_a_page_of_a_changed_model_says_so(invoke: Any, lock: str, stored: Path) -> None:
    Path("changed.py").write_text(Path(lock).read_text().replace("<= 1", "<= 2"))

    ended = invoke("show", TRACE, "changed.py", "-o", "page.html")

    assert 1 == ended.code
    said = "The model has changed, and does not do this any more: the model still takes these steps, but mutual_excl"
    assert f'<p class="why bad">{said}' in Path("page.html").read_text()


@pytest.mark.parametrize(
    ("name", "begins"),
    [("out.svg", b"<svg "), ("out.html", b"<!DOCTYPE html>"), ("out.md", b"## "), ("out.txt", b"lock_toy")],
)
def test_the_name_of_the_file_says_the_format(invoke: Any, lock: str, stored: Path, name: str, begins: bytes) -> None:
    ended = invoke("show", TRACE, lock, "-o", name)

    assert 0 == ended.code
    assert Path(name).read_bytes().lstrip().startswith(begins)


def test_a_test_cannot_import_from_a_file_that_is_no_module(invoke: Any, lock: str, stored: Path) -> None:
    Path("my-lock.py").write_text(Path(lock).read_text())

    ended = invoke("show", TRACE, "my-lock.py", "--as", "pytest")

    assert 2 == ended.code
    assert (
        "a test cannot import from my-lock.py: name the file with letters, digits and underscores only" in ended.errors
    )
