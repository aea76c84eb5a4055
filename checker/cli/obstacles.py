"""What `raceproof prove` prints of a claim that it could not prove: a counterexample to induction."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from raceproof.checker.cli.lemmas import NARROWEST, WIDEST
from raceproof.checker.cli.paragraphs import hanging, plain
from raceproof.checker.cli.report import scope_text
from raceproof.checker.cli.screen import Screen
from raceproof.checker.prove import Outcome
from raceproof.checker.symbolic.clauses import clauses_of
from raceproof.checker.symbolic.obstacle import Obstacle
from raceproof.checker.symbolic.python import Unsayable, write
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.terms import show
from raceproof.checker.system.transition import Actor, Command, Fault
from raceproof.checker.timeline import Trimmed, counted
from raceproof.checker.trace import Shown, show_state


def show_obstacle(screen: Screen, found: Outcome, obstacle: Obstacle) -> None:
    """A state that the lemmas allow, the step from it that breaks the claim, and what would exclude the state."""
    out, claim = screen.out, obstacle.claim
    out.print()
    out.print(Text.assemble((claim.name, "bold"), (" is not proved: a counterexample to induction", "yellow")))
    out.print(plain(_covered(obstacle)))
    out.print()
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for title, row in _rows(obstacle, screen.glyphs.arrow):
        table.add_row(title, row)
    out.print(Trimmed(table))
    out.print()
    for said in _advice(obstacle):
        out.print(said)
    if obstacle.suggested and not obstacle.reached:
        for line in _lemmas(found, obstacle, min(screen.width, WIDEST)):
            out.print(Text(line), soft_wrap=True)


def _covered(obstacle: Obstacle) -> str:
    where = scope_text(obstacle.sizes)
    known = f"the {counted(len(obstacle.known), 'lemma')} found so far" if obstacle.known else "the claims themselves"
    said = f"With {where}, this state satisfies {known}, and a step from it breaks the claim."
    if obstacle.reached is None:
        return f"{said} Whether a run leads to it is not known: there are too many states."
    if obstacle.reached:
        return f"{said} A run leads to it, so with these sizes the claim is violated."
    return f"{said} No run leads to it: it is none of the {counted(obstacle.explored, 'reachable state')}."


def _rows(obstacle: Obstacle, arrow: str) -> Iterator[tuple[str, Text]]:
    """The state, as far as it is not as at the start; the step; what it changes."""
    path, system = obstacle.path, obstacle.system
    before, after = show_state(system, path.states[0]), show_state(system, path.states[-1])
    places = _places(obstacle)
    names = list(before)
    title = "in a state"
    for slot in obstacle.unusual:
        name = names[slot]
        yield title, Text(places.get(name) or f"{name}: {before[name]}")
        title = ""
    if title:
        yield title, Text("like the first one")
    leaves: list[Command | Fault] = [*path.commands, *([path.fault] if path.fault else [])]
    for leaf in leaves:
        step = system.steps[leaf.step]
        does = Text.assemble(f"{system.show_actor(leaf.actor)}: {step.label}", (f"  ({step.location.short})", "dim"))
        yield "takes the step", does
    yield from _consequences(obstacle, before, after, arrow)


def _consequences(obstacle: Obstacle, before: Shown, after: Shown, arrow: str) -> Iterator[tuple[str, Text]]:
    title = "which changes"
    for name in after:
        if before[name] != after[name] and not name.endswith(".at"):
            yield title, Text(f"{name}: {before[name]} {arrow} {after[name]}")
            title = ""
    if obstacle.path.fault:
        yield "and goes wrong", Text(obstacle.path.fault.message, style="yellow")
    else:
        yield "and then", Text(obstacle.message or f"{obstacle.claim.name} is false", style="yellow")


def _places(obstacle: Obstacle) -> dict[str, str]:
    """Where each process is, in words, by the name of its location in a shown state."""
    system, state = obstacle.system, obstacle.path.states[0]
    steps = {(step.process, step.code): step for step in system.steps if step.code is not None}
    position = Interpreter(system).position
    found: dict[str, str] = {}
    for info in system.processes:
        for codes in info.control.codes() if info.control else ():
            assert info.control is not None
            who = system.show_actor(Actor(info.name, codes))
            step = steps.get((info.name, state[position(info.control, codes)]))
            found[f"{who}.at"] = f'{who} is at "{step.label}" ({step.location.short})' if step else f"{who} is done"
    return found


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
        yield from ("", *lines)
