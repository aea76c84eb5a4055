"""Formats: a stored trace as text, pictures, pages, and what other tools read. One file each, one registry."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final

from raceproof.checker.formats.told import ClaimRow, Excerpt, Insight, Origin, Stale, Told

_MAKERS: Final = {
    "svg": ("svg", "to_svg"),
    "html": ("html", "to_html"),
}
FORMATS: Final = tuple(_MAKERS)


def format_of(name: str) -> Callable[[Told], bytes]:
    """What makes a file of a format from a trace. Raises KeyError for a name that is none of FORMATS."""
    module, function = _MAKERS[name]
    maker: Callable[[Told], bytes] = getattr(import_module(f"{__name__}.{module}"), function)
    return maker


__all__ = ["FORMATS", "ClaimRow", "Excerpt", "Insight", "Origin", "Stale", "Told", "format_of"]
