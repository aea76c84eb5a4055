"""The design space: the incident, and every protection that people propose, alone and together with the others."""

from __future__ import annotations

from typing import Any

from raceproof.checker.language import Protection, Space
from raceproof.model.dns.automation import DnsAutomation
from raceproof.model.dns.design import CleanUp, Design, Freshness, Lock, Rollback


def _automation(**choices: Any) -> DnsAutomation:
    return DnsAutomation(Design(**choices))


_BETWEEN_STEPS = (
    "recheck-before-lock",
    "recheck-after-lock",
    "compare-and-swap",
    "look-then-delete",
    "clean-up-locked",
)
"""What guards against others who come in between means nothing where nobody can."""

SPACE = Space(
    _automation,
    {
        "recheck-before-lock": Protection(
            "The plan is checked again at each endpoint, before the lock is read.",
            {"freshness": Freshness.BEFORE_LOCK},
        ),
        "recheck-after-lock": Protection(
            "The plan is checked again at each endpoint, after the lock was read.",
            {"freshness": Freshness.AFTER_LOCK},
        ),
        "compare-and-swap": Protection(
            "The transaction itself refuses a plan that is not newer than the live one.",
            {"freshness": Freshness.IN_TRANSACTION},
        ),
        "look-then-delete": Protection(
            "Clean-up looks whether a tree is in use and deletes it in a later step.",
            {"clean_up": CleanUp.LOOK_THEN_DELETE},
        ),
        "delete-unreferenced": Protection(
            "Clean-up deletes a tree only if nothing points to it, in one transaction.",
            {"clean_up": CleanUp.UNREFERENCED},
        ),
        "lease": Protection(
            "One lock for a whole plan, which expires, in place of the endpoints' own.",
            {"lock": Lock.LEASE},
        ),
        "lease-fenced": Protection(
            "The same lock, and storage refuses the writes of all but its last holder.",
            {"lock": Lock.FENCED_LEASE},
        ),
        "single-leader": Protection(
            "Only one enactor ever works; nobody takes over when it fails.",
            {"lock": Lock.LEADER},
        ),
        "tolerant-rollback": Protection(
            "An install succeeds although the tree for the rollback record is gone.",
            {"rollback": Rollback.TOLERANT},
        ),
        "never-zero": Protection(
            "A transaction that would leave a name without addresses is refused.",
            {"never_zero": True},
        ),
        "keep-more": Protection(
            "Clean-up spares one more generation.",
            {"keep": 1},
        ),
        "clean-up-locked": Protection(
            "A deletion compares and swaps the endpoint's lock, as an install does.",
            {"clean_up_takes_lock": True},
        ),
        "atomic": Protection(
            "Check, all installs and clean-up are one critical section.",
            {"atomic": True},
            excludes=_BETWEEN_STEPS,
        ),
    },
)
"""What the public record does not say (`clean_up_at_once`) and what the operator did (`operator_stops_first`) protects
against nothing by itself: both stay as in the incident."""
