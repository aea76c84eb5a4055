"""A trace as one HTML file that needs nothing else: the drawing, and every step with its changes, claims and source.

Nothing of the trace is ever markup: texts are escaped, the data is JSON in which `<` does not occur, the script sets
text only, and a content security policy permits this very script and style and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from raceproof.checker.formats.svg import DARK, STYLE, drawing
from raceproof.checker.formats.told import Excerpt, Told, changes_of, label_of
from raceproof.checker.trace import Shown, TraceStep

_KEYS = (
    ("j  ↓  →", "the next step"),
    ("k  ↑  ←", "the step before"),
    ("Home  End", "the start, the last step"),
    ("/", "filter the state"),
    ("u", "hide what has not changed"),
    ("?", "this list"),
)


def to_html(told: Told) -> bytes:
    """The page as a file."""
    style, script = f"{_file('page.css')}{_drawing_style()}", _file("page.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(told.headline)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        *_header(told),
        "<main>",
        *_steps(told),
        '<section id="sequence" aria-label="Sequence">',
        drawing(told, titled=False, styled=False, role="group"),
        "</section>",
        *_details(),
        "</main>",
        *_table(told),
        *_footer(told),
        *_help(),
        f'<script type="application/json" id="told">{_embedded(_data(told))}</script>',
        f"<script>{script}</script>",
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def html_of(told: Told) -> str:
    """The trace as a piece of HTML without a script: for a notebook and what is exported from it."""
    return "\n".join(
        [
            '<div class="raceproof"><style>.raceproof svg{max-width:100%;height:auto}</style>',
            drawing(told, titled=True, styled=True),
            "<details><summary>every step</summary>",
            *_table(told),
            "</details>",
            "</div>",
        ]
    )


@cache
def _file(name: str) -> str:
    return files("raceproof.checker.formats").joinpath(name).read_text(encoding="utf-8")


def _drawing_style() -> str:
    return f"{STYLE}\n@media screen and (prefers-color-scheme:dark){{{DARK}}}\n"


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _embedded(data: Any) -> str:
    """JSON that can stand in a script element: nothing in it can end one or begin a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _data(told: Told) -> dict[str, Any]:
    trace, insight = told.trace, told.insight
    befores = (trace.initial, *(step.state for step in trace.steps))
    saids = (trace.initial_views, *(step.views for step in trace.steps))
    return {
        "initial": dict(trace.initial),
        "views": dict(trace.initial_views),
        "owners": [name.removesuffix(".at") for name in trace.initial if name.endswith(".at")],
        "steps": [
            {**_step(step, before, said), "source": source}
            for step, before, said, source in zip(trace.steps, befores, saids, _sources(told), strict=False)
        ],
        "claims": [
            {"name": row.name, "kind": row.kind, "text": row.text, "values": row.values}
            for row in (insight.claims if insight else ())
        ],
        "sources": [
            {"file": found.file, "first": found.first, "line": found.line, "lines": found.lines}
            for found in _distinct_sources(told)
        ],
        "pictures": insight.pictures if insight else (),
        "stale": [
            {"steps": [link.check, link.overwritten, link.use], "sentence": link.sentence}
            for link in (insight.stale if insight else ())
        ],
    }


def _distinct_sources(told: Told) -> tuple[Excerpt, ...]:
    return tuple(dict.fromkeys(told.insight.sources)) if told.insight else ()


def _sources(told: Told) -> list[int | None]:
    """For each step, which of the excerpts shows it."""
    if told.insight is None or not told.insight.sources:
        return [None] * len(told.trace)
    distinct = _distinct_sources(told)
    return [distinct.index(found) for found in told.insight.sources]


def _step(step: TraceStep, before: Shown, said: Shown) -> dict[str, Any]:
    return {
        "who": step.process,
        "label": label_of(step),
        "at": step.location.short,
        "entries": [[name, value] for name, value in step.state.items() if before.get(name) != value],
        "views": [[name, value] for name, value in step.views.items() if said.get(name) != value],
        "failure": step.failure,
    }


