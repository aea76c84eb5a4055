"""What the measurements were made on: hardware and versions."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import _spin


def describe() -> dict[str, Any]:
    """The processor, its cores, the memory, and the versions of everything that was measured."""
    try:
        raceproof = metadata.version("raceproof")
    except metadata.PackageNotFoundError:
        raceproof = "unknown"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": processor(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "memory_gibibytes": round(memory / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "versions": {"raceproof": raceproof, "python": platform.python_version(), **_spin.versions()},
        "missing": _spin.missing(),
    }


def processor() -> str:
    """The processor's name, as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def in_words(machine: dict[str, Any]) -> str:
    """One sentence for the head of a table."""
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    missing = f" {machine['missing'].capitalize()}: the columns about Spin are empty." if machine["missing"] else ""
    return (
        f"{machine['processor']} ({machine['architecture']}), {machine['cores']} cores, "
        f"{machine['memory_gibibytes']} GiB, {machine['system']}; {versions}.{missing}"
    )
