"""Writing files whole or not at all: another run, or a reader, never sees half of one."""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

from raceproof.checker.errors import Code, UsageError

STANDARD_OUTPUT = "-"
_LONGEST_PART = 60


def write(path: str | Path, data: bytes) -> None:
    """Write the file under a temporary name beside it, then rename. Devices and pipes are written to directly.

    Raises UsageError where the path cannot be written.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}", code=Code.WRITING) from error


def _replace(target: Path, data: bytes) -> None:
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_output(path: str, data: bytes) -> None:
    """Write to a file, or to the standard output for `-`. Raises UsageError."""
    if path != STANDARD_OUTPUT:
        write(path, data)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def check_writable(path: str | None) -> None:
    """Raises UsageError where writing to the path will fail: better before a long search than after it."""
    if path is None or path == STANDARD_OUTPUT:
        return
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise UsageError(f"{path} cannot be written: it is a folder", code=Code.WRITING)
    if not target.parent.is_dir():
        raise UsageError(f"{path} cannot be written: there is no folder {Path(path).parent}", code=Code.WRITING)
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        raise UsageError(f"{path} cannot be written: permission denied", code=Code.WRITING)


def make_folder(path: str) -> Path:
    """The folder, made where it does not exist. Raises UsageError."""
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the folder {path} cannot be made: {error.strerror or error}", code=Code.WRITING) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"nothing can be written in {path}: permission denied", code=Code.WRITING)
    return folder


def safe_name(*parts: str) -> str:
    """A file name without surprises for any shell or file system: lower case, `dns-incident-never_empty`."""
    cleaned = (re.sub(r"[^a-z0-9_]+", "-", part.lower()).strip("-")[:_LONGEST_PART] for part in parts)
    return "-".join(part or "unnamed" for part in cleaned)


def distinct(names: Iterable[str]) -> list[str]:
    """The names, with a number where one would be the same as an earlier one."""
    found: list[str] = []
    for name in names:
        candidate, number = name, 1
        while candidate in found:
            number += 1
            candidate = f"{name}-{number}"
        found.append(candidate)
    return found
