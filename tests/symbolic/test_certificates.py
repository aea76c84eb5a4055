"""Certificates: a good one is accepted, and every change of it is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from raceproof.checker.errors import ModelError
from raceproof.checker.prove import Outcome, prove
from raceproof.checker.recheck import recheck
from raceproof.checker.symbolic.certificate import MOST_BYTES, Certificate, CertificateRefused, decode, encode
from raceproof.checker.verdict import Proved
from raceproof.model.dns import VARIANTS
from raceproof.properties.dns import never_empty, never_goes_back

CLAIMS = [never_empty, never_goes_back]


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return prove(VARIANTS["atomic"].make(), CLAIMS, name="dns", variant="atomic")


@pytest.fixture(scope="module")
def text(outcome: Outcome) -> str:
    verdict = outcome.verdicts[0]
    assert isinstance(verdict, Proved)
    return verdict.certificate


def checked(content: dict[str, Any], variant: str = "atomic") -> int:
    """Check a certificate with what its content claims: one that was changed is sealed again."""
    try:
        given = msgspec.convert(content, Certificate).sealed
    except msgspec.ValidationError as error:
        raise CertificateRefused(str(error)) from error
    claims = [claim for claim in CLAIMS if claim.name in given.claims]
    return recheck(decode(encode(given)), VARIANTS[variant].make(), claims)


def test_a_good_certificate_is_accepted(text: str) -> None:
    content = json.loads(text)

    assert len(content["obligations"]) == checked(content)
    assert text == encode(decode(text.encode())).decode()


def literals(term: Any, place: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Every way to change one literal of a lemma: its operator or its number."""
    other = {"==": "<=", "<=": "<", "<": "==", "and": "or", "or": "and"}
    if isinstance(term, list):
        if term[0] in other:
            yield (*place, 0), other[term[0]]
        if term[0] == "not":
            yield place, term[1]
        elif term[0] not in ("read", "any", "for all", "and", "or"):
            yield place, ["not", term] if term[0] in ("==", "<", "<=") else term
        for position, part in enumerate(term[1:], 1):
            yield from literals(part, (*place, position))
    elif isinstance(term, int) and not isinstance(term, bool):
        yield place, term + 1


def put(term: Any, place: tuple[int, ...], new: Any) -> Any:
    if not place:
        return new
    return [put(part, place[1:], new) if at == place[0] else part for at, part in enumerate(term)]


def test_a_file_with_any_part_changed_is_refused(text: str) -> None:
    for position in range(0, len(text), 97):
        if not text[position].isspace():
            with pytest.raises(CertificateRefused):
                decode((text[:position] + "7" * (text[position] == "8") + text[position + 1 :]).encode())


def test_a_lemma_with_a_literal_changed_is_refused_unless_it_is_a_proof_all_the_same(text: str) -> None:
    """What a lemma reads as, and the digest, are changed along with it, so that only the proof can tell."""
    content = json.loads(text)
    changes = [
        (number, put(lemma["term"], place, new))
        for number, lemma in enumerate(content["lemmas"])
        for place, new in literals(lemma["term"])
        if put(lemma["term"], place, new) != lemma["term"]
    ]
    refused = 0
    for number, term in changes:
        changed = json.loads(text)
        changed["lemmas"][number] = {"reads": _reads(term), "term": term}
        try:
            checked(changed)
        except CertificateRefused:
            refused += 1

    assert 10 < len(changes)
    assert len(changes) * 2 // 3 < refused


def _reads(term: Any) -> str:
    from raceproof.checker.opened import open_model
    from raceproof.checker.symbolic.certificate import decode_term
    from raceproof.checker.system.terms import show

    system = open_model(VARIANTS["atomic"].make(), CLAIMS, {}).system
    try:
        return show(decode_term(term, system))
    except CertificateRefused:
        return "nothing"


@pytest.mark.parametrize("field", ["lemmas", "obligations", "claims"])
def test_a_certificate_with_anything_dropped_is_refused(field: str, text: str) -> None:
    content = json.loads(text)
    for position in range(0, len(content[field]), 7):
        changed = json.loads(text)
        del changed[field][position]
        with pytest.raises(CertificateRefused):
            checked(changed)


def test_a_lemma_that_reads_as_another_is_refused(text: str) -> None:
    content = json.loads(text)
    content["lemmas"][0]["reads"] = "(0 == 0)"

    with pytest.raises(CertificateRefused, match="is not what it reads as"):
        checked(content)


def test_a_certificate_of_another_model_is_refused(text: str) -> None:
    with pytest.raises(CertificateRefused, match="is of another model"):
        checked(json.loads(text), variant="fixed")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", 2),
        ("system", "0" * 63),
        ("scope", {"Endpoint": -1}),
        ("scope", {"Endpoint": 3, "FleetChange": 0}),
        ("open", ["Enactor"]),
        ("open", "Enactor"),
        ("claims", []),
        ("lemmas", [{"reads": "x", "term": ["read", "nothing"]}]),
        ("lemmas", [{"reads": "x", "term": ["read", "tree", 1]}]),
        ("lemmas", [{"reads": "x", "term": ["any", "Plan?0"]}]),
        ("lemmas", [{"reads": "x", "term": ["<", True, 1]}]),
        ("lemmas", [{"reads": "x", "term": ["__import__", "os"]}]),
        ("lemmas", [{"reads": "x", "term": {"a": 1}}]),
        ("more", 1),
    ],
)
def test_what_does_not_fit_is_refused(field: str, value: Any, text: str) -> None:
    content = json.loads(text)
    content[field] = value

    with pytest.raises((CertificateRefused, ModelError)):
        checked(content)


def test_a_lemma_that_is_nested_without_end_is_refused(text: str) -> None:
    content, deep = json.loads(text), True
    nested: Any = deep
    for _ in range(200):
        nested = ["not", nested]
    content["lemmas"][0]["term"] = nested

    with pytest.raises(CertificateRefused, match="nested too deeply"):
        checked(content)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"{}", b"[" * 100_000, b" " * (MOST_BYTES + 1)])
def test_what_is_no_certificate_is_refused(data: bytes) -> None:
    with pytest.raises(CertificateRefused):
        decode(data)
