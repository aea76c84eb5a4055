"""One state of a trace on a screen: which claims hold, who can move, who cannot and why."""

from __future__ import annotations

from rich.padding import Padding
from rich.text import Text

from raceproof.checker.cli.screens.explained import Explained, said
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.explain import Blocked, ClaimHere, Move, Reason, Situation
from raceproof.checker.timeline import Trimmed

_INDENT = 2
_SAYS = {
    "reachable": ("is reached here", "is not reached here"),
    "recoverable": ("is true here", "is not true here: it has to be reached from here"),
}


def show_situation(found: Situation, screen: Screen, *, full: bool) -> None:
    """Everything about one state."""
    drawn = Explained(screen)
    where = f"After step {found.step}" if found.step else "At the start"
    screen.out.print(Trimmed(Text(where, style="bold")))
    for name, said_of_it in found.views.items():
        _line(screen, Text(f"{name}: {said_of_it}"))
    drawn.picture(found.picture)
    drawn.heading("Claims")
    for claim in found.claims:
        _claim(screen, claim)
    drawn.heading("Who can move")
    for move in found.enabled:
        _move(screen, move)
    if not found.enabled:
        _line(screen, Text("nobody"))
    if found.disabled or found.done:
        drawn.heading("Who cannot")
        for blocked in found.disabled:
            _blocked(screen, blocked)
        for name in found.done:
            _line(screen, Text(f"{name} is done"))
    if full:
        drawn.state(found.state)


def _line(screen: Screen, text: Text, depth: int = 1) -> None:
    screen.out.print(Trimmed(Padding(text, (0, 0, 0, _INDENT * depth))))


def _claim(screen: Screen, claim: ClaimHere) -> None:
    glyphs = screen.glyphs
    yes, no = _SAYS.get(claim.kind, ("holds", "is false"))
    if claim.holds is None:
        _line(screen, Text(f"{glyphs.nothing}  {claim.claim}  says nothing of this state", style="dim"))
        return
    good = claim.holds or claim.kind in _SAYS
    sign = glyphs.holds if claim.holds else glyphs.nothing if claim.kind in _SAYS else glyphs.violated
    style = "green" if claim.holds else "" if good else "red"
    _line(screen, Text.assemble((sign, style), f"  {claim.claim}  ", (yes if claim.holds else no, style)))
    if not claim.holds and claim.reason:
        _condition(screen, claim.reason, 3)


def _condition(screen: Screen, condition: Reason, depth: int) -> None:
    """A condition, and the innermost part of it that decides."""
    _line(screen, said(condition), depth)
    if condition.root is not condition:
        _line(screen, said(condition.root), depth + 1)


def _move(screen: Screen, move: Move) -> None:
    label = move.label if move.choice is None else f"{move.label}: {move.choice}"
    who = "" if move.actor == move.label.replace(" ", "_") else f"{move.actor}  "
    _line(screen, Text.assemble(who, (label, "bold"), (f"  {move.place}", "dim")))
    if move.failure:
        _line(screen, Text(move.failure, style="red"), 2)
    for change in move.changes:
        _line(screen, Text(f"{change.name}: {change.before} {screen.glyphs.arrow} {change.after}", style="dim"), 2)


def _blocked(screen: Screen, blocked: Blocked) -> None:
    idle = " (may idle here)" if blocked.idle else ""
    who = "" if blocked.actor == blocked.label.replace(" ", "_") else f"{blocked.actor}  "
    _line(screen, Text.assemble(who, (blocked.label, "bold"), idle, (f"  {blocked.place}", "dim")))
    if blocked.condition:
        _condition(screen, blocked.condition, 2)
