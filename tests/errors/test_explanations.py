"""What is explained of each code is true: the wrong example raises exactly that code, the right one none."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from raceproof.checker.cli.coded import FOLDER, PREAMBLE, Block, read
from raceproof.checker.cli.main import program
from raceproof.checker.cli.subject import find
from raceproof.checker.codes import GROUPS
from raceproof.checker.errors import Code, ModelError
from raceproof.checker.opened import open_model

ROOT = Path(__file__).resolve().parents[2]
WIDEST_EXAMPLE = 76  # with its indentation it fits a screen of 80 columns
PLAIN_CHECK = "raceproof check example.py --engine portable"
SAID = re.compile(r"(?:error|refused)\[(\w+)\]: ")
LEFT_OPEN = (Code.OPEN_LOOP, Code.OPEN_COUNT)
"""What `prove` finds wrong when it leaves sizes open: its answer is then `undecided`, and says why."""


def run(example: tuple[Block, ...], folder: Path) -> tuple[int, list[str | None], str]:
    """How the last command of an example ends: its exit code, the codes of the errors that it shows, and those."""
    commands = [PLAIN_CHECK]
    for block in example:
        match block.language:
            case "python":
                (folder / "example.py").write_text(PREAMBLE + block.text + "\n", encoding="utf-8")
            case "json":
                json.loads(block.text)
                (folder / "example.json").write_text(block.text, encoding="utf-8")
            case "console":
                commands = block.text.splitlines()
            case other:
                raise AssertionError(f"an example in {other}")
    results = []
    for command in commands:
        name, *arguments = shlex.split(command)
        assert "raceproof" == name
        results.append(CliRunner().invoke(program, arguments, prog_name="raceproof"))
    ended = results[-1]
    said = ended.stderr + ended.stdout
    return ended.exit_code, SAID.findall(said), said


@pytest.mark.parametrize("code", [code for code in Code if code not in LEFT_OPEN])
def test_the_wrong_example_raises_this_code(code: Code, folder: Path) -> None:
    exit_code, codes, errors = run(read(code).example("Wrong"), folder)

    assert (2, [str(code)]) == (exit_code, codes), errors


@pytest.mark.parametrize("code", LEFT_OPEN)
def test_the_wrong_example_is_undecided_when_sizes_are_left_open(code: Code, folder: Path) -> None:
    exit_code, _, said = run(read(code).example("Wrong"), folder)
    subject = find("example.py")
    with pytest.raises(ModelError) as caught:
        open_model(subject.make("default"), subject.claims, {})

    assert (3, code) == (exit_code, caught.value.code)
    assert caught.value.message in " ".join(said.split())


@pytest.mark.parametrize("code", Code)
def test_the_right_example_has_an_answer(code: Code, folder: Path) -> None:
    example = read(code).example("Right")
    exit_code, codes, errors = run(example, folder)

    assert [] == codes, errors
    assert exit_code in ((0,) if all(block.language == "python" for block in example) else (0, 1)), errors


@pytest.mark.parametrize("code", Code)
def test_an_explanation_has_a_title_three_paragraphs_and_two_examples(code: Code) -> None:
    explanation = read(code)
    prose = [block.text for block in explanation.blocks if not block.language]
    examples = [block for block in explanation.blocks if block.language]

    assert 5 == len(prose)
    assert ["Wrong:", "Right:"] == prose[3:]
    assert (FOLDER / f"{code}.md").read_text(encoding="utf-8").startswith(f"# {code}: {explanation.title}\n\n")
    assert not explanation.title.endswith(".")
    assert [] == [line for block in examples for line in block.text.splitlines() if len(line) > WIDEST_EXAMPLE]


def test_there_is_an_explanation_for_each_code_and_none_besides() -> None:
    assert sorted(Code) == sorted(path.stem for path in FOLDER.glob("*"))


def test_every_code_is_in_a_group_and_groups_stand_together() -> None:
    groups = [GROUPS[code[:4]] for code in Code]

    assert sorted(Code) == list(Code)
    assert list(dict.fromkeys(groups)) == list(dict.fromkeys(GROUPS.values()))


def test_the_explanations_are_installed_with_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["raceproof.checker"]
    packaged = {path for pattern in patterns for path in (ROOT / "checker").glob(pattern)}

    assert {path.resolve() for path in FOLDER.glob("*.md")} <= {path.resolve() for path in packaged}
