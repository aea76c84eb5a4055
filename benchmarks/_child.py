"""One search in a process of its own, so that the peak of its memory is the search's: a request as JSON in, JSON out.

The request names a model, its variant and a scope; `options` are the engine and the fields of `Options`; `claim` may
name a claim of the model, without one every state is visited. The answer has the counts, or says `why` there are none.

    python benchmarks/_child.py \
        '{"model": "dns", "variant": "incident", "scope": {"Plan": 3}, "options": {"engine": "native"}}'
"""

from __future__ import annotations

import contextlib
import importlib
import json
import resource
import sys
from pathlib import Path
from typing import Any

from raceproof.checker.check import prepare, run
from raceproof.checker.language import assertions
from raceproof.checker.limits import Limits, default_memory_bytes
from raceproof.checker.options import Options
from raceproof.checker.verdict import Undecided, Violated


def peak_bytes() -> int:
    """The most memory that this process has had resident so far.

    Asked of Linux directly, because what getrusage says starts with the memory of the process that started this one.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def forget_peak() -> None:
    """Start the peak anew at what is resident now, where the system can: so loading the engine does not count."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def search(request: dict[str, Any]) -> dict[str, Any]:
    """The counts of one search, its seconds, and the peak of memory before and after it."""
    name = request["model"]
    variants = importlib.import_module(f"raceproof.model.{name}").VARIANTS
    claim = assertions
    if request.get("claim"):
        claim = getattr(importlib.import_module(f"raceproof.properties.{name}"), request["claim"])
    prepared = prepare(variants[request["variant"]].make(), (claim,), request["scope"])
    options = dict(request["options"])
    engine = options.pop("engine")
    limits = Limits(max_seconds=request.get("max_seconds"), max_memory_bytes=default_memory_bytes())
    run(prepared, engine, limits=Limits(max_depth=1), options=Options(**options))
    forget_peak()
    before = peak_bytes()
    (verdict,) = run(prepared, engine, limits=limits, options=Options(**options))
    after = peak_bytes()
    if isinstance(verdict, Undecided):
        return {"why": verdict.why}
    statistics = verdict.statistics
    return {
        "states": statistics.states,
        "transitions": statistics.transitions,
        "depth": statistics.depth,
        "seconds": statistics.seconds,
        "verdict": verdict.name,
        "steps": verdict.path.length if isinstance(verdict, Violated) and verdict.path else None,
        "peak_bytes_before": before,
        "peak_bytes": after,
    }


def main() -> None:
    """Answer the request on the command line."""
    try:
        answer = search(json.loads(sys.argv[1]))
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:
        answer = {"why": f"{type(error).__name__}: {error}".splitlines()[0]}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
