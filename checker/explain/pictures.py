"""What a model draws of a state: the lines of its @picture methods."""

from __future__ import annotations

from raceproof.checker.oracle import Oracle, OracleState


def picture(oracle: Oracle, state: OracleState) -> tuple[str, ...]:
    """The lines that the model draws of a state; none where it has no @picture."""
    return ()
