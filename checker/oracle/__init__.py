"""The oracle: the author's own generators, run as plain Python. The meaning that every engine is judged against."""

from raceproof.checker.oracle.explore import explore
from raceproof.checker.oracle.replay import Replay, replay
from raceproof.checker.oracle.run import Oracle, OracleState

__all__ = ["Oracle", "OracleState", "Replay", "explore", "replay"]
