"""Named designs: the incident, and what people propose against it, right and wrong ones alike."""

from __future__ import annotations

from raceproof.checker.language import Variant
from raceproof.model.dns.automation import DnsAutomation
from raceproof.model.dns.design import CleanUp, Design, Freshness, Lock, Rollback


def _variant(text: str, proposed_by: str, design: Design) -> Variant:
    return Variant(text, lambda: DnsAutomation(design), proposed_by)


VARIANTS: dict[str, Variant] = {
    "incident": _variant(
        "As it was: one freshness check, a lock for each endpoint, clean-up by age, a strict rollback record.",
        "the official summary and the talk DAT453",
        Design(),
    ),
    "atomic": _variant(
        "Check, all installs and clean-up are one critical section.",
        "most public models of the race; AWS rejected a plan-wide lock as too complex",
        Design(atomic=True),
    ),
    "recheck-before-lock": _variant(
        "The plan is checked again at each endpoint, then the lock is read: still check-then-act.",
        "the first idea in many reviews",
        Design(freshness=Freshness.BEFORE_LOCK),
    ),
    "recheck-after-lock": _variant(
        "The plan is checked again after the lock was read, so that the compare-and-swap covers the check.",
        "the same idea in the right order",
        Design(freshness=Freshness.AFTER_LOCK),
    ),
    "compare-and-swap": _variant(
        "The transaction itself refuses a plan that is not newer than the live one.",
        "textbooks: optimistic concurrency on the generation",
        Design(freshness=Freshness.IN_TRANSACTION),
    ),
    "look-then-delete": _variant(
        "Clean-up looks whether a tree is in use and deletes it in a later step.",
        "a common quick fix",
        Design(clean_up=CleanUp.LOOK_THEN_DELETE),
    ),
    "delete-unreferenced": _variant(
        "Clean-up deletes a tree only if nothing points to it, in one transaction.",
        "garbage collection by reachability instead of age",
        Design(clean_up=CleanUp.UNREFERENCED),
    ),
    "lease": _variant(
        "One lock for a whole plan, which expires while its holder may only be slow.",
        "teams that add a distributed lock",
        Design(lock=Lock.LEASE),
    ),
    "lease-fenced": _variant(
        "The same lock, and storage refuses the writes of all but its last holder.",
        "Kleppmann, How to do distributed locking, 2016",
        Design(lock=Lock.FENCED_LEASE),
    ),
    "single-leader": _variant(
        "Only one enactor ever works; nobody takes over when it fails.",
        "the opposite of three independent enactors",
        Design(lock=Lock.LEADER),
    ),
    "keep-more": _variant(
        "Clean-up spares one more generation: a longer delay is needed, no more.",
        "operators, as a mitigation",
        Design(keep=1),
    ),
    "tolerant-rollback": _variant(
        "An install succeeds although the tree for the rollback record is gone: the outage heals with the next plan.",
        "those who ask why it could not repair itself",
        Design(rollback=Rollback.TOLERANT),
    ),
    "never-zero": _variant(
        "A transaction that would leave a name without addresses is refused.",
        "those who ask for a guard rail in the API",
        Design(never_zero=True),
    ),
    "fixed": _variant(
        "Freshness inside the transaction, and clean-up deletes only what nothing points to.",
        "this project: the least that satisfies every claim",
        Design(freshness=Freshness.IN_TRANSACTION, clean_up=CleanUp.UNREFERENCED),
    ),
}
