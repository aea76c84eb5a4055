"""raceproof's checker: write a control plane as Python, explore every interleaving, read what went wrong.

from raceproof.checker import Model, process, always, check, ... is all that a model file needs.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from raceproof.checker.check import BrokenModel, check
    from raceproof.checker.errors import InternalError, ModelError, RaceproofError, UsageError
    from raceproof.checker.language import (
        UNBOUNDED,
        Claim,
        Id,
        Model,
        Ordinal,
        Protection,
        Remembered,
        Space,
        Steps,
        StepsReturning,
        Variant,
        action,
        always,
        anything,
        assertions,
        choose,
        count,
        each,
        each_step,
        exists,
        forall,
        greatest,
        lemma,
        no_deadlock,
        picture,
        process,
        reachable,
        recoverable,
        require,
        until,
        view,
    )
    from raceproof.checker.limits import Limits
    from raceproof.checker.verdict import HoldsInScope, HoldsUpTo, Proved, Undecided, Verdict, Violated

__all__ = [
    "UNBOUNDED",
    "BrokenModel",
    "Claim",
    "HoldsInScope",
    "HoldsUpTo",
    "Id",
    "InternalError",
    "Limits",
    "Model",
    "ModelError",
    "Ordinal",
    "Protection",
    "Proved",
    "RaceproofError",
    "Remembered",
    "Space",
    "Steps",
    "StepsReturning",
    "Undecided",
    "UsageError",
    "Variant",
    "Verdict",
    "Violated",
    "action",
    "always",
    "anything",
    "assertions",
    "check",
    "choose",
    "count",
    "each",
    "each_step",
    "exists",
    "forall",
    "greatest",
    "lemma",
    "no_deadlock",
    "picture",
    "process",
    "reachable",
    "recoverable",
    "require",
    "until",
    "view",
]

# Names are looked up when somebody asks for them: `raceproof --help` needs none of it, and loads none of it.
if not TYPE_CHECKING:
    _HOMES = {
        **dict.fromkeys(("BrokenModel", "check"), "check"),
        **dict.fromkeys(("InternalError", "ModelError", "RaceproofError", "UsageError"), "errors"),
        "Limits": "limits",
        **dict.fromkeys(("HoldsInScope", "HoldsUpTo", "Proved", "Undecided", "Verdict", "Violated"), "verdict"),
    }

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'language')}"), name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})

    class _Checker(ModuleType):
        """The function `check` has the name of the module it is in. Python gives a package its modules as attributes as
        they are loaded; here the name stays the function's."""

        @property
        def check(self) -> object:
            return import_module(f"{__name__}.check").check

        @check.setter
        def check(self, loaded: ModuleType) -> None:
            if loaded is not sys.modules[f"{__name__}.check"]:
                raise AttributeError("check is a function of its own module")

    sys.modules[__name__].__class__ = _Checker
