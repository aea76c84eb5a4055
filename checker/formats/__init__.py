"""Formats: a stored trace as text, pictures, pages, tests, and what other tools read. One file each, one registry."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from raceproof.checker.formats.told import Told

_MAKERS: Final = {
    "text": ("text", "to_text"),
    "markdown": ("markdown", "to_markdown"),
    "svg": ("svg", "to_svg"),
    "html": ("html", "to_html"),
    "itf": ("itf", "to_itf"),
    "json": ("json", "to_json"),
    "pytest": ("regression", "to_pytest"),
    "dot": ("graphs", "to_dot"),
    "graphml": ("graphs", "to_graphml"),
}
FORMATS: Final = tuple(_MAKERS)


def format_of(name: str) -> Callable[[Told], bytes]:
    """What makes a file of a format from a trace. Raises KeyError for a name that is none of FORMATS."""
    module, function = _MAKERS[name]
    maker: Callable[[Told], bytes] = getattr(import_module(f"{__name__}.{module}"), function)
    return maker
