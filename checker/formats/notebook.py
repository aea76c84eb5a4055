"""Verdicts, traces and models as pieces of HTML, for notebooks and what is exported from them. Nothing is loaded.

The page with the steps stands in a frame of its own, which may run the page's script and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import msgspec

from raceproof.checker.formats.html import html_of, to_html
from raceproof.checker.formats.insight import insight_of
from raceproof.checker.formats.told import Told
from raceproof.checker.language.model import Model, actions, declarations, domains, processes
from raceproof.checker.results import result_of, trace_in
from raceproof.checker.timeline import headline
from raceproof.checker.trace import Shown, Trace
from raceproof.checker.verdict import HoldsInScope, Verdict, Violated

_FRAME = "width:100%;height:760px;border:1px solid #d0d7de"


def html_of_verdict(verdict: Verdict) -> str:
    """The verdict in a line; where it has a trace, as a drawing with a table of the steps, and why it came about."""
    about = verdict.about if isinstance(verdict, Violated | HoldsInScope) else None
    if trace_in(verdict) is None or about is None:
        return f'<div class="raceproof"><p>{escape(headline(verdict).plain)}</p></div>'
    name = about.lowered.system.name
    result = result_of(verdict, model=name, variant="", claims=[claim.name for claim in about.claims], command="")
    result = msgspec.structs.replace(result, versions={}, seconds=0.0, start_up_seconds=0.0)
    told = Told(result, insight_of(result, about.model, about.claims))
    return f"{html_of(told)}\n{_stepper(told)}"


def _stepper(told: Told) -> str:
    page = escape(to_html(told).decode(), quote=True)
    return (
        f'<details class="raceproof"><summary>step through it</summary><iframe sandbox="allow-scripts" '
        f'title="{escape(told.headline)}" style="{_FRAME}" srcdoc="{page}"></iframe></details>'
    )


def html_of_trace(trace: Trace) -> str:
    """A table of the steps: who did what, and what changed."""
    rows = [
        (str(number), step.process, step.label, [f"{c.name}: {c.before} → {c.after}" for c in step.changes])
        for number, step in enumerate(trace.steps, start=1)
    ]
    return _table(("step", "who", "does", "what changed"), rows)


def html_of_state(state: Shown, views: Shown) -> str:
    """A table of the entries of a state, and of what the model shows of it."""
    told = {**{name.replace("_", " "): text for name, text in views.items()}, **state}
    return _table(("entry", "value"), list(told.items()))


def html_of_model(model: Model) -> str:
    """What a model is made of: its state and where it starts, its processes and actions, its domains."""
    rows = [
        (
            "state",
            _of_each(name, one.key_types),
            f"{_type_name(one.value_type)}, at first {getattr(one.initial, 'value', one.initial)!r}",
        )
        for name, one in declarations(model).items()
    ]
    rows += [("process", _of_each(name, one.each), "") for name, one in processes(model).items()]
    rows += [("action", _of_each(name, one.each), "") for name, one in actions(model).items()]
    for name, domain in domains(model).items():
        kind = "interchangeable" if domain.interchangeable else "ordered"
        rows.append(("domain", name, f"{kind}, {domain.default_size} by default"))
    return f"<p><b>{escape(type(model).__name__)}</b></p>{_table(('', 'name', ''), rows)}"


def _of_each(name: str, keys: Iterable[object]) -> str:
    """`tree[Endpoint, Plan]`."""
    listed = ", ".join(map(_type_name, keys))
    return f"{name}[{listed}]" if listed else name


def _type_name(kind: object) -> str:
    return getattr(kind, "__name__", None) or repr(kind)


def _table(titles: Sequence[str], rows: Iterable[Sequence[str | list[str]]]) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f'<table class="raceproof"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(content: str | list[str]) -> str:
    parts = [content] if isinstance(content, str) else content
    return f'<td style="text-align:left">{"<br>".join(map(escape, parts))}</td>'
