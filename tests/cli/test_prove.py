"""`raceproof prove` and `raceproof recheck`: what they print, what they write, how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FIXED = ("prove", "dns", "--variant", "fixed", "--property", "never_empty")


def test_a_proof_ends_with_0_and_shows_the_invariant(invoke: Any) -> None:
    ended = invoke(*FIXED)

    assert 0 == ended.code
    assert "any number of Enactor and Plan" in ended.out
    assert "never_empty  proved for every size" in ended.out
    assert "The invariant:" in ended.out


def test_a_violation_ends_with_1_and_shows_a_trace(invoke: Any) -> None:
    ended = invoke("prove", "dns", "--property", "never_empty")

    assert 1 == ended.code
    assert "never_empty  violated in 11 steps" in ended.out
    assert "clients resolve public: EMPTY" in ended.out


def test_what_cannot_be_proved_ends_with_3(invoke: Any) -> None:
    ended = invoke("prove", "dns", "--variant", "fixed", "--property", "operator_recovers")

    assert 3 == ended.code
    why = "undecided: holds in the usual scope, not proved for every size: recoverability cannot be yet"
    assert why in " ".join(ended.out.split())


def test_claims_that_no_invariant_proves_are_left_out_and_named(invoke: Any, lock: str) -> None:
    ended = invoke("prove", lock, "--variant", "fixed")

    assert "not asked: someone_works, no_deadlock; check asks them in a scope" in ended.out
    assert "mutual_exclusion  proved for every size" in ended.out


def test_induction_proves_one_scope(invoke: Any) -> None:
    ended = invoke(*FIXED, "--method", "induction")

    assert 0 == ended.code
    assert "DnsAutomation · fixed  Enactor=2 Endpoint=2 FleetChange=0 Plan=4" in ended.out
    assert "never_empty  proved in this scope, by induction over 1 step\n" in ended.out


TICKETS = """
from raceproof.checker.language import Id, Model, Ordinal, always, each, process, until

class Worker(Id, size=2):
    "Somebody who wants the lock."

class Ticket(Ordinal, size=3):
    "A number that is drawn."

class TicketLock(Model):
    "Whoever holds the ticket that is served has the lock."
    next: Ticket = Ticket.none
    serving: Ticket = Ticket.none

    @process(each=Worker)
    def worker(self, me):
        while True:
            yield "draw a ticket"
            mine: Ticket = self.next
            self.next += 1
            yield until(lambda: self.serving == mine, "wait")
            yield "leave"
            self.serving += 1

@always
def served_tickets_were_drawn(m):
    return m.serving <= m.next
"""


def test_pdr_proves_one_scope_without_a_bound_on_numbers(invoke: Any, tmp_path: Path) -> None:
    (tmp_path / "tickets.py").write_text(TICKETS, encoding="utf-8")
    call = ("prove", str(tmp_path / "tickets.py"), "--property", "served_tickets_were_drawn", "--scope", "Ticket=any")
    by_pdr, by_induction = invoke(*call, "--method", "pdr"), invoke(*call, "--method", "induction")

    assert [0, 2] == [by_pdr.code, by_induction.code]
    assert "TicketLock  Ticket=unbounded Worker=2" in by_pdr.out
    assert "proved in this scope, by an inductive invariant (PDR, " in by_pdr.out
    assert "Ticket is unbounded in this scope; induction needs a size" in by_induction.errors


@pytest.mark.parametrize("method", ["induction", "pdr"])
def test_a_violation_that_a_proof_runs_into_is_replayed_and_shown(method: str, invoke: Any) -> None:
    ended = invoke("prove", "lock", "--property", "mutual_exclusion", "--method", method)

    assert 1 == ended.code
    assert "mutual_exclusion  violated in 4 steps" in ended.out
    assert "worker 2" in ended.out
    assert "taken: false → true" in ended.out


def test_where_nothing_is_open_what_holds_is_proved_in_the_scope(invoke: Any) -> None:
    ended = invoke("prove", "die_hard", "--property", "a_jug_is_empty_or_full")

    assert 0 == ended.code
    assert "a_jug_is_empty_or_full  proved in this scope, by induction over 1 step" in ended.out


def test_a_certificate_is_written_and_accepted(invoke: Any, tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    proved = invoke(*FIXED, "--certificate", str(path))
    again = invoke("recheck", str(tmp_path))

    assert [0, 0] == [proved.code, again.code]
    assert f"{path}: dns fixed: never_empty for any number of Enactor and Plan; " in again.out


def test_the_json_says_proved_and_no_more(invoke: Any) -> None:
    (result,) = json.loads(invoke(*FIXED, "--json", "-").out)

    assert ("proved", "parametric", None) == (result["verdict"], result["engine"], result["states"])
    assert {"Enactor": None, "Plan": None} == {name: result["scope"][name] for name in ("Enactor", "Plan")}


def test_a_bad_certificate_ends_with_2_and_the_others_are_checked(invoke: Any, tmp_path: Path) -> None:
    good = tmp_path / "good.json"
    invoke(*FIXED, "--certificate", str(good))
    bad = tmp_path / "bad.json"
    bad.write_text(good.read_text(encoding="utf-8").replace('"variant": "fixed"', '"variant": "atomic"'))
    ended = invoke("recheck", str(bad), str(good))

    assert 2 == ended.code
    assert "bad.json: refused[RP115]: the certificate has changed since it was written" in ended.out
    assert "good.json: dns fixed: never_empty" in ended.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("prove", "dns", "--variant", "nothing"), "has no variant 'nothing'"),
        (("prove", "dns", "--property", "nothing"), "has no property 'nothing'"),
        (
            ("prove", "die_hard", "--method", "parametric"),
            "every domain has a size here: nothing is left open to prove",
        ),
        (("prove", "dns", "--certificate", "no/such/folder/proof.json"), "there is no folder no/such/folder"),
        (("prove", "dns", "--method", "magic"), "'magic' is not one of 'auto', 'parametric', 'pdr', 'induction'"),
        (("prove", "dns", "--method", "pdr", "--scope", "Enactor=any"), "Enactor cannot be unbounded"),
        (("prove", "dns", "--method", "pdr", "--scope", "Plan=any"), "Plan is unbounded in this scope and cannot"),
        (("prove", "rollout", "--method", "induction"), "induction needs a last one"),
        (("recheck", "no-such-file.json"), "the file cannot be read"),
        (("recheck",), "Missing argument"),
    ],
)
def test_a_wrong_call_ends_with_2(arguments: tuple[str, ...], said: str, invoke: Any) -> None:
    ended = invoke(*arguments)

    assert 2 == ended.code
    assert said in ended.out + ended.errors


def test_an_empty_folder_has_no_certificate(invoke: Any, tmp_path: Path) -> None:
    ended = invoke("recheck", str(tmp_path))

    assert 2 == ended.code
    assert "there is no certificate in the folder" in ended.errors


def test_what_is_not_proved_comes_with_a_counterexample_to_induction(invoke: Any) -> None:
    ended = invoke("prove", "peterson", "--property", "mutual_exclusion")
    shown = ended.out[ended.out.index("mutual_exclusion is not proved") : ended.out.index("help:")]

    assert 3 == ended.code
    assert (
        """\
