"""Any combination of choices is a model: Python itself and the explicit search agree on it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from raceproof.checker import Verdict, Violated, no_deadlock
from raceproof.checker.check import prepare, run
from raceproof.checker.options import Options
from raceproof.model.dns import CleanUp, Design, DnsAutomation, Freshness, Lock, Rollback
from raceproof.properties.dns import CLAIMS

designs = st.builds(
    Design,
    freshness=st.sampled_from(Freshness),
    clean_up=st.sampled_from(CleanUp),
    lock=st.sampled_from(Lock),
    rollback=st.sampled_from(Rollback),
    keep=st.integers(0, 1),
    atomic=st.booleans(),
    never_zero=st.booleans(),
    clean_up_at_once=st.booleans(),
    clean_up_takes_lock=st.booleans(),
    operator_stops_first=st.booleans(),
)


def shape(verdict: Verdict) -> tuple[str, int | None]:
    return verdict.name, len(verdict.trace) if isinstance(verdict, Violated) and verdict.trace else None


@settings(max_examples=30)
@given(design=designs)
def test_every_combination_of_choices_can_be_checked(design: Design) -> None:
    prepared = prepare(DnsAutomation(design), (*CLAIMS, no_deadlock), {"Enactor": 2, "Endpoint": 1, "Plan": 2})
    explicit, oracle = run(prepared, options=Options(symmetry=False)), run(prepared, "oracle")
    counted = [(v[0].statistics.states, v[0].statistics.transitions) for v in (explicit, oracle)]

    assert list(map(shape, explicit)) == list(map(shape, oracle))
    assert counted[0] == counted[1]
    assert explicit[-1].holds
