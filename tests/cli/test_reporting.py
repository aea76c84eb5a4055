"""What a check says beside its verdicts: headings, notes, commands, and who is stuck in a deadlock."""

import json
from pathlib import Path
from typing import Any

import pytest

STUCK = """from raceproof.checker import Id, Model, Steps, process, until

class Worker(Id, size=2): ...

class Stuck(Model):
    on: bool = False
    ready: bool = False

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        yield until(lambda: self.on, "read")

    @process
    def helper(self) -> Steps:
        yield "help"
        self.ready = True
        yield until(lambda: self.ready, "rest", idle=True)
        yield until(lambda: self.on, "sleep", idle=True)
"""


@pytest.fixture
def stuck(tmp_path: Path) -> str:
    """The file name of a model whose two workers wait for ever, and that has no claims."""
    (tmp_path / "stuck.py").write_text(STUCK)
    return "stuck.py"


def told(text: str, start: str) -> list[str]:
    """The lines from the one that begins so."""
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(start))
    return lines[first:]


def test_a_deadlock_says_after_its_timeline_who_waits_where(invoke: Any, stuck: str) -> None:
    ended = invoke("check", stuck)

    assert [
        "no_deadlock is violated in 2 steps",
        "",
        "step  helper  what changed         at",
        "   1  help    ready: false → true  stuck.py:15",
        "   2  rest                         stuck.py:17",
        "",
        'worker 1 waits at "read" (stuck.py:11)',
        'worker 2 waits at "read" (stuck.py:11)',
        'helper idles at "sleep" (stuck.py:18)',
        "",
        "Reproduce: raceproof check stuck.py --property no_deadlock",
    ] == told(ended.out, "no_deadlock is violated")[:11]


def test_a_deadlock_at_the_start_shows_who_waits_and_not_the_whole_state(
    invoke: Any, stuck: str, tmp_path: Path
) -> None:
    (tmp_path / stuck).write_text(STUCK.partition("    @process\n")[0])

    ended = invoke("check", stuck)

    assert [
        "no_deadlock is violated at the start",
        "",
        'worker 1 waits at "read" (stuck.py:11)',
        'worker 2 waits at "read" (stuck.py:11)',
        "",
    ] == told(ended.out, "no_deadlock is violated")[:5]


def test_a_stored_deadlock_says_who_waits_too(invoke: Any, stuck: str) -> None:
    invoke("check", stuck, "--traces", "traces")

    ended = invoke("show", "traces/stuck-default-no_deadlock.json", stuck)

    assert 0 == ended.code
    assert ['worker 1 waits at "read"', 'worker 2 waits at "read"', 'helper waits at "sleep"', ""] == (
        told(ended.out, "worker 1 waits")[:4]
    )


def test_a_file_without_claims_is_said_to_have_none(invoke: Any, stuck: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")

    everything = invoke("check", stuck)
    selected = invoke("check", stuck, "--property", "no_deadlock")

    assert (
        "note: stuck.py has no claims of its own (@always, @each_step, @reachable, @recoverable): "
        "only the two built-in ones were asked"
    ) in everything.out.splitlines()
    assert "no claims of its own" not in selected.out


def test_a_claims_file_without_a_claim_about_the_model_is_refused(
    invoke: Any, stuck: str, counter: str, tmp_path: Path
) -> None:
    (tmp_path / "empty.py").write_text("")

    other = invoke("check", stuck, "--claims", counter)
    empty = invoke("table", stuck, "--claims", "empty.py")

    assert (2, "", "error[RP065]: no claim in counter_toy.py is about Stuck\n") == (other.code, other.out, other.errors)
    assert (2, "", "error[RP102]: empty.py has no claims (@always, @each_step, @reachable, @recoverable)\n") == (
        empty.code,
        empty.out,
        empty.errors,
    )


def test_the_heading_of_a_model_without_variants_is_its_name_and_scope(invoke: Any, counter: str) -> None:
    ended = invoke("check", counter)

    assert ["Counter  Number=3", ""] == ended.out.splitlines()[:2]


@pytest.mark.parametrize("columns", ["40", "80", "120"])
def test_no_line_of_a_report_ends_in_a_blank(
    invoke: Any, stuck: str, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)

    ended = [invoke("check", stuck), invoke("list", "dns"), invoke("check", "dns", "--max-states", "20")]

    assert [] == [line for one in ended for line in one.out.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((), ""),
        (("--variant", "racy", "--scope", "Worker=2", "--engine", "explicit"), ""),
        (("--variant", "racy", "--scope", "Worker=3"), " --scope Worker=3"),
        (("--engine", "bounded", "--depth", "20"), " --engine bounded"),
        (("--engine", "bounded", "--depth", "6"), " --engine bounded --depth 6"),
        (("--max-states", "1000", "--max-memory", "4TiB"), f" --max-states 1000 --max-memory {4 * 2**40}"),
    ],
)
def test_the_command_to_reproduce_names_only_what_is_not_the_default(
    invoke: Any, lock: str, given: tuple[str, ...], expected: str
) -> None:
    ended = invoke("check", lock, "--property", "mutual_exclusion", *given)

    assert [f"Reproduce: raceproof check lock_toy.py --property mutual_exclusion{expected}"] == [
        line for line in ended.out.splitlines() if line.startswith("Reproduce")
    ]


def test_the_bounded_engine_counts_no_states(invoke: Any, counter: str) -> None:
    bounded = json.loads(invoke("check", counter, "--engine", "bounded", "--depth", "2", "--json", "-").out)
    explicit = json.loads(invoke("check", counter, "--json", "-").out)

    assert {(None, None)} == {(result["states"], result["transitions"]) for result in bounded}
    assert {(4, 3)} == {(result["states"], result["transitions"]) for result in explicit}
