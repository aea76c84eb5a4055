"""Text of a stored result that can be shown anywhere: a file must not be able to command whatever shows it.

What is no printable character is written as Python would write it, `\\n`, `\\x1b`, `\\u202e`; what remains of the text
is then escaped for its target by each format.
"""

from __future__ import annotations

from typing import Any

import msgspec

from raceproof.checker.results import Result


def printable(text: str) -> str:
    """The text with control characters, line ends, surrogates and changes of direction made visible."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def harmless(result: Result) -> Result:
    """The result with every text in it printable."""
    return msgspec.convert(_without_controls(msgspec.to_builtins(result)), Result)


def _without_controls(value: Any) -> Any:
    match value:
        case str():
            return printable(value)
        case list() | tuple():
            return [_without_controls(entry) for entry in value]
        case dict():
            return {printable(str(key)): _without_controls(entry) for key, entry in value.items()}
        case _:
            return value
