"""Results as JSON: what is written can be read again, and nothing else can."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from raceproof.checker.check import prepare, run
from raceproof.checker.errors import UsageError
from raceproof.checker.language import assertions, no_deadlock
from raceproof.checker.results import MOST_BYTES, Result, decode, encode, read, result_of, trace_in, trace_of_result
from raceproof.checker.verdict import Violated
from raceproof.model.queue_race import QueueRace
from raceproof.properties.queue_race import active_plan_exists, everything_is_done

CLAIMS = (active_plan_exists, everything_is_done, no_deadlock, assertions)


@pytest.fixture(scope="module")
def results() -> tuple[Result, ...]:
    """A violation, a witness and two claims that hold."""
    verdicts = run(prepare(QueueRace(), CLAIMS, {"Plan": 4}))
    names = [claim.name for claim in CLAIMS]
    return tuple(
        result_of(verdict, model="queue_race", variant="default", claims=names, command="raceproof check queue_race")
        for verdict in verdicts
    )


def test_results_survive_being_written_and_read(results: tuple[Result, ...], tmp_path: Path) -> None:
    (tmp_path / "results.json").write_bytes(encode(results))

    assert results == read(tmp_path / "results.json")


def test_a_single_result_is_an_object_and_several_are_a_list(results: tuple[Result, ...]) -> None:
    assert "violated" == json.loads(encode(results[0]))["verdict"]
    assert (results[0],) == decode(encode(results[0]))
    assert len(CLAIMS) == len(json.loads(encode(results)))
    assert () == decode(encode(()))


def test_a_result_has_exactly_these_keys(results: tuple[Result, ...]) -> None:
    expected = (
        "model variant scope property kind verdict engine states transitions depth seconds start_up_seconds "
        "workers reductions memory_bytes why initial "
        "initial_views trace claims versions command schema_version"
    )

    assert [expected.split()] * len(CLAIMS) == [list(result) for result in json.loads(encode(results))]


def test_what_was_expected_is_a_key_of_tables_only(results: tuple[Result, ...]) -> None:
    expected = msgspec.structs.replace(results[0], expected="violated")

    assert (expected,) == decode(encode(expected))
    assert "violated" == json.loads(encode(expected))["expected"]


def test_a_trace_of_a_result_is_the_trace_of_the_verdict() -> None:
    (verdict,) = run(prepare(QueueRace(), (active_plan_exists,), {"Plan": 4}))
    result = result_of(verdict, model="queue_race", variant="default", claims=[], command="")
    real, told = trace_in(verdict), trace_of_result(result)

    assert isinstance(verdict, Violated)
    assert real is not None
    assert told is not None
    assert (real.initial, real.processes) == (told.initial, told.processes)
    assert [step.location.short for step in real.steps] == [step.location.short for step in told.steps]
    assert [(step.actor, step.changes, step.state) for step in real.steps] == [
        (step.actor, step.changes, step.state) for step in told.steps
    ]


def spoilt(results: tuple[Result, ...], **more: Any) -> bytes:
    first, *others = json.loads(encode(results))
    return json.dumps([{**first, **more}, *others]).encode()


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"extra": 1}, "Object contains unknown field `extra` - at `$[0]`"),
        ({"states": "many"}, "Expected `int | null`, got `str` - at `$[0].states`"),
        ({"states": -1}, "Expected `int` >= 0 - at `$[0].states`"),
        ({"seconds": None}, "Expected `float`, got `null` - at `$[0].seconds`"),
        ({"verdict": "maybe"}, "Invalid enum value 'maybe' - at `$[0].verdict`"),
        ({"scope": {"Plan": "4"}}, "`$[0].scope[...]`"),
        ({"trace": [[]]}, "Expected `object`, got `array` - at `$[0].trace[0]`"),
        ({"schema_version": "1"}, "Expected `int`, got `str` - at `$[0].schema_version`"),
        ({"schema_version": 99}, "f.json is written in version 99 of the format; this raceproof reads version 2"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(
    results: tuple[Result, ...], more: dict[str, Any], expected: str
) -> None:
    with pytest.raises(UsageError) as refused:
        decode(spoilt(results, **more), "f.json")

    assert expected in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[", b'{"schema_version": 2}', b"[1]", b"\xff\xfe", b'{"schema_version": 2, "model": "\xff"}'],
)
def test_what_is_no_result_at_all_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError, match="f is not a result of raceproof"):
        decode(data, "f")


def test_deep_nesting_is_refused_and_does_not_exhaust_the_stack() -> None:
    with pytest.raises(UsageError, match="is not a result of raceproof"):
        decode(b'{"schema_version": 2, "trace": ' + b"[" * 200_000)


def test_a_location_must_be_a_file_and_a_line(results: tuple[Result, ...]) -> None:
    text = encode(results).decode()
    assert results[0].trace

    with pytest.raises(UsageError, match=r"`\$\[0\]\.trace\[0\]\.location`"):
        decode(text.replace(results[0].trace[0].location, "nowhere").encode())


def test_a_huge_file_is_refused_without_being_read_in_full(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(MOST_BYTES * 1000)

    with pytest.raises(UsageError, match="is larger than 64 MiB, which no trace of raceproof is"):
        read(huge)


def test_a_file_that_cannot_be_read_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file or directory"):
        read(tmp_path / "missing.json")
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        read(tmp_path)


def test_a_file_of_another_kind_is_told_by_what_it_is() -> None:
    certificate, nothing = b'{"obligations": [], "lemmas": []}', b'{"a": 1}'

    with pytest.raises(UsageError, match="is not a result of raceproof: it is a certificate, which raceproof recheck"):
        decode(certificate, "f")
    with pytest.raises(UsageError, match="is not a result of raceproof: Object missing required field"):
        decode(nothing, "f")
    with pytest.raises(UsageError, match="is not a result of raceproof: the JSON ends early: the file was cut off"):
        decode(b'[{"schema_version": 2', "f")
