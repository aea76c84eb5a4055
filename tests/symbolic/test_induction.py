"""Induction by hand: how many steps a proof takes, and what it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from raceproof.checker.bounded.formula import Formula
from raceproof.checker.limits import Limits, Meter
from raceproof.checker.symbolic.finite.breaches import Breach
from raceproof.checker.symbolic.finite.induction import prove_by_induction
from raceproof.checker.symbolic.finite.window import SimpleRuns, Window
from raceproof.checker.system.build import TRUE, add, conjunction, eq, ite, le, lt, negation, number, read
from raceproof.checker.system.domain import BOOL, Domain, Kind
from raceproof.checker.system.terms import Term, Variable
from raceproof.checker.system.transition import ClaimKind, Fault, FaultKind, Property, TransitionSystem, Undefined
from raceproof.checker.verdict import FaultFound, HoldsInScope, Undecided, Verdict, Violated

System = Callable[..., TransitionSystem]

AT = Variable("at", (), Domain("0..7", Kind.INT, 0, 7))
LEFT, RIGHT = Variable("left", (), BOOL), Variable("right", (), BOOL)
HERE = read(AT)


def claim(predicate: Term, kind: ClaimKind = ClaimKind.ALWAYS, *undefined: Undefined) -> Property:
    return Property("claim", kind, predicate, TRUE, None, undefined)


def never(code: int) -> Property:
    return claim(negation(eq(HERE, number(code))))


def wheel(system: System) -> TransitionSystem:
    """0, 1, 2, 3 and again; out of reach a path of 4, 5, 6, 7, which comes from nowhere and then joins."""
    on = ite(eq(HERE, number(3)), number(0), ite(eq(HERE, number(7)), number(0), add(HERE, number(1))))
    return system({AT: (0,)}, [("turn", (), {AT: on})])


def whirl(system: System) -> TransitionSystem:
    """The same wheel; out of reach 4 and 5 in turn, for as long as one likes, and then 7."""
    on = ite(eq(HERE, number(3)), number(0), add(HERE, number(1)))
    back, forth = eq(HERE, number(4)), eq(HERE, number(5))
    return system(
        {AT: (0,)},
        [
            ("turn", (lt(HERE, number(4)),), {AT: on}),
            ("back", (back,), {AT: number(5)}),
            ("forth", (forth,), {AT: number(4)}),
            ("out", (forth,), {AT: number(7)}),
        ],
    )


def prove(system: TransitionSystem, *claims: Property, most_steps: int = 32) -> tuple[Verdict, ...]:
    return prove_by_induction(system, claims, most_steps=most_steps)


def depths(verdicts: tuple[Verdict, ...]) -> list[tuple[str, int]]:
    return [(verdict.name, verdict.statistics.depth) for verdict in verdicts]


def why(verdicts: tuple[Verdict, ...]) -> str:
    (verdict,) = verdicts
    return verdict.why if isinstance(verdict, Undecided) else verdict.name


@pytest.mark.parametrize(("code", "steps"), [(4, 1), (5, 2), (6, 3), (7, 4)])
def test_a_proof_takes_as_many_steps_as_lead_to_a_violation_from_out_of_reach(
    code: int, steps: int, system: System
) -> None:
    assert [("holds-in-scope", steps)] == depths(prove(wheel(system), never(code)))
    if steps > 1:
        expected = f"not proved by induction over {steps - 1} steps; nothing found within {steps - 1} steps"
        assert expected == why(prove(wheel(system), never(code), most_steps=steps - 1))


def test_a_circle_out_of_reach_is_gone_round_once(system: System) -> None:
    assert [("holds-in-scope", 3)] == depths(prove(whirl(system), never(7)))


def test_without_simple_paths_it_would_be_gone_round_for_ever(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SimpleRuns, "possible", Formula.possible)

    assert "not proved by induction over 9 steps; nothing found within 9 steps" == why(
        prove(whirl(system), never(7), most_steps=9)
    )


def test_the_last_step_may_lead_back_to_a_state_that_was_there(system: System) -> None:
    grows = claim(lt(HERE, read(AT, after=True)), ClaimKind.EACH_STEP)
    there_and_back = system({AT: (0,)}, [("swap", (), {AT: ite(eq(HERE, number(0)), number(1), number(0))})])
    on_the_spot = system({AT: (3,)}, [("stay", (), {})])

    assert [("violated", 2)] == depths(prove(there_and_back, grows))
    assert [("violated", 1)] == depths(prove(on_the_spot, grows))


def test_a_step_out_of_reach_is_excluded_like_a_state(system: System) -> None:
    out = conjunction((eq(HERE, number(5)), eq(read(AT, after=True), number(7))))
    back = conjunction((eq(HERE, number(5)), eq(read(AT, after=True), number(4))))

    for step in (out, back):
        assert [("holds-in-scope", 3)] == depths(prove(whirl(system), claim(negation(step), ClaimKind.EACH_STEP)))


def test_claims_help_each_other(system: System) -> None:
    left, right = claim(negation(read(LEFT))), claim(negation(read(RIGHT)))
    swap = system({LEFT: (0,), RIGHT: (0,)}, [("swap", (), {LEFT: read(RIGHT), RIGHT: read(LEFT)})])

    assert [("holds-in-scope", 2)] == depths(prove(swap, left))
    assert [("holds-in-scope", 1)] * 2 == depths(prove(swap, left, right))


def test_a_claim_that_is_false_does_not_keep_the_others_from_being_proved(system: System) -> None:
    verdicts = prove(wheel(system), never(2), never(6), claim(eq(HERE, number(3)), ClaimKind.REACHABLE))

    assert [("violated", 2), ("holds-in-scope", 3), ("holds-in-scope", 3)] == depths(verdicts)


def test_what_is_shown_out_of_reach_is_reachable_nowhere(system: System) -> None:
    (verdict,) = prove(wheel(system), claim(eq(HERE, number(7)), ClaimKind.REACHABLE))

    assert isinstance(verdict, Violated)
    assert (None, 4) == (verdict.path, verdict.statistics.depth)


def test_what_is_reachable_has_a_shortest_witness(system: System) -> None:
    (verdict,) = prove(wheel(system), claim(eq(HERE, number(2)), ClaimKind.REACHABLE))

    assert isinstance(verdict, HoldsInScope)
    assert verdict.witness is not None
    assert ((0,), (1,), (2,)) == verdict.witness.states


def test_a_state_without_a_move_is_excluded(system: System) -> None:
    until_seven = system(
        {AT: (0,)}, [("turn", (negation(eq(HERE, number(7))),), {AT: wheel(system).commands[0].writes[0].value})]
    )
    until_two = system({AT: (0,)}, [("turn", (lt(HERE, number(2)),), {AT: add(HERE, number(1))})])
    no_deadlock = claim(TRUE, ClaimKind.DEADLOCK)

    assert [("holds-in-scope", 4)] == depths(prove(until_seven, no_deadlock))
    assert [("violated", 2)] == depths(prove(until_two, no_deadlock))


def with_fault(system: TransitionSystem, code: int, kind: FaultKind = FaultKind.DOMAIN) -> TransitionSystem:
    fault = Fault(system.commands[0].actor, 0, (eq(HERE, number(code)),), kind, "goes wrong", None)
    return replace(system, faults=(fault,))


def test_nothing_holds_before_it_is_proved_that_the_model_never_goes_wrong(system: System) -> None:
    faulty, easy = with_fault(wheel(system), 6), claim(TRUE)

    assert [("holds-in-scope", 1)] == depths(prove(wheel(system), easy))
    assert [("holds-in-scope", 3)] == depths(prove(faulty, easy))
    assert "not proved by induction over 2 steps; nothing found within 2 steps" == why(
        prove(faulty, easy, most_steps=2)
    )


def test_a_model_that_goes_wrong_is_told_as_such(system: System) -> None:
    with pytest.raises(FaultFound, match="goes wrong") as found:
        prove(with_fault(wheel(system), 2), never(3), never(6))

    assert 3 == found.value.path.length
    assert [("violated", 1)] == depths(prove(with_fault(wheel(system), 2), never(1)))


def test_a_failed_assert_is_one_step_more(system: System) -> None:
    asserts = claim(TRUE, ClaimKind.ASSERTION)

    assert [("violated", 3)] == depths(prove(with_fault(wheel(system), 2, FaultKind.ASSERTION), asserts))
    assert [("holds-in-scope", 3)] == depths(prove(with_fault(wheel(system), 6, FaultKind.ASSERTION), asserts))
    assert [("holds-in-scope", 0)] == depths(prove(wheel(system), asserts))


def test_a_claim_must_be_defined_wherever_a_run_can_get(system: System) -> None:
    out_of_reach, in_reach = (Undefined(eq(HERE, number(code)), "asks for nothing", None) for code in (6, 2))

    assert [("holds-in-scope", 3)] == depths(prove(wheel(system), claim(TRUE, ClaimKind.ALWAYS, out_of_reach)))
    with pytest.raises(FaultFound, match="claim: asks for nothing") as found:
        prove(wheel(system), claim(TRUE, ClaimKind.ALWAYS, in_reach))
    assert 2 == found.value.path.length


def test_without_claims_the_model_is_proved_right(system: System) -> None:
    assert () == prove(with_fault(wheel(system), 6))
    with pytest.raises(FaultFound):
        prove(with_fault(wheel(system), 2))


def test_a_window_stays_in_the_domains(system: System) -> None:
    five = Variable("five", (), Domain("0..4", Kind.INT, 0, 4))
    window = Window(SimpleRuns(system({five: (0,)}, [("stay", (), {})]), Meter(Limits())), ())
    outside = Breach("outside", conjunction((le(number(4), read(five)), negation(eq(read(five), number(4))))))

    assert not window.possible(window.literal("outside", window.end(outside)))
    window.extend()
    assert not window.possible(window.literal("outside", window.end(outside)))


def test_where_no_run_is_longer_everything_has_been_seen(system: System) -> None:
    around = ite(eq(HERE, number(6)), number(4), add(HERE, number(1)))
    out_of_reach = [
        ("around", (lt(number(3), HERE), lt(HERE, number(7))), {AT: around}),
        ("out", (eq(HERE, number(6)),), {AT: number(7)}),
    ]
    once = ("start", (eq(HERE, number(0)),), {AT: number(1)})
    again = ("turn", (lt(HERE, number(4)),), {AT: ite(eq(HERE, number(3)), number(0), add(HERE, number(1)))})

    assert [("holds-in-scope", 2)] == depths(prove(system({AT: (0,)}, [once, *out_of_reach]), never(7)))
    assert [("holds-in-scope", 4)] == depths(prove(system({AT: (0,)}, [again, *out_of_reach]), never(7)))
