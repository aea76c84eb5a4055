"""A trace as a regression test: it replays the schedule through the author's Python and asserts what comes of it.

Texts of the trace stand in it as Python literals and in comments of one line, never as code; what is imported and
called is named by the model that is at hand, not by the file.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator

from raceproof.checker.errors import Code, UsageError
from raceproof.checker.formats.told import Origin, Told, changes_of

_WIDTH = 120
_LEAST = 20


def to_pytest(told: Told) -> bytes:
    """The test module: it passes as long as the model does what the trace shows; of a `fixed` model, when the schedule
    no longer leads to the violation. Raises UsageError without a model."""
    if told.fixed and not told.violated:
        raise UsageError(f"{told.result.property} is not violated: there is nothing to be fixed", code=Code.NO_TRACE)
    if told.insight is None or told.insight.origin is None:
        raise UsageError(
            "a test needs the model: give it as a path, raceproof show TRACE.json my_model.py --as pytest",
            code=Code.WHICH_MODEL,
        )
    return ("\n".join(_lines(told, told.insight.origin, told.fixed)) + "\n").encode()


def _lines(told: Told, origin: Origin, fixed: bool) -> Iterator[str]:
    name = re.sub(r"\W", "_", origin.claim)
    what = "violated" if told.violated else "reached"
    start = tuple(told.insight.start) if told.insight else ()
    yield f'"""{name} was {what} by this schedule, which is replayed through the model\'s own Python, step by step.'
    yield ""
    if fixed:
        yield "It must not be any more. Other schedules may still lead there: raceproof check looks at all of them."
    else:
        yield "A repair makes this test fail; then --fixed writes the test that the repair must pass."
    yield '"""'
    yield ""
    yield from _imports(origin)
    yield ""
    sizes = ", ".join(f"{_literal(domain)}: {size}" for domain, size in told.stored.scope.items() if size is not None)
    yield f"SCOPE = {{{sizes}}}"
    if start:
        yield f"START = {{{', '.join(f'{_literal(entry)}: {_literal(value)}' for entry, value in start)}}}"
    yield "SCHEDULE = ("
    yield from _moves(told)
    yield ")"
    yield ""
    yield ""
    yield f"def test_{name}_is_{'not_' if fixed else ''}{what}_by_this_schedule() -> None:"
    more = ", start=START" if start else ""
    yield f"    followed = follow({origin.make}, {origin.claim}, SCHEDULE, scope=SCOPE{more})"
    yield ""
    yield f"    assert {'not ' if fixed else ''}followed.{what}, str(followed)"


def _imports(origin: Origin) -> Iterator[str]:
    """A line for each module, in order."""
    names: dict[str, set[str]] = {"raceproof.checker.replaying": {"Move", "follow"}}
    for module, name in origin.imports:
        names.setdefault(module, set()).add(name)
    for module, imported in sorted(names.items()):
        yield f"from {module} import {', '.join(sorted(imported))}"


def _moves(told: Told) -> Iterator[str]:
    for stored, shown in zip(told.stored.trace or (), told.trace.steps, strict=True):
        parts = [stored.actor, stored.label, *([] if stored.choice_text is None else [stored.choice_text])]
        move = f"    Move({', '.join(map(_literal, parts))}),"
        room = _WIDTH - len(move) - len("  # ")
        changes = "; ".join(changes_of(shown))
        yield f"{move}  # {textwrap.shorten(changes, room, placeholder=' …')}" if changes and room > _LEAST else move


def _literal(text: str) -> str:
    """A string of Python that is this very text, on one line."""
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else ascii(text)
