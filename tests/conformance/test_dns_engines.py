"""The engines on the DNS variants: one verdict, one shortest length, and one count of states."""

import pytest

from raceproof.checker import Verdict, Violated, no_deadlock
from raceproof.checker.check import Engine, prepare, run
from raceproof.checker.language import assertions
from raceproof.checker.options import Options
from raceproof.model.dns import VARIANTS
from raceproof.properties.dns import CLAIMS, TABLE_SCOPE

DEPTH = 20
PLAIN = Options(symmetry=False, partial_order=False)


def shape(verdict: Verdict) -> tuple[str, int | None]:
    length = len(verdict.trace) if isinstance(verdict, Violated) and verdict.trace else None
    return verdict.name, length


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("sizes", [{"Enactor": 2, "Endpoint": 1, "Plan": 3}, {"Enactor": 2, "Endpoint": 2, "Plan": 2}])
@pytest.mark.parametrize("engine", ["portable", "native"])
def test_python_itself_and_the_explicit_search_visit_the_same_states(
    variant: str, sizes: dict[str, int], engine: Engine
) -> None:
    prepared = prepare(VARIANTS[variant].make(), (*CLAIMS, no_deadlock, assertions), sizes)
    explicit, oracle = run(prepared, engine, options=PLAIN), run(prepared, "oracle")
    counts = [(v[0].statistics.states, v[0].statistics.transitions, v[0].statistics.depth) for v in (explicit, oracle)]

    assert list(map(shape, explicit)) == list(map(shape, oracle))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_bounded_check_finds_the_same_shortest_traces(variant: str) -> None:
    claims = tuple(claim for claim in CLAIMS if claim.kind.value in ("always", "each_step"))
    prepared = prepare(VARIANTS[variant].make(), claims, TABLE_SCOPE)
    expected = [
        ("holds-up-to", None) if verdict.name == "holds-in-scope" else shape(verdict) for verdict in run(prepared)
    ]

    assert expected == list(map(shape, run(prepared, "bounded", DEPTH)))
