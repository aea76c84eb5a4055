"""Finding what MODEL names, and the author's mistakes on the way."""

import json
from pathlib import Path
from typing import Any

import pytest

FIRST_OF_TWO = (
    "from raceproof.checker import Model, Steps, process\n"
    "class One(Model):\n"
    "    on: bool = False\n"
    "    @process\n"
    "    def go(self) -> Steps:\n"
    "        yield 'go'\n"
    "        self.on = True\n"
    "class Two(One):\n"
    "    '''The second.'''\n"
)


def test_an_unknown_model_is_answered_with_the_nearest(invoke: Any) -> None:
    ended = invoke("check", "queu_race")

    assert 2 == ended.code
    assert "there is no built-in model 'queu_race'" in ended.errors
    assert "did you mean 'queue_race'?" in ended.errors.replace("\n", " ")


def test_an_unknown_file_is_answered_with_the_nearest(invoke: Any, lock: str) -> None:
    ended = invoke("check", "loc_toy.py")

    assert (2, "error[RP103]: there is no file loc_toy.py; did you mean 'lock_toy.py'?\n") == (ended.code, ended.errors)


def test_a_file_with_several_models_needs_a_class(invoke: Any, tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text(FIRST_OF_TWO)

    unnamed = invoke("check", "two.py")
    named = invoke("check", "two.py:Two", "--json", "-")
    wrong = invoke("check", "two.py:Tow")

    assert (2, "error[RP100]: two.py has several models, One, Two: say which, two.py:One\n") == (
        unnamed.code,
        unnamed.errors,
    )
    assert (0, "two.py:Two") == (named.code, json.loads(named.out)[0]["model"])
    assert (2, "error[RP100]: two.py has no model 'Tow'; did you mean 'Two'?\n") == (wrong.code, wrong.errors)


def test_a_class_of_a_built_in_module_can_be_named(invoke: Any) -> None:
    named = invoke("list", "queue_race:QueueRace", "--json")
    wrong = invoke("list", "queue_race:QueueRaces")

    assert (0, "queue_race:QueueRace") == (named.code, json.loads(named.out)[0]["model"])
    assert (2, "error[RP100]: queue_race has no model 'QueueRaces'; did you mean 'QueueRace'?\n") == (
        wrong.code,
        wrong.errors,
    )


def test_a_class_of_a_file_with_variants_has_those_that_make_it(invoke: Any, lock: str, tmp_path: Path) -> None:
    (tmp_path / lock).write_text((tmp_path / lock).read_text() + "\n\nclass Alone(Lock):\n    '''On its own.'''\n")

    (entry,) = json.loads(invoke("list", f"{lock}:Lock", "--json").out)
    (alone,) = json.loads(invoke("list", f"{lock}:Alone", "--json").out)

    assert ["racy", "fixed"] == [variant["name"] for variant in entry["variants"]]
    assert ["default"] == [variant["name"] for variant in alone["variants"]]


def test_a_file_in_a_package_can_import_its_neighbours(invoke: Any, lock: str, tmp_path: Path) -> None:
    package = tmp_path / "systems"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "names.py").write_text("LABEL = 'go'\n")
    (package / "one.py").write_text(
        FIRST_OF_TWO.partition("class Two")[0].replace("yield 'go'", "yield LABEL") + "from .names import LABEL\n"
    )

    ended = invoke("check", "systems/one.py", "--json", "-")

    assert (0, "") == (ended.code, ended.errors)


