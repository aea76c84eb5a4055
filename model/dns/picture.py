"""A picture of the automation's state: where each name points, which trees there are, the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from raceproof.model.dns.automation import DnsAutomation, Endpoint, Plan


def drawn(m: DnsAutomation, endpoint: Endpoint, plans: type[Plan]) -> str:
    """One name as a line: `public   plan 1 (gone)    back plan 2    trees 2`."""
    live, back = m.alias[endpoint], m.rollback[endpoint]
    trees = " ".join(str(plan.number) for plan in plans if m.tree[endpoint, plan])
    return f"{endpoint!r:<9}→ {_tree(m, endpoint, live):<15}back → {_tree(m, endpoint, back):<15}trees {trees or 'none'}"


def _tree(m: DnsAutomation, endpoint: Endpoint, plan: Plan) -> str:
    """A plan that a record points to, and whether its tree is gone."""
    return f"{plan}" if not plan or m.tree[endpoint, plan] else f"{plan} (gone)"
