"""`raceproof assure`: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from raceproof.checker.assure import engines
from raceproof.checker.assure.engines import EngineName
from raceproof.checker.assure.results import decode
from raceproof.checker.check import Prepared
from raceproof.checker.errors import UsageError
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options
from raceproof.checker.verdict import Verdict

RACY = """\
Lock · racy  Worker=2
Look, then take.

✗  mutual_exclusion  violated in 4 steps at Worker=2, the smallest scope    native, portable,
                     that can                                               oracle, bounded
✓  someone_works     reached in 2 steps at Worker=1, the smallest scope     native, portable,
                     that can                                               oracle, bounded
✓  no_deadlock       proved at Worker=2; exhausted up to Worker=3: 45       native, portable,
                     states                                                 oracle, induction, PDR
✓  assertions        proved for any number of Worker                        Z3, cvc5

mutual_exclusion is violated in 4 steps at Worker=2

step  worker 1       worker 2       what changed         at
   0                                the lock: free
   1  wait                                               lock_toy.py:24
   2                 wait                                lock_toy.py:24
   3  take the lock                 taken: false → true  lock_toy.py:26
                                    the lock: taken
   4                 take the lock                       lock_toy.py:26

Reproduce: raceproof check lock_toy.py --property mutual_exclusion

note: the default scope takes 3 of 3 branches; all of these are already taken at Worker=1, the
      smallest scope that does so (native, portable, oracle)
note: searched to the end: up to Worker=3 (45 states)
note: no_deadlock cannot climb to a proof for every size: none is tried for deadlocks

3 scopes searched to the end, 61 states; 3 of them, up to 45 states, by two engines or more, N s
"""

FIXED = """\
Lock · fixed  Worker=2
Look and take in one step.

✓  mutual_exclusion  proved for any number of Worker (Z3, cvc5)

note: the default scope takes 2 of 2 branches; all of these are already taken at
      Worker=1, the smallest scope that does so (native, portable, oracle)
note: searched to the end: up to Worker=3 (4 states)

3 scopes searched to the end, 9 states; 3 of them, up to 4 states, by two
engines or more, N s
"""

DISAGREEMENT = """\
!  mutual_exclusion  engines disagree: see below

Engines disagree about mutual_exclusion of racy at Worker=2:
  native says: violated in 4 steps
    raceproof check lock_toy.py --property mutual_exclusion --engine native
  oracle says: holds
    raceproof check lock_toy.py --property mutual_exclusion --engine oracle
  native says: violated in 4 steps
    raceproof check lock_toy.py --property mutual_exclusion --engine native --no-symmetry
  native says: violated in 4 steps
    raceproof check lock_toy.py --property mutual_exclusion --engine native --por
  portable says: violated in 4 steps
    raceproof check lock_toy.py --property mutual_exclusion --engine portable
  bounded says: violated in 4 steps
    raceproof check lock_toy.py --property mutual_exclusion --engine bounded --depth 6

Of engines that disagree at least one is wrong, and no verdict about this can be trusted. This is a
bug in raceproof, not in your model: please report it with the model's source and this text.
"""

LIMITED = """\
Lock · check-then-set  Worker=2
Seeing that the lock is free and taking it are two steps.

?  everyone_can_come_to_rest  undecided: more than 2 states

note: not searched to the end at Worker=1: more than 2 states

0 scopes searched to the end, 0 states, N s
"""


def without_seconds(text: str) -> str:
    return re.sub(r"\b\d+\.\d s\b", "N s", text)


def test_a_violation_ends_with_1_and_is_shown_in_its_smallest_scope(invoke: Any, lock: str) -> None:
    ended = invoke("assure", lock, "--at-most", "Worker=3", "--max-seconds", "600")

    assert (1, "") == (ended.code, ended.errors)
    assert RACY == without_seconds(ended.out)


def test_a_narrow_screen_has_the_engines_in_the_text(invoke: Any, lock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ended = invoke("assure", lock, "--variant", "fixed", "--property", "mutual_exclusion", "--at-most", "Worker=3")

    assert (0, "") == (ended.code, ended.errors)
    assert FIXED == without_seconds(ended.out)


def lying_oracle(
    engine: EngineName, prepared: Prepared, limits: Limits, options: Options, depth: int
) -> tuple[Verdict, ...]:
    """The engines; the author's own Python claims that nothing is ever violated."""
    from raceproof.checker.verdict import HoldsInScope, Violated

    verdicts = _honest(engine, prepared, limits, options, depth)
    if engine != "oracle":
        return verdicts
    return tuple(HoldsInScope(v.claim, v.scope, v.statistics) if isinstance(v, Violated) else v for v in verdicts)


