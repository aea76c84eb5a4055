"""`raceproof fixes`: which protections a system needs, of all that it might have."""

from __future__ import annotations

import click

from raceproof.checker.cli import complete
from raceproof.checker.cli.options import (
    Request,
    claims_option,
    json_option,
    memory,
    model_argument,
    properties_option,
    scope_option,
    seconds,
)
from raceproof.checker.errors import Code, UsageError


@click.command()
@model_argument
@click.option(
    "--variant",
    metavar="V",
    shell_complete=complete.variants,
    help="Only this variant, and it without each of its protections.",
)
@click.option("--set", "only", metavar="A+B", help="Only the design with these protections: check it, show the trace.")
@properties_option
@scope_option
@claims_option
@click.option("--max-states", type=click.IntRange(min=1), metavar="N", help="Stop each search after so many states.")
@click.option("--max-seconds", type=seconds, metavar="S", help="Stop each search after so long.")
@click.option(
    "--max-memory",
    type=memory,
    metavar="BYTES",
    help="Stop a search at so much resident memory, such as 4GiB; by default the processes share three quarters of "
    "this machine's.",
)
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes; one for each core by default.")
@click.option(
    "--prove",
    type=click.Choice(("minimal", "all", "none")),
    help="Which sets to prove, of those that satisfy every claim: the smallest, by default, all or none; of a variant "
    "all, or none.",
)
@click.option(
    "--prove-seconds", type=seconds, metavar="S", help="Give up each proof after so long; 120 seconds by default."
)
@click.option("--no-cache", is_flag=True, help="Decide everything anew, and keep nothing.")
@json_option
def fixes(
    model: str,
    variant: str | None,
    only: str | None,
    properties: tuple[str, ...],
    claims_file: str | None,
    prove: str | None,
    prove_seconds: float | None,
    no_cache: bool,
    json_file: str | None,
    **how: object,
) -> int:
    """Decide every set of protections of a model's design space, and find the smallest that satisfy all claims.

    The space is the SPACE of the model's module. Every claim is decided of every set, in the scope of the model's table
    or the one given. The smallest sets that satisfy all claims are then proved, for any number of processes and values;
    a proof that is not found is told, and changes nothing of what holds in the scope. What is known is kept, so that an
    interrupted command goes on where it was when it is given again. The exit status is 0 when some set satisfies all
    claims, 1 when none does, 3 when something is undecided.

    \b
    Example: raceproof fixes dns
             raceproof fixes dns --variant fixed
             raceproof fixes dns --set compare-and-swap+never-zero
    """
    from raceproof.checker.cli.fixing import perform
    from raceproof.checker.cli.surveying import PROVE_SECONDS, Order

    if only is not None and (prove or prove_seconds):
        raise UsageError(
            "--set checks one design in its scope, and proves nothing; leave out --prove", code=Code.OPTIONS
        )
    request = Request(**how)  # type: ignore[arg-type]
    asked = model, variant, only, properties, claims_file, request, not no_cache, json_file
    return perform(Order(*asked, prove or "minimal", prove_seconds or PROVE_SECONDS))
