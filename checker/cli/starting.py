"""What `raceproof new` does: the starting model under another name, and what to try with it."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from rich.text import Text

from raceproof.checker.cli import files
from raceproof.checker.cli.options import command_line
from raceproof.checker.cli.runs import HOLDS
from raceproof.checker.cli.screens.paragraphs import plain
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.errors import Code, UsageError

TEMPLATE = Path(__file__).with_name("starting_model.py")
NAME = "Rollout"
WHOLE, BROKEN = "if mine > self.live:", "if mine != self.live:"


def perform(file: str) -> int:
    """Write the model and say what to do next; returns the exit code. Raises UsageError where it cannot be written."""
    path = Path(file)
    if path.suffix != ".py":
        instead = path.with_suffix(".py") if path.name.isidentifier() else "my_model.py"
        raise UsageError(
            f"a model is a Python file, and {file} is none by its name: write {instead}", code=Code.WRITING
        )
    files.check_writable(file)
    text = starting_model(path)
    try:
        with path.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise UsageError(f"{file} exists and is left as it is: choose another name", code=Code.WRITING) from None
    line = text[: text.index(WHOLE)].count("\n") + 1
    console = Screen().out
    console.print(plain(f"{file} has a model: workers that install versions, and what must hold of them."))
    for said, command in (
        ("Run every interleaving of two workers; everything holds:", "check"),
        (f"Break it: in line {line} write `{BROKEN}`; the same command shows the shortest way to the mistake.", None),
        ("Repair it, and prove it for any number of workers and versions:", "prove"),
    ):
        console.print()
        console.print(plain(said))
        if command is not None:
            console.print(Text(f"    {command_line('raceproof', command, file)}", "cyan"), soft_wrap=True)
    return HOLDS


def starting_model(path: Path) -> str:
    """The text of the model for a file: with its name in the command to run, and a class that is named after it."""
    text = TEMPLATE.read_text(encoding="utf-8")
    named = re.sub(rf"\b{NAME}\b", class_name(path.stem, text), text)
    shown = path.name if re.fullmatch(r"[\w.-]+", path.name) else "FILE.py"
    return named.replace("raceproof check rollout.py", f"raceproof check {shown}")


def class_name(stem: str, text: str) -> str:
    """`my_model` → `MyModel`; the template's own name where that is no name, or means something in the text already."""
    words = re.findall(r"[^\W_]+", stem)
    name = "".join(word[0].upper() + word[1:] for word in words)
    taken = not name.isidentifier() or keyword.iskeyword(name) or re.search(rf"\b{name}\b", text)
    return NAME if taken else name
