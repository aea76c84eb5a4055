"""Proofs in one scope: k-induction and property-directed reachability, which need not visit every state."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from raceproof.checker.check import Prepared, broken_model, check_bounded, check_finite, run, with_trace
from raceproof.checker.errors import InternalError
from raceproof.checker.limits import Limits
from raceproof.checker.system.ordinals import endless_domains
from raceproof.checker.system.transition import ClaimKind, Property
from raceproof.checker.verdict import FaultFound, HoldsInScope, Undecided, Verdict

FiniteMethod = Literal["auto", "induction", "pdr"]

Tell = Callable[[str], None]

_SECONDS = 30.0
"""How long each of the two may take to confirm what an exhaustive search has found already."""


def prove_in_scope(prepared: Prepared, method: FiniteMethod, limits: Limits, tell: Tell) -> tuple[Verdict, ...]:
    """One verdict for each claim. With "auto" every state is searched first, so that a proof by induction or PDR only
    confirms what holds. Raises UsageError, BrokenModel; InternalError where two of them disagree."""
    if method == "auto":
        return _confirmed(prepared, limits, tell)
    if method == "induction":
        check_bounded(prepared, "induction")
        check_finite(prepared, "induction")
    return _with_traces(prepared, _asked(prepared, prepared.properties, method, limits, tell))


def _asked(
    prepared: Prepared, claims: Sequence[Property], method: FiniteMethod, limits: Limits, tell: Tell
) -> tuple[Verdict, ...]:
    """What one of the two says of some claims."""
    from raceproof.checker.symbolic.finite.induction import prove_by_induction
    from raceproof.checker.symbolic.finite.pdr import prove_by_pdr

    tell({"induction": "k-induction", "pdr": "property-directed reachability"}[method])
    search = prove_by_induction if method == "induction" else prove_by_pdr
    try:
        return search(prepared.lowered.system, claims, limits)
    except FaultFound as found:
        raise broken_model(prepared, found) from found


def _with_traces(prepared: Prepared, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    return tuple(with_trace(prepared, claim, verdict) for claim, verdict in zip(prepared.claims, verdicts, strict=True))


def _confirmed(prepared: Prepared, limits: Limits, tell: Tell) -> tuple[Verdict, ...]:
    """What an exhaustive search finds, and in place of it a proof where there is one."""
    started = time.perf_counter()
    tell("searching every state")
    verdicts = list(run(prepared, "explicit", limits=limits))
    if endless_domains(prepared.lowered.system):
        return tuple(verdicts)
    methods: tuple[FiniteMethod, ...] = ("induction", "pdr")
    for method in methods:
        left = [n for n, verdict in enumerate(verdicts) if _is_exhausted(verdict)]
        seconds = _SECONDS if limits.max_seconds is None else limits.max_seconds - (time.perf_counter() - started)
        if left and seconds > 0:
            own = replace(limits, max_seconds=min(seconds, _SECONDS))
            claims = [prepared.properties[n] for n in left]
            for number, verdict in zip(left, _asked(prepared, claims, method, own, tell), strict=True):
                if isinstance(verdict, HoldsInScope):
                    verdicts[number] = verdict
                elif not isinstance(verdict, Undecided):
                    raise InternalError(f"{verdict.claim.name} holds in every state, and {method} finds it violated")
    return tuple(verdicts)


def _is_exhausted(verdict: Verdict) -> bool:
    """Whether a verdict rests on a search of every state, and a proof could stand beside it."""
    provable = verdict.claim.kind not in (ClaimKind.RECOVERABLE, ClaimKind.REACHABLE)
    searched = isinstance(verdict, HoldsInScope) and verdict.statistics.states > 0
    return provable and searched
