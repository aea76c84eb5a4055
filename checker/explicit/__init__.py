"""The explicit-state engine: every reachable state, breadth first; compiled where that is possible."""

from raceproof.checker.explicit.engine import NativeUnavailable, explore

__all__ = ["NativeUnavailable", "explore"]
