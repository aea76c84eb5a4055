"""Lemmas of the author's: proofs use them, and invariants are written as such lemmas, which prove the claims again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from raceproof.checker import (
    Claim,
    Id,
    Model,
    Ordinal,
    Proved,
    Steps,
    Undecided,
    Violated,
    always,
    each,
    each_step,
    forall,
    lemma,
    process,
    until,
)
from raceproof.checker.cli.subject import find
from raceproof.checker.opened import open_model
from raceproof.checker.prove import Outcome, prove
from raceproof.checker.recheck import recheck
from raceproof.checker.symbolic.candidates import Candidates
from raceproof.checker.symbolic.certificate import decode, decode_lemma
from raceproof.checker.symbolic.invariant import Invariant
from raceproof.checker.symbolic.obligations import PROVABLE
from raceproof.checker.symbolic.words.clauses import Clause, clauses_of, sharpened, without_needless
from raceproof.checker.symbolic.words.python import Unsayable, Written, write
from raceproof.checker.symbolic.words.telling import worth_telling
from raceproof.checker.system.build import FALSE, eq, le, lt, negation, number, parameter, read
from raceproof.checker.system.terms import Parameter, Term

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 80


class Ticket(Ordinal, size=3):
    """A number."""


class Guest(Id, size=2):
    """Somebody who waits."""


class Shelf(Id, size=2, names=("upper", "lower")):
    """Where copies are."""


class Office(Model):
    """Numbers are drawn, and copied to both shelves in two steps of a helper."""

    value: Ticket = Ticket.none
    copied: dict[Shelf, Ticket] = each(Ticket.none)

    @process
    def clerk(self) -> Steps:
        while True:
            yield until(lambda: self.value < Ticket.last, "next")
            self.value += 1

    @process(each=Guest)
    def guest(self, me: Guest) -> Steps:
        while True:
            for shelf in Shelf:
                yield from self.copy(shelf)

    def copy(self, shelf: Shelf) -> Steps:
        yield "read"
        seen = self.value
        yield "write"
        if seen > self.copied[shelf]:
            self.copied[shelf] = seen


@each_step
def never_newer(before: Office, after: Office) -> bool:
    """A copy is never newer than the number was."""
    return forall(Shelf, lambda s: after.copied[s] <= before.value)


@lemma
def copies_are_old(m: Office) -> bool:
    """What is on a shelf has been drawn."""
    return forall(Shelf, lambda s: m.copied[s] <= m.value)


@lemma
def seen_is_old(m: Office) -> bool:
    """What a guest has seen has been drawn."""
    return forall(Guest, lambda g: not m.guest[g].copy.at("write") or m.guest[g].copy.seen <= m.value)


@lemma
def not_needed(m: Office) -> bool:
    """True, and of no use; it asks for a local that nobody else asks for."""
    return forall(Guest, lambda g: m.guest[g].shelf == m.guest[g].shelf or m.guest[g].copy.shelf == Shelf.upper)


@lemma
def not_inductive(m: Office) -> bool:
    """True, and does not follow from itself: where nobody writes, what was seen is forgotten."""
    return forall(Guest, lambda g: m.guest[g].copy.at("write") or m.guest[g].copy.seen == Ticket.none) or True


@lemma
def wrong(m: Office) -> bool:
    """False when the second number is drawn."""
    return m.value <= Ticket.first


@lemma
def counts_all(m: Office) -> bool:
    """Needs to know how many guests there are."""
    return len(Guest) > 0


@pytest.fixture
def no_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Candidates, "found", lambda self, conditions: [])


def outcome(*lemmas: Claim) -> Outcome:
    return prove(Office(), [never_newer], lemmas=lemmas, name="test", variant="default")


def names(found: Outcome) -> list[str]:
    """What the verdicts are called, of the claims and of the lemmas."""
    return [verdict.name for verdict in (*found.verdicts, *found.lemmas)]


@pytest.mark.usefixtures("no_candidates")
def test_lemmas_prove_what_the_claims_alone_do_not() -> None:
    assert ["undecided"] == names(outcome())
    assert ["undecided", "undecided"] == names(outcome(copies_are_old))
    assert ["proved", "proved", "proved"] == names(outcome(copies_are_old, seen_is_old))


@pytest.mark.usefixtures("no_candidates")
def test_the_certificate_has_the_lemmas_that_are_used_and_no_other() -> None:
    """A lemma may ask for locals, which are kept for it: the certificate is of the system without those of others."""
    found = outcome(not_needed, copies_are_old, seen_is_old)
    assert isinstance(found.verdicts[0], Proved)
    certificate = decode(found.verdicts[0].certificate.encode())

    assert ["proved", "undecided", "proved", "proved"] == names(found)
    assert ["never_newer", "copies_are_old", "seen_is_old"] == certificate.claims
    assert 0 < recheck(certificate, Office(), [never_newer, copies_are_old, seen_is_old])


def test_a_lemma_may_be_of_no_use() -> None:
    """Candidates are found all the same; what needs to know a size is left out."""
    found = outcome(counts_all, copies_are_old, not_inductive)
    said = [verdict.why for verdict in found.lemmas if isinstance(verdict, Undecided)]

    assert ["proved", "undecided", "proved", "undecided"] == names(found)
    assert [True, False] == [why.startswith("holds in the usual scope, not proved for every size: ") for why in said]


def test_a_wrong_lemma_is_shown_with_its_trace() -> None:
    found = outcome(wrong, copies_are_old, seen_is_old)

    assert ["proved", "violated", "proved", "proved"] == names(found)
    assert isinstance(found.lemmas[0], Violated)
    assert found.lemmas[0].path is not None
    assert 2 == found.lemmas[0].path.length


def test_an_invariant_is_written_as_lemmas() -> None:
    found = outcome()
    assert found.opened is not None
    assert found.invariant is not None
    clauses = worth_telling(found.opened.system, found.invariant, lambda: 10_000)
    written = write(Office(), found.opened.lowered, clauses, (), WIDTH)

    assert [*written.lines()] == EXPECTED.splitlines()


EXPECTED = f'''\
from raceproof.checker import forall, lemma
from {__name__} import Guest, Office, Shelf


@lemma
def every_copied_shelf_at_most_value(m: Office) -> bool:
    """Of every shelf: copied of the shelf is at most value."""
    return forall(Shelf, lambda s: m.copied[s] <= m.value)


@lemma
def every_seen_at_most_value(m: Office) -> bool:
    """Of every guest: its seen is at most value."""
    return forall(Guest, lambda g: m.guest[g].copy.seen <= m.value)
'''


class Lift(Model):
    """Nobody ever gets to the last place; both copies of a flag say so."""

    broken: bool = False
    stopped: dict[Shelf, bool] = each(False)

    @process(each=Guest)
    def guest(self, me: Guest) -> Steps:
        while True:
            yield "go up"
            if self.broken:
                yield "wait for help"
                self.stopped[Shelf.upper] = True
                self.stopped[Shelf.lower] = True


@always
def goes_on(m: Lift) -> bool:
    """The lift never stops."""
    return forall(Shelf, lambda s: not m.stopped[s])


def test_a_place_where_nobody_ever_is_is_written_as_such() -> None:
    opened = open_model(Lift(), [goes_on], {})
    (place,) = (variable for variable in opened.system.variables if variable.name == "guest.at")
    anybody = Parameter("Guest?0", place.keys[0].of_members)
    clause = Clause((anybody,), read(place, (parameter(anybody),)), frozenset({1}), (), FALSE)
    clauses = [*clauses_of(clause.term)]

    assert [clause] == clauses
    assert (
        "@lemma",
        "def never_wait_for_help(m: Lift) -> bool:",
        '    """A guest never waits at \'wait for help\'."""',
        '    return forall(Guest, lambda g: not m.guest[g].at("wait for help"))',
    ) == write(Lift(), opened.lowered, clauses, (), WIDTH).lemmas[0]


