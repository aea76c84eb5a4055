"""`raceproof`: the entry point. Commands are light to import; what they need is imported when one runs."""

from __future__ import annotations

import os
import sys
from bdb import BdbQuit
from typing import Any, NoReturn

import click

from raceproof.checker.cli.commands.assure import assure
from raceproof.checker.cli.commands.check import check
from raceproof.checker.cli.commands.completion import completion
from raceproof.checker.cli.commands.explain import explain
from raceproof.checker.cli.commands.fixes import fixes
from raceproof.checker.cli.commands.graph import graph
from raceproof.checker.cli.commands.list import list_models
from raceproof.checker.cli.commands.new import new
from raceproof.checker.cli.commands.prove import prove, recheck
from raceproof.checker.cli.commands.resume import resume
from raceproof.checker.cli.commands.show import show
from raceproof.checker.cli.commands.simulate import simulate
from raceproof.checker.cli.commands.sweep import sweep
from raceproof.checker.cli.commands.table import table
from raceproof.checker.cli.commands.why import why

WRONG, INTERNAL_ERROR, INTERRUPTED, BROKEN_PIPE = 2, 70, 130, 141


class _Program(click.Group):
    """The group of commands; every way in which one may end has its exit code here."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit):
            raise
        except (KeyboardInterrupt, click.Abort, BdbQuit):
            click.echo("interrupted", err=True)
            code = INTERRUPTED
        except BrokenPipeError:
            _silence()
            code = BROKEN_PIPE
        except Exception as error:
            code = _failed(error)
        ctx.exit(code or 0)


def _silence() -> None:
    """Nobody reads any more: what is still buffered must not complain when Python ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


def _failed(error: Exception) -> int:
    from raceproof.checker.cli import failures
    from raceproof.checker.cli.screens.screen import Screen

    if failures.is_foreseen(error) or isinstance(error, OSError):
        failures.show(error, Screen())
        return WRONG
    failures.report(error, Screen())
    return INTERNAL_ERROR


@click.group(
    cls=_Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 all hold (or, with --engine bounded, hold up to the depth asked for), 1 a violation, "
    "2 a wrong model or call (raceproof explain tells more of an error's code), 3 undecided, 4 two engines disagree "
    "(assure).",
)
@click.version_option(package_name="raceproof", prog_name="raceproof", message="%(prog)s %(version)s")
def program() -> None:
    """Check control planes written as ordinary Python, in every interleaving.

    \b
    raceproof list                                what there is to check
    raceproof check dns --property never_empty    the shortest way to an empty DNS record
    raceproof table dns                           every variant against every claim
    raceproof new my_model.py                     a small model of your own, to start from
    """


for command in (
    new,
    check,
    simulate,
    table,
    sweep,
    fixes,
    list_models,
    show,
    why,
    graph,
    resume,
    prove,
    recheck,
    assure,
    explain,
    completion,
):
    program.add_command(command)


def main() -> NoReturn:
    """Run the command line and exit with its status."""
    program(prog_name="raceproof")
    raise SystemExit(0)
