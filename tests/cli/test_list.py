"""`raceproof list`: what there is to check."""

import json
import pkgutil
from typing import Any

import raceproof.model


def test_every_built_in_model_is_listed(invoke: Any) -> None:
    ended = invoke("list", "--json")

    expected = {module.name for module in pkgutil.iter_modules(raceproof.model.__path__)}
    assert (0, "") == (ended.code, ended.errors)
    assert expected == {entry["model"].partition(":")[0] for entry in json.loads(ended.out)}


def test_a_model_is_listed_with_its_variants_claims_and_sizes(invoke: Any, lock: str) -> None:
    ended = invoke("list", lock)

    assert [
        "lock_toy.py  A lock that two workers share.",
        "  scope  Worker=2",
        "  variants",
        "  racy      Look, then take.",
        "  fixed     Look and take in one step.",
        "  claims",
        "  mutual_exclusion  always: At most one worker works.",
        "  someone_works     reachable: The lock lets somebody through.",
        "",
        "Every model is asked no_deadlock too: Somebody can move, or everybody is done or idles.",
    ] == [line.rstrip() for line in ended.out.splitlines()[:10]]


def test_the_list_as_json_names_who_proposes_a_variant(invoke: Any, lock: str) -> None:
    (entry,) = json.loads(invoke("list", lock, "--json").out)

    assert {"Worker": 2} == entry["scope"]
    assert [
        {"name": "racy", "text": "Look, then take.", "proposed_by": ""},
        {"name": "fixed", "text": "Look and take in one step.", "proposed_by": "Dijkstra"},
    ] == entry["variants"]


def test_what_the_list_names_can_be_checked(invoke: Any) -> None:
    names = [entry["model"] for entry in json.loads(invoke("list", "--json").out)]

    assert [] == [name for name in names if invoke("check", name, "--max-states", "20").code == 2]


def test_hyphens_stand_for_underscores_in_a_models_name(invoke: Any) -> None:
    (entry,) = json.loads(invoke("list", "queue-race", "--json").out)

    assert "queue_race" == entry["model"]
