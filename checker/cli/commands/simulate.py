"""`raceproof simulate`: random walks through a scope that is too large to visit every state."""

from __future__ import annotations

from typing import Final

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
    variant_option,
)

DEFAULT_LENGTH: Final = 1000
MOST_LENGTH: Final = 1_000_000
MOST_WALKS: Final = 2**62
DEFAULT_SECONDS: Final = 10.0


@click.command()
@model_argument
@variant_option
@properties_option
@scope_option
@claims_option
@click.option(
    "--seed",
    type=click.IntRange(0, 2**64 - 1),
    metavar="N",
    help="The same seed gives the same walks; a random one by default, which is shown.",
)
@click.option("--walks", type=click.IntRange(1, MOST_WALKS), metavar="N", help="Stop after so many walks.")
@click.option(
    "--length",
    type=click.IntRange(1, MOST_LENGTH),
    default=DEFAULT_LENGTH,
    show_default=True,
    metavar="N",
    help="The steps of a walk, at most.",
)
@click.option(
    "--max-seconds",
    type=seconds,
    metavar="S",
    help=f"Stop walking after so long; {DEFAULT_SECONDS:g} by default, without --walks.",
)
@click.option(
    "--max-memory",
    type=memory,
    metavar="BYTES",
    help="Stop at so much resident memory, such as 4GiB; three quarters of this machine's by default.",
)
@click.option(
    "--engine",
    type=click.Choice(("native", "portable")),
    help="native: machine code, the default where there is LLVM; portable: Python. Both take the same walks.",
)
@json_option
@click.option(
    "--traces",
    "folder",
    metavar="DIR",
    shell_complete=complete.folders,
    help="Write each violated claim's trace to a file in this folder.",
)
@click.option("--all-traces", is_flag=True, help="Show every violated claim's timeline, not only the first.")
def simulate(**options: object) -> int:
    """Take random walks through a model: for scopes that are too large for a check.

    MODEL is given as for raceproof check. A violation that is found is shortened before it is shown. The exit status is
    1 for a violation. Finding none does not mean that there is none: that is undecided, and 3. It is 0 only where all
    that was asked is whether something is reachable, and it was reached.

    \b
    Example: raceproof simulate dns --scope Enactor=4 --scope Endpoint=3 --scope Plan=8 --seed 1
    """
    from raceproof.checker.cli.simulating import Order, perform

    return perform(Order(**options))  # type: ignore[arg-type]
