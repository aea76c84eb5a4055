"""Looking again: a shortest way to what a search with partial-order reduction has found.

The reduced graph has every violation, but perhaps only at the end of a longer way. So what was found in it is looked
for once more in the whole graph, no farther away than it was. Where a limit ends that second search, the way that was
found first is given: it is a real one, and its `Path.shortest` says that it may not be the shortest. Nothing is looked
for again where every claim holds. A limit on depth asks about the steps of the whole graph, which is searched then.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from raceproof.checker.errors import InternalError
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options
from raceproof.checker.system.transition import Property
from raceproof.checker.verdict import FaultFound, Path, Statistics, Undecided, Verdict, Violated

Search = Callable[[Sequence[Property], Limits, Options], tuple[Verdict, ...]]
"""One search of a system for some claims. Raises FaultFound."""

"""Why a search has stopped that somebody wanted to end; nobody waits for a second one then."""


def shortest(search: Search, claims: Sequence[Property], limits: Limits, options: Options) -> tuple[Verdict, ...]:
    """The verdicts of a search that may be reduced, with shortest paths as far as limits allow. Raises FaultFound."""
    if limits.max_depth is not None:
        options = replace(options, partial_order=False)
    started = time.perf_counter()
    try:
        verdicts = search(claims, limits, options)
    except FaultFound as found:
        if found.path.shortest:
            raise
        fault = FaultFound(found.path, found.message, shortest=False)
    else:
        return _with_shortest(search, verdicts, limits, options)
    again = _again(limits, options, (fault.path,), time.perf_counter() - started)
    return _or_fault(search, claims, again, fault)


def _again(limits: Limits, options: Options, paths: Sequence[Path], seconds: float) -> tuple[Limits, Options]:
    """How a second search goes, for what is at the ends of some paths, after so many seconds."""
    gc.collect()  # the first search's tables: memory that counts, held by a cycle of references
    farthest = max(path.length for path in paths) + 1
    left = None if limits.max_seconds is None else max(limits.max_seconds - seconds, 0.0)
    more = replace(limits, max_depth=farthest, max_seconds=left)
    return more, replace(options, partial_order=False, checkpoint=None)


def _or_fault(
    search: Search, claims: Sequence[Property], again: tuple[Limits, Options], fault: FaultFound
) -> tuple[Verdict, ...]:
    """What the whole graph shows up to where the model goes wrong. Raises FaultFound: a nearer one, or this one."""
    verdicts = search(claims, *again)
    if any(isinstance(verdict, Undecided) for verdict in verdicts):
        _check_limited(verdicts, again[0])
        raise fault
    return verdicts


def _with_shortest(
    search: Search, verdicts: tuple[Verdict, ...], limits: Limits, options: Options
) -> tuple[Verdict, ...]:
    paths = {verdict.claim: path for verdict in verdicts if (path := _longer(verdict))}
    if not paths or any(isinstance(verdict, Undecided) and verdict.interrupted for verdict in verdicts):
        return verdicts
    first = verdicts[0].statistics
    again = _again(limits, options, tuple(paths.values()), first.seconds)
    nearer = search(tuple(paths), *again)
    _check_limited(nearer, again[0])
    found = {verdict.claim: verdict.path for verdict in nearer if isinstance(verdict, Violated)}
    told = _together(first, nearer[0].statistics)
    return tuple(
        replace(verdict, statistics=told, path=found.get(verdict.claim, verdict.path))
        if isinstance(verdict, Violated)
        else replace(verdict, statistics=told)
        for verdict in verdicts
    )


def _longer(verdict: Verdict) -> Path | None:
    """A path to which there may be a shorter one."""
    return verdict.path if isinstance(verdict, Violated) and verdict.path and not verdict.path.shortest else None


def _check_limited(verdicts: tuple[Verdict, ...], limits: Limits) -> None:
    """Raises InternalError where the whole graph does not have what the reduced one had."""
    for verdict in verdicts:
        missed = isinstance(verdict, Undecided) and verdict.statistics.depth == limits.max_depth
        if verdict.holds or missed:
            raise InternalError(f"{verdict.claim.name} is violated with partial-order reduction only")


def _together(first: Statistics, second: Statistics) -> Statistics:
    """The first search's counts, and the time of both."""
    return replace(
        first,
        seconds=first.seconds + second.seconds,
        start_up_seconds=first.start_up_seconds + second.start_up_seconds,
        memory_bytes=max(first.memory_bytes, second.memory_bytes),
    )