class Twice(Model):
    """The same label at two places that differ in nothing else."""

    value: Ticket = Ticket.none

    @process(each=Guest)
    def guest(self, me: Guest) -> Steps:
        yield "wait"
        yield "wait"
        self.value = Ticket.first


@always
def nothing_yet(m: Twice) -> bool:
    """Something to lower."""
    return m.value == Ticket.none


def test_places_that_nothing_tells_apart_cannot_be_written() -> None:
    opened = open_model(Twice(), [nothing_yet], {})
    (place,) = (variable for variable in opened.system.variables if variable.name == "guest.at")
    anybody = Parameter("Guest?0", place.keys[0].of_members)
    fact = opened.properties[0].predicate
    both, second = (
        Clause((anybody,), read(place, (parameter(anybody),)), codes, (), fact)
        for codes in (frozenset({0, 1}), frozenset({1}))
    )

    assert 1 == len(write(Twice(), opened.lowered, [both], (), WIDTH).lemmas)
    with pytest.raises(Unsayable) as caught:
        write(Twice(), opened.lowered, [second], (), WIDTH)
    assert (
        "guest waits at several places 'wait' that differ in nothing that a claim may ask for; "
        "give them labels of their own" == str(caught.value)
    )


def test_clauses_are_joined_and_those_that_others_imply_left_out() -> None:
    opened = open_model(Twice(), [nothing_yet], {})
    (place,) = (variable for variable in opened.system.variables if variable.name == "guest.at")
    (value,) = (variable for variable in opened.system.variables if variable.name == "value")
    anybody = Parameter("Guest?0", place.keys[0].of_members)
    here, a, b = read(place, (parameter(anybody),)), read(value), parameter(Parameter("Ticket?1", value.domain))

    def clause(fact: Term, *codes: int) -> Clause:
        return Clause((anybody,), here if codes else None, frozenset(codes), (), fact)

    assert [clause(lt(a, b))] == without_needless([clause(le(a, b), 1), clause(lt(a, b)), clause(negation(eq(a, b)))])
    assert [clause(eq(a, number(0)))] == without_needless([clause(eq(a, number(0))), clause(le(a, b), 0, 1)])
    assert [clause(lt(a, b), 0)] == without_needless([clause(lt(a, b), 0)])
    assert [clause(eq(a, b), 1)] == sharpened([clause(le(a, b), 1), clause(le(b, a), 1)])
    assert [clause(lt(a, b))] == sharpened([clause(negation(eq(a, b))), clause(le(a, b))])
    assert [clause(FALSE, 0)] == sharpened([clause(le(a, b), 0), clause(lt(b, a), 0)])
    assert [clause(le(a, b), 0), clause(le(b, a), 1)] == sharpened([clause(le(a, b), 0), clause(le(b, a), 1)])


