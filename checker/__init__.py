"""raceproof's checker: write a control plane as Python, explore every interleaving, read what went wrong.

from raceproof.checker import Model, process, always, check, ... is all that a model file needs.
"""

from raceproof.checker.check import BrokenModel, check
from raceproof.checker.errors import InternalError, ModelError, RaceproofError, UsageError
from raceproof.checker.language import *  # noqa: F403
from raceproof.checker.language import __all__ as _language
from raceproof.checker.limits import Limits
from raceproof.checker.verdict import HoldsInScope, HoldsUpTo, Proved, Undecided, Verdict, Violated

__all__ = [
    *_language,
    "BrokenModel",
    "HoldsInScope",
    "HoldsUpTo",
    "InternalError",
    "Limits",
    "ModelError",
    "Proved",
    "RaceproofError",
    "Undecided",
    "UsageError",
    "Verdict",
    "Violated",
    "check",
]
