"""`raceproof completion`: the script that lets a shell complete commands, options and names."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

VARIABLE = "_RACEPROOF_COMPLETE"
"""Where the shell says what it wants completed; click's own name for a program that is called raceproof."""


@click.command(short_help="Print a script for the tab key of a shell.")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> int:
    """Print a script by which SHELL completes commands, options, models, variants, claims and domains.

    Write it where the shell looks for such scripts, and open a new shell:

    \b
    raceproof completion bash > ~/.local/share/bash-completion/completions/raceproof
    raceproof completion zsh > "${fpath[1]}/_raceproof"
    raceproof completion fish > ~/.config/fish/completions/raceproof.fish

    Names are read off the text of a model's file, which is not run. bash needs version 4.4 or newer.
    """
    script = get_completion_class(shell)
    assert script is not None
    program = ctx.find_root()
    click.echo(script(program.command, {}, program.info_name or "raceproof", VARIABLE).source())
    return 0
