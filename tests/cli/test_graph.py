"""The graph of reachable states, and what other tools make of it."""

import json
import shutil
import subprocess
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import Any

import networkx
import pytest

from raceproof.checker import Model, Ordinal, Steps, action, choose, process
from raceproof.checker.errors import UsageError
from raceproof.checker.graph import graph, to_dot, to_graphml
from raceproof.model.die_hard import DieHard
from raceproof.model.lock import Lock
from raceproof.model.queue_race import QueueRace


class Number(Ordinal, size=2):
    """What can be chosen."""


class Chooser(Model):
    """Takes a number, once."""

    taken: Number = Number.none
    never: bool = False

    @process
    def chooser(self) -> Steps:
        number = yield choose(Number, 'take "one"\\')
        self.taken = number


class TooHigh(Model):
    """Counts past its end."""

    value: Number = Number.none

    @action
    def count(self) -> None:
        self.value += 1


def test_the_graph_has_every_state_and_transition_that_the_search_counts() -> None:
    found = graph(QueueRace(), {"Plan": 4})

    assert (264, 558) == (found.number_of_nodes(), found.number_of_edges())


def test_nodes_say_where_they_are() -> None:
    found = graph(Lock())

    assert {"initial": True, "depth": 0, "fault": ""} == {
        name: found.nodes[0][name] for name in ("initial", "depth", "fault")
    }
    assert "taken = false\nworker 1 at wait for the lock\nworker 2 at wait for the lock" == found.nodes[0]["label"]
    assert networkx.single_source_shortest_path_length(found, 0) == {node: found.nodes[node]["depth"] for node in found}


def test_edges_say_who_did_what_and_chose_which() -> None:
    found = graph(Chooser())

    assert [
        (0, 1, {"process": "chooser", "label": 'take "one"\\', "choice": "number 1"}),
        (0, 2, {"process": "chooser", "label": 'take "one"\\', "choice": "number 2"}),
    ] == list(found.edges(data=True))


def test_what_is_the_same_in_every_state_is_no_part_of_a_label() -> None:
    assert 'taken = none\nchooser at take "one"\\' == graph(Chooser()).nodes[0]["label"]


def test_a_state_from_which_a_step_goes_wrong_is_marked() -> None:
    found = graph(TooHigh())

    assert [False, False, True] == [bool(fault) for _, fault in found.nodes(data="fault")]
    assert "Number" in found.nodes[2]["fault"]
    assert "color=red" in to_dot(found)


def test_a_graph_beyond_the_limit_is_refused() -> None:
    with pytest.raises(UsageError, match="QueueRace has more than 263 reachable states in this scope"):
        graph(QueueRace(), {"Plan": 4}, limit=263)
    assert 264 == graph(QueueRace(), {"Plan": 4}, limit=264).number_of_nodes()


def test_quotes_and_backslashes_are_escaped_for_graphviz() -> None:
    assert r'label="taken = none\nchooser at take \"one\"\\"' in to_dot(graph(Chooser()))


def test_graphml_can_be_read_back() -> None:
    found = graph(DieHard())
    read = networkx.parse_graphml(to_graphml(found), node_type=int, force_multigraph=True)

    assert [found.nodes[node]["label"] for node in found] == [read.nodes[node]["label"] for node in read]
    assert found.number_of_edges() == read.number_of_edges()


def test_graphml_holds_no_character_that_xml_cannot() -> None:
    found = graph(Chooser())
    found.nodes[0]["label"] = "a\x00b <&> ]]>"

    assert "a\N{REPLACEMENT CHARACTER}b <&> ]]>" in "".join(xml.fromstring(to_graphml(found)).itertext())


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")
def test_graphviz_accepts_the_graph() -> None:
    drawn = subprocess.run(["dot", "-Tplain"], input=to_dot(graph(Chooser())), capture_output=True, text=True)

    assert (0, "") == (drawn.returncode, drawn.stderr)


def test_the_command_writes_to_the_standard_output(invoke: Any, lock: str) -> None:
    ended = invoke("graph", lock, "--variant", "fixed")

    assert (0, "") == (ended.code, ended.errors)
    assert 'digraph "Lock" {' == ended.out.splitlines()[0]


def test_the_command_writes_to_a_file(invoke: Any, lock: str, tmp_path: Path) -> None:
    ended = invoke("graph", lock, "--format", "graphml", "--output", "lock.graphml", "--scope", "Worker=3")

    assert (0, "") == (ended.code, ended.out)
    assert "graphml" in xml.parse(tmp_path / "lock.graphml").getroot().tag


def test_the_command_refuses_a_graph_that_is_too_large(invoke: Any, lock: str) -> None:
    ended = invoke("graph", lock, "--max-states", "3")

    assert (2, "") == (ended.code, ended.out)
    assert "Lock has more than 3 reachable states in this scope" in ended.errors


def test_a_model_that_prints_does_not_spoil_the_graph(invoke: Any, counter: str, tmp_path: Path) -> None:
    (tmp_path / counter).write_text((tmp_path / counter).read_text() + "\nprint('loaded')\n")

    ended = invoke("graph", counter)

    assert ("digraph", "loaded\n") == (ended.out[:7], ended.errors)
    assert json.dumps("Counter") in ended.out
