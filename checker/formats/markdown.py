"""A trace as Markdown: a table of its steps, and a sequence diagram that GitHub and others draw by Mermaid.

Whatever could mean something to Markdown, to HTML within it or to Mermaid is escaped: a text stays a text.
(GitHub Flavored Markdown, 0.29; mermaid.js.org/syntax/sequenceDiagram.html)
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from raceproof.checker.formats.told import Told, changes_of, label_of
from raceproof.checker.trace import TraceStep

_MARKUP = re.compile(r"([\\`*{}\[\]<>&|~$@#!]|(?<![^\W_])_|_(?![^\W_])|(?<=www)\.|:(?=//)|^[+=:-]|(?<=^[0-9])[.)])")
_BACKTICKS = re.compile(r"`+")
_HARMLESS = frozenset(" .,_-/()→·")
_WIDEST = 28


def to_markdown(told: Told) -> bytes:
    """The document."""
    lines = [
        f"## {_text(told.headline)}",
        "",
        f"{_text(told.subject)}{'  ' if told.scope else ''}{_text(told.scope)}",
        "",
        *(line for text in _said(told) for line in (_sentence(text), "")),
        "```mermaid",
        *mermaid(told),
        "```",
        "",
        "| step | who | does | what changed |",
        "|---:|---|---|---|",
        *_rows(told),
        "",
    ]
    return "\n".join(lines).encode()


def _said(told: Told) -> tuple[str, ...]:
    """The claim in words, and why it is violated."""
    return tuple(text for text in (told.insight.text, told.insight.why) if text) if told.insight else ()


def _rows(told: Told) -> Iterator[str]:
    before = told.trace.initial_views
    if before or not told.trace.steps:
        shown = before or told.trace.initial
        yield f"| 0 | | | {'<br>'.join(_code(f'{name}: {said}') for name, said in shown.items())} |"
    for number, step in enumerate(told.trace.steps, start=1):
        said = [f"{name}: {text}" for name, text in step.views.items() if before.get(name) != text]
        before = step.views
        changed = "<br>".join([*map(_code, changes_of(step)), *(f"**{_code(line)}**" for line in said)])
        yield f"| {number} | {_text(step.process)} | {_text(label_of(step))} | {changed} |"


def mermaid(told: Told) -> Iterator[str]:
    """The sequence diagram: a participant for each process and thing; a step that changes what is said of a thing is an
    arrow to it, any other a note."""
    who = {name: f"p{number}" for number, name in enumerate(told.trace.processes, start=1)}
    things = {name: f"t{number}" for number, name in enumerate(told.things, start=1)}
    said = {name: told.said_of(name) for name in things}
    yield "sequenceDiagram"
    for name, short in (*who.items(), *things.items()):
        yield f"    participant {short} as {_diagram(name)}"
    for name, short in things.items():
        yield f"    Note over {short}: {_diagram(said[name][0])}"
    for number, step in enumerate(told.trace.steps, start=1):
        new = {short: said[name][number] for name, short in things.items() if _is_new(said[name], number)}
        lines = list(_messages(who[step.process], f"{number} {label_of(step)}", new))
        if told.settled[number] and not told.settled[number - 1]:
            tone = "220, 50, 50" if told.violated else "40, 160, 80"
            lines = [f"rect rgba({tone}, 0.18)", *lines, *_ending(told, step, [*who.values(), *things.values()]), "end"]
        yield from (f"    {line}" for line in lines)


def _is_new(said: tuple[str, ...], number: int) -> bool:
    return said[number] != said[number - 1]


def _messages(who: str, does: str, new: dict[str, str]) -> Iterator[str]:
    if not new:
        yield f"Note over {who}: {_diagram(does)}"
    for thing, said in new.items():
        yield f"{who}->>{thing}: {_diagram(does)}"
        yield f"Note over {thing}: {_diagram(said)}"


def _ending(told: Told, step: TraceStep, lanes: list[str]) -> Iterator[str]:
    across = lanes[0] if len(lanes) == 1 else f"{lanes[0]},{lanes[-1]}"
    if step.failure:
        yield f"Note over {across}: {_diagram(step.failure)}"
    yield f"Note over {across}: {_diagram(told.ending)}"


def _text(text: str) -> str:
    """Text in a Markdown table or paragraph: whatever begins markup, a link or a list there is escaped."""
    return _MARKUP.sub(r"\\\1", text)


def _sentence(text: str) -> str:
    """A sentence in which what stands between two backticks is the author's code."""
    parts = enumerate(text.split("`"))
    return "".join(_code(part) if number % 2 else _text(part) for number, part in parts)


def _code(text: str) -> str:
    """Text in a code span in a table, fenced by more backticks than it has in a row."""
    fence = "`" * (max(map(len, _BACKTICKS.findall(text)), default=0) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}".replace("|", "\\|")


def _diagram(text: str) -> str:
    """Text in a Mermaid diagram: in lines, with every sign that is no letter or digit by its number."""
    lines = textwrap.wrap(text, _WIDEST, break_on_hyphens=False) or [" "]
    return "<br/>".join("".join(c if c.isalnum() or c in _HARMLESS else f"#{ord(c)};" for c in line) for line in lines)
