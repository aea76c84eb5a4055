"""A verdict as a piece of HTML, for notebooks and what is exported from them: no script, nothing to be loaded."""

from __future__ import annotations

from html import escape

from raceproof.checker.formats.html import html_of
from raceproof.checker.formats.insight import insight_of
from raceproof.checker.formats.told import Told
from raceproof.checker.results import result_of, trace_in
from raceproof.checker.timeline import headline
from raceproof.checker.verdict import HoldsInScope, Verdict, Violated


def html_of_verdict(verdict: Verdict) -> str:
    """The verdict in a line; where it has a trace, as a drawing with a table of the steps, and why it came about."""
    about = verdict.about if isinstance(verdict, Violated | HoldsInScope) else None
    if trace_in(verdict) is None or about is None:
        return f'<div class="raceproof"><p>{escape(headline(verdict).plain)}</p></div>'
    name = about.lowered.system.name
    result = result_of(verdict, model=name, variant="", claims=[claim.name for claim in about.claims], command="")
    return html_of(Told(result, insight_of(result, about.model, about.claims)))
