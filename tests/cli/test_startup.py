"""What starting the command line loads: next to nothing, so that `raceproof --help` and the tab key answer at once."""

import importlib
import subprocess
import sys

import pytest

from raceproof import checker

HEAVY = ("cvc5", "llvmlite", "msgspec", "networkx", "numpy", "rich", "z3")
PARTS = ("bounded", "check", "explicit", "language", "lowering", "oracle", "symbolic", "verdict")


def loaded_after(statement: str) -> list[str]:
    """The names of the modules that a new Python has loaded after a statement."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.splitlines()[-1].split()


def test_the_commands_load_no_engine_no_screen_and_no_language() -> None:
    loaded = loaded_after("import raceproof.checker.cli.main")

    assert [] == [name for name in HEAVY if name in loaded]
    assert [] == [name for name in loaded if name.split(".")[2:3] in ([part] for part in PARTS)]


def test_the_language_is_loaded_without_the_engines() -> None:
    loaded = loaded_after("from raceproof.checker import Model")

    assert [] == [name for name in (*HEAVY, "raceproof.checker.check") if name in loaded]


@pytest.mark.parametrize("first", ["import raceproof.checker.check", "from raceproof.checker.check import prepare", ""])
def test_check_is_the_function_whatever_is_loaded_first(first: str) -> None:
    code = f"{first}\nfrom raceproof.checker import check\nprint(type(check).__name__, check.__module__)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "function raceproof.checker.check\n" == run.stdout


def test_every_public_name_is_there_and_no_other() -> None:
    assert [] == [name for name in checker.__all__ if not hasattr(checker, name)]
    assert set(checker.__all__) <= set(dir(checker))
    with pytest.raises(AttributeError, match=r"^module 'raceproof\.checker' has no attribute 'chekc'$"):
        _ = checker.chekc  # type: ignore[attr-defined]


def test_check_cannot_be_replaced_by_accident() -> None:
    with pytest.raises(AttributeError, match=r"^check is a function of its own module$"):
        setattr(checker, "check", 3)  # noqa: B010

    assert importlib.import_module("raceproof.checker.check").check is checker.check
