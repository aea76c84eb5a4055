"""The ITF format of Apalache and Quint: what is written is read again, and the steps between the states are found."""

from __future__ import annotations

import json
from enum import Enum
from typing import Annotated, Any

import msgspec
import pytest

from raceproof.checker import (
    Claim,
    Id,
    Model,
    Ordinal,
    Steps,
    action,
    always,
    anything,
    assertions,
    check,
    choose,
    each,
    each_step,
    no_deadlock,
    process,
    require,
    until,
)
from raceproof.checker.check import Prepared, prepare
from raceproof.checker.errors import UsageError
from raceproof.checker.formats.itf import to_itf
from raceproof.checker.formats.itf_following import verdict_through
from raceproof.checker.formats.itf_reading import decode_itf, is_itf
from raceproof.checker.formats.told import Told
from raceproof.checker.results import Result, result_of
from raceproof.checker.verdict import Verdict


class Worker(Id, size=2):
    """Somebody who works."""


class Item(Ordinal, size=3):
    """What is worked on."""


class Light(Enum):
    RED = "red"
    GREEN = "green"


class Gate(Model):
    """Workers take an item each and go through a gate; a switch may have been on from the start."""

    light: Light = Light.GREEN
    switch: bool = anything
    inside: Annotated[int, range(3)] = 0
    taken: dict[tuple[Worker, Item], bool] = each(False)

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        item = yield choose(Item, "take an item", where=lambda i: not self.taken[me, i])
        self.taken[me, item] = True
        yield until(lambda: self.light == Light.GREEN, "see green")
        yield "enter"
        self.light = Light.RED
        self.inside += 1
        assert item != Item.last

    @action
    def reset(self) -> None:
        require(self.light == Light.RED)
        self.light = Light.GREEN


@always
def one_inside(m: Gate) -> bool:
    """One at a time goes in."""
    return m.inside <= 1


@always
def switch_is_off(m: Gate) -> bool:
    """False at the start, in one of the initial states."""
    return not m.switch


CLAIMS = (one_inside, assertions, no_deadlock, switch_is_off)


def stored(verdict: Verdict) -> Result:
    names = [claim.name for claim in CLAIMS]
    return result_of(verdict, model="gate", variant="default", claims=names, command="raceproof")


def prepared() -> Prepared:
    return prepare(Gate(), CLAIMS)


@pytest.mark.parametrize("claim", [one_inside, assertions, switch_is_off], ids=lambda claim: claim.name)
def test_a_trace_that_is_written_and_read_has_the_same_steps_and_states(claim: Claim) -> None:
    result = stored(check(Gate(), CLAIMS)[CLAIMS.index(claim)])

    document = decode_itf(to_itf(Told(result)))
    again = stored(verdict_through(prepared(), document.states, claim.name))

    assert result.initial == again.initial
    assert result.trace == again.trace
    assert (result.property, result.verdict) == (again.property, again.verdict)


def test_every_kind_of_value_has_its_encoding() -> None:
    result = stored(check(Gate(), CLAIMS)[0])

    document = json.loads(to_itf(Told(result)))

    first, last = document["states"][0], document["states"][-1]
    assert [
        *["light", "switch", "inside", "taken", "worker.at", "worker.item"],
        *["mbt::actionTaken", "mbt::nondetPicks"],
    ] == document["vars"]
    assert ("GREEN", False, {"#bigint": "0"}) == (first["light"], first["switch"], first["inside"])
    assert [{"#tup": ["worker 1", "item 1"]}, False] == first["taken"]["#map"][0]
    assert [["worker 1", "take an item"], ["worker 2", "take an item"]] == first["worker.at"]["#map"]
    nothing = {"tag": "None", "value": {"#tup": []}}
    assert ("init", {"process": nothing, "choice": nothing}) == (first["mbt::actionTaken"], first["mbt::nondetPicks"])
    assert {"index": len(document["states"]) - 1} == last["#meta"]
    assert ("enter", "Some") == (last["mbt::actionTaken"], last["mbt::nondetPicks"]["process"]["tag"])
    chosen = document["states"][1]["mbt::nondetPicks"]
    assert {"tag": "Some", "value": "item 1"} == chosen["choice"]


def test_states_may_say_less_than_the_model_knows() -> None:
    states = [{"inside": "0", "switch": "false"}, *[{"inside": "0"}] * 4, {"inside": "1"}, {"inside": "2"}]

    verdict = verdict_through(prepared(), states, None)

    assert "one_inside" == verdict.claim.name
    assert verdict.trace is not None
    assert ("0", "2") == (verdict.trace.initial["inside"], verdict.trace.steps[-1].state["inside"])


def quint(states: list[dict[str, Any]], **more: Any) -> bytes:
    """A document as another tool writes it."""
    meta = {"format": "ITF", "status": "violation", "timestamp": 1, "varTypes": {"x": "Int"}}
    return msgspec.json.encode({"#meta": meta, "params": [], "vars": ["x", "x"], "states": states, **more})


