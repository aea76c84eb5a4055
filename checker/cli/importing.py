"""A trace in the ITF format as a stored result: the states are the file's, the steps between them the model's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from raceproof.checker.check import check_bounded, prepare
from raceproof.checker.cli.options import command_line
from raceproof.checker.cli.subject import Subject, built_in_names, find, is_about, is_file
from raceproof.checker.errors import Code, UsageError
from raceproof.checker.formats.itf_following import verdict_through
from raceproof.checker.formats.itf_reading import ItfTrace, decode_itf, is_itf
from raceproof.checker.results import MOST_BYTES, Result, result_of

if TYPE_CHECKING:
    from raceproof.checker.cli.showing import Order


def itf_of(path: str) -> ItfTrace | None:
    """The trace in a file of that format; None for any other file. Raises UsageError where it is a broken one."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        return None  # reading it as a result says why
    return decode_itf(data, path) if is_itf(data) else None


def imported(trace: ItfTrace, order: Order) -> tuple[Result, Subject]:
    """The result that leads through these states, replayed, and its model. Raises UsageError where there is none."""
    subject = _subject(trace, order)
    meta = trace.meta
    told = meta.variant if meta.variant in subject.variants else None
    variant = order.variant or told or next(iter(subject.variants))
    model = subject.make(variant)
    asked = tuple(claim for claim in subject.claims if is_about(claim, model))
    claims = tuple(claim for claim in asked if claim.name in meta.claims) or asked
    name = order.property or (meta.property if meta.property in {claim.name for claim in claims} else None)
    if name is not None and name not in {claim.name for claim in claims}:
        subject.select([name])
        claims = (*claims, *(claim for claim in asked if claim.name == name))
    sizes = {domain: size for domain, size in meta.scope.items() if size is not None} | dict(order.sizes or {})
    prepared = prepare(model, claims, sizes)
    check_bounded(prepared, "a trace")
    try:
        verdict = verdict_through(prepared, trace.states, name)
    except UsageError as error:
        raise UsageError(
            f"{order.trace} does not lead through {subject.name}, variant {variant}: {error}", code=Code.OTHER_RUN
        ) from error
    result = result_of(
        verdict,
        model=subject.name,
        variant=variant,
        claims=[claim.name for claim in claims],
        command=command_line("raceproof", "show", order.trace, subject.name, options=[("--claims", order.claims_file)]),
    )
    return msgspec.structs.replace(result, states=None, transitions=None), subject


def _subject(trace: ItfTrace, order: Order) -> Subject:
    """The model that is given, or the built-in one that the file names; a path in it is never followed."""
    if order.model is not None:
        return find(order.model, order.claims_file)
    source = trace.meta.source or ""
    if is_file(source) or source.partition(":")[0] not in built_in_names():
        raise UsageError(
            f"{order.trace} is in the ITF format: say of which MODEL, raceproof show {order.trace} MODEL",
            code=Code.WHICH_MODEL,
        )
    return find(source, order.claims_file)
