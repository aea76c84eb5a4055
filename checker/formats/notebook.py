"""A verdict as a piece of HTML, for notebooks and what is exported from them: no script, nothing to be loaded."""

from __future__ import annotations

from html import escape

from raceproof.checker.formats.html import html_of
from raceproof.checker.formats.told import Told
from raceproof.checker.results import result_of, trace_in
from raceproof.checker.timeline import headline
from raceproof.checker.verdict import HoldsInScope, Verdict, Violated


def html_of_verdict(verdict: Verdict) -> str:
    """The verdict in a line; where it has a trace, as a drawing with a table of the steps."""
    if trace_in(verdict) is None:
        return f'<div class="raceproof"><p>{escape(headline(verdict).plain)}</p></div>'
    path = (
        verdict.path
        if isinstance(verdict, Violated)
        else verdict.witness
        if isinstance(verdict, HoldsInScope)
        else None
    )
    name = path.system.name if path else ""
    return html_of(Told(result_of(verdict, model=name, variant="", claims=(verdict.claim.name,), command="")))
