"""From the author's Python to a transition system: expressions run over symbols, control flow is walked."""
