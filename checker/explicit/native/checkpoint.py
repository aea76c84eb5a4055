"""Checkpoints: the whole of a search at rest, as one file that is replaced as a whole.

The file is a line that names the format, the length of a header, the header as JSON, then the tables and frontiers as
they are in memory, and a checksum of everything before it. It is read as data that may come from anybody: nothing in it
is run, its sizes must agree, and no search goes on from the checkpoint of another one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from numpy.typing import NDArray

from raceproof.checker.explicit.native.control import SLOTS
from raceproof.checker.explicit.native.memory import lines
from raceproof.checker.explicit.native.table import LINE_BYTES
from raceproof.checker.explicit.questions import Questions
from raceproof.checker.options import CHECKPOINT_FILE, CheckpointRefused

_MAGIC = b"raceproof checkpoint, format 2\n"
_LENGTH_BYTES = 8
_CHECKSUM_BYTES = 4
_PIECE_BYTES = 1 << 24
_MOST_HEADER_BYTES = 1 << 24
_MOST_TABLES = 1 << 10

Count = Annotated[int, Meta(ge=0)]
Hexadecimal = Annotated[str, Meta(pattern="^[0-9a-f]{1,4096}$")]
Section = NDArray[Any]


class FoundEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A claim that is settled: by what state at which depth, and which step term or fault."""

    claim: Count
    state: Hexadecimal
    depth: Count
    step_term: Count | None
    fault: Count | None


class SeenEntries(Struct, frozen=True, forbid_unknown_fields=True):
    """What the level that is being expanded has shown so far, as in `Sightings`."""

    states: dict[int, Hexadecimal] = {}
    steps: dict[int, Hexadecimal] = {}
    faults: dict[int, Hexadecimal] = {}
    stuck: Hexadecimal | None = None


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    """What a checkpoint says besides states. `identity` is that of the system, the claims and the reductions; `told` is
    how the search was asked for; `groups` and `counts` are those of the tables, one for each worker; `waiting` states
    of the level at `depth` are not expanded yet, `found` ones are known of the next."""

    identity: str
    told: str
    words: Annotated[int, Meta(ge=1, le=64)]
    depth: Count
    transitions: Count
    seconds: Annotated[float, Meta(ge=0)]
    groups: Annotated[list[Annotated[int, Meta(ge=1)]], Meta(min_length=1, max_length=_MOST_TABLES)]
    counts: Annotated[list[Count], Meta(min_length=1, max_length=_MOST_TABLES)]
    long_depths: bool
    waiting: Count
    found: Count
    fired: list[Count]
    settled: list[FoundEntry]
    seen: SeenEntries


def identity(questions: Questions, reductions: Iterable[str], layout: object) -> str:
    """A fingerprint of everything that a checkpoint's states depend on."""
    system = questions.system
    parts: list[object] = [system.name, dict(system.scope), system.at_rest, tuple(reductions), layout]
    parts += [(variable, system.initial[variable]) for variable in system.variables]
    parts += [
        (c.actor, c.step, c.guard, [(w.variable.name, w.index, w.value) for w in c.writes]) for c in system.commands
    ]
    parts += [(fault.actor, fault.step, fault.guard, fault.kind.name) for fault in system.faults]
    parts += [(c.name, c.kind.name, c.predicate, c.premise, sorted(c.by or ())) for c in questions.claims]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(repr(part).encode())
    return digest.hexdigest()


def write(folder: Path, header: Header, sections: Iterable[Section]) -> None:
    """Replace the folder's checkpoint, or leave it as it is. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{CHECKPOINT_FILE}.{secrets.token_hex(6)}.part"
    try:
        with temporary.open("xb") as file:
            checksum = 0
            for piece in _pieces(header, sections):
                checksum = zlib.crc32(piece, checksum)
                file.write(piece)
            file.write(checksum.to_bytes(_CHECKSUM_BYTES, "little"))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(folder / CHECKPOINT_FILE)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def _pieces(header: Header, sections: Iterable[Section]) -> Iterator[bytes | memoryview]:
    encoded = msgspec.json.encode(header)
    yield _MAGIC
    yield len(encoded).to_bytes(_LENGTH_BYTES, "little")
    yield encoded
    for section in sections:
        view = section.data.cast("B") if section.size else memoryview(b"")
        for start in range(0, len(view), _PIECE_BYTES):
            yield view[start : start + _PIECE_BYTES]


def remove(folder: Path) -> None:
    """Take the checkpoint of a search that has come to its end away."""
    with contextlib.suppress(OSError):
        (folder / CHECKPOINT_FILE).unlink(missing_ok=True)


def read_header(folder: Path) -> Header:
    """The header of a folder's checkpoint, after its checksum was found right. Raises CheckpointRefused."""
    path = folder / CHECKPOINT_FILE
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise CheckpointRefused(f"{path} is not a checkpoint that this raceproof can read")
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            if length > _MOST_HEADER_BYTES:
                raise CheckpointRefused(f"{path} is damaged: its header is too long")
            header = msgspec.json.decode(file.read(length), type=Header)
            _check(path, file.seek(0, os.SEEK_END), length, header)
    except FileNotFoundError as error:
        raise CheckpointRefused(
            f"there is no checkpoint in {folder}; a search that has finished leaves none"
        ) from error
    except OSError as error:
        raise CheckpointRefused(f"{path} cannot be read: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CheckpointRefused(f"{path} is damaged: {error}") from error
    return header


def _check(path: Path, size: int, length: int, header: Header) -> None:
    """Raises CheckpointRefused unless the file is as long as its header says, and its checksum is right."""
    if len(header.groups) != len(header.counts):
        raise CheckpointRefused(f"{path} is damaged: it has not as many counts as tables")
    line = LINE_BYTES * header.words + (4 * SLOTS if header.long_depths else 0)
    states = 8 * header.words * (header.waiting + header.found)
    expected = len(_MAGIC) + _LENGTH_BYTES + length + line * sum(map(lines, header.groups)) + states + _CHECKSUM_BYTES
    if size != expected:
        raise CheckpointRefused(f"{path} is damaged: it has {size:,} bytes and should have {expected:,}")
    checksum, left = 0, size - _CHECKSUM_BYTES
    with path.open("rb") as file:
        while left:
            piece = file.read(min(left, _PIECE_BYTES))
            if not piece:
                break
            checksum, left = zlib.crc32(piece, checksum), left - len(piece)
        if file.read() != checksum.to_bytes(_CHECKSUM_BYTES, "little"):
            raise CheckpointRefused(f"{path} is damaged: its checksum is wrong")


def read_sections(folder: Path, sections: Iterable[Section]) -> None:
    """Fill arrays with what follows the header, in the order in which it was written. Raises CheckpointRefused."""
    with (folder / CHECKPOINT_FILE).open("rb") as file:
        file.seek(len(_MAGIC))
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        file.seek(length, os.SEEK_CUR)
        for section in sections:
            if section.size and file.readinto(section.data.cast("B")) != section.nbytes:
                raise CheckpointRefused(f"{folder / CHECKPOINT_FILE} has changed while it was read")
