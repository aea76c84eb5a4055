"""`raceproof assure`: how far each claim climbs, from the smallest failure to every size."""

from __future__ import annotations

import click

from raceproof.checker.cli import complete
from raceproof.checker.cli.options import (
    claims_option,
    json_option,
    memory,
    model_argument,
    properties_option,
    scope_option,
    seconds,
    size,
    variant_option,
)

DEFAULT_SECONDS = 60.0
DEFAULT_STATES = 20_000_000


@click.command()
@model_argument
@variant_option
@properties_option
@scope_option
@click.option(
    "--at-least",
    type=size,
    multiple=True,
    metavar="DOMAIN=N",
    shell_complete=complete.sizes,
    help="Never fewer members of a domain; 1 by default.",
)
@click.option(
    "--at-most",
    type=size,
    multiple=True,
    metavar="DOMAIN=N",
    shell_complete=complete.sizes,
    help="Never more members of a domain.",
)
@claims_option
@click.option(
    "--max-seconds",
    type=seconds,
    default=DEFAULT_SECONDS,
    show_default=True,
    metavar="S",
    help="What all rungs may take together.",
)
@click.option(
    "--max-states",
    type=click.IntRange(min=1),
    default=DEFAULT_STATES,
    show_default=True,
    metavar="N",
    help="The most states of a scope that is searched to its end.",
)
@click.option("--max-memory", type=memory, metavar="BYTES", help="Stop at so much resident memory, such as 4GiB.")
@json_option
@click.option("--all-traces", is_flag=True, help="Show every violated claim's timeline, not only the first.")
def assure(
    model: str,
    variant: str | None,
    properties: tuple[str, ...],
    scope: tuple[tuple[str, int], ...],
    at_least: tuple[tuple[str, int], ...],
    at_most: tuple[tuple[str, int], ...],
    claims_file: str | None,
    max_seconds: float,
    max_states: int,
    max_memory: int | None,
    json_file: str | None,
    all_traces: bool,
) -> int:
    """Climb from the smallest failure to every size, and say which rung each claim has reached.

    \b
    1  the smallest scope in which everything happens that the default one makes happen
    2  the smallest scope that violates a claim, with its shortest trace
    3  scopes that grow by one member at a time, every state of each
    4  runs of bounded depth, by Z3
    5  proofs in the default scope, by k-induction and by property-directed reachability
    6  a proof for every size, checked by Z3 and by cvc5

    Whatever two engines say about the same must agree; a rung with one engine alone behind it says so. A size that
    --scope gives is kept on all rungs; other domains have every size from 1 on.

    The exit status is 4 where two engines disagree; 1 where a claim is violated in any scope (or, if it should be
    reachable, is not reached in the default one); 3 where a limit or an interruption left a claim neither decided in
    the default scope nor proved; else 0.

    \b
    Example: raceproof assure dns --variant fixed
    """
    from raceproof.checker.cli.assuring import Order, perform

    bounds = (at_least, at_most)
    limits = (max_seconds, max_states, max_memory)
    return perform(Order(model, variant, properties, scope, bounds, claims_file, limits, json_file, all_traces))
