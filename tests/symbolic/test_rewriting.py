"""Rewriting many terms at once comes to the same terms as rewriting each; a literal stands for one lemma."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from raceproof.checker.opened import Opened, open_model
from raceproof.checker.symbolic.certificate import LemmaEntry, decode_lemma
from raceproof.checker.symbolic.grounding import Names
from raceproof.checker.symbolic.houdini import Houdini, Lemmas
from raceproof.checker.symbolic.obligations import after_step, next_state
from raceproof.checker.symbolic.rewriting import putting, stepping
from raceproof.checker.symbolic.smtlib import typing
from raceproof.checker.symbolic.z3terms import Z3Terms
from raceproof.checker.system.build import conjunction, forall, le, number, parameter, read
from raceproof.checker.system.substitute import substitute
from raceproof.checker.system.terms import Op, Term, subterms
from raceproof.model.dns import VARIANTS
from raceproof.properties.dns import CLAIMS

ROOT = Path(__file__).resolve().parent.parent.parent
"""Where the certificates are that this repository has."""


def opened(variant: str) -> Opened:
    told = json.loads((ROOT / "proofs" / f"dns-{variant}.json").read_text(encoding="utf-8"))
    claims = [claim for claim in CLAIMS if claim.name in told["claims"]]
    return open_model(VARIANTS[variant].make(), claims, told["scope"])


def lemmas(variant: str, model: Opened) -> list[Term]:
    told = json.loads((ROOT / "proofs" / f"dns-{variant}.json").read_text(encoding="utf-8"))
    return [decode_lemma(LemmaEntry(**entry), model.system) for entry in told["lemmas"]]


@pytest.mark.parametrize("variant", ["fixed", "compare-and-swap", "lease-fenced"])
def test_a_lemma_after_a_step_is_what_it_is_when_it_is_alone(variant: str) -> None:
    model = opened(variant)
    found = lemmas(variant, model)

    for command in model.system.commands:
        after = stepping(command)
        assert [after_step(next_state(lemma), command) for lemma in found] == [after.of(lemma) for lemma in found]


def quantified(variant: str, model: Opened) -> list[Term]:
    """The lemmas that say something of all members."""
    return [lemma for lemma in lemmas(variant, model) if lemma.op is Op.FORALL]


def test_a_quantifier_that_binds_a_name_of_the_step_is_renamed() -> None:
    model = opened("compare-and-swap")
    command = next(command for command in model.system.commands if command.parameters)
    (taken,) = command.parameters
    found = [lemma for lemma in quantified("compare-and-swap", model) if lemma.parameter.domain == taken.domain]
    clashing = [forall(taken, substitute(e.args[0], {parameter(e.parameter): parameter(taken)})) for e in found]

    assert found
    assert [after_step(next_state(e), command) for e in clashing] == [stepping(command).of(e) for e in clashing]
    assert [stepping(command).of(e) for e in found] != [stepping(command).of(e) for e in clashing]


def test_a_member_is_put_where_its_parameter_is() -> None:
    model = opened("lease-fenced")
    found = quantified("lease-fenced", model)

    assert found
    for lemma in found:
        body, bound = lemma.args[0], lemma.parameter
        member = Names().fresh(bound)
        assert substitute(body, {parameter(bound): member}) is putting(member, bound).of(body)


def test_what_terms_read_lies_in_its_domain_however_they_are_asked_for() -> None:
    model = opened("compare-and-swap")
    guards = [conjunction(command.guard) for command in model.system.commands]
    ground = [guard for guard in guards if all(node.op is not Op.FORALL for node in subterms((guard,)))]
    sizes = Lemmas.over(model.system, []).terms.sizes

    assert ground
    for guard in ground:
        terms = Z3Terms(sizes)
        assert {str(terms.of(part)) for part in typing((guard,), sizes)} == set(map(str, terms.types((guard,))))


@pytest.mark.parametrize("variant", ["fixed", "compare-and-swap"])
def test_lemmas_of_a_certificate_are_left_and_what_a_step_breaks_is_not(variant: str) -> None:
    model = opened(variant)
    found = lemmas(variant, model)
    (newest,) = (each for each in model.system.variables if each.name == "newest")
    wrong = [le(read(newest), number(code)) for code in range(3)]
    told: list[str] = []
    over = Lemmas.over(model.system, [*wrong, *found])

    left = {over.all[each] for each in Houdini(over, lambda: 10_000, told.append).inductive()}

    assert set(found) == left
    assert f"{len(found)} of {len(found) + 3} lemmas left" == told[-1]


def test_the_same_invariant_is_found_every_time() -> None:
    """Whatever the addresses of terms and the seeds of hashes are."""
    program = (
        "from raceproof.checker.prove import prove\n"
        "from raceproof.model.dns import VARIANTS\n"
        "from raceproof.properties.dns import CLAIMS\n"
        "claims = [claim for claim in CLAIMS if claim.name == 'live_tree_exists']\n"
        "found = prove(VARIANTS['never-zero'].make(), claims, name='dns', variant='never-zero')\n"
        "print(found.verdicts[0].certificate)\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }

    assert 1 == len(found)
    assert '"claims": ["live_tree_exists"]' in found.pop()
