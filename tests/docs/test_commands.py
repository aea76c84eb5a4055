"""`docs/commands.md` is what the command line says of itself, `docs/mistakes.md` has every code of an error, and no
document shows a command that there is not.

With WRITE_OUTPUTS=1 the pages are written instead of compared.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from raceproof.checker.cli.main import program
from raceproof.checker.codes import Code

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "commands.md"
MISTAKES_PAGE = ROOT / "docs" / "mistakes.md"
EXPLANATIONS = ROOT / "checker" / "explanations"
DOCUMENTS = ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))]
GROUPS = {
    "Start": ("new", "list", "explain", "completion"),
    "Check": ("check", "table", "sweep", "simulate", "resume", "assure"),
    "Prove": ("prove", "recheck", "fixes"),
    "Look at a trace": ("show", "why", "graph"),
}
INTRODUCTION = """# Commands

Every command, by what it is for; `raceproof COMMAND --help` says the same. A MODEL is the name of a built-in model, a
Python file with one `Model` in it, or `file.py:Class`. Results go to the standard output, progress and errors to the
standard error. The exit status is 0 where everything holds or is proved, 1 for a violation, 2 where the model or the
call is wrong, 3 where something is undecided, 4 where two engines disagree, and 70 where raceproof itself is at fault.
"""
MISTAKES = """# Mistakes

An error of raceproof names the line, what is wrong, and what to write instead. Its code, such as RP012, stands for a
kind of mistake; `raceproof explain RP012` prints what this page says of it.
"""


def commands() -> dict[str, click.Command]:
    context = click.Context(program, info_name="raceproof")
    named = {name: program.get_command(context, name) for name in program.list_commands(context)}
    return {name: command for name, command in named.items() if command and not command.hidden}


def page() -> str:
    """The page as it should be."""
    known = commands()
    parts = [INTRODUCTION]
    for title, names in GROUPS.items():
        parts.append(f"## {title}\n")
        parts.extend("\n".join(section(name, known[name])) for name in names if name in known)
    return "\n".join(parts)


def section(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=click.Context(program, info_name="raceproof"))
    yield f"### {name}\n"
    yield f"    {' '.join(['raceproof', name, *command.collect_usage_pieces(context)])}\n"
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        as_it_is, text = paragraph.startswith("\b"), paragraph.removeprefix("\b\n")
        if as_it_is or text.startswith("Example: "):
            lines = re.sub(r"^(Example: | +(?=raceproof ))", "", text, flags=re.MULTILINE).splitlines()
            yield "\n".join(f"    {line}" for line in lines) + "\n"
        else:
            yield escaped(text) + "\n"
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    for option, text in filter(None, (parameter.get_help_record(context) for parameter in options)):
        yield f"- `{option}`: {escaped(text)}"
    yield ""


def escaped(text: str) -> str:
    """Text that Markdown leaves as it is; options, and what looks like a model's name, become code."""
    plain = re.sub(r"([*_<>|])", r"\\\1", text)
    return re.sub(r"(?<![`\w-])(--[a-z][a-z-]*|[a-z]+\.py(?::\w+)?)(?![\w-])", r"`\1`", plain)


def shown(document: str) -> Iterator[tuple[str, str]]:
    """The commands that a document shows, and what follows each of them."""
    for found in re.finditer(r"\braceproof ([a-z]+)\b([^`\n|#;&>]*)", document):
        if found.start() and document[found.start() - 1] in " `$\n/":
            yield found[1], found[2]


def test_the_page_says_of_every_command_what_its_help_says() -> None:
    if os.environ.get("WRITE_OUTPUTS"):
        PAGE.write_text(page(), encoding="utf-8")

    assert page() == PAGE.read_text(encoding="utf-8")


def test_every_command_has_its_place_on_the_page() -> None:
    placed = [name for names in GROUPS.values() for name in names]

    assert sorted(set(placed)) == sorted(placed)
    assert set() == commands().keys() - set(placed)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_and_options_that_are_shown_exist(name: str) -> None:
    document = (ROOT / name).read_text(encoding="utf-8")
    code = "\n".join(
        re.findall(r"`[^`\n]+`|^    .*$|^ *- run: .*$|(?<=```sh\n)(?s:.*?)(?=^```)", document, re.MULTILINE)
    )
    known = {
        name: {o for p in command.params for o in (*p.opts, *p.secondary_opts)} for name, command in commands().items()
    }

    wrong = [
        f"raceproof {command} {option}".strip()
        for command, rest in shown(code)
        for option in ("", *re.findall(r"(?<=\s)--?[a-z][a-z-]*", rest))
        if command not in known or (option and option not in known[command] | {"--help"})
    ]

    assert [] == wrong


def mistakes() -> str:
    """The page of mistakes as it should be: what `raceproof explain` says of every code."""
    parts = [MISTAKES]
    for file in sorted(EXPLANATIONS.glob("RP*.md")):
        path = os.path.relpath(file, PAGE.parent)
        parts.append(f"```{{include}} {path}\n:heading-offset: 1\n```\n")
    return "\n".join(parts)


def test_the_page_of_mistakes_has_every_code() -> None:
    if os.environ.get("WRITE_OUTPUTS"):
        MISTAKES_PAGE.write_text(mistakes(), encoding="utf-8")

    assert mistakes() == MISTAKES_PAGE.read_text(encoding="utf-8")
    assert [code.value for code in Code] == re.findall(r"/(RP\d+)\.md", mistakes())
