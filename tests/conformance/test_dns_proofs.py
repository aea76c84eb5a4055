"""Proofs about the DNS variants: engines that prove agree with the search, and what has a certificate holds at every
size that can be searched."""

from __future__ import annotations

from pathlib import Path

import pytest

from raceproof.checker import Limits, Verdict, Violated
from raceproof.checker.check import prepare, run
from raceproof.checker.in_scope import prove_in_scope
from raceproof.checker.language import assertions
from raceproof.checker.options import Options
from raceproof.checker.symbolic.certificate import decode
from raceproof.checker.symbolic.obligations import PROVABLE
from raceproof.model.dns import VARIANTS
from raceproof.properties import dns

PROOFS = sorted((Path(__file__).parents[2] / "proofs").glob("*.json"))
CLAIMS = [*(claim for claim in dns.CLAIMS if claim.kind in PROVABLE), assertions]
PLAIN = Options(symmetry=False, partial_order=False)


def shape(verdict: Verdict) -> tuple[str, int | None]:
    return verdict.name, verdict.path.length if isinstance(verdict, Violated) and verdict.path else None


def silent(text: str) -> None:
    """Nobody listens."""


@pytest.mark.parametrize("variant", VARIANTS)
def test_induction_says_what_the_search_says(variant: str) -> None:
    prepared = prepare(VARIANTS[variant].make(), CLAIMS, {"Enactor": 2, "Endpoint": 1, "Plan": 2})
    explicit = run(prepared, options=PLAIN)
    found = prove_in_scope(prepared, "induction", Limits(max_depth=10), silent)
    decided = [number for number, verdict in enumerate(found) if verdict.name != "undecided"]

    assert decided
    assert [shape(explicit[number]) for number in decided] == [shape(found[number]) for number in decided]


@pytest.mark.parametrize("variant", ["incident", "fixed"])
def test_pdr_says_what_the_search_says(variant: str) -> None:
    prepared = prepare(VARIANTS[variant].make(), CLAIMS, {"Enactor": 2, "Endpoint": 1, "Plan": 2})
    explicit = run(prepared, options=PLAIN)
    found = prove_in_scope(prepared, "pdr", Limits(max_seconds=8), silent)
    decided = [number for number, verdict in enumerate(found) if verdict.name != "undecided"]

    assert [shape(explicit[number]) for number in decided] == [shape(found[number]) for number in decided]


@pytest.mark.parametrize("path", PROOFS, ids=lambda path: path.stem)
@pytest.mark.parametrize("sizes", [(1, 1, 5), (2, 1, 5), (3, 1, 4), (1, 3, 4), (2, 2, 4)])
def test_what_has_a_certificate_holds_at_every_size(path: Path, sizes: tuple[int, int, int]) -> None:
    given = decode(path.read_bytes())
    scope = {"Enactor": sizes[0], "Endpoint": sizes[1], "Plan": sizes[2], "FleetChange": 0}
    proved = [claim for claim in CLAIMS if claim.name in given.claims]
    verdicts = run(prepare(VARIANTS[given.variant].make(), proved, scope))

    assert sorted(given.claims) == sorted(claim.name for claim in proved)
    assert [("holds-in-scope", None)] * len(proved) == [shape(verdict) for verdict in verdicts]
