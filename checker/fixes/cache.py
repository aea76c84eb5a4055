"""Decisions and proofs on disk, one file for each system: an interrupted search of a space goes on from there, a
repeated one is short.

A file is named after the fingerprint of what it decides. It is read as data that may come from anybody: it has to fit
the type of what it keeps exactly, and be of this system and these claims; what does not is decided again and replaced.
Files are written whole or not at all.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Generic, TypeVar

import msgspec

from raceproof.checker.caching import cache_folder
from raceproof.checker.fixes.decision import Decision
from raceproof.checker.fixes.proof import Proof
from raceproof.checker.language.claims import Claim

MOST_BYTES: Final = 8 << 20
MOST_FILES: Final = 20_000
_FOLDERS: Final = {Decision: "decisions", Proof: "proofs"}

Kept = TypeVar("Kept", Decision, Proof)
"""What is kept of a system: what was decided of it in a scope, or what came of proving it."""


@dataclass(slots=True)
class Cache(Generic[Kept]):
    """What is kept in a folder about some claims. `damaged` are the files that could not be used."""

    kind: type[Kept]
    folder: Path
    claims: tuple[tuple[str, str], ...]
    damaged: list[Path] = field(default_factory=list)

    @staticmethod
    def of(kind: type[Kept], claims: Sequence[Claim]) -> Cache[Kept] | None:
        """The user's own cache; None where there is no folder for it. The oldest files go where there are too many."""
        root = cache_folder()
        if root is None:
            return None
        folder = root / _FOLDERS[kind]
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError:
            return None
        _keep_newest(folder)
        return Cache(kind, folder, tuple((claim.name, claim.kind.value) for claim in claims))

    def read(self, name: str) -> Kept | None:
        """What is kept of the system with this fingerprint, if it is there and whole."""
        path = self.path(name)
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
            found = msgspec.json.decode(data, type=self.kind) if len(data) <= MOST_BYTES else None
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            found = None
        if found is None or not self._fits(name, found):
            self.damaged.append(path)
            return None
        return found

    def _fits(self, name: str, found: Kept) -> bool:
        asked = tuple((claim.property, claim.kind) for claim in found.claims)
        return found.fingerprint == name and asked == self.claims and found.complete

    def write(self, found: Kept) -> None:
        """Keep what was found. What is not complete is not kept; a cache that cannot be written to is no error."""
        if found.fingerprint is None or not found.complete:
            return
        temporary = self.folder / f"{secrets.token_hex(12)}.part"
        with contextlib.suppress(OSError):
            try:
                temporary.write_bytes(msgspec.json.encode(found))
                temporary.replace(self.path(found.fingerprint))
            finally:
                temporary.unlink(missing_ok=True)

    def path(self, name: str) -> Path:
        """The file of the system with this fingerprint."""
        return self.folder / f"{name}.json"


def _keep_newest(folder: Path) -> None:
    """Remove the oldest files above the limit, and what an interrupted write has left."""
    with contextlib.suppress(OSError):
        kept = [path for path in folder.iterdir() if path.suffix in (".json", ".part")]
        if len(kept) > MOST_FILES:
            for path in sorted(kept, key=lambda path: path.stat().st_mtime)[:-MOST_FILES]:
                path.unlink()
