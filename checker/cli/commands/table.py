"""`raceproof table`: every variant against every claim, and against the verdicts that are expected."""

from __future__ import annotations

import click

from raceproof.checker.cli.options import (
    Request,
    claims_option,
    engine_options,
    json_option,
    model_argument,
    scope_option,
)


@click.command()
@model_argument
@scope_option
@claims_option
@engine_options
@json_option
def table(model: str, claims_file: str | None, json_file: str | None, **how: object) -> int:
    """Check every variant of a model, and compare with the verdicts that its claims file expects.

    With an EXPECTED in the claims file, a claim of which it says nothing must hold, and the exit status is 0 when
    everything is as expected. Without one the table just reports: the exit status is 0 whatever is violated. It is 3
    when something is undecided.

    \b
    Example: raceproof table dns --scope Plan=4
    """
    from raceproof.checker.cli.tabulating import perform

    return perform(model, claims_file, Request(**how), json_file)  # type: ignore[arg-type]
