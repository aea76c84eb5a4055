"""`raceproof new`: a model to start from."""

from __future__ import annotations

import click


@click.command(short_help="Write a small model to start from.")
@click.argument("file", metavar="FILE.py")
def new(file: str) -> int:
    """Write a small commented model to FILE.py: it holds, and one marked line of it breaks it.

    A file that exists is left as it is. The class of the model is named after the file.

    \b
    Example: raceproof new my_model.py
    """
    from raceproof.checker.cli.starting import perform

    return perform(file)
