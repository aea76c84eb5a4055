"""Which of the files that raceproof writes a text might be, for those that were given the wrong one."""

from __future__ import annotations

import msgspec

_KINDS = (
    ("obligations", "a certificate, which raceproof recheck takes"),
    ("schema_version", "a result, which raceproof show takes"),
)


def instead(data: bytes, error: Exception, *, wanted: str) -> str:
    """What is wrong with a text that should have the key `wanted`: that it ends early, that it is of another kind, or
    the error itself."""
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "the JSON ends early: the file was cut off" if "truncated" in str(error) and data else str(error)
    first = found[0] if isinstance(found, list) and found else found
    kinds = (kind for key, kind in _KINDS if isinstance(first, dict) and wanted not in first and key in first)
    return next((f"it is {kind}" for kind in kinds), str(error))
