"""Explanations: why a claim is violated, what is possible in a state, and what a model does when all is well."""

from raceproof.checker.explain.explanation import explain, explain_path
from raceproof.checker.explain.findings import (
    Blocked,
    ClaimHere,
    Explanation,
    Move,
    Reading,
    Reason,
    Sample,
    Situation,
    StaleDecision,
    StepNote,
    Wait,
)
from raceproof.checker.explain.samples import samples
from raceproof.checker.explain.situation import at

__all__ = [
    "Blocked",
    "ClaimHere",
    "Explanation",
    "Move",
    "Reading",
    "Reason",
    "Sample",
    "Situation",
    "StaleDecision",
    "StepNote",
    "Wait",
    "at",
    "explain",
    "explain_path",
    "samples",
]
