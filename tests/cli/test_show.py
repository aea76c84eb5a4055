"""`raceproof show`: a stored trace again, and whether the model still does it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TRACE = "traces/lock_toy-racy-mutual_exclusion.json"


@pytest.fixture
def stored(invoke: Any, lock: str, tmp_path: Path) -> Path:
    """The trace of the racy lock, written by a check."""
    invoke("check", lock, "--traces", "traces")
    return tmp_path / TRACE


def test_a_trace_of_a_built_in_model_is_replayed_without_being_asked(invoke: Any) -> None:
    invoke("check", "queue_race", "--property", "active_plan_exists", "--traces", "traces")

    (trace,) = Path("traces").iterdir()
    ended = invoke("show", str(trace))

    assert (0, "") == (ended.code, ended.errors)
    assert "Replayed: the model's own Python takes the same steps to the same states." in ended.out


def test_a_witness_is_replayed_too(invoke: Any, counter: str) -> None:
    invoke("check", counter, "--json", "results.json")

    ended = invoke("show", "results.json", counter)

    assert 0 == ended.code
    assert "gets_to_the_end is reached in 3 steps" in ended.out


def test_the_trace_of_a_file_is_shown_but_its_path_is_never_followed(invoke: Any, lock: str, stored: Path) -> None:
    (stored.parent.parent / lock).write_text("raise SystemExit('it was run')\n")

    ended = invoke("show", TRACE)

    assert 3 == ended.code
    assert "mutual_exclusion is violated in 4 steps" in ended.out
    assert "Not replayed: lock_toy.py is no built-in model, and no path in a file is followed." in ended.out


def test_the_model_of_a_file_is_given_on_the_command_line(invoke: Any, lock: str, stored: Path) -> None:
    ended = invoke("show", TRACE, lock)

    assert (0, "") == (ended.code, ended.errors)
    assert "Replayed" in ended.out


def test_the_timeline_is_the_one_that_the_check_showed(invoke: Any, lock: str, stored: Path) -> None:
    def timeline(out: str) -> str:
        return out[out.index("step  ") :].partition("\n\n")[0]

    assert timeline(invoke("check", lock).out) == timeline(invoke("show", TRACE).out)


def test_the_replay_as_json_stands_alone(invoke: Any, lock: str, stored: Path) -> None:
    (shown,) = json.loads(invoke("show", TRACE, lock, "--json", "-").out)

    assert ("confirmed", None, "mutual_exclusion") == (shown["replay"], shown["why"], shown["result"]["property"])


def test_a_comment_that_moves_lines_changes_nothing(invoke: Any, lock: str, stored: Path) -> None:
    source = stored.parent.parent / lock
    source.write_text("# one more line\n" + source.read_text())

    assert 0 == invoke("show", TRACE, lock).code


Edit = Callable[[str], str]

CHANGES: dict[str, tuple[Edit, str]] = {
    "a step is called something else": (
        lambda text: text.replace('yield "take the lock"', 'yield "seize the lock"'),
        "step 1: worker 1.at is seize the lock; the file says take the lock",
    ),
    "a step has to wait": (
        lambda text: text.replace('yield "take the lock"', 'yield until(lambda: not self.taken, "take the lock")'),
        "step 4: worker 2 cannot take 'take the lock': it has to wait",
    ),
    "a process is gone": (
        lambda text: text.replace(
            "@process(each=Worker)\n    def worker(self, me: Worker)", "@process\n    def one(self)"
        ).replace("m.worker[w]", "m.one"),
        "at the start one.at is wait; the file says nothing of it",
    ),
    "the state starts differently": (
        lambda text: text.replace("taken: bool = False", "taken: bool = True"),
        "at the start taken is true; the file says false",
    ),
    "the state has one more variable": (
        lambda text: text.replace("    taken: bool = False", "    taken: bool = False\n    more: bool = False"),
        "at the start more is false; the file says nothing of it",
    ),
    "the view says something else": (
        lambda text: text.replace('else "free"', 'else "open"'),
        "at the start the lock is open; the file says free",
    ),
    "the claim has become weaker": (
        lambda text: text.replace("<= 1", "<= 2"),
        "the model still takes these steps, but mutual_exclusion no longer says so at their end",
    ),
    "the claim has another name": (
        lambda text: text.replace("def mutual_exclusion", "def exclusion"),
        "lock_toy.py has no claim 'mutual_exclusion'",
    ),
    "the claim is of another kind": (
        lambda text: text.replace("@always\ndef mutual", "@reachable\ndef mutual"),
        "mutual_exclusion is a claim of kind reachable now, and was of kind always",
    ),
    "the variant is gone": (
        lambda text: text.replace('"racy": Variant', '"quick": Variant'),
        "lock_toy.py has no variant 'racy'",
    ),
    "the domain is gone": (
        lambda text: text.replace("Worker", "Worcester"),
        "the scope names Worker, which is no domain of the model",
    ),
}


@pytest.mark.parametrize(("edit", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_model_that_has_changed_ends_with_1_and_the_first_difference(
    invoke: Any, lock: str, stored: Path, edit: Edit, expected: str
) -> None:
    source = stored.parent.parent / lock
    changed = edit(source.read_text())
    assert changed != source.read_text()
    source.with_name("changed.py").write_text(changed.replace("lock_toy", "changed"))

    ended = invoke("show", TRACE, "changed.py")

    assert 1 == ended.code
    said = " ".join(ended.out.split()).partition("The model has changed: ")[2]
    assert said.startswith(expected.replace("lock_toy.py", "changed.py"))


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (["trace", 1, "instance"], [1], "step 2: process is worker 1; the file says worker 2"),
        (["trace", 0, "instance"], [7], "step 1: worker 1 cannot take 'wait': there is no such move"),
        (["trace", 0, "instance"], [], "step 1: worker 1 cannot take 'wait': there is no such move"),
        (["trace", 0, "process"], "janitor", "step 1: worker 1 cannot take 'wait': there is no such move"),
        (["trace", 0, "choice"], 1, "step 1: worker 1 cannot take 'wait': there is no such move"),
        (["trace", 2, "state", "taken"], "false", "step 3: taken is true; the file says false"),
        (["trace", 2, "changes"], [], "step 3: taken is false, then true; the file says nothing of it"),
        (["trace", 2, "views"], {}, "step 3: the lock is taken; the file says nothing of it"),
        (["trace", 3, "failure"], "boom", "step 4: worker 2 no longer fails in 'take the lock'"),
        (["trace"], [], "the model still takes these steps, but mutual_exclusion no longer says so at their end"),
        (["scope"], {"Worker": 3}, "at the start worker 3.at is wait; the file says nothing of it"),
        (["initial"], None, "at the start taken is false; the file says nothing of it"),
    ],
)
def test_a_file_that_was_tampered_with_does_not_replay(
    invoke: Any, lock: str, stored: Path, path: list[Any], value: Any, expected: str
) -> None:
    result = json.loads(stored.read_text())
    target = result
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    stored.write_text(json.dumps(result))

    ended = invoke("show", TRACE, lock)

    assert (1, "") == (ended.code, ended.errors)
    said = " ".join(ended.out.split()).partition("The model has changed: ")[2]
    assert said.startswith(expected)


def test_a_file_cannot_command_the_terminal(invoke: Any, stored: Path) -> None:
    result = json.loads(stored.read_text())
    result["model"] = "evil\x1b[2J"
    result["trace"][0]["label"] = "\x1b]0;title\x07"
    stored.write_text(json.dumps(result))

    ended = invoke("show", TRACE)

    assert 3 == ended.code
    assert "\x1b" not in ended.out
    assert "\x07" not in ended.out
    assert "evil\\x1b[2J" in ended.out


def test_a_file_without_a_trace_is_said_to_have_none(invoke: Any, counter: str) -> None:
    invoke("check", counter, "--property", "counts_no_further", "--json", "results.json")

    ended = invoke("show", "results.json")

    assert (2, "error[RP110]: results.json holds no trace: every claim in it came without one\n") == (
        ended.code,
        ended.errors,
    )


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda text: text[: len(text) // 2], "is not a result of raceproof"),
        (lambda text: "", "is not a result of raceproof: Input data was truncated"),
        (lambda text: text.replace('"schema_version": 2', '"schema_version": 3'), "is written in version 3"),
        (lambda text: text.replace('"states": ', '"states": -'), "Expected `int` >= 0 - at `$.states`"),
        (lambda text: text.replace('"kind": "always"', '"kind": 3'), "Expected `str`, got `int` - at `$.kind`"),
        (lambda text: text.replace('"why"', '"wherefore"'), "Object contains unknown field `wherefore`"),
        (lambda text: text.replace('"label"', '"__class__"', 1), "`$.trace[0]`"),
    ],
)
def test_a_corrupted_file_ends_with_2_and_the_place_of_the_fault(
    invoke: Any, stored: Path, spoil: Edit, expected: str
) -> None:
    stored.write_text(spoil(stored.read_text()))

    ended = invoke("show", TRACE)

    assert (2, "") == (ended.code, ended.out)
    assert ended.errors.startswith(f"error[RP111]: {TRACE} is")
    assert expected in " ".join(ended.errors.split())


def test_what_is_not_replayed_names_the_command_that_does_it(
    invoke: Any, counter: str, stored: Path, tmp_path: Path
) -> None:
    (tmp_path / "more claims.py").write_text(
        "from counter_toy import Counter, Number\n"
        "from raceproof.checker import always\n"
        "@always\n"
        "def stays_low(m: Counter) -> bool:\n"
        "    return m.value < Number.last\n"
    )
    invoke("check", counter, "--claims", "more claims.py", "--property", "stays_low", "--traces", "other")
    trace = "other/counter_toy-default-stays_low.json"

    assert f"To replay it: raceproof show {TRACE} lock_toy.py" == invoke("show", TRACE).out.splitlines()[-1]
    assert (
        f"To replay it: raceproof show {trace} counter_toy.py --claims 'more claims.py'"
        == (invoke("show", trace).out.splitlines()[-1])
    )
    assert 0 == invoke("show", trace, counter, "--claims", "more claims.py").code
