"""`raceproof show`: a stored trace again, and its replay through the author's Python."""

from __future__ import annotations

import click

from raceproof.checker.cli.options import claims_option, json_option


@click.command()
@click.argument("trace", metavar="TRACE.json")
@click.argument("model", required=False)
@claims_option
@json_option
def show(trace: str, model: str | None, claims_file: str | None, json_file: str | None) -> int:
    """Show a stored trace again, and replay it through the author's own Python.

    A trace of a built-in model is replayed on that model; for any other, give the MODEL: a path in the file is never
    followed. The exit status is 0 when the replay agrees, 1 when the model has changed, 3 when nothing was replayed.

    \b
    Example: raceproof show traces/dns-incident-never_empty.json
    """
    from raceproof.checker.cli.showing import perform

    return perform(trace, model, claims_file, json_file)
