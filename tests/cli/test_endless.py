"""Models without a last version on the command line: how a scope is written and told, and traces in files."""

from pathlib import Path
from typing import Any

from raceproof.checker import Remembered
from raceproof.checker.cli.options import size


def test_a_size_with_a_plus_says_how_many_are_remembered_of_any_number() -> None:
    name, found = size("Plan=4+")

    assert ("Plan", Remembered, "4+") == (name, type(found), str(found))


def test_the_scope_says_how_many_are_remembered(invoke: Any) -> None:
    ended = invoke("check", "rollout", "--variant", "only newer", "--property", "live_version_is_stored")

    assert 0 == ended.code
    assert "Version=6 remembered Worker=2" in ended.out


def test_a_trace_is_replayed_in_a_size_that_has_all_of_its_versions(invoke: Any) -> None:
    invoke("check", "rollout", "--property", "live_version_is_stored", "--traces", "traces")

    (trace,) = Path("traces").iterdir()
    ended = invoke("show", str(trace))

    assert (0, "") == (ended.code, ended.errors)
    assert "Replayed: the model's own Python takes the same steps to the same states." in ended.out


def test_the_command_that_repeats_a_check_says_it_too(invoke: Any) -> None:
    ended = invoke("check", "rollout", "--scope", "Version=7+", "--property", "live_version_is_stored")

    assert "Reproduce: raceproof check rollout --property live_version_is_stored --scope Version=7+" in ended.out


def test_a_graph_needs_a_last_version(invoke: Any) -> None:
    ended = invoke("graph", "rollout")

    assert (2, "error[RP072]: Version is endless, and a graph needs a last one; the explicit engine does not\n") == (
        ended.code,
        ended.errors,
    )
