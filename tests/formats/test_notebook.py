"""A verdict as HTML for a notebook: without a script, and complete by itself."""

from __future__ import annotations

import re

from raceproof.checker import HoldsInScope, check
from raceproof.checker.formats.notebook import html_of_verdict
from raceproof.model.lock import VARIANTS
from raceproof.properties.lock import mutual_exclusion


def test_a_violation_is_a_drawing_and_a_table_of_its_steps() -> None:
    shown = html_of_verdict(check(VARIANTS["check-then-set"].make(), mutual_exclusion))

    assert shown.startswith('<div class="raceproof"><style>.raceproof svg{max-width:100%;height:auto}</style>\n<svg ')
    assert "<title>mutual_exclusion is violated in 4 steps: Lock</title>" in shown
    assert 4 == len(re.findall(r"<tr><td>\d+</td>", shown))
    assert None is re.search(r"<script|<link|src=|href=|url\(|@import", shown)


def test_a_claim_that_holds_is_one_line() -> None:
    verdict = check(VARIANTS["test-and-set"].make(), mutual_exclusion)

    assert isinstance(verdict, HoldsInScope)
    said = re.sub("<[^>]*>", "", html_of_verdict(verdict))
    assert said.startswith("mutual_exclusion holds in this scope: ")
