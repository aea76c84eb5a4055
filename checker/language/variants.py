"""Named variants of a model: points in its design space that people talk about, right and wrong ones alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from raceproof.checker.language.model import Model


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which the system might be built: what it changes, who proposes it, and how to make its model.

    A module of models lists them as `VARIANTS: dict[str, Variant]`; the first is the default.
    """

    text: str
    make: Callable[[], Model]
    proposed_by: str = ""
