"""A picture of the automation's state: where each name points, which trees there are, the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from raceproof.model.dns.automation import DnsAutomation, Endpoint, Plan


def drawn(m: DnsAutomation, endpoint: Endpoint, plans: type[Plan]) -> str:
    """One name as a line: `public   → plan 1 (gone)  rollback → plan 2  trees: 2`."""
    live, back = m.alias[endpoint], m.rollback[endpoint]
    trees = " ".join(str(plan.number) for plan in plans if m.tree[endpoint, plan])
    points, returns = _tree(m, endpoint, live), _tree(m, endpoint, back)
    return f"{endpoint!r:<8} → {points:<13}  rollback → {returns:<13}  trees: {trees or 'none'}"


def _tree(m: DnsAutomation, endpoint: Endpoint, plan: Plan) -> str:
    """A plan that a record points to, and whether its tree is gone."""
    return f"{plan}" if not plan or m.tree[endpoint, plan] else f"{plan} (gone)"
