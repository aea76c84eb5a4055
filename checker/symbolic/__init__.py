"""Proofs: claims that hold however long a run is, and for every number of processes."""
