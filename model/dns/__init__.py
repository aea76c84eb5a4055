"""The DNS race of 19 October 2025: the automation as it was, and as people say it should have been."""

from raceproof.model.dns.automation import DnsAutomation, Enactor, Endpoint, FleetChange, Plan
from raceproof.model.dns.design import CleanUp, Design, Freshness, Lock, Rollback
from raceproof.model.dns.space import SPACE
from raceproof.model.dns.variants import VARIANTS

__all__ = [
    "SPACE",
    "VARIANTS",
    "CleanUp",
    "Design",
    "DnsAutomation",
    "Enactor",
    "Endpoint",
    "FleetChange",
    "Freshness",
    "Lock",
    "Plan",
    "Rollback",
]
