"""Explanations: why a claim is violated, what is possible in a state, and what a model does when all is well."""

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
]
