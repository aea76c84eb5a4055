"""A verdict as HTML for a notebook: without a script, and complete by itself."""

from __future__ import annotations

import re

from raceproof.checker import HoldsInScope, Violated, check
from raceproof.checker.formats.notebook import html_of_verdict
from raceproof.model.lock import VARIANTS
from raceproof.properties.lock import mutual_exclusion


def test_a_violation_is_a_drawing_and_a_table_of_its_steps() -> None:
    shown = html_of_verdict(check(VARIANTS["check-then-set"].make(), mutual_exclusion))

    assert shown.startswith('<div class="raceproof"><style>.raceproof svg{max-width:100%;height:auto}</style>\n<svg ')
    assert "<title>mutual_exclusion is violated in 4 steps: Lock</title>" in shown
    assert 4 == len(re.findall(r"<tr><td>\d+</td>", shown))
    assert None is re.search(r"<script|<link|src=|href=|url\(|@import", shown)


def test_the_page_to_step_through_stands_in_a_frame_that_may_do_nothing_else() -> None:
    shown = html_of_verdict(check(VARIANTS["check-then-set"].make(), mutual_exclusion))
    frames = re.findall(r"<iframe ([^>]*)>", shown)

    assert 1 == len(frames)
    assert frames[0].startswith('sandbox="allow-scripts" title="mutual_exclusion is violated in 4 steps" ')
    assert 'srcdoc="&lt;!DOCTYPE html&gt;' in frames[0]
    assert shown == html_of_verdict(check(VARIANTS["check-then-set"].make(), mutual_exclusion))


def test_a_claim_that_holds_is_one_line() -> None:
    verdict = check(VARIANTS["test-and-set"].make(), mutual_exclusion)

    assert isinstance(verdict, HoldsInScope)
    said = re.sub("<[^>]*>", "", html_of_verdict(verdict))
    assert said.startswith("mutual_exclusion holds in this scope: ")


def text_of(shown: str) -> list[str]:
    return [part for part in re.split(r"<[^>]*>", shown) if part]


def test_a_model_is_a_table_of_what_it_is_made_of() -> None:
    assert [
        *("Lock", "name"),
        *("state", "taken", "bool, at first False"),
        *("process", "worker[Worker]"),
        *("domain", "Worker", "interchangeable, 2 by default"),
    ] == text_of(VARIANTS["check-then-set"].make()._repr_html_())


def test_a_trace_and_a_state_are_tables() -> None:
    verdict = check(VARIANTS["check-then-set"].make(), mutual_exclusion)
    assert isinstance(verdict, Violated)
    assert verdict.trace is not None
    shown = text_of(verdict.trace._repr_html_())

    assert ["step", "who", "does", "what changed", "1", "worker 1", "wait for the lock"] == shown[:7]
    assert ["4", "worker 2", "take the lock"] == shown[-3:]
    assert ["entry", "value", "taken", "true"] == text_of(verdict.trace.steps[-1]._repr_html_())[:4]
