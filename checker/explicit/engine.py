"""Which of the two explicit searches is taken: the compiled one, or the portable one where it cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from raceproof.checker.explicit.portable.search import explore as explore_portable
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options, SearchEngine
from raceproof.checker.system.newest import watched
from raceproof.checker.system.transition import Property, TransitionSystem
from raceproof.checker.verdict import Verdict

_MISSING = "llvmlite cannot be loaded ({}); pip install 'raceproof[fast]'"


class NativeUnavailable(Exception):
    """The native engine was asked for and cannot be had; the message says why."""


def explore(
    system: TransitionSystem,
    claims: Sequence[Property],
    limits: Limits | None = None,
    options: Options | None = None,
    engine: SearchEngine = "explicit",
) -> tuple[Verdict, ...]:
    """Visit every reachable state, or stop when all claims are settled; one verdict for each claim, in order.

    "explicit" takes the native search where it can, else the portable one; the verdicts' statistics say which it was.
    Raises FaultFound where the model itself goes wrong, ValueError for a system that is not finite, NativeUnavailable
    where "native" is asked for and LLVM is not installed or the system does not fit into machine words.
    """
    options, system = options or Options(), watched(system)
    if engine != "portable":
        try:
            from raceproof.checker.explicit.native.fitting import NotNative
            from raceproof.checker.explicit.native.search import explore as explore_native
        except ImportError as error:
            if not (error.name or "").startswith("llvmlite"):
                raise
            if engine == "native" or options.checkpoint:
                raise NativeUnavailable(
                    f"llvmlite cannot be loaded ({error}); pip install 'raceproof[fast]'"
                ) from error
        else:
            try:
                return explore_native(system, claims, limits, options)
            except NotNative as reason:
                if engine == "native" or options.checkpoint:
                    raise NativeUnavailable(f"this model cannot be compiled: {reason}") from reason
    return explore_portable(system, claims, limits)
