"""A counterexample to induction in the model's words: a state that all that is known allows, a step, what it breaks."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from raceproof.checker.symbolic.obstacle import Obstacle
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.transition import Actor, Command, Fault
from raceproof.checker.timeline import counted
from raceproof.checker.trace import Shown, show_state


def told(obstacle: Obstacle) -> str:
    """The whole of it as plain text."""
    lines = [f"{obstacle.claim.name} is not proved: a counterexample to induction", covered(obstacle), ""]
    return "\n".join([*lines, *(f"{title:<15} {row.plain}".rstrip() for title, row in rows(obstacle))])


def covered(obstacle: Obstacle) -> str:
    where = " ".join(f"{name}={size}" for name, size in obstacle.sizes.items())
    known = f"the {counted(len(obstacle.known), 'lemma')} found so far" if obstacle.known else "the claims themselves"
    said = f"With {where}, this state satisfies {known}, and a step from it breaks the claim."
    if obstacle.reached is None:
        return f"{said} Whether a run leads to it is not known: there are too many states."
    if obstacle.reached:
        return f"{said} A run leads to it, so with these sizes the claim is violated."
    return f"{said} No run of these sizes leads to it: it is none of {counted(obstacle.explored, 'reachable state')}."


def rows(obstacle: Obstacle, arrow: str = "→") -> Iterator[tuple[str, Text]]:
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