def _header(told: Told) -> Iterator[str]:
    tone = "bad" if told.violated else "good"
    yield "<header>"
    yield f'<h1>{escape(told.result.property)} <span class="{tone}">{escape(told.outcome)}</span></h1>'
    yield f'<p>{escape(told.subject)}</p><p class="mono">{escape(told.scope)}</p>'
    if told.changed:
        yield f'<p class="why bad">The model has changed, and does not do this any more: {escape(told.changed)}</p>'
    if told.insight and told.insight.text:
        yield f'<p class="claim">{escape(told.insight.text)}</p>'
    if told.insight and told.insight.why:
        yield f'<p class="why">{_with_code(told.insight.why)}</p>'
    yield "</header>"


def _with_code(text: str) -> str:
    """A sentence in which what stands between two backticks is the author's code."""
    parts = text.split("`")
    return "".join(f"<code>{escape(part)}</code>" if number % 2 else escape(part) for number, part in enumerate(parts))


def _steps(told: Told) -> Iterator[str]:
    yield '<nav aria-label="Steps"><ol id="steps">'
    yield _entry(0, "Start", "", settled=told.violated and told.settled[0])
    for number, step in enumerate(told.trace.steps, start=1):
        yield _entry(number, step.process, label_of(step), settled=told.violated and told.settled[number])
    yield "</ol></nav>"


def _entry(number: int, who: str, does: str, *, settled: bool) -> str:
    kind = ' class="settled"' if settled else ""
    return (
        f'<li{kind}><button type="button" data-step="{number}"><span class="number">{number}</span>'
        f'<span><span class="who">{escape(who)}</span> <span class="does">{escape(does)}</span></span></button></li>'
    )


def _details() -> tuple[str, ...]:
    return (
        '<aside aria-label="The step">',
        '<div class="bar"><button type="button" id="previous" aria-label="the step before">←</button>',
        '<span class="where" id="where"></span>',
        '<button type="button" id="next" aria-label="the next step">→</button>',
        '<button type="button" id="keys" aria-label="keyboard">?</button></div>',
        '<div aria-live="polite"><h2 id="what"></h2><div id="stale"></div></div>',
        '<h3>What changed</h3><div id="changes"></div>',
        '<section id="picture"><h3>Picture</h3><pre id="drawn"></pre></section>',
        '<section id="source"><h3>Source <span class="mono" id="place"></span></h3><pre id="lines"></pre></section>',
        '<section id="claims-section"><h3>Claims</h3><table class="claims" id="claims"></table></section>',
        '<section><h3>State</h3><div class="find"><input type="search" id="filter" placeholder="filter" '
        'aria-label="filter the state"><label><input type="checkbox" id="hide"> hide unchanged</label></div>',
        '<div class="tree" id="state"></div></section>',
        "</aside>",
    )


def _table(told: Told) -> Iterator[str]:
    """Every step in a table: on paper, and where no script runs."""
    heads = "".join(f"<th>{head}</th>" for head in ("step", "who", "does", "what changed"))
    yield f'<table class="all"><thead><tr>{heads}</tr></thead><tbody>'
    said = told.trace.initial_views
    for number, step in enumerate(told.trace.steps, start=1):
        shown = tuple(f"{name}: {text}" for name, text in step.views.items() if said.get(name) != text)
        said = step.views
        changes = "<br>".join(escape(line) for line in (*changes_of(step), *shown))
        yield (
            f"<tr><td>{number}</td><td>{escape(step.process)}</td><td>{escape(label_of(step))}</td>"
            f"<td>{changes}</td></tr>"
        )
    yield "</tbody></table>"


def _footer(told: Told) -> tuple[str, ...]:
    if not told.result.versions and not told.result.command:
        return ()
    versions = ", ".join(f"{name} {version}" for name, version in told.result.versions.items())
    return (f"<footer>{escape(versions)} · <code>{escape(told.result.command)}</code></footer>",)


def _help() -> Iterator[str]:
    yield '<dialog id="help" aria-label="Keyboard"><h2>Keyboard</h2><table>'
    for keys, does in _KEYS:
        shown = " ".join(f"<kbd>{escape(key)}</kbd>" for key in keys.split())
        yield f"<tr><td>{shown}</td><td>{escape(does)}</td></tr>"
    yield '</table><form method="dialog"><p><button>Close</button></p></form></dialog>'
