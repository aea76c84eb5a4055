"""Reading the Informal Trace Format: untrusted data, turned into states as raceproof shows them, entry by entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct

from raceproof.checker.errors import Code, UsageError
from raceproof.checker.results import MOST_BYTES

MOST_STATES = 10_000
_NUMBER = re.compile(r"-?[0-9]{1,1000}")


class ItfMeta(Struct, frozen=True):
    """What raceproof writes of where a trace is from; other tools leave most of it out."""

    source: str | None = None
    variant: str | None = None
    property: str | None = None
    claims: tuple[str, ...] = ()
    scope: dict[str, int | None] = {}


class _Document(Struct, frozen=True, rename={"meta": "#meta"}):
    vars: list[str]
    states: list[dict[str, Any]]
    meta: ItfMeta = ItfMeta()
    loop: int | None = None


@dataclass(frozen=True, slots=True)
class ItfTrace:
    """The states of a trace, each by entry: `alias[public]` is `plan 2`."""

    meta: ItfMeta
    states: tuple[Mapping[str, str], ...]


def is_itf(data: bytes) -> bool:
    """Whether JSON text has the two fields that every trace in this format has."""

    class Head(Struct):
        vars: msgspec.Raw
        states: msgspec.Raw

    try:
        msgspec.json.decode(data, type=Head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def decode_itf(data: bytes, source: str = "the file") -> ItfTrace:
    """The trace in ITF text. Raises UsageError naming `source`, and what is wrong where."""
    if len(data) > MOST_BYTES:
        raise UsageError(f"{source} is larger than {MOST_BYTES // 2**20} MiB", code=Code.ITF)
    try:
        document = msgspec.json.decode(data, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{source} is no trace in the ITF format: {error}", code=Code.ITF) from error
    if document.loop is not None:
        raise UsageError(
            f"{source} goes round for ever, from state {document.loop} on; only finite runs can be read", code=Code.ITF
        )
    if not document.states:
        raise UsageError(f"{source} has no states", code=Code.ITF)
    if len(document.states) > MOST_STATES:
        raise UsageError(f"{source} has more than {MOST_STATES:,} states", code=Code.ITF)
    states = tuple(dict(_entries(state, f"{source}: state {number}")) for number, state in enumerate(document.states))
    return ItfTrace(document.meta, states)


def _entries(state: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for qualified, value in state.items():
        if qualified.startswith(("#", "mbt::")):
            continue
        variable = qualified.rpartition("::")[2]
        for key, held in _keyed(value, f"{place}: {variable}"):
            yield _name(variable, key), held


def _name(variable: str, key: tuple[str, ...]) -> str:
    """`alias[public]`, and `enactor 1.mine` for the local `enactor.mine` of the process `enactor 1`."""
    if not key:
        return variable
    process, dot, path = variable.partition(".")
    return f"{key[0]}.{path}" if dot and process and len(key) == 1 else f"{variable}[{', '.join(key)}]"


def _keyed(value: Any, place: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The entries of a variable: one without a key, or those of a map or a record."""
    if not isinstance(value, dict) or "#bigint" in value:
        yield (), _text(value, place)
        return
    pairs = value.get("#map", [[key, held] for key, held in value.items() if not key.startswith("#")])
    if not isinstance(pairs, list) or (not pairs and "#map" not in value):
        raise UsageError(
            f"{place} is {_shown(value)}; a variable here is a truth value, a number, a text or a map", code=Code.ITF
        )
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2:
            raise UsageError(
                f"{place} has {_shown(pair)} in its map, which is no pair of a key and a value", code=Code.ITF
            )
        key, held = pair
        parts = key["#tup"] if isinstance(key, dict) and isinstance(key.get("#tup"), list) else [key]
        yield tuple(_text(part, place) for part in parts), _text(held, place)


def _text(value: Any, place: str) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value)
        case {"#bigint": str(number)} if _NUMBER.fullmatch(number):
            return number
        case _:
            raise UsageError(
                f"{place} holds {_shown(value)}; a value here is a truth value, a number or a text", code=Code.ITF
            )


def _shown(value: Any) -> str:
    shown = msgspec.json.encode(value).decode()
    return shown if len(shown) <= 60 else f"{shown[:59]}…"
