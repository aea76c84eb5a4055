"""A trace as the JSON that `raceproof` reads again: the stored result itself, one of a file of several."""

from __future__ import annotations

from raceproof.checker.formats.told import Told
from raceproof.checker.results import encode


def to_json(told: Told) -> bytes:
    """The result as it was stored."""
    return encode(told.stored)
