"""The tab key: what is offered, without running a model to find out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import ShellComplete

from raceproof.checker.cli import complete
from raceproof.checker.cli.main import program

MODEL = '''
import sys
from raceproof import checker
from raceproof.checker import Id, Model, Ordinal, Variant, always, recoverable

sys.exit("this file must not be run")


class Worker(Id): ...


class Plan(Ordinal, size=4): ...


class Mine(Model): ...


@always
def fine(m: Mine) -> bool:
    """All is well.

    More.
    """


@recoverable(by=("worker",))
def comes_back(m: Mine) -> bool: ...


@checker.lemma
def a_step(m: Mine) -> bool: ...


def helper() -> bool: ...


VARIANTS: dict[str, Variant] = {"plain": Variant("As it is.", Mine), "other": made(), **MORE}
'''


def offered(arguments: Sequence[str], incomplete: str) -> list[tuple[str, str, str | None]]:
    """The kind, the word and its help for each completion of the last word."""
    completer = ShellComplete(program, {}, "raceproof", "_RACEPROOF_COMPLETE")
    return [(item.type, item.value, item.help) for item in completer.get_completions(list(arguments), incomplete)]


def words(arguments: Sequence[str], incomplete: str = "") -> list[str]:
    return [word for _, word, _ in offered(arguments, incomplete)]


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(MODEL, encoding="utf-8")
    return "mine.py"


def test_commands_are_completed() -> None:
    assert ["show", "simulate", "sweep"] == words([], "s")


def test_models_are_built_in_ones_and_files(model: str) -> None:
    Path("folder").mkdir()
    Path("folder", "deep.py").touch()

    assert [("plain", "dining", "built in"), ("plain", "dns", "built in")] == offered(["check"], "d")[1:]
    assert ["mine.py"] == words(["check"], "mi")
    assert ["folder/deep.py"] == words(["list"], "folder/")
    assert [("file", "folder/x", None)] == offered(["prove"], "folder/x")


def test_variants_and_claims_are_read_off_a_file_that_is_not_run(model: str) -> None:
    assert [("plain", "plain", "As it is."), ("plain", "other", None)] == offered(["check", model, "--variant"], "")
    assert [
        ("plain", "fine", "All is well."),
        ("plain", "comes_back", None),
        ("plain", "a_step", None),
        ("plain", "no_deadlock", "asked of every model"),
        ("plain", "assertions", "asked of every model"),
    ] == offered(["check", model, "--property"], "")
    assert ["fine"] == words(["simulate", "--claims", model, "--property"], "f")


def test_domains_are_offered_with_sizes(model: str) -> None:
    assert [("plain", "Plan=4", "the default"), ("plain", "Plan=5", None), ("plain", "Plan=6", None)] == offered(
        ["check", model, "--scope"], "Pl"
    )
    assert ["Worker=1", "Worker=2", "Worker=3"] == words(["prove", model, "-s"], "W")


def test_a_sweep_is_offered_ranges_of_sizes(model: str) -> None:
    assert ["Worker=1..2", "Plan=1..5"] == words(["sweep", model, "--over"])


def test_codes_of_errors_are_completed() -> None:
    assert ["RP010", "RP011", "RP012", "RP013", "RP014", "RP015", "RP016", "RP017"] == words(["explain"], "rp01")


def test_built_in_models_know_their_variants_claims_and_domains() -> None:
    assert ["lease", "lease-fenced"] == words(["check", "dns", "--variant"], "lease")
    assert ["lease", "lease-fenced"] == words(["check", "--variant"], "lease")
    assert ["never_empty", "never_goes_back"] == words(["fixes", "dns", "--property"], "never_")
    assert ["Enactor=2", "Enactor=3", "Enactor=4"] == words(["check", "dns", "--scope"], "Ena")
    assert ["check-then-set"] == words(["graph", "lock", "--variant"], "check")


def test_engines_are_completed() -> None:
    assert ["explicit", "portable", "native", "bounded", "oracle"] == words(["check", "dns", "--engine"])


def test_files_and_folders_are_left_to_the_shell() -> None:
    assert [("file", "tr", None)] == offered(["show"], "tr")
    assert [("file", "", None)] == offered(["check", "--json"], "")
    assert [("dir", "out", None)] == offered(["check", "--traces"], "out")


@pytest.mark.parametrize("arguments", [["nothing.py"], ["no_such_model"], ["broken.py"], ["binary.py"], ["folder.py"]])
def test_where_there_is_nothing_to_read_nothing_is_offered(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken.py").write_text("def broken(:", encoding="utf-8")
    Path("binary.py").write_bytes(b"\xff\x00")
    Path("folder.py").mkdir()

    assert [] == words(["check", *arguments, "--variant"])


def test_a_trace_is_about_no_model_by_default() -> None:
    assert [] == words(["show", "trace.json", "--variant"])
    assert ["checked"] == words(["show", "trace.json", "queue_race", "--variant"], "c")
    assert ["no_deadlock", "assertions"] == words(["show", "trace.json", "--property"])


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        ("bash", "complete -o nosort -F _raceproof_completion raceproof"),
        ("zsh", "#compdef raceproof"),
        ("fish", "complete --no-files --command raceproof"),
    ],
)
def test_the_script_of_a_shell_is_printed(invoke: Any, shell: str, expected: str) -> None:
    ended = invoke("completion", shell)

    assert 0 == ended.code
    assert expected in ended.out
    assert "_RACEPROOF_COMPLETE" in ended.out


def test_the_shell_gets_its_completions_without_the_engines_being_loaded() -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from raceproof.checker.cli.main import program\n"
        "from click.shell_completion import ShellComplete\n"
        "found = ShellComplete(program, {}, 'raceproof', '').get_completions(['check', 'dns', '--variant'], 'inc')\n"
        "print([item.value for item in found])\n"
        "print([name for name in ('z3', 'numpy', 'rich', 'raceproof.model') if name in sys.modules])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "['incident']\n[]\n" == run.stdout


def test_the_decorators_and_domains_that_are_looked_for_are_those_of_the_language() -> None:
    from raceproof.checker import language
    from raceproof.checker.cli.subject import BUILT_IN_CLAIMS

    assert [] == [name for name in (*complete.CLAIMS, *complete.DOMAINS) if name not in language.__all__]
    assert complete.BUILT_IN_CLAIMS == tuple(claim.name for claim in BUILT_IN_CLAIMS)
