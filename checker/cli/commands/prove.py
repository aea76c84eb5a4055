"""`raceproof prove`: claims for every number of processes and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from raceproof.checker.cli import complete
from raceproof.checker.cli.options import (
    claims_option,
    json_option,
    memory,
    model_argument,
    seconds,
    size_or_any,
    variant_option,
)

if TYPE_CHECKING:
    from raceproof.checker.prove import Method

METHODS = ("auto", "parametric", "pdr", "induction")


@click.command()
@model_argument
@variant_option
@click.option(
    "--property",
    "properties",
    multiple=True,
    metavar="P",
    shell_complete=complete.claims,
    help="A claim; all that a proof can be of by default.",
)
@click.option(
    "--scope",
    "-s",
    type=size_or_any,
    multiple=True,
    metavar="DOMAIN=N",
    shell_complete=complete.sizes,
    help="How many members a domain has, such as Endpoint=3. Plan=any: as many as there may be, which is the default "
    "for whoever acts and for Ordinals. Repeatable.",
)
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="auto",
    show_default=True,
    help="parametric: an invariant for every size. induction (k-induction) and pdr (property-directed reachability, by "
    "Z3's Spacer) prove one scope. auto: for every size; where the model leaves none open, all that can be had.",
)
@claims_option
@click.option(
    "--certificate",
    "certificate",
    metavar="FILE",
    shell_complete=complete.files,
    help="Write what the proof rests on to this file.",
)
@click.option(
    "--lemmas",
    "lemmas",
    metavar="FILE.py",
    shell_complete=complete.files,
    help="Write the invariant to this file, as a file for --claims.",
)
@click.option("--max-seconds", type=seconds, metavar="S", help="Give up after so long.")
@click.option("--max-memory", type=memory, metavar="BYTES", help="Give up at so much resident memory, such as 4GiB.")
@json_option
def prove(
    model: str,
    variant: str | None,
    properties: tuple[str, ...],
    scope: tuple[tuple[str, float], ...],
    method: Method,
    claims_file: str | None,
    certificate: str | None,
    lemmas: str | None,
    max_seconds: float | None,
    max_memory: int | None,
    json_file: str | None,
) -> int:
    """Prove claims for any number of processes, and of the members of every Ordinal that has no size here.

    A claim that is violated in the usual scope is shown with its shortest trace. For the others an inductive invariant
    is looked for, with the help of the @lemma functions among the claims, and checked by Z3 and by cvc5. It is printed
    as Python: lemmas to paste beside the claims. With --method induction or pdr the proof is of one scope. The exit
    status is 0 when all are proved, 1 for a violation, 3 where something is undecided.

    \b
    Example: raceproof prove dns --variant fixed --certificate fixed.json
    """
    from raceproof.checker.cli.proving import Order, perform

    limits = (max_seconds, max_memory)
    order = Order(model, variant, properties, scope, method, claims_file, certificate, limits, json_file, lemmas)
    return perform(order)


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="CERTIFICATE...")
@click.option(
    "--model", metavar="MODEL", help="The model that they are of: needed for a file, which a certificate cannot name."
)
@claims_option
def recheck(paths: tuple[str, ...], model: str | None, claims_file: str | None) -> int:
    """Check certificates again: lower each one's model anew, build every obligation anew, ask Z3 and cvc5.

    A folder stands for every .json file in it. No certificate decides which code runs: it may name a built-in model,
    and any other must be given as --model. The exit status is 0 when every certificate is good, and 2 when one is not.

    \b
    Example: raceproof recheck proofs
    """
    from raceproof.checker.cli.rechecking import perform

    return perform(paths, model, claims_file)
