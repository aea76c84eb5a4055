"""`raceproof list`: what comes with raceproof, and what is claimed of it."""

from __future__ import annotations

import click

from raceproof.checker.cli import complete
from raceproof.checker.cli.options import claims_option


@click.command("list")
@click.argument("model", required=False, shell_complete=complete.models)
@claims_option
@click.option("--json", "as_json", is_flag=True, help="Write the list as JSON instead.")
def list_models(model: str | None, claims_file: str | None, as_json: bool) -> int:
    """List models, their variants, claims and default scopes: all that are built in, or those of MODEL.

    \b
    Example: raceproof list dns
    """
    from raceproof.checker.cli.listing import perform

    return perform(model, claims_file, as_json)
