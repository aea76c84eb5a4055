"""Proofs of one scope: k-induction and property-directed reachability."""
