"""`raceproof sweep`: one model in many scopes."""

from __future__ import annotations

import re

import click

from raceproof.checker.cli import complete
from raceproof.checker.cli.options import (
    Request,
    claims_option,
    engine_options,
    json_option,
    model_argument,
    properties_option,
    scope_option,
    variant_option,
)

_MOST_SIZES = 64


class _Range(click.ParamType[tuple[str, tuple[int, ...]]]):
    """A domain and the sizes that it is to have: `Plan=2..6`, `Plan=2,4,8`."""

    name = "range"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, tuple[int, ...]]:
        domain, equals, sizes = (part.strip() for part in str(value).partition("="))
        found: list[int] = []
        for part in sizes.split(","):
            read = re.fullmatch(r"([0-9]{1,6})(?:\.\.([0-9]{1,6}))?", part.strip())
            if not equals or not domain or read is None:
                self.fail(f"'{value}' is no range of sizes; write Plan=2..6 or Plan=2,4,8", param, ctx)
            first, last = int(read[1]), int(read[2] or read[1])
            if last < first:
                self.fail(f"the range {part.strip()} of {domain} is empty", param, ctx)
            if last - first >= _MOST_SIZES:
                self.fail(f"{domain} would have {last - first + 1:,} sizes; at most {_MOST_SIZES}", param, ctx)
            found += range(first, last + 1)
        return domain, tuple(sorted(set(found)))


@click.command()
@model_argument
@variant_option
@properties_option
@click.option(
    "--over",
    type=_Range(),
    multiple=True,
    metavar="DOMAIN=A..B",
    shell_complete=complete.ranges,
    help="Sizes that a domain is to have, such as Plan=2..6 or Plan=2,4,8. Repeatable. By default whoever acts has "
    "1..3 members, and each Ordinal 1..4.",
)
@scope_option
@claims_option
@engine_options
@click.option(
    "--plot",
    metavar="FILE",
    shell_complete=complete.files,
    help="Draw a heat map and growth curves; the name ends in .svg, .png or .pdf.",
)
@click.option(
    "--csv",
    "csv_file",
    metavar="FILE",
    shell_complete=complete.files,
    help="Write a line for each scope and claim; - is standard output.",
)
@json_option
def sweep(
    model: str,
    variant: str | None,
    properties: tuple[str, ...],
    over: tuple[tuple[str, tuple[int, ...]], ...],
    claims_file: str | None,
    plot: str | None,
    csv_file: str | None,
    json_file: str | None,
    **how: object,
) -> int:
    """Check a model in many scopes: where a claim first fails, how short its trace is, how fast the states grow.

    Limits such as --max-seconds are for each scope; where one is cut short, no larger one is searched. The exit status
    is 1 where a claim is violated in some scope, 3 where nothing is violated and something is undecided.

    \b
    Example: raceproof sweep dns --over Plan=2..6 --over Enactor=1..4 --plot sweep.svg
    """
    from raceproof.checker.cli.sweeping import Order, perform

    request = Request(**how)  # type: ignore[arg-type]
    return perform(Order(model, variant, properties, over, claims_file, request, plot, csv_file, json_file))
