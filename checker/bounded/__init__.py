"""The bounded engine: every run of up to so many steps, as one formula for Z3."""

from raceproof.checker.bounded.unroll import unroll

__all__ = ["unroll"]