_honest = engines.ask


def test_engines_that_disagree_end_with_4_and_both_are_named(
    invoke: Any, lock: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(engines, "ask", lying_oracle)
    path = tmp_path / "climb.json"
    ended = invoke("assure", lock, "--property", "mutual_exclusion", "--scope", "Worker=2", "--json", str(path))

    assert 4 == ended.code
    assert DISAGREEMENT in ended.out
    found = json.loads(path.read_text(encoding="utf-8"))
    assert [
        {
            "property": "mutual_exclusion",
            "scope": {"Worker": 2},
            "first": {
                "engine": "native",
                "said": "violated in 4 steps",
                "command": "raceproof check lock_toy.py --property mutual_exclusion --engine native",
            },
            "second": {
                "engine": "oracle",
                "said": "holds",
                "command": "raceproof check lock_toy.py --property mutual_exclusion --engine oracle",
            },
        }
    ] == found["disagreements"][:1]
    assert "disagreement" == found["claims"][0]["rung"]


def test_a_limit_ends_with_3(invoke: Any) -> None:
    ended = invoke("assure", "lock", "--property", "everyone_can_come_to_rest", "--max-states", "2")

    assert (3, "") == (ended.code, ended.errors)
    assert LIMITED == without_seconds(ended.out)


def test_an_interruption_ends_with_3_and_says_what_is_known(
    invoke: Any, lock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(engine: EngineName, *rest: Any) -> tuple[Verdict, ...]:
        if engine == "bounded":
            raise KeyboardInterrupt
        return _honest(engine, *rest)

    monkeypatch.setattr(engines, "ask", ask)
    ended = invoke("assure", lock, "--variant", "fixed", "--property", "mutual_exclusion", "--at-most", "Worker=3")

    assert 3 == ended.code
    assert "✓  mutual_exclusion  exhausted up to Worker=3: 4 states" in ended.out
    assert "Interrupted: what is above is what was known by then." in ended.out


def test_the_json_has_everything(invoke: Any, lock: str) -> None:
    ended = invoke("assure", lock, "--at-most", "Worker=3", "--max-seconds", "600", "--json", "-")
    found = decode(ended.out.encode())

    assert ("lock_toy.py", "racy", {"Worker": 2}) == (found.model, found.variant, found.default_scope)
    assert {
        "mutual_exclusion": "violated",
        "someone_works": "reached",
        "no_deadlock": "proved in the default scope",
        "assertions": "proved for every size",
    } == {claim.property: claim.rung for claim in found.claims}
    violated = found.claims[0]
    assert violated.event is not None
    assert violated.event.trace is not None
    assert ({"Worker": 2}, 4, True) == (violated.event.scope, len(violated.event.trace), violated.smallest)
    assert [({"Worker": 2}, 13), ({"Worker": 1}, 3), ({"Worker": 3}, 45)] == [
        (visit.scope, visit.states) for visit in found.visits
    ]
    assert found.claims[3].certificate is not None
    assert ["Worker"] == list(found.open)
    assert "raceproof assure lock_toy.py --at-most Worker=3 --max-seconds 600 --max-states 20000000" == found.command


def test_a_file_that_is_no_climb_is_refused() -> None:
    with pytest.raises(UsageError, match="this is no climb of raceproof's: "):
        decode(b"{}")


def test_a_size_that_is_given_is_kept_on_all_rungs(invoke: Any, lock: str) -> None:
    ended = invoke("assure", lock, "--variant", "fixed", "--property", "mutual_exclusion", "--scope", "Worker=2")

    assert 0 == ended.code
    assert "✓  mutual_exclusion  proved; exhausted: 3 states" in ended.out
    assert "1 scope searched to the end, 3 states" in ended.out


def test_a_violation_outside_of_the_default_scope_says_how_to_leave_it_out(invoke: Any) -> None:
    options = ("--property", "mutual_exclusion", "--at-most", "Side=3")
    ended = invoke("assure", "peterson", *options)

    assert 1 == ended.code
    text = " ".join(ended.out.split())
    assert "though it holds in the default scope" in text
    assert "mutual_exclusion is violated in 8 steps at Side=3" in ended.out
    assert "note: if Side=3 makes no sense in this model, --scope, --at-least or --at-most can say so" in text


def test_an_endless_ordinal_is_told_as_any_number(invoke: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    options = ("--at-most", "Worker=2", "--property", "newest_version_goes_live", "--property", "assertions")
    ended = invoke("assure", "rollout", *options)

    assert 0 == ended.code
    assert "newest_version_goes_live  exhausted up to Worker=2, any number of Version: 174 states" in ended.out
    assert "(Version has no last member, which the solvers need)" in ended.out


def test_an_ordinal_that_is_made_endless_is_so_in_every_command(invoke: Any, tmp_path: Path) -> None:
    (tmp_path / "bakery.py").write_text(
        "from raceproof.checker import Model, Ordinal, Steps, always, process, until\n"
        "class Ticket(Ordinal, size=4):\n"
        "    pass\n"
        "class Bakery(Model):\n"
        "    drawn: Ticket = Ticket.none\n"
        "    called: Ticket = Ticket.none\n"
        "    @process\n"
        "    def guests(self) -> Steps:\n"
        "        while True:\n"
        "            yield until(lambda: self.drawn == self.called, 'draw a ticket')\n"
        "            self.drawn += 1\n"
        "    @process\n"
        "    def baker(self) -> Steps:\n"
        "        while True:\n"
        "            yield until(lambda: self.called < self.drawn, 'call the next')\n"
        "            self.called = self.drawn\n"
        "@always\n"
        "def nobody_waits(m: Bakery) -> bool:\n"
        "    return m.drawn == m.called\n",
        encoding="utf-8",
    )
    ended = invoke("assure", "bakery.py", "--scope", "Ticket=4+")

    assert 1 == ended.code
    assert "✗  nobody_waits  violated in 1 step" in ended.out
    assert "✓  no_deadlock   exhausted, any number of Ticket: 4 states" in ended.out
    assert "Reproduce: raceproof check bakery.py --property nobody_waits --scope Ticket=4+\n" in ended.out


def test_a_model_that_goes_wrong_ends_with_2(invoke: Any, tmp_path: Path) -> None:
    (tmp_path / "purse.py").write_text(
        "from typing import Annotated\n"
        "from raceproof.checker import Model, Steps, process\n"
        "class Purse(Model):\n"
        "    coins: Annotated[int, range(0, 2)] = 0\n"
        "    @process\n"
        "    def earn(self) -> Steps:\n"
        "        while True:\n"
        "            yield 'earn'\n"
        "            self.coins += 1\n",
        encoding="utf-8",
    )
    ended = invoke("assure", "purse.py")

    assert (2, "") == (ended.code, ended.out)
    assert ": coins becomes 2, which is not in 0..1\n --> purse.py:9\n" in ended.errors


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--variant", "odd"), "lock_toy.py has no variant 'odd'; there is fixed, racy"),
        (("--property", "odd"), "lock_toy.py has no property 'odd'"),
        (("--at-least", "Boss=2"), "the scope names Boss, which is no domain of the model"),
        (("--scope", "Worker=2", "--at-most", "Worker=3"), "--scope keeps Worker at 2; leave out its --at-least or"),
        (("--at-least", "Worker=4", "--at-most", "Worker=3"), "--at-least and --at-most leave no size for Worker"),
    ],
)
def test_a_wrong_call_ends_with_2(invoke: Any, lock: str, options: tuple[str, ...], message: str) -> None:
    ended = invoke("assure", lock, *options)

    assert (2, "") == (ended.code, ended.out)
    assert message in ended.errors


def test_the_help_names_the_rungs_and_the_exit_codes(invoke: Any) -> None:
    ended = invoke("assure", "--help")

    text = " ".join(ended.out.split())
    assert "6 a proof for every size, checked by Z3 and by cvc5" in text
    assert "4 where two engines disagree" in text


def test_a_rung_with_one_engine_behind_it_says_so(invoke: Any, lock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(engine: EngineName, *rest: Any) -> tuple[Verdict, ...]:
        if engine != "native":
            raise UsageError("not here")
        return _honest(engine, *rest)

    monkeypatch.setattr(engines, "ask", ask)
    ended = invoke("assure", lock, "--property", "no_deadlock", "--scope", "Worker=2")

    assert "✓  no_deadlock  exhausted: 13 states  native alone\n" in ended.out
