"""`raceproof check`: claims about one or more variants, one run of an engine for each variant."""

from __future__ import annotations

import click

from raceproof.checker.cli import complete
from raceproof.checker.cli.options import (
    Request,
    checkpoint_options,
    claims_option,
    engine_options,
    json_option,
    model_argument,
    properties_option,
    scope_option,
)


@click.command()
@model_argument
@click.option(
    "--variant",
    "variants",
    multiple=True,
    metavar="V",
    shell_complete=complete.variants,
    help="A variant; the first by default. Repeatable.",
)
@properties_option
@scope_option
@claims_option
@engine_options
@checkpoint_options
@json_option
@click.option(
    "--traces",
    "folder",
    metavar="DIR",
    shell_complete=complete.folders,
    help="Write each violated claim's trace to a file in this folder.",
)
@click.option("--all-traces", is_flag=True, help="Show every violated claim's timeline, not only the first.")
@click.option(
    "--why", is_flag=True, help="Explain every violation; where all claims hold, show runs that take every step."
)
@click.option(
    "--audit-reductions",
    is_flag=True,
    help="Check with and without each reduction instead, in a small scope, and compare what they find.",
)
def check(
    model: str,
    variants: tuple[str, ...],
    properties: tuple[str, ...],
    claims_file: str | None,
    json_file: str | None,
    folder: str | None,
    all_traces: bool,
    why: bool,
    audit_reductions: bool,
    **how: object,
) -> int:
    """Check claims about a model, and show the shortest way to break them.

    MODEL is the name of a built-in model, a Python file with one Model in it, or file.py:Class. The exit status is 0
    when all hold (or, with --engine bounded, hold up to the depth asked for), 1 for a violation, 3 for undecided.

    \b
    Example: raceproof check dns --property never_empty --scope Plan=4
    """
    from raceproof.checker.cli.checking import Order, perform

    order = Order(model, variants, properties, claims_file, Request(**how), json_file, folder, all_traces, why)  # type: ignore[arg-type]
    if audit_reductions:
        from raceproof.checker.cli.auditing import audit_reductions as compare

        return compare(order)
    return perform(order)
