"""The reachable states as a graph: for looking at small models, and for other tools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import networkx

from raceproof.checker.check import Sizes, check_finite, prepare
from raceproof.checker.errors import Code, UsageError
from raceproof.checker.explicit.layout import Layout, initial_states
from raceproof.checker.explicit.portable.step import PortableStep
from raceproof.checker.language.model import Model
from raceproof.checker.system.transition import Command, TransitionSystem
from raceproof.checker.trace import show_state

if TYPE_CHECKING:
    StateGraph = networkx.MultiDiGraph[int]
else:
    StateGraph = networkx.MultiDiGraph

DEFAULT_LIMIT = 10_000


def graph(model: Model, scope: Sizes | None = None, *, limit: int = DEFAULT_LIMIT) -> StateGraph:
    """Every reachable state as a node, every transition as an edge. Nodes are numbered in the order of the search.

    A node has `label` (the entries that differ between states), `initial`, `depth` (steps from the nearest initial
    state) and `fault` (how a step from here goes wrong, else empty); an edge has `process`, `label` and `choice` (empty
    where there is none). Raises UsageError where more than `limit` states are reachable, and ModelError.
    """
    prepared = prepare(model, (), scope)
    check_finite(prepared, "a graph")
    system = prepared.lowered.system
    if not system.bounded:
        raise UsageError(f"{system.name} is unbounded in this scope; a graph needs sizes", code=Code.NO_SIZE)
    layout = Layout(system)
    step = PortableStep(system, layout)
    found: StateGraph = networkx.MultiDiGraph(name=system.name)
    numbers: dict[int, int] = {}

    def arrive(state: int, depth: int) -> int:
        if state not in numbers:
            if len(numbers) >= limit:
                raise UsageError(
                    f"{system.name} has more than {limit:,} reachable states in this scope: "
                    "choose a smaller scope, or raise the limit "
                    "(--max-states N on the command line, limit=N in Python)",
                    code=Code.TOO_LARGE,
                )
            numbers[state] = len(numbers)
            found.add_node(numbers[state], initial=depth == 0, depth=depth, fault="")
            waiting.append((state, depth))
        return numbers[state]

    waiting: list[tuple[int, int]] = []
    for start in initial_states(system):
        arrive(layout.pack(start), 0)
    for state, depth in waiting:
        for number, after in step.labelled(state):
            told = _edge(system, system.commands[number])
            found.add_edge(numbers[state], arrive(after, depth + 1), **told)
        if step.failed:
            found.nodes[numbers[state]]["fault"] = system.faults[step.failed[0][0]].message
            step.failed.clear()
    _label(found, [show_state(system, layout.unpack(state)) for state in numbers])
    return found


def _edge(system: TransitionSystem, command: Command) -> dict[str, str]:
    step, choice = system.steps[command.step], command.actor.choice
    shown = "" if choice is None or step.choice is None else step.choice.show(choice)
    return {"process": system.show_actor(command.actor), "label": step.label, "choice": shown}


def _label(found: StateGraph, states: list[dict[str, str]] | list[Any]) -> None:
    """Name each state by what tells it from others: entries that are the same everywhere say nothing."""
    telling = [name for name in (states[0] if states else {}) if len({state[name] for state in states}) > 1]
    for number, state in enumerate(states):
        lines = (_entry(name, state[name]) for name in telling)
        found.nodes[number]["label"] = "\n".join(lines)


def _entry(name: str, value: str) -> str:
    return f"{name.removesuffix('.at')} at {value}" if name.endswith(".at") else f"{name} = {value}"


def to_dot(found: StateGraph) -> str:
    """The graph in the language of Graphviz; initial states have a double border, faulty ones are red."""
    return "\n".join(_dot_lines(found)) + "\n"


def _dot_lines(found: StateGraph) -> Iterator[str]:
    yield f"digraph {_quoted(str(found.name))} {{"
    yield '  node [shape=box, fontname="sans-serif", fontsize=10];'
    yield '  edge [fontname="sans-serif", fontsize=9];'
    for node, told in found.nodes(data=True):
        more = ", peripheries=2" if told["initial"] else ""
        if told["fault"]:
            more += f", color=red, xlabel={_quoted(told['fault'])}"
        yield f"  {node} [label={_quoted(told['label'])}{more}];"
    for source, target, told in found.edges(data=True):
        choice = f": {told['choice']}" if told["choice"] else ""
        text = f"{told['process']}\n{told['label']}{choice}"
        yield f"  {source} -> {target} [label={_quoted(text)}];"
    yield "}"


def _quoted(text: str) -> str:
    """A string of Graphviz, in which lines are kept apart and nothing of the text is markup."""
    plain = _printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + plain.replace("\n", "\\n") + '"'


def _printable(text: str) -> str:
    """The text without control characters, which XML cannot hold at all."""
    return "".join(c if c == "\n" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def to_graphml(found: StateGraph) -> str:
    """The graph as GraphML, for Gephi, yEd and networkx."""
    clean: StateGraph = networkx.MultiDiGraph()
    clean.add_nodes_from((node, _clean(told)) for node, told in found.nodes(data=True))
    clean.add_edges_from((source, target, _clean(told)) for source, target, told in found.edges(data=True))
    return "\n".join(['<?xml version="1.0" encoding="utf-8"?>', *networkx.generate_graphml(clean)]) + "\n"


def _clean(told: dict[str, Any]) -> dict[str, Any]:
    return {name: _printable(value) if isinstance(value, str) else value for name, value in told.items()}
