"""`raceproof resume`: go on with a search that was interrupted."""

from __future__ import annotations

import click

from raceproof.checker.cli import complete
from raceproof.checker.cli.options import Request, claims_option, json_option, limit_options, seconds


@click.command()
@click.argument("folder", metavar="DIR", shell_complete=complete.folders)
@click.argument("model", required=False, shell_complete=complete.models)
@claims_option
@limit_options
@click.option("--checkpoint-every", type=seconds, metavar="S", help="How often to write a checkpoint; as before.")
@json_option
@click.option(
    "--traces",
    metavar="DIR",
    shell_complete=complete.folders,
    help="Write each violated claim's trace to a file in this folder.",
)
@click.option("--all-traces", is_flag=True, help="Show every violated claim's timeline, not only the first.")
def resume(
    folder: str,
    model: str | None,
    claims_file: str | None,
    json_file: str | None,
    traces: str | None,
    all_traces: bool,
    **how: object,
) -> int:
    """Go on with a search from the checkpoint in DIR.

    The checkpoint knows the variant, the claims and the scope. It is used only for exactly the search it is of. A model
    of your own has to be named again: a path in a file is never followed. Limits are as given here.

    \b
    Example: raceproof check dns --scope Enactor=4 --max-seconds 5 --checkpoint run; raceproof resume run --workers 2
    """
    from raceproof.checker.cli.checking import Order
    from raceproof.checker.cli.resuming import perform

    given = Order("", (), (), claims_file, Request(**how), json_file, traces, all_traces)  # type: ignore[arg-type]
    return perform(folder, model, given)
