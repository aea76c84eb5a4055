"""Invariants as the author would write them."""
