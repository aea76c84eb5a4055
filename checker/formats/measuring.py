"""How wide a text will be drawn, before anybody knows in which font: as wide as in the widest usual one.

The widths are those of DejaVu Sans, next to Verdana the widest of the fonts that browsers take for `sans-serif`; in any
other the text is narrower and stays within its box.
"""

from __future__ import annotations

import unicodedata

_EM = {
    0.29: "iljI|'",
    0.33: " .,J:;/\\!",
    0.41: 'frt-()[]"`',
    0.56: "_cskz?LF*",
    0.62: "aevxyTPY$",
    0.65: "bdghnopqu0123456789ESZ{}",
    0.71: "ABCKRVX",
    0.79: "DGHNOQU",
    0.86: "+=<>~^#&→Mw",
    1.02: "mW@%",
}
_SANS = {character: em for em, characters in _EM.items() for character in characters}
_BOLD = 1.13
_MONO = 0.61
_OTHER = 0.86
_FULL_WIDTH = 1.05
ELLIPSIS = "…"


def width_of(text: str, size: float, *, bold: bool = False, mono: bool = False) -> float:
    """The most that a text can take up, in the units of `size`, the height of its font."""
    return sum(_em(character, mono) for character in text) * size * (_BOLD if bold and not mono else 1)


def _em(character: str, mono: bool) -> float:
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 2 * _MONO if mono else _FULL_WIDTH
    if mono:
        return _MONO if character.isascii() or character in "→·–…" else _OTHER
    return _SANS.get(character, _OTHER)


def wrap(
    text: str, width: float, size: float, *, bold: bool = False, mono: bool = False, most: int = 3
) -> tuple[str, ...]:
    """The text in at most `most` lines, none wider than `width`. Words that are too long are broken; what does not fit
    ends in an ellipsis."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if width_of(joined, size, bold=bold, mono=mono) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *broken, line = _pieces(word, width, size, bold, mono)
        lines += broken
        if len(lines) > most:
            break
    if line or not lines:
        lines.append(line)
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], _shortened(lines[most - 1], width, size, bold, mono))


def _pieces(word: str, width: float, size: float, bold: bool, mono: bool) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and width_of(pieces[-1] + character, size, bold=bold, mono=mono) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _shortened(line: str, width: float, size: float, bold: bool, mono: bool) -> str:
    while line and width_of(line + ELLIPSIS, size, bold=bold, mono=mono) > width:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS
