"""`raceproof why`, and `check --why`."""

import json
from pathlib import Path
from typing import Any

import pytest

TRACE = "traces/lock_toy-racy-mutual_exclusion.json"

SENTENCE = (
    "worker 2 found `not self.taken` true at step 2, when taken was false; by step 4 taken was true (worker 1, step "
    '3), and worker 2 still went on to "work".'
)


@pytest.fixture
def stored(invoke: Any, lock: str) -> Path:
    """The trace of the broken lock."""
    invoke("check", lock, "--engine", "portable", "--property", "mutual_exclusion", "--traces", "traces")
    return Path(TRACE).resolve()


def said(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def test_a_stored_trace_is_explained(invoke: Any, lock: str, stored: Path) -> None:
    ended = invoke("why", TRACE, lock)

    assert (0, "") == (ended.code, ended.errors)
    assert ended.out.startswith("lock_toy.py · racy  Worker=2\nmutual_exclusion is violated in 4 steps\n\nstep ")
    assert said(ended.out).endswith(SENTENCE)


def test_an_explanation_as_json(invoke: Any, lock: str, stored: Path) -> None:
    ended = invoke("why", TRACE, lock, "--json", "-")

    (found,) = json.loads(ended.out)
    (decision,) = found["decisions"]
    assert SENTENCE == found["sentence"] == decision["sentence"]
    assert {
        "kind": "decision",
        "actor": "worker 2",
        "entry": "taken",
        "known": "false",
        "now": "true",
        "check": 2,
        "overwritten": 3,
        "overwriter": "worker 1",
        "use": 4,
    } == {key: decision[key] for key in decision if key not in ("condition", "effect", "sentence")}


def test_one_state_of_a_trace(invoke: Any, lock: str, stored: Path) -> None:
    ended = invoke("why", TRACE, lock, "--step", "3")

    assert ended.out == (
        "lock_toy.py · racy  Worker=2\n"
        "mutual_exclusion is violated in 4 steps\n"
        "\n"
        "After step 3\n"
        "  the lock: taken\n"
        "\n"
        "Claims\n"
        "  ✓  mutual_exclusion  holds\n"
        "  ✓  someone_works  is reached here\n"
        "  ✓  no_deadlock  holds\n"
        "  ✓  assertions  holds\n"
        "\n"
        "Who can move\n"
        "  worker 1  work  lock_toy.py:28\n"
        "    taken: true → false\n"
        "  worker 2  take the lock  lock_toy.py:26\n"
    )


def test_who_cannot_move_says_why_and_full_shows_the_state(invoke: Any, lock: str, stored: Path) -> None:
    invoke("check", lock, "--engine", "portable", "--property", "someone_works", "--json", "reached.json")

    ended = invoke("why", "reached.json", lock, "--step", "2", "--full")

    assert ended.out.endswith(
        "Who cannot\n"
        "  worker 1  wait  lock_toy.py:24\n"
        "    not self.taken is false  self.taken = true  lock_toy.py:24\n"
        "\n"
        "The whole state\n"
        "  taken  true\n"
        "  worker 1 at  wait\n"
        "  worker 2 at  work\n"
    )


def test_a_step_that_is_not_there_ends_with_2(invoke: Any, lock: str, stored: Path) -> None:
    ended = invoke("why", TRACE, lock, "--step", "9")

    assert (2, "error[RP110]: there is no step 9: the trace has steps 1 to 4, and 0 is its start\n") == (
        ended.code,
        ended.errors,
    )


def test_what_does_not_replay_is_not_explained(invoke: Any, lock: str, stored: Path) -> None:
    result = json.loads(stored.read_text())
    result["trace"][2]["state"]["taken"] = "false\x1b[2J"
    stored.write_text(json.dumps(result))

    ended = invoke("why", TRACE, lock)

    assert (1, "") == (ended.code, ended.out)
    assert "The model has changed: step 3: taken is true; the file says false\\x1b[2J\n" == ended.errors


def test_a_trace_of_a_file_is_explained_only_with_that_file(invoke: Any, stored: Path) -> None:
    ended = invoke("why", TRACE)

    assert (2, "") == (ended.code, ended.out)
    assert said(ended.errors) == (
        "error[RP116]: the trace is about no built-in model, and no path in a file is followed: "
        f"raceproof why {TRACE} MODEL"
    )


def test_a_file_without_violations_has_nothing_to_explain(invoke: Any, counter: str) -> None:
    invoke("check", counter, "--engine", "portable", "--json", "results.json")

    ended = invoke("why", "results.json", counter)

    assert (2, "error[RP110]: results.json holds no violation to explain\n") == (ended.code, ended.errors)


def test_check_explains_every_violation(invoke: Any, lock: str) -> None:
    ended = invoke("check", lock, "--engine", "portable", "--why")

    assert (1, "") == (ended.code, ended.errors)
    assert SENTENCE in said(ended.out)
    assert 1 == ended.out.count("What went stale")


def test_check_shows_what_happens_when_all_is_well(invoke: Any, lock: str) -> None:
    ended = invoke("check", lock, "--engine", "portable", "--variant", "fixed", "--why")

    assert (0, "") == (ended.code, ended.errors)
    assert ended.out.endswith(
        "\n"
        "Every claim holds. Shortest runs that take every step\n"
        "\n"
        "In 2 steps: wait (lock_toy.py:24), work (lock_toy.py:28)\n"
        "\n"
        "step  worker 1  what changed         at\n"
        "   0            the lock: free\n"
        "   1  wait      taken: false → true  lock_toy.py:24\n"
        "                the lock: taken\n"
        "   2  work      taken: true → false  lock_toy.py:28\n"
        "                the lock: free\n"
    )