def test_what_other_tools_write_is_read() -> None:
    state = {
        "#meta": {"index": 0},
        "gate::main::inside": {"#bigint": "-12"},
        "plain": 3,
        "on": True,
        "table": {"#map": [["worker 1", "x"], [{"#tup": ["worker 2", {"#bigint": "1"}]}, False]]},
        "record": {"public": "plan 1", "fips": "none"},
        "worker.at": {"#map": [["worker 1", "enter"]]},
        "mbt::actionTaken": "step",
        "mbt::nondetPicks": {"who": {"tag": "Some", "value": {"#set": []}}},
    }

    (read,) = decode_itf(quint([state])).states

    assert {
        "inside": "-12",
        "plain": "3",
        "on": "true",
        "table[worker 1]": "x",
        "table[worker 2, 1]": "false",
        "record[public]": "plan 1",
        "record[fips]": "none",
        "worker 1.at": "enter",
    } == read


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"{", "x.itf.json is no trace in the ITF format: Input data was truncated"),
        (b"[]", "x.itf.json is no trace in the ITF format: Expected `object`, got `array`"),
        (b"[" * 100_000, "x.itf.json is no trace in the ITF format: Expected `object`, got `array`"),
        (quint([]), "x.itf.json has no states"),
        (quint([{}] * 10_001), "x.itf.json has more than 10,000 states"),
        (quint([{}], loop=0), "x.itf.json goes round for ever, from state 0 on; only finite runs can be read"),
        (
            quint([{"x": {"#set": ["a"]}}]),
            'x.itf.json: state 0: x is {"#set":["a"]}; a variable here is a truth value, a number, a text or a map',
        ),
        (
            quint([{"x": "a"}, {"x": {"#unserializable": "f"}}]),
            'x.itf.json: state 1: x is {"#unserializable":"f"}; '
            "a variable here is a truth value, a number, a text or a map",
        ),
        (
            quint([{"x": [1, 2]}]),
            "x.itf.json: state 0: x holds [1,2]; a value here is a truth value, a number or a text",
        ),
        (
            quint([{"x": {"#bigint": "1e9"}}]),
            'x.itf.json: state 0: x holds {"#bigint":"1e9"}; a value here is a truth value, a number or a text',
        ),
        (
            quint([{"x": {"#map": [["a"]]}}]),
            'x.itf.json: state 0: x has ["a"] in its map, which is no pair of a key and a value',
        ),
        (
            quint([{"x": {"#map": "a"}}]),
            'x.itf.json: state 0: x is {"#map":"a"}; a variable here is a truth value, a number, a text or a map',
        ),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_with_the_place(data: bytes, expected: str) -> None:
    with pytest.raises(UsageError) as refused:
        decode_itf(data, "x.itf.json")

    assert str(refused.value).startswith(expected)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([{"door": "open"}], "state 0: the model has no door; it has light, switch, inside, taken[worker 1, item 1]"),
        ([{"light": "RED"}], "state 0: the model does not start like that; what comes nearest has light = GREEN, and"),
        (
            [{"inside": "0"}, {"inside": "2"}],
            "state 1: no step leads there from the state before; what comes nearest has inside = 0, and not 2",
        ),
        (
            [{"inside": "0", "switch": "false"}],
            "the model takes these steps, and what they lead to breaks no claim: one_inside, assertions, no_deadlock, ",
        ),
    ],
)
def test_states_through_which_no_run_leads_are_refused_with_what_comes_nearest(
    states: list[dict[str, str]], expected: str
) -> None:
    with pytest.raises(UsageError) as refused:
        verdict_through(prepared(), states, None)

    assert str(refused.value).startswith(expected)


def test_of_too_many_runs_that_fit_it_is_not_said_that_they_break_nothing() -> None:
    with pytest.raises(UsageError) as refused:
        verdict_through(prepared(), [{"inside": "0"}] * 5, "one_inside")

    assert "248 runs fit, and the first 100 break no claim (one_inside); say more of the states" == str(refused.value)


def test_a_claim_about_steps_is_asked_of_every_step_to_the_last_state() -> None:
    @each_step
    def only_by_a_reset(before: Gate, after: Gate) -> bool:
        """It becomes green when it was red."""
        return before.light == Light.RED or after.light == Light.RED

    states = [{"light": "GREEN", "switch": "false"}, {"light": "GREEN"}]
    verdict = verdict_through(prepare(Gate(), (only_by_a_reset,)), states, None)

    assert verdict.trace is not None
    assert ("only_by_a_reset", 1) == (verdict.claim.name, len(verdict.trace))


def test_only_json_with_variables_and_states_is_taken_for_this_format() -> None:
    assert is_itf(quint([]))
    assert not is_itf(b'{"states": 1, "schema_version": 2}')
    assert not is_itf(b"nonsense")
    assert not is_itf(b"[" * 100_000)