def test_a_file_called_like_a_standard_module_is_loaded_all_the_same(invoke: Any, counter: str, tmp_path: Path) -> None:
    (tmp_path / counter).rename(tmp_path / "json.py")

    assert 0 == invoke("check", "json.py").code


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\ndef broken(:\n", ["error[RP103]: mine.py cannot be loaded: invalid syntax", " --> mine.py:2"]),
        (
            "\nimport nowhere_at_all\n",
            [
                "error[RP103]: mine.py cannot be loaded: ModuleNotFoundError: No module named 'nowhere_at_all'",
                " --> mine.py:2",
            ],
        ),
        (
            "\n\n1 / 0\n",
            ["error[RP103]: mine.py cannot be loaded: ZeroDivisionError: division by zero", " --> mine.py:3"],
        ),
        ("import sys\nsys.exit(0)\n", ["error[RP103]: mine.py cannot be loaded: SystemExit: 0", " --> mine.py:2"]),
        ("raise KeyError\n", ["error[RP103]: mine.py cannot be loaded: KeyError", " --> mine.py:1"]),
        (
            "x = 1\n",
            ["error[RP100]: mine.py defines no Model: write class MyModel(Model), with Model from raceproof.checker"],
        ),
        (
            "from raceproof.checker import Model, process\nclass Mine(Model):\n    @process\n    def go(self): ...\n",
            ["error[RP022]: the process go has no yield"],
        ),
        (
            "from raceproof.checker import Model\nclass Mine(Model):\n    def __init__(self):\n        1 / 0\n",
            [
                "error[RP103]: the variant default of mine.py cannot be made: ZeroDivisionError: division by zero",
                " --> mine.py:4",
            ],
        ),
    ],
)
def test_a_mistake_in_the_authors_file_has_its_place_and_no_traceback(
    invoke: Any, tmp_path: Path, source: str, expected: list[str]
) -> None:
    (tmp_path / "mine.py").write_text(source)

    ended = invoke("check", "mine.py")

    assert (2, "") == (ended.code, ended.out)
    assert expected == [line.rstrip() for line in ended.errors.splitlines()[: len(expected)]]
    assert "Traceback" not in ended.errors


def test_two_claims_of_one_name_are_refused(invoke: Any, lock: str, tmp_path: Path) -> None:
    same = "\nfirst = mutual_exclusion\n@always\ndef mutual_exclusion(m: Lock) -> bool:\n    return True\n"
    (tmp_path / lock).write_text((tmp_path / lock).read_text() + same)

    ended = invoke("check", lock)

    assert (2, "error[RP060]: lock_toy.py has two claims of the name 'mutual_exclusion': name them apart\n") == (
        ended.code,
        ended.errors,
    )


def test_a_file_that_is_not_much_like_another_is_only_said_to_be_missing(invoke: Any, tmp_path: Path) -> None:
    (tmp_path / "table_old.py").write_text("")

    assert "error[RP103]: there is no file tally.py\n" == invoke("check", "tally.py").errors


PARAMETER = (
    "from raceproof.checker import Model, Variant\n"
    "class Mine(Model):\n"
    "    on: bool = False\n"
    "    def __init__(self, n: int = 1) -> None:\n"
    "        self.n = n\n"
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            PARAMETER + "    VARIANTS = {'a': Variant('It.', lambda: Mine())}\n",
            "error[RP104]: VARIANTS is an attribute of the class Mine; it belongs at the top level of the module, "
            "below the class: VARIANTS = {'name': Variant('what it changes', Mine)}",
        ),
        (
            PARAMETER + "VARIANTS = {'a': Mine}\n",
            "error[RP104]: VARIANTS of mine.py: 'a' is <class 'mine.Mine'>, which is no Variant; "
            'write "a": Variant("what it changes", Mine)',
        ),
        (
            PARAMETER.replace(" = 1", "") + "VARIANTS = {'a': Variant('It.', Mine)}\n",
            "error[RP103]: the variant a of mine.py cannot be made: Mine.__init__() missing 1 required positional "
            "argument: 'n'\n  = help: it is made without arguments; say in VARIANTS what it needs: "
            'Variant("what it changes", lambda: Mine(...))',
        ),
        (
            PARAMETER.replace(" = 1", "") + "VARIANTS = {'a': Variant('It.', lambda: Mine())}\n",
            "error[RP103]: the variant a of mine.py cannot be made: TypeError: Mine.__init__() missing 1 required "
            "positional argument: 'n'\n --> mine.py:6",
        ),
        (
            PARAMETER.replace("self.n = n", "self.n = n + 'x'") + "VARIANTS = {'a': Variant('It.', Mine)}\n",
            "error[RP103]: the variant a of mine.py cannot be made: TypeError: unsupported operand type(s) for +: "
            "'int' and 'str'\n --> mine.py:5",
        ),
        (
            PARAMETER + "VARIANTS = {'a': Variant('It.', 7)}\n",
            "error[RP104]: the variant a of mine.py cannot be made: 7 is neither a class nor a function\n"
            "  = help: a Variant takes what makes its model, not the model itself: ",
        ),
    ],
)
def test_a_wrong_variant_is_told_what_to_write_instead(invoke: Any, tmp_path: Path, source: str, expected: str) -> None:
    (tmp_path / "mine.py").write_text(source)

    ended = invoke("check", "mine.py")

    assert (2, "") == (ended.code, ended.out)
    assert ended.errors.startswith(expected)