def of_certificate(variant: str) -> tuple[Written, list[Claim]]:
    """The invariant of a committed certificate as Python, and what it proves."""
    certificate = decode((ROOT / "proofs" / f"dns-{variant}.json").read_bytes())
    subject = find("dns")
    known = {claim.name: claim for claim in subject.claims}
    claims = [known[name] for name in certificate.claims]
    opened = open_model(subject.make(variant), claims, certificate.scope)
    lemmas = tuple(decode_lemma(entry, opened.system) for entry in certificate.lemmas)
    clauses = worth_telling(opened.system, Invariant(lemmas, opened.properties), lambda: 10_000)
    return write(opened.model, opened.lowered, clauses, known, WIDTH), [c for c in claims if c.location]


@pytest.mark.usefixtures("no_candidates")
@pytest.mark.parametrize("variant", ["atomic", "compare-and-swap", "delete-unreferenced", "fixed"])
def test_what_is_pasted_proves_again(variant: str, tmp_path: Path) -> None:
    """A committed proof as Python, in a file of claims as the command line loads it: no candidate lemma is needed."""
    written, proved = of_certificate(variant)
    path = tmp_path / f"pasted_{variant.replace('-', '_')}.py"
    path.write_text(written.file("Pasted.", proved), encoding="utf-8")
    subject = find("dns", str(path))
    claims = [claim for claim in subject.claims if claim.kind in PROVABLE]
    found = prove(subject.make(variant), claims, lemmas=subject.lemmas, name="dns", variant=variant)

    assert {claim.name for claim in (*proved, *subject.claims)} == {claim.name for claim in subject.claims}
    assert len(written.lemmas) == len(subject.lemmas)
    assert ["proved"] * len(claims) == [verdict.name for verdict in found.verdicts]


@pytest.mark.parametrize("variant", ["compare-and-swap", "single-leader", "lease-fenced", "recheck-after-lock"])
def test_what_is_written_is_formatted(variant: str, tmp_path: Path) -> None:
    written, proved = of_certificate(variant)
    path = tmp_path / "pasted.py"
    path.write_text(written.file("Pasted.", proved), encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--line-length", str(WIDTH), "--isolated", str(path)]
    formatted = subprocess.run([*ruff, "format", "--diff", *options], capture_output=True, text=True, check=False)
    checked = subprocess.run(
        [*ruff, "check", "--select", "E,F,I", *options], capture_output=True, text=True, check=False
    )

    assert "" == formatted.stdout
    assert "All checks passed!\n" == checked.stdout
