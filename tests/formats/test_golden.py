"""Every format of the incident, byte for byte. With WRITE_OUTPUTS=1 the files are written instead."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from raceproof.checker.formats import FORMATS, format_of
from raceproof.checker.formats.told import Told

GOLDEN = Path(__file__).parent / "golden"
FILES = {
    "text": "incident.txt",
    "markdown": "incident.md",
    "svg": "incident.svg",
    "html": "incident.html",
    "itf": "incident.itf.json",
    "json": "incident.json",
    "pytest": "incident.py",
    "dot": "incident.dot",
    "graphml": "incident.graphml",
}
MOST_BYTES_OF_A_PAGE = 300_000


def expected(name: str, actual: bytes) -> bytes:
    """What the golden file holds."""
    path = GOLDEN / name
    if os.environ.get("WRITE_OUTPUTS"):
        path.write_bytes(actual)
    return path.read_bytes()


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_is_what_the_golden_file_holds(incident: Told, form: str) -> None:
    actual = format_of(form)(incident)

    assert expected(FILES[form], actual) == actual


def test_without_a_model_the_drawing_lacks_what_it_would_add(incident: Told) -> None:
    actual = format_of("svg")(replace(incident, insight=None))

    assert expected("incident-alone.svg", actual) == actual


def test_a_test_of_the_repaired_model_has_a_golden_file_too(incident: Told) -> None:
    actual = format_of("pytest")(replace(incident, fixed=True))

    assert expected("incident-fixed.py", actual) == actual


def test_the_page_of_the_incident_is_small(incident: Told) -> None:
    assert len(format_of("html")(incident)) < MOST_BYTES_OF_A_PAGE


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_trace_gives_the_same_bytes(incident: Told, form: str) -> None:
    assert format_of(form)(incident) == format_of(form)(replace(incident))


def test_there_is_a_golden_file_for_each_format() -> None:
    assert tuple(FILES) == FORMATS
    assert sorted([*FILES.values(), "incident-alone.svg", "incident-fixed.py"]) == sorted(
        path.name for path in GOLDEN.iterdir() if path.is_file()
    )
