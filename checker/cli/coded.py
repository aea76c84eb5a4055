"""What `raceproof explain` does: an explanation, read off its file and laid out for the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from rich.syntax import Syntax
from rich.text import Text

from raceproof.checker.cli.options import command_line
from raceproof.checker.cli.runs import HOLDS
from raceproof.checker.cli.screens.paragraphs import hanging, plain
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.codes import GROUPS
from raceproof.checker.errors import Code, UsageError, did_you_mean

FOLDER = Path(__file__).parent.parent / "explanations"
WIDEST = 88
"""Prose is not wider than this, however wide the screen: longer lines are hard to read."""

PREAMBLE = """\
import enum
from typing import Annotated

from raceproof.checker import *


class Worker(Id, size=2): ...


class Plan(Ordinal, size=3): ...


class Light(enum.Enum):
    RED, GREEN = 1, 2


"""
"""What stands above each example."""

DECLARED = (
    "The model is example.py. Above it stand the names of raceproof.checker, Annotated, and the domains Worker (an Id, "
    "size=2), Plan (an Ordinal, size=3) and Light (an Enum of RED and GREEN)."
)

_FENCE = re.compile(r"```(?P<language>\w+)\n(?P<text>.*?)\n```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of an explanation, or an example in a language: `python`, `json`, or `console` for commands."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What there is to say of a code."""

    code: Code
    title: str
    blocks: tuple[Block, ...]

    def example(self, which: str) -> tuple[Block, ...]:
        """What stands below `Wrong:` or `Right:`."""
        start = self.blocks.index(Block(f"{which}:")) + 1
        end = next((at for at, block in enumerate(self.blocks) if at > start and not block.language), None)
        return self.blocks[start:end]


def read(code: Code) -> Explanation:
    """The explanation of a code, from its file."""
    heading, _, rest = (FOLDER / f"{code}.md").read_text(encoding="utf-8").partition("\n\n")
    return Explanation(code, heading.removeprefix(f"# {code}: "), tuple(_blocks(rest)))


def _blocks(text: str) -> Iterator[Block]:
    end = 0
    for fence in (*_FENCE.finditer(text), None):
        before = text[end : fence.start()] if fence else text[end:]
        for paragraph in filter(str.strip, before.split("\n\n")):
            yield Block(" ".join(paragraph.split()))
        if fence:
            yield Block(fence["text"], fence["language"])
            end = fence.end()


def perform(given: str | None) -> int:
    """Explain a code, or list all; returns the exit code. Raises UsageError for what is no code."""
    screen = Screen()
    if given is None:
        _list(screen)
        return HOLDS
    explanation = read(_code(given))
    out, width = screen.out, min(screen.width, WIDEST)
    out.print(plain(f"{explanation.code}: {explanation.title}", "bold"), width=width)
    for block in explanation.blocks:
        out.print()
        if block.language:
            out.print(_shown(block), soft_wrap=True)
        else:
            out.print(plain(block.text, "bold" if block.text in ("Wrong:", "Right:") else ""), width=width)
    if any(block.language == "python" for block in explanation.blocks):
        out.print()
        out.print(plain(DECLARED, "dim"), width=width)
    return HOLDS


def _code(given: str) -> Code:
    wanted = given.upper()
    if wanted in list(Code):
        return Code(wanted)
    if Path(given).suffix or Path(given).exists():
        why = command_line("raceproof", "why", given if wanted.endswith(".JSON") else "TRACE.json")
        raise UsageError(f"explain is for the codes of errors; a trace is explained by {why}", code=Code.UNKNOWN_CODE)
    near = did_you_mean(wanted, Code)
    hint = near if near.endswith("?") else "`raceproof explain` lists them"
    raise UsageError(f"there is no code '{given}'; {hint}", code=Code.UNKNOWN_CODE)


def _shown(block: Block) -> Text:
    """An example, indented, with the colours of its language."""
    coloured = Syntax(block.text, block.language, theme="ansi_dark", background_color="default").highlight(block.text)
    coloured.rstrip()
    return Text("\n").join(Text("    ") + line if line.plain else line for line in coloured.split("\n"))


def _list(screen: Screen) -> None:
    for group, codes in groupby(Code, lambda code: GROUPS[code[:4]]):
        screen.out.print(Text(group, "bold"))
        for code in codes:
            screen.out.print(hanging(Text(f"  {code}", "cyan"), Text(read(code).title)))
        screen.out.print()
    screen.out.print(plain("raceproof explain RP012 tells more of one."))