mutual_exclusion is not proved: a counterexample to induction
With Side=2, this state satisfies the 12 lemmas found so far, and a step from it breaks the claim.
No run of these sizes leads to it: it is none of 42 reachable states.

in a state      wants[side 1]: true
                wants[side 2]: true
                side 1 is at "wait" (peterson.py:44)
                side 2 is at "critical section" (peterson.py:45)
takes the step  side 1: wait  (peterson.py:44)
and then        mutual_exclusion is false

"""
        == shown
    )


FLEET = """
from raceproof.checker.language import Id, Model, Ordinal, each_step, process, until

class Worker(Id, size=2):
    "Somebody who pushes."

class Release(Ordinal, size=3):
    "What is pushed."

class Fleet(Model):
    "Whoever pushes looks in the same step."
    newest: Release = Release.none
    live: Release = Release.none

    @process
    def builder(self):
        while True:
            yield until(lambda: self.newest < Release.last, "build", idle=True)
            self.newest += 1

    @process(each=Worker)
    def worker(self, me):
        while True:
            yield until(lambda: self.newest > self.live, "look", idle=True)
            mine = self.newest
            yield "push"
            if mine > self.live:
                self.live = mine

@each_step
def never_back(before, after):
    return before.live <= after.live
"""


def test_a_certificate_about_a_file_is_checked_with_the_file_that_the_caller_names(invoke: Any, tmp_path: Path) -> None:
    model, proof = tmp_path / "fleet.py", tmp_path / "proof.json"
    model.write_text(FLEET, encoding="utf-8")
    proved = invoke("prove", str(model), "--property", "never_back", "--certificate", str(proof))
    alone, named = invoke("recheck", str(proof)), invoke("recheck", str(proof), "--model", str(model))

    assert [0, 2, 0] == [proved.code, alone.code, named.code]
    assert "name it yourself: --model " in alone.out
    assert "never_back for any number of Release and Worker; " in named.out


def test_a_changed_model_is_another_one(invoke: Any, tmp_path: Path) -> None:
    model, changed, proof = tmp_path / "fleet.py", tmp_path / "changed.py", tmp_path / "proof.json"
    model.write_text(FLEET, encoding="utf-8")
    changed.write_text(FLEET.replace("mine > self.live", "mine >= self.live"), encoding="utf-8")
    invoke("prove", str(model), "--property", "never_back", "--certificate", str(proof))
    ended = invoke("recheck", str(proof), "--model", str(changed))

    assert 2 == ended.code
    assert "the certificate is of another model" in ended.out


def test_lemmas_in_a_file_of_claims_are_part_of_the_certificate(invoke: Any, tmp_path: Path) -> None:
    lemmas, proof = tmp_path / "found.py", tmp_path / "proof.json"
    invoke(*FIXED, "--property", "live_tree_exists", "--lemmas", str(lemmas))
    proved = invoke("prove", "dns", "--variant", "fixed", "--claims", str(lemmas), "--certificate", str(proof))
    named = invoke("recheck", str(proof), "--claims", str(lemmas))

    assert [0, 0] == [proved.code, named.code]
