"""What `raceproof resume` does: reads what a checkpoint says of its search, and asks for that search again.

A checkpoint is data from anywhere: it may name a model that comes with raceproof, but never a file to be run.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from raceproof.checker.cli.subject import built_in_names, is_file
from raceproof.checker.errors import Code, UsageError
from raceproof.checker.options import CheckpointRefused

if TYPE_CHECKING:
    from raceproof.checker.cli.checking import Order


class Told(Struct, frozen=True, forbid_unknown_fields=True):
    """The command line of a search, as its checkpoint keeps it."""

    model: str
    variant: str
    properties: tuple[str, ...]
    claims_file: str | None
    scope: dict[str, int]
    depth: int | None
    no_symmetry: bool
    por: bool
    workers: int | None
    checkpoint_every: float | None


def told(order: Order, model: str, variant: str) -> str:
    """An order as text for a checkpoint."""
    request = order.request
    kept = Told(
        model,
        variant,
        order.properties,
        order.claims_file,
        request.sizes,
        request.depth,
        request.no_symmetry,
        request.por,
        request.workers,
        request.checkpoint_every,
    )
    return msgspec.json.encode(kept).decode()


def perform(folder: str, model: str | None, given: Order) -> int:
    """Go on with the search of a checkpoint; `given` has what the command line says anew. Returns the exit code.

    Raises UsageError for a checkpoint that cannot be read, or whose model has to be named.
    """
    from raceproof.checker.cli import checking
    from raceproof.checker.explicit.native.checkpoint import read_header

    try:
        kept = msgspec.json.decode(read_header(Path(folder)).told, type=Told)
    except CheckpointRefused as refused:
        raise UsageError(str(refused), code=Code.CHECKPOINT) from refused
    except msgspec.DecodeError as error:
        raise UsageError(
            f"the checkpoint in {folder} does not say what was searched: {error}", code=Code.CHECKPOINT
        ) from error
    if model is None:
        model = kept.model
        if is_file(model) or model.partition(":")[0] not in built_in_names():
            raise UsageError(
                f"the checkpoint in {folder} is of a model in a file, and no path in it is followed; "
                f"name the model: raceproof resume {folder} MODEL.py",
                code=Code.WHICH_MODEL,
            )
    request = replace(
        given.request,
        scope=tuple(kept.scope.items()),
        engine="native",
        depth=kept.depth,
        no_symmetry=kept.no_symmetry,
        por=kept.por,
        workers=given.request.workers or kept.workers,
        checkpoint=folder,
        checkpoint_every=given.request.checkpoint_every or kept.checkpoint_every,
        resume=True,
    )
    return checking.perform(
        replace(given, model=model, variants=(kept.variant,), properties=kept.properties, request=request)
    )
