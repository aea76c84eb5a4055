"""The options that several commands share, and how their values are read."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from raceproof.checker.cli import complete
from raceproof.checker.system.domain import Remembered

if TYPE_CHECKING:
    from raceproof.checker.options import Options

F = TypeVar("F", bound=Callable[..., Any])

ENGINES: Final = ("explicit", "portable", "native", "bounded", "oracle")
DEFAULT_ENGINE: Final = "explicit"
DEFAULT_DEPTH: Final = 20
DEFAULT_CHECKPOINT_SECONDS: Final = 60.0
DEFAULT_MODEL: Final = "dns"

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_UNITS |= {f"{letter}IB": size for letter, size in _UNITS.items() if letter}
_UNITS |= {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def size(value: str) -> tuple[str, int]:
    """A domain and how many members it has: `Plan=4`; or `Plan=4+`, any number, so many of them remembered at once.
    Raises BadParameter."""
    domain, equals, number = (part.strip() for part in value.partition("="))
    number, endless = number.removesuffix("+"), number.endswith("+")
    if not equals or not domain:
        raise click.BadParameter(f"'{value}' is no size of a domain; write it as Plan=4")
    if not re.fullmatch(r"[+-]?[0-9]{1,12}", number):
        raise click.BadParameter(f"the size of {domain} is '{number}', which is not a whole number")
    if int(number) < 0:
        raise click.BadParameter(f"the size of {domain} is {number}; it cannot be negative")
    return domain, Remembered(number) if endless else int(number)


def size_or_any(value: str) -> tuple[str, float]:
    """The same, or `Plan=any`: as many as there may be, which is for proofs. Raises BadParameter."""
    domain, _, number = (part.strip() for part in value.partition("="))
    return (domain, math.inf) if domain and number == "any" else size(value)


def memory(value: str) -> int:
    """An amount of memory in bytes: `4GiB`, `512MiB`, `1e9`. K, M, G and T alone are powers of 1024. Raises
    BadParameter."""
    read = re.fullmatch(r"([0-9]+\.?[0-9]*(?:e[0-9]{1,2})?) ?([a-z]*)", value.strip(), re.IGNORECASE)
    unit = _UNITS.get(read[2].upper()) if read else None
    if read is None or unit is None:
        raise click.BadParameter(f"'{value}' is no amount of memory; write 4GiB, 512MiB or 1e9")
    amount = int(float(read[1]) * unit)
    if amount < 1:
        raise click.BadParameter(f"'{value}' is no memory at all")
    return amount


def seconds(value: str) -> float:
    """A positive number of seconds. Raises BadParameter."""
    try:
        number = float(value)
    except ValueError:
        raise click.BadParameter(f"'{value}' is not a number of seconds") from None
    if not (math.isfinite(number) and number > 0):
        raise click.BadParameter(f"'{value}' is not a positive number of seconds")
    return number


@dataclass(frozen=True, slots=True)
class Request:
    """How to look: the scope where it differs from the default, the engine and its limits."""

    scope: tuple[tuple[str, int], ...] = ()
    engine: str = DEFAULT_ENGINE
    depth: int | None = None
    max_states: int | None = None
    max_seconds: float | None = None
    max_memory: int | None = None
    workers: int | None = None
    no_symmetry: bool = False
    por: bool = False
    checkpoint: str | None = None
    checkpoint_every: float | None = None
    resume: bool = False
    told: str = ""

    @property
    def options(self) -> Options:
        """How the explicit search is to go about it."""
        from raceproof.checker.options import Checkpoint, Options

        every = DEFAULT_CHECKPOINT_SECONDS if self.checkpoint_every is None else self.checkpoint_every
        return Options(
            workers=self.workers or 1,
            symmetry=not self.no_symmetry,
            partial_order=self.por,
            checkpoint=Checkpoint(self.checkpoint, every, self.resume, self.told) if self.checkpoint else None,
        )

    @property
    def sizes(self) -> dict[str, int]:
        """The scope by name; of two sizes for a domain the last counts."""
        return dict(self.scope)


def together(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    """Several options as one decorator, in the order in which the help lists them."""

    def decorate(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


model_argument = click.argument("model", default=DEFAULT_MODEL, required=False, shell_complete=complete.models)

variant_option = click.option(
    "--variant", metavar="V", shell_complete=complete.variants, help="The variant; the first by default."
)

properties_option = click.option(
    "--property",
    "properties",
    multiple=True,
    metavar="P",
    shell_complete=complete.claims,
    help="A claim; all by default. Repeatable.",
)

claims_option = click.option(
    "--claims",
    "claims_file",
    metavar="FILE.py",
    shell_complete=complete.files,
    help="Take the claims from this file, not from where the model's own are.",
)

scope_option = click.option(
    "--scope",
    "-s",
    type=size,
    multiple=True,
    metavar="DOMAIN=N",
    shell_complete=complete.sizes,
    help="How many members a domain has, such as Plan=4; Plan=4+: any number, 4 remembered at once. Repeatable.",
)

limit_options = together(
    click.option("--max-states", type=click.IntRange(min=1), metavar="N", help="Stop after so many states."),
    click.option("--max-seconds", type=seconds, metavar="S", help="Stop the search after so long."),
    click.option(
        "--max-memory",
        type=memory,
        metavar="BYTES",
        help="Stop at so much resident memory, such as 4GiB; three quarters of this machine's by default.",
    ),
    click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Threads that share a native search; 1."),
)

engine_options = together(
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default=DEFAULT_ENGINE,
        show_default=True,
        help="explicit: every reachable state, by machine code (native) or, without LLVM, by Python (portable). "
        "bounded: Z3, up to --depth steps. oracle: the author's own Python, slow.",
    ),
    click.option(
        "--depth",
        type=click.IntRange(min=0),
        metavar="N",
        help=f"How many steps to look ahead: {DEFAULT_DEPTH} for the bounded engine, no limit for the others.",
    ),
    limit_options,
    click.option("--no-symmetry", is_flag=True, help="Tell interchangeable identities apart: more states."),
    click.option(
        "--por/--no-por",
        default=False,
        help="Take independent steps in one order only: fewer states, slower each. Off by default.",
    ),
)

checkpoint_options = together(
    click.option(
        "--checkpoint",
        metavar="DIR",
        shell_complete=complete.folders,
        help="Write in this folder how far a native search is, so that `raceproof resume DIR` can go on.",
    ),
    click.option(
        "--checkpoint-every",
        type=seconds,
        metavar="S",
        help=f"How often; {DEFAULT_CHECKPOINT_SECONDS:g} seconds by default.",
    ),
)

json_option = click.option(
    "--json",
    "json_file",
    metavar="FILE",
    shell_complete=complete.files,
    help="Write the results as JSON too; - is the standard output, alone.",
)


def command_line(
    *words: str, options: Sequence[tuple[str, object]] = (), flags: Sequence[tuple[str, bool]] = ()
) -> str:
    """A command that can be pasted into a shell: `words`, then each option that has a value, each flag that is set."""
    given = [word for name, value in options if value is not None for word in (name, str(value))]
    return shlex.join([*words, *given, *(name for name, is_set in flags if is_set)])
