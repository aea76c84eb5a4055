"""`raceproof show`: a stored trace again, in any format, and its replay through the author's Python."""

from __future__ import annotations

import click

from raceproof.checker.cli import complete
from raceproof.checker.cli.options import claims_option, json_option, scope_option
from raceproof.checker.formats import FORMATS


@click.command()
@click.argument("trace", metavar="TRACE.json", shell_complete=complete.files)
@click.argument("model", required=False, shell_complete=complete.models)
@click.option(
    "--as",
    "form",
    type=click.Choice(FORMATS),
    help="What the name of --output ends in, else text. svg: a drawing. html: a page that steps through it. "
    "pytest: a regression test. itf: for Apalache and Quint.",
)
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    shell_complete=complete.files,
    default="-",
    help="Where to; - is the standard output, the default.",
)
@click.option(
    "--property",
    "name",
    metavar="P",
    shell_complete=complete.claims,
    help="Of several traces in the file, the one of this claim.",
)
@click.option(
    "--variant",
    metavar="V",
    shell_complete=complete.variants,
    help="Of several traces in the file, the one of this variant.",
)
@click.option("--fixed", is_flag=True, help="With --as pytest: a test that the repaired model passes.")
@scope_option
@claims_option
@json_option
def show(
    trace: str,
    model: str | None,
    form: str | None,
    output: str,
    name: str | None,
    variant: str | None,
    fixed: bool,
    scope: tuple[tuple[str, int], ...],
    claims_file: str | None,
    json_file: str | None,
) -> int:
    """Show a stored trace again, and replay it through the author's own Python.

    A trace of a built-in model is replayed on that model; for any other, give the MODEL: a path in the file is never
    followed. The exit status is 0 when the replay agrees, 1 when the model has changed, 3 when nothing was replayed.

    TRACE.json may be in the ITF format of Apalache and Quint too: then the steps are found that lead through its
    states. --scope gives sizes for that.

    \b
    Example: raceproof show traces/dns-incident-never_empty.json
    Example: raceproof show traces/dns-incident-never_empty.json --as html -o outage.html
    """
    from raceproof.checker.cli.showing import Order, by_suffix, perform

    form = form or by_suffix(output)
    return perform(Order(trace, model, form, output, name, variant, fixed, dict(scope), claims_file, json_file))
