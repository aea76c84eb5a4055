"""The explicit-state engine: every reachable state, breadth first."""

from raceproof.checker.explicit.search import explore

__all__ = ["explore"]
