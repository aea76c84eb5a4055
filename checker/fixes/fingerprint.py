"""What a decision is known by: the fingerprint of the question, and of the code that has answered it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from raceproof.checker.check import Prepared
from raceproof.checker.results import versions
from raceproof.checker.system.fingerprint import fingerprint as question

_FORMAT: Final = 1
"""The form in which decisions are kept: another one reads none of them."""

_DECIDING: Final = ("check.py", "trace.py", "explicit", "fixes/decision.py", "system")


def fingerprint(prepared: Prepared) -> str:
    """The fingerprint of a design with its claims and its scope, as 64 hexadecimal digits."""
    asked = prepared.lowered.system, prepared.properties
    return question(*asked, _FORMAT, versions()["raceproof"], sources(_DECIDING))


@cache
def sources(names: tuple[str, ...]) -> str:
    """The fingerprint of code that decides, given by files and folders of the checker: what other code has found may be
    wrong, or told otherwise."""
    folder = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for name in names:
        for path in sorted((folder / name).rglob("*.py")) or [folder / name]:
            data = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()
