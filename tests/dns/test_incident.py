"""The incident as the public record tells it: what the model must find, and what it must not get wrong."""

import pytest

from raceproof.checker import Claim, Verdict, Violated, check, forall, reachable
from raceproof.checker.trace import Trace
from raceproof.model.dns import VARIANTS, Design, DnsAutomation, Enactor, Endpoint, FleetChange, Lock, Plan, Rollback
from raceproof.properties.dns import (
    automation_recovers,
    last_plan_goes_live,
    never_empty,
    never_goes_back,
    one_winner_per_epoch,
    operator_recovers,
)


def trace_of(verdict: Verdict) -> Trace:
    assert isinstance(verdict, Violated)
    assert verdict.trace is not None
    return verdict.trace


@pytest.mark.parametrize(
    ("plans", "endpoints", "enactors", "length"),
    [(2, 1, 2, 9), (2, 2, 2, 11), (4, 1, 2, 9), (4, 2, 3, 11), (2, 3, 2, 13)],
)
def test_the_shortest_outage_takes_two_more_steps_for_each_endpoint_and_no_more_for_plans_or_enactors(
    plans: int, endpoints: int, enactors: int, length: int
) -> None:
    verdict = check(DnsAutomation(), never_empty, scope={Plan: plans, Endpoint: endpoints, Enactor: enactors})

    assert length == len(trace_of(verdict))


def test_the_slow_enactor_installs_its_old_plan_after_the_fast_one_and_the_fast_one_deletes_it() -> None:
    trace = trace_of(check(DnsAutomation(), never_empty, scope={Plan: 2, Endpoint: 1}))
    story = [(step.process, step.label) for step in trace.steps if step.process != "planner"]

    assert [
        ("enactor 1", "pick up the latest plan"),
        ("enactor 2", "pick up the latest plan"),
        ("enactor 2", "read the lock"),
        ("enactor 2", "install"),
        ("enactor 1", "read the lock"),
        ("enactor 1", "install"),
        ("enactor 2", "delete an old tree"),
    ] == story


def test_a_client_is_told_nothing_at_the_end_of_the_outage_and_something_just_before() -> None:
    trace = trace_of(check(DnsAutomation(), never_empty, scope={Plan: 2, Endpoint: 1}))

    told = [step.views["clients resolve public"] for step in trace.steps[-2:]]

    assert ["192.0.2.2/60 192.0.2.3/40", "EMPTY"] == told


def test_the_rollback_record_still_points_to_a_good_tree_when_the_name_is_empty() -> None:
    trace = trace_of(check(DnsAutomation(), never_empty, scope={Plan: 2, Endpoint: 1}))
    state = trace.steps[-1].state

    assert ("plan 1", "plan 2", "false", "true") == (
        state["alias[public]"],
        state["rollback[public]"],
        state["tree[public, plan 1]"],
        state["tree[public, plan 2]"],
    )


def test_the_automation_alone_never_repairs_an_empty_name() -> None:
    verdict = check(DnsAutomation(), automation_recovers)

    assert "EMPTY" in trace_of(verdict).steps[-1].views["clients resolve public"]


def test_the_next_plan_heals_an_empty_name_when_installs_tolerate_a_missing_rollback_tree() -> None:
    empty, healed = check(DnsAutomation(Design(rollback=Rollback.TOLERANT)), (never_empty, automation_recovers))

    assert ("violated", "holds-in-scope") == (empty.name, healed.name)


def test_the_operator_can_repair_whatever_the_automation_has_done() -> None:
    assert check(DnsAutomation(), operator_recovers, scope={Plan: 3, Enactor: 3}).holds


def test_an_operator_who_leaves_the_automation_on_may_be_undone() -> None:
    verdict = check(DnsAutomation(Design(operator_stops_first=False)), operator_recovers)

    assert "violated" == verdict.name


def test_the_lock_decides_one_winner_but_does_not_prevent_the_outage() -> None:
    winner, empty = check(DnsAutomation(), (one_winner_per_epoch, never_empty))

    assert ("holds-in-scope", "violated") == (winner.name, empty.name)


def test_without_a_lock_an_epoch_can_have_two_winners() -> None:
    assert "violated" == check(DnsAutomation(Design(lock=Lock.NONE)), one_winner_per_epoch).name


def test_a_recheck_helps_only_after_the_lock_was_read() -> None:
    before = check(VARIANTS["recheck-before-lock"].make(), never_empty)
    after = check(VARIANTS["recheck-after-lock"].make(), never_empty)

    assert ("violated", "holds-in-scope") == (before.name, after.name)


@pytest.mark.parametrize("keep", [0, 1, 2])
def test_keeping_more_generations_only_asks_for_as_many_more_plans(keep: int) -> None:
    enough = check(DnsAutomation(Design(keep=keep)), never_empty, scope={Plan: 2 + keep, Endpoint: 1})
    too_few = check(DnsAutomation(Design(keep=keep)), never_empty, scope={Plan: 1 + keep, Endpoint: 1})

    assert ("violated", "holds-in-scope") == (enough.name, too_few.name)


def test_deleting_all_old_trees_at_once_does_not_prevent_the_outage() -> None:
    trace = trace_of(check(DnsAutomation(Design(clean_up_at_once=True)), never_empty, scope={Plan: 2, Endpoint: 1}))

    assert 9 == len(trace)


def test_clean_up_under_the_lock_does_not_prevent_the_outage() -> None:
    trace = trace_of(check(DnsAutomation(Design(clean_up_takes_lock=True)), never_empty, scope={Plan: 2, Endpoint: 1}))

    assert 10 == len(trace)


def test_a_fleet_that_changes_leaves_stale_answers_until_a_newer_plan_is_live() -> None:
    scope = {FleetChange: 1, Plan: 2, Endpoint: 1}
    live, back = check(DnsAutomation(), (last_plan_goes_live, never_goes_back), scope=scope)

    assert (True, "violated") == (live.holds, back.name)


def test_a_negative_number_of_kept_generations_is_refused() -> None:
    with pytest.raises(ValueError, match="keep is -1; it counts generations and cannot be negative"):
        Design(keep=-1)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_plan_can_be_live_everywhere(variant: str) -> None:
    def goes_live(number: int) -> Claim:
        return reachable(lambda m: forall(Endpoint, lambda e: m.alias[e] == Plan(number) and not m.is_empty(e)))

    verdicts = check(VARIANTS[variant].make(), [goes_live(number) for number in (1, 2, 3)], scope={Plan: 3})

    assert ["holds-in-scope"] * 3 == [verdict.name for verdict in verdicts]
