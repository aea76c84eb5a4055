"""What `raceproof graph` does, once its options are read."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import redirect_stdout

from raceproof.checker.cli import files
from raceproof.checker.cli.runs import HOLDS
from raceproof.checker.cli.subject import find
from raceproof.checker.graph import graph, to_dot, to_graphml


def perform(model: str, variant: str | None, sizes: Mapping[str, int], form: str, output: str, max_states: int) -> int:
    """Explore, draw, write; returns the exit code. Raises ModelError, UsageError."""
    files.check_writable(output)
    # A model that prints must not spoil the graph.
    with redirect_stdout(sys.stderr):
        subject = find(model)
        made = subject.make(variant or next(iter(subject.variants)))
        found = graph(made, sizes, limit=max_states)
    text = to_graphml(found) if form == "graphml" else to_dot(found)
    files.write_output(output, text.encode("utf-8"))
    return HOLDS
