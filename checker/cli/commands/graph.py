"""`raceproof graph`: the reachable states of a small model, for Graphviz and other tools."""

from __future__ import annotations

import click

from raceproof.checker.cli import complete
from raceproof.checker.cli.options import model_argument, scope_option, variant_option


@click.command()
@model_argument
@variant_option
@scope_option
@click.option("--format", "form", type=click.Choice(("dot", "graphml")), default="dot", show_default=True)
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    shell_complete=complete.files,
    default="-",
    help="Where to; - is the standard output, the default.",
)
@click.option("--max-states", type=click.IntRange(min=1), default=2000, show_default=True, metavar="N")
def graph(
    model: str, variant: str | None, scope: tuple[tuple[str, int], ...], form: str, output: str, max_states: int
) -> int:
    """Write the graph of reachable states, with a node for each state and an edge for each step.

    \b
    Example: raceproof graph lock --format dot | dot -Tsvg -o lock.svg
    """
    from raceproof.checker.cli.drawing import perform

    return perform(model, variant, dict(scope), form, output, max_states)
