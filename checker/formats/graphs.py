"""A trace as a graph, for Graphviz (`dot`) and for Gephi, yEd and networkx (`graphml`): a node for each state, an edge
for each step. Where a run comes back to a state, the graph does too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx

from raceproof.checker.formats.told import Told
from raceproof.checker.graph import to_dot as _dot
from raceproof.checker.graph import to_graphml as _graphml

if TYPE_CHECKING:
    from raceproof.checker.graph import StateGraph


def to_dot(told: Told) -> bytes:
    """In the language of Graphviz."""
    return _dot(path_graph(told)).encode()


def to_graphml(told: Told) -> bytes:
    """As GraphML."""
    return _graphml(path_graph(told)).encode()


def path_graph(told: Told) -> StateGraph:
    """The graph, with the attributes that `raceproof.checker.graph` gives to nodes and edges: a state is named by the
    entries that the step to it changed; `fault` says where the claim is broken."""
    trace = told.trace
    states = (trace.initial, *(step.state for step in trace.steps))
    found: StateGraph = networkx.MultiDiGraph(name=f"{told.subject}: {told.headline}")
    numbers: dict[tuple[tuple[str, str], ...], int] = {}
    for depth, state in enumerate(states):
        key = tuple(state.items())
        if key not in numbers:
            numbers[key] = len(numbers)
            found.add_node(numbers[key], label=_label(told, depth), initial=depth == 0, depth=depth, fault="")
        if told.violated and told.settled[depth]:
            found.nodes[numbers[key]]["fault"] = told.ending
    for before, step, after in zip(states, trace.steps, states[1:], strict=False):
        ends = numbers[tuple(before.items())], numbers[tuple(after.items())]
        found.add_edge(*ends, process=step.process, label=step.label, choice=step.choice or "")
    return found


def _label(told: Told, depth: int) -> str:
    """What the step to a state changed, of the first one all that some step changes."""
    states = (told.trace.initial, *(step.state for step in told.trace.steps))
    before, state = states[depth - 1], states[depth]
    telling = [name for name in state if (before.get(name) != state[name] if depth else _changes(told, name))]
    lines = [f"{name} = {state[name]}" for name in telling if not name.endswith(".at")]
    return "\n".join(lines or [f"{name.removesuffix('.at')} at {state[name]}" for name in telling])


def _changes(told: Told, name: str) -> bool:
    return any(step.state.get(name) != told.trace.initial[name] for step in told.trace.steps)
