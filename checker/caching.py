"""Where raceproof keeps what it has made and can make again: a folder that only this user can write to.

It is `$XDG_CACHE_HOME/raceproof` or `~/.cache/raceproof`. Set RACEPROOF_CACHE to another folder, or to nothing for no
cache.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


def cache_folder() -> Path | None:
    """The folder, made where it is missing; None where there is none that only this user can write to."""
    chosen = os.environ.get("RACEPROOF_CACHE")
    if chosen == "":
        return None
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = Path(chosen) if chosen else Path(home) / "raceproof"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError:
        return None
    shared = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return folder if found.st_uid == os.getuid() and not shared else None
