"""What `raceproof prove` prints of a claim that it could not prove: a counterexample to induction."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from raceproof.checker.cli.screens.lemmas import NARROWEST, WIDEST
from raceproof.checker.cli.screens.paragraphs import hanging, plain
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.explain.obstacle import covered, rows
from raceproof.checker.prove import Outcome
from raceproof.checker.symbolic.obstacle import Obstacle
from raceproof.checker.symbolic.words.clauses import clauses_of
from raceproof.checker.symbolic.words.python import Unsayable, write
from raceproof.checker.system.terms import show
from raceproof.checker.timeline import Trimmed
from raceproof.checker.trace import show_state


def show_obstacle(screen: Screen, found: Outcome, obstacle: Obstacle) -> None:
    """A state that the lemmas allow, the step from it that breaks the claim, and what would exclude the state."""
    out, claim = screen.out, obstacle.claim
    out.print()
    out.print(Text.assemble((claim.name, "bold"), (" is not proved: a counterexample to induction", "yellow")))
    out.print(plain(covered(obstacle)))
    out.print()
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for title, row in rows(obstacle, screen.glyphs.arrow):
        table.add_row(title, row)
    out.print(Trimmed(table))
    out.print()
    for said in _advice(obstacle):
        out.print(said)
    if obstacle.suggested and not obstacle.reached:
        for line in _lemmas(found, obstacle, min(screen.width, WIDEST)):
            out.print(Text(line), soft_wrap=True)


def _advice(obstacle: Obstacle) -> Iterator[RenderableType]:
    names = list(show_state(obstacle.system, obstacle.path.states[0]))
    about = ", ".join(names[slot] for slot in obstacle.unusual)
    if obstacle.reached:
        return
    if not obstacle.suggested:
        advice = f"To strengthen: a @lemma that is always true and excludes the state. It relates {about}."
        yield hanging(Text("help:", style="cyan"), Text(advice), gap=1)
        return
    advice = (
        "To strengthen: each of these holds in every reachable state of the small scope and excludes this one, but "
        "some step breaks it from another state that no run leads to. What else is always true that keeps one of "
        "them? Write it as a @lemma."
    )
    yield hanging(Text("help:", style="cyan"), Text(advice), gap=1)


def _lemmas(found: Outcome, obstacle: Obstacle, width: int) -> Iterator[str]:
    """What would exclude the state, as Python where the language has words for it."""
    assert found.opened is not None
    clauses = [clause for lemma in obstacle.suggested for clause in clauses_of(lemma)]
    try:
        written = write(found.opened.model, found.opened.lowered, clauses, (), max(width, NARROWEST))
    except Unsayable:
        yield from (f"  {show(lemma)}" for lemma in obstacle.suggested)
        return
    for lines in written.lemmas:
        yield from ("", "", *lines)
