"""`raceproof explain`: what the code of an error means."""

from __future__ import annotations

import click

from raceproof.checker.cli import complete


@click.command(short_help="Explain the code of an error.")
@click.argument("code", required=False, shell_complete=complete.codes)
def explain(code: str | None) -> int:
    """Explain the code of an error, with an example that is wrong and one that is right; list all codes without one.

    To explain a trace, see `raceproof why`.

    \b
    Example: raceproof explain RP012
    """
    from raceproof.checker.cli.coded import perform

    return perform(code)
