"""`raceproof check`: what it prints, what it writes, how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest


def test_claims_that_all_hold_end_with_0(invoke: Any, counter: str) -> None:
    ended = invoke("check", counter)

    assert (0, "") == (ended.code, ended.errors)
    assert "counts_no_further  holds" in ended.out
    assert "gets_to_the_end    reached in 3 steps" in ended.out
    assert "native: 4 states, 3 transitions, depth 3" in ended.out


def test_a_violation_ends_with_1_and_its_timeline(invoke: Any, lock: str) -> None:
    ended = invoke("check", lock, "--property", "mutual_exclusion")

    lines = [line.rstrip() for line in ended.out.splitlines()]
    start = lines.index("mutual_exclusion is violated in 4 steps")

    assert 1 == ended.code
    assert [
        "",
        "step  worker 1       worker 2       what changed         at",
        "   0                                the lock: free",
        "   1  wait                                               lock_toy.py:24",
        "   2                 wait                                lock_toy.py:24",
        "   3  take the lock                 taken: false → true  lock_toy.py:26",
        "                                    the lock: taken",
        "   4                 take the lock                       lock_toy.py:26",
        "",
    ] == lines[start + 1 : start + 10]
    assert "Reproduce: raceproof check lock_toy.py --property mutual_exclusion" in lines


def test_a_heading_tells_model_variant_scope_and_what_the_variant_is(invoke: Any, lock: str) -> None:
    ended = invoke("check", lock, "--variant", "fixed", "--scope", "Worker=3")

    assert ["Lock · fixed  Worker=3", "Look and take in one step."] == ended.out.splitlines()[:2]


def test_the_first_variant_is_the_default_and_others_can_be_named(invoke: Any, lock: str) -> None:
    first = invoke("check", lock, "--json", "-")
    both = invoke("check", lock, "--variant", "racy", "--variant", "fixed", "--json", "-")

    assert {"racy"} == {result["variant"] for result in json.loads(first.out)}
    assert ["racy"] * 4 + ["fixed"] * 4 == [result["variant"] for result in json.loads(both.out)]


def test_the_command_under_a_timeline_reproduces_it(invoke: Any, lock: str) -> None:
    first = invoke("check", lock)
    (command,) = [line for line in first.out.splitlines() if line.startswith("Reproduce: ")]
    again = invoke(*command.removeprefix("Reproduce: raceproof ").split())

    def timeline(out: str) -> str:
        return out.partition("mutual_exclusion is violated")[2].partition("native")[0]

    assert timeline(first.out) == timeline(again.out)


def test_the_claims_that_every_model_must_fulfil_can_be_selected(invoke: Any, lock: str) -> None:
    ended = invoke("check", lock, "--property", "no_deadlock", "--property", "assertions", "--json", "-")

    found = [(result["property"], result["kind"], result["verdict"]) for result in json.loads(ended.out)]
    assert [
        ("no_deadlock", "deadlock", "holds-in-scope"),
        ("assertions", "assertion", "holds-in-scope"),
    ] == found


def test_only_the_first_claims_timeline_is_shown_unless_all_are_wanted(invoke: Any, lock: str, tmp_path: Path) -> None:
    more = "\n@always\ndef nobody_works(m: Lock) -> bool:\n    return not m.worker[Worker(1)].at('work')\n"
    (tmp_path / lock).write_text((tmp_path / lock).read_text() + more)

    first = invoke("check", lock)
    everything = invoke("check", lock, "--all-traces")

    assert "mutual_exclusion is violated in 4 steps" in first.out
    assert "nobody_works is violated in 2 steps" not in first.out
    assert "1 more claim is violated; --all-traces shows every timeline." in first.out
    assert "nobody_works is violated in 2 steps" in everything.out
    assert "--all-traces" not in everything.out


def test_a_limit_that_is_reached_ends_with_3(invoke: Any, counter: str) -> None:
    ended = invoke("check", counter, "--max-states", "2", "--property", "counts_no_further")

    assert 3 == ended.code
    assert "?  counts_no_further  undecided: more than 2 states" in ended.out


def test_a_violation_counts_more_than_an_undecided_claim(invoke: Any, lock: str) -> None:
    ended = invoke("check", lock, "--scope", "Worker=3", "--depth", "4", "--json", "-")

    assert 1 == ended.code
    assert [None, None, *["states more than 4 steps away"] * 2] == [result["why"] for result in json.loads(ended.out)]


def test_steps_that_no_run_takes_are_reported_after_a_complete_search(invoke: Any, tmp_path: Path) -> None:
    (tmp_path / "idle.py").write_text(
        "from raceproof.checker import Model, Steps, action, process, require, until\n"
        "class Idle(Model):\n"
        "    on: bool = False\n"
        "    asked: bool = False\n"
        "    @process\n"
        "    def waiter(self) -> Steps:\n"
        '        yield until(lambda: self.on, "switch off", idle=True)\n'
        "        self.on = False\n"
        "    @action\n"
        "    def switch_on(self) -> None:\n"
        "        require(self.asked)\n"
        "        self.on = True\n"
    )

    complete = invoke("check", "idle.py")
    cut_short = invoke("check", "idle.py", "--engine", "bounded", "--depth", "3")

    assert "note: never happens in this scope or variant: switch off (idle.py:7), switch on (idle.py:10)" in (
        complete.out.splitlines()
    )
    assert "never happens" not in cut_short.out


@pytest.mark.parametrize("engine", ["portable", "native", "bounded", "oracle"])
def test_every_engine_finds_the_same_violation(invoke: Any, lock: str, engine: str) -> None:
    ended = invoke("check", lock, "--engine", engine, "--depth", "8", "--json", "-", "--property", "mutual_exclusion")
    (result,) = json.loads(ended.out)

    assert (1, "violated", 4, engine) == (ended.code, result["verdict"], len(result["trace"]), result["engine"])


def test_a_bound_in_steps_is_said_to_be_no_more(invoke: Any, counter: str) -> None:
    ended = invoke("check", counter, "--engine", "bounded", "--depth", "2", "--property", "counts_no_further")

    assert 0 == ended.code
    assert "~  counts_no_further  holds up to 2 steps; longer runs were not looked at" in ended.out


def test_json_on_the_standard_output_stands_alone(invoke: Any, lock: str, tmp_path: Path) -> None:
    (tmp_path / lock).write_text((tmp_path / lock).read_text() + "\nprint('loaded')\n")

    ended = invoke("check", lock, "--json", "-")

    assert (1, "loaded\n") == (ended.code, ended.errors)
    assert ["mutual_exclusion", "someone_works", "no_deadlock", "assertions"] == [
        result["property"] for result in json.loads(ended.out)
    ]


def test_a_result_says_what_was_asked_found_and_how_to_ask_again(invoke: Any, lock: str) -> None:
    ended = invoke("check", lock, "--property", "mutual_exclusion", "--json", "-")
    (result,) = json.loads(ended.out)

    expected = {
        "model": "lock_toy.py",
        "variant": "racy",
        "scope": {"Worker": 2},
        "property": "mutual_exclusion",
        "kind": "always",
        "verdict": "violated",
        "engine": "native",
        "why": None,
        "initial_views": {"the lock": "free"},
        "claims": ["mutual_exclusion"],
        "command": "raceproof check lock_toy.py --property mutual_exclusion",
        "schema_version": 2,
    }
    assert expected == {name: result[name] for name in expected}
    assert {
        "process": "worker",
        "instance": [1],
        "choice": None,
        "actor": "worker 1",
        "label": "take the lock",
        "location": "lock_toy.py:26",
        "choice_text": None,
        "changes": [{"name": "taken", "before": "false", "after": "true"}],
        "state": {"taken": "true", "worker 1.at": "work", "worker 2.at": "take the lock"},
        "views": {"the lock": "taken"},
        "failure": None,
    } == result["trace"][2]


def test_traces_are_written_one_file_for_each_violation(invoke: Any, lock: str, tmp_path: Path) -> None:
    ended = invoke("check", lock, "--traces", "new/traces")

    assert ["lock_toy-racy-mutual_exclusion.json"] == [path.name for path in (tmp_path / "new/traces").iterdir()]
    assert "Written: new/traces/lock_toy-racy-mutual_exclusion.json" in ended.out


def test_a_second_run_replaces_the_traces_of_the_first(invoke: Any, lock: str, tmp_path: Path) -> None:
    for _ in range(2):
        invoke("check", lock, "--traces", "traces")

    assert ["lock_toy-racy-mutual_exclusion.json"] == [path.name for path in (tmp_path / "traces").iterdir()]


def test_a_model_that_goes_wrong_is_told_like_a_compiler_tells_it(invoke: Any, counter: str, tmp_path: Path) -> None:
    source = (tmp_path / counter).read_text().replace("self.value < Number.last", "True")
    (tmp_path / counter).write_text(source)

    ended = invoke("check", counter)

    assert (2, "") == (ended.code, ended.out)
    assert [
        "error[RP012]: value becomes number 4, which is not in Number (none, number 1 .. number 3)",
        "  --> counter_toy.py:19",
        "   |",
        "19 | self.value += 1",
        "   | ^^^^^^^^^^",
    ] == [line.rstrip() for line in ended.errors.splitlines()[:5]]
    assert "The shortest way there, 4 steps:" in ended.errors
    assert "   3  count  value: number 2 → number 3" in ended.errors


def test_claims_can_come_from_another_file(invoke: Any, counter: str, tmp_path: Path) -> None:
    (tmp_path / "more.py").write_text(
        "from counter_toy import Counter, Number\n"
        "from raceproof.checker import always\n"
        "@always\n"
        "def stays_low(m: Counter) -> bool:\n"
        "    return m.value < Number.last\n"
    )

    ended = invoke("check", counter, "--claims", "more.py", "--json", "-")

    found = {result["property"]: result["verdict"] for result in json.loads(ended.out)}
    assert {"stays_low": "violated", "no_deadlock": "holds-in-scope", "assertions": "holds-in-scope"} == found
    assert (
        "raceproof check counter_toy.py --claims more.py --property stays_low" == (json.loads(ended.out)[0]["command"])
    )


def test_a_claim_about_another_model_of_the_file_is_left_out_and_said_to_be(
    invoke: Any, counter: str, tmp_path: Path
) -> None:
    second = (
        "\n\nclass Other(Model):\n    on: bool = False\n\n@always\ndef is_off(m: Other) -> bool:\n    return not m.on\n"
    )
    (tmp_path / counter).write_text((tmp_path / counter).read_text() + second)

    ended = invoke("check", f"{counter}:Counter")
    asked = invoke("check", f"{counter}:Counter", "--property", "is_off")

    assert 0 == ended.code
    assert "note: not asked: is_off is about another model" in ended.out
    assert (2, "error[RP065]: is_off is a claim about another model than Counter\n") == (asked.code, asked.errors)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--property", "mutual_exlusion"), "has no property 'mutual_exlusion'; did you mean 'mutual_exclusion'?"),
        (("--variant", "fixd"), "has no variant 'fixd'; did you mean 'fixed'?"),
        (("--scope", "Wroker=3"), "the scope names Wroker, which is no domain of the model; did you mean 'Worker'?"),
        (("--scope", "Worker=2000000"), "the size of Worker is 2000000; it must be a whole number from 0 to 1000000"),
        (("--json", "missing/file.json"), "missing/file.json cannot be written: there is no folder missing"),
        (("--json", "."), ". cannot be written: it is a folder"),
        (("--traces", "lock_toy.py"), "the folder lock_toy.py cannot be made: File exists"),
        (("--traces", "lock_toy.py/deep"), "the folder lock_toy.py/deep cannot be made: Not a directory"),
    ],
)
def test_a_wrong_call_ends_with_2_before_anything_is_run(
    invoke: Any, lock: str, arguments: tuple[str, ...], expected: str
) -> None:
    ended = invoke("check", lock, *arguments)

    assert (2, "") == (ended.code, ended.out)
    assert expected in ended.errors.replace("\n", " ")
    assert "Traceback" not in ended.errors


def test_notes_do_not_speak_of_an_action_that_the_system_does_not_have(
    invoke: Any, counter: str, tmp_path: Path
) -> None:
    source = (tmp_path / counter).read_text().replace("import Model", "import action, require, Model")
    leap = (
        "    off = True\n\n    @action\n    def leap(self) -> None:\n"
        "        require(not self.off)\n        self.value = Number.last\n\n"
    )
    (tmp_path / counter).write_text(source.replace("    @process\n", leap + "    @process\n"))

    ended = invoke("check", counter)

    assert (0, False) == (ended.code, "never happens" in ended.out)
