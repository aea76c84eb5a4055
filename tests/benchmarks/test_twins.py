"""The twins in Promela are the models: Spin counts in them what the search counts in ours, to the last transition."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from raceproof.checker.check import check, prepare, run
from raceproof.checker.language import assertions
from raceproof.checker.verdict import Statistics, Violated
from raceproof.model import two_phase_commit
from raceproof.model.dns import VARIANTS
from raceproof.properties.dns import never_empty

MEMORY_BYTES = 2**30
SECONDS = 60.0


@pytest.fixture
def peer(spin: ModuleType) -> ModuleType:
    """Spin, where it can be run."""
    why = spin.missing()
    if why:
        pytest.skip(why)
    return spin


def quickly(configuration: Any) -> Any:
    """The same configuration without the optimizer, which takes longer than these runs."""
    options = ("-O0" if option == "-O3" else option for option in configuration.compile)
    return replace(configuration, compile=tuple(options))


def counted(peer: ModuleType, twin: str, sizes: dict[str, int], *options: str) -> tuple[int, int]:
    """Distinct states and transitions of a twin; Spin also counts the arrival in the initial state."""
    with peer.Pan(twin, sizes, quickly(peer.EXACT), MEMORY_BYTES, *options) as pan:
        measured = pan.run(2**16, SECONDS)
    assert isinstance(measured, peer.Measured), measured
    return measured.found.states, measured.found.transitions - 1


def searched(variant: str, scope: tuple[int, int, int]) -> Statistics:
    sizes = dict(zip(("Enactor", "Endpoint", "Plan"), scope, strict=True))
    (verdict,) = run(prepare(VARIANTS[variant].make(), (assertions,), sizes), "portable")
    return verdict.statistics


def sizes_of(scope: tuple[int, int, int]) -> dict[str, int]:
    """The same scope for the twin."""
    enactors, endpoints, plans = scope
    return {"NE": enactors, "EP": endpoints, "NP": plans}


INCIDENT = {(1, 2, 3): 78, (2, 1, 3): 945, (2, 2, 3): 6_717, (3, 1, 3): 19_772, (2, 1, 8): 122_037, (2, 4, 2): 10_550}
FIXED = {(2, 2, 4): 14_969, (3, 1, 3): 12_221}


@pytest.mark.parametrize("scope", INCIDENT, ids=str)
def test_the_twin_of_the_incident_has_the_states_and_transitions_of_the_model(
    peer: ModuleType, scope: tuple[int, int, int]
) -> None:
    ours = searched("incident", scope)

    assert INCIDENT[scope] == ours.states
    assert (ours.states, ours.transitions) == counted(peer, "dns.pml", sizes_of(scope))


@pytest.mark.parametrize("scope", FIXED, ids=str)
def test_the_twin_of_the_fixed_variant_has_the_states_and_transitions_of_the_model(
    peer: ModuleType, scope: tuple[int, int, int]
) -> None:
    ours = searched("fixed", scope)

    assert FIXED[scope] == ours.states
    assert (ours.states, ours.transitions) == counted(peer, "dns.pml", sizes_of(scope), "-DFIXED")


@pytest.mark.parametrize(("managers", "states"), [(3, 288), (4, 1_568), (5, 8_832)])
def test_the_twin_of_two_phase_commit_has_the_states_and_transitions_of_the_model(
    peer: ModuleType, managers: int, states: int
) -> None:
    model = two_phase_commit.VARIANTS["published"].make()
    (verdict,) = run(prepare(model, (assertions,), {"ResourceManager": managers}), "portable")
    ours = verdict.statistics

    assert states == ours.states
    assert (ours.states, ours.transitions) == counted(peer, "two_phase_commit.pml", {"NRM": managers})


@pytest.mark.parametrize(
    ("twin", "sizes", "states"),
    [("dns.pml", {"NE": 2, "EP": 2, "NP": 3}, 6_717), ("two_phase_commit.pml", {"NRM": 5}, 8_832)],
)
def test_a_twin_made_of_processes_has_as_many_states(
    peer: ModuleType, twin: str, sizes: dict[str, int], states: int
) -> None:
    assert states == counted(peer, twin, sizes, "-DPROCESSES")[0]


def test_every_way_to_run_spin_counts_the_same(peer: ModuleType) -> None:
    found = {}
    for configuration in peer.CONFIGURATIONS:
        with peer.Pan("dns.pml", {"NE": 2, "EP": 2, "NP": 3}, quickly(configuration), MEMORY_BYTES) as pan:
            measured = pan.run(2**16, SECONDS)
        if isinstance(measured, peer.Measured):
            found[configuration.name] = measured.found.states

    assert found.keys() >= {"exact", "uncompressed", "processes", "reduction", "collapse"}
    assert {6_717} == set(found.values())


def test_the_twins_shortest_way_to_an_empty_name_is_as_long_as_the_models(peer: ModuleType) -> None:
    scope = {"Enactor": 2, "Endpoint": 2, "Plan": 3}
    verdict = check(VARIANTS["incident"].make(), never_empty, scope=scope, engine="portable")
    with peer.Pan("dns.pml", {"NE": 2, "EP": 2, "NP": 3}, quickly(peer.SHORTEST), MEMORY_BYTES) as pan:
        measured = pan.run(2**16, SECONDS, violated=True)

    assert isinstance(verdict, Violated)
    assert verdict.path is not None
    assert verdict.path.length == measured.found.steps


def test_the_fixed_twin_never_has_an_empty_name(peer: ModuleType) -> None:
    sizes = {"NE": 2, "EP": 2, "NP": 4}

    assert (14_969, 32_231) == counted(peer, "dns.pml", sizes, "-DFIXED", "-DNEVER_EMPTY")


def test_a_size_that_the_twin_cannot_have_is_said(peer: ModuleType) -> None:
    with peer.Pan("dns.pml", {"NE": 9}, peer.EXACT, MEMORY_BYTES) as pan:
        failed = pan.run(2**16, SECONDS)

    assert "too large for this twin: NE <= 5, EP <= 4, 2 <= NP <= 15" in failed.why


def test_without_spin_there_is_a_reason_instead_of_a_result(spin: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spin, "missing", lambda: "spin is not installed")
    with spin.Pan("dns.pml", {}, spin.EXACT, MEMORY_BYTES) as pan:
        assert spin.Failed("spin is not installed") == pan.run(2**16, SECONDS)
