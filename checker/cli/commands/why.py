"""`raceproof why`: a stored trace explained, or one state of it."""

from __future__ import annotations

import click

from raceproof.checker.cli import complete
from raceproof.checker.cli.options import claims_option, json_option


@click.command()
@click.argument("trace", metavar="TRACE.json", shell_complete=complete.files)
@click.argument("model", required=False, shell_complete=complete.models)
@claims_option
@click.option(
    "--step",
    type=click.IntRange(min=0),
    metavar="N",
    help="Explain the state after this step instead: which claims hold there, who can move, who cannot and why.",
)
@click.option("--full", is_flag=True, help="Show whole states, not only what differs.")
@json_option
def why(
    trace: str, model: str | None, claims_file: str | None, step: int | None, full: bool, json_file: str | None
) -> int:
    """Explain a stored trace: which part of the claim is false, and which decision went stale on the way there.

    The trace is replayed first: a trace of a built-in model on that model; for any other, give the MODEL, as a path in
    the file is never followed. The exit status is 0 for an explanation, 1 when the model has changed.

    \b
    Example: raceproof why traces/dns-incident-never_empty.json --step 8
    """
    from raceproof.checker.cli.explaining import perform

    return perform(trace, model, claims_file, step, full, json_file)
