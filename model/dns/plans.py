"""What a plan says: concrete addresses and weights for every endpoint, attached to its number. No state.

A plan is an immutable, numbered file; one plan covers every endpoint of the region, because they share capacity [AWS,
T]. The addresses are from the ranges reserved for documentation (RFC 5737).
"""

from __future__ import annotations

_FLEET = 9
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")


def addresses(plan: int, endpoint: int) -> tuple[tuple[str, int], ...]:
    """The load balancers of plan number `plan` for endpoint number `endpoint`: (address, weight in percent) pairs.

    Each plan moves on by one load balancer, as when capacity is replaced.
    """
    network = _NETWORKS[(endpoint - 1) % len(_NETWORKS)]
    chosen = [(plan + offset) % _FLEET + 1 for offset in range(2)]
    return tuple((f"{network}.{host}", weight) for host, weight in zip(chosen, (60, 40), strict=True))
