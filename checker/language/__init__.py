"""The language in which control planes are written: ordinary Python classes, generators and predicates."""

from raceproof.checker.language.claims import (
    Claim,
    always,
    assertions,
    each_step,
    lemma,
    no_deadlock,
    reachable,
    recoverable,
)
from raceproof.checker.language.domains import Id, Ordinal
from raceproof.checker.language.model import Model, anything, each
from raceproof.checker.language.processes import action, picture, process, view
from raceproof.checker.language.quantifiers import count, exists, forall, greatest
from raceproof.checker.language.scope import UNBOUNDED
from raceproof.checker.language.space import Protection, Space
from raceproof.checker.language.steps import Steps, StepsReturning, choose, require, until
from raceproof.checker.language.variants import Variant
from raceproof.checker.system.domain import Remembered

__all__ = [
    "UNBOUNDED",
    "Claim",
    "Id",
    "Model",
    "Ordinal",
    "Protection",
    "Remembered",
    "Space",
    "Steps",
    "StepsReturning",
    "Variant",
    "action",
    "always",
    "anything",
    "assertions",
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
