"""What `raceproof fixes` does, once its options are read."""

from __future__ import annotations

import sys
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass, replace

from raceproof.checker.check import run
from raceproof.checker.cli import files
from raceproof.checker.cli.designs import Designs, open_designs
from raceproof.checker.cli.proofs import Proofs, asked_for, prove_designs
from raceproof.checker.cli.runs import HOLDS, UNDECIDED, VIOLATED, Run, exit_code, limits, never_taken
from raceproof.checker.cli.screens.progress import ProgressLine
from raceproof.checker.cli.screens.report import Report
from raceproof.checker.cli.screens.screen import Screen
from raceproof.checker.cli.screens.surveyed import WholeReport
from raceproof.checker.cli.screens.surveyed_variant import VariantReport
from raceproof.checker.cli.surveying import Order, Surveyed, survey
from raceproof.checker.errors import Code, InternalError, ModelError, UsageError
from raceproof.checker.fixes.results import encode, survey_result
from raceproof.checker.fixes.survey import without
from raceproof.checker.language import Variant
from raceproof.checker.language.space import Protections, written
from raceproof.checker.results import encode as encode_results


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignRun(Run):
    """A check of one design: the commands under its findings name its protections."""

    order: Order
    protections: Protections

    def command(self, claim: str) -> str:
        return self.order.command(self.protections, claim)


def perform(order: Order) -> int:
    """Survey, print, write; returns the exit code. Raises ModelError, UsageError."""
    files.check_writable(order.json_file)
    if order.only is not None and order.variant is not None:
        raise UsageError("--set and --variant each name what to look at; leave out one of them", code=Code.OPTIONS)
    alone = order.json_file == files.STANDARD_OUTPUT
    screen = Screen(quiet=alone)
    # A model that prints must not spoil the JSON.
    with redirect_stdout(sys.stderr) if alone else nullcontext():
        designs = open_designs(order.model, order.claims_file, order.properties, order.request.sizes)
        if order.only is not None:
            data, code = _one(order, designs, designs.space.read(order.only), screen)
        else:
            data, code = _survey(order, designs, screen)
    if order.json_file:
        files.write_output(order.json_file, data)
    return code


def _survey(order: Order, designs: Designs, screen: Screen) -> tuple[bytes, int]:
    """Every design, or a variant and it without each of its protections: as JSON, and the exit code."""
    if order.variant is None:
        done, proofs = _decided(order, designs, designs.space.sets, screen)
        WholeReport(screen, done, proofs).show()
        return _encoded(done, proofs), _exit_code(done, proofs, done.survey.minimal)
    protections = designs.of_variant(order.variant)
    fewer = (without(protections, name) for name in protections)
    done, proofs = _decided(order, designs, tuple(dict.fromkeys((*fewer, protections))), screen)
    VariantReport(screen, done, proofs).show(order.variant, protections)
    satisfied = (protections,) if done.survey.satisfied(protections) else ()
    return _encoded(done, proofs), _exit_code(done, proofs, satisfied)


def _decided(order: Order, designs: Designs, sets: tuple[Protections, ...], screen: Screen) -> tuple[Surveyed, Proofs]:
    """These designs, decided in their scope; those that are to be proved, as far as that goes."""
    done = survey(order, designs, sets, screen)
    asked = () if done.interrupted else asked_for(order, designs, done.survey)
    return done, prove_designs(order, designs, asked, screen)


def _exit_code(done: Surveyed, proofs: Proofs, satisfied: tuple[Protections, ...]) -> int:
    """What is not proved is no failure; a set that a proof has found to fail in another scope satisfies nothing."""
    if done.survey.undecided:
        return UNDECIDED
    return HOLDS if any(not proofs.refutes(found) for found in satisfied) else VIOLATED


def _encoded(done: Surveyed, proofs: Proofs) -> bytes:
    return encode(
        survey_result(
            done.survey,
            proofs.found,
            model=done.designs.subject.name,
            variant=done.order.variant,
            scope=done.baseline.lowered.system.scope,
            claims=[claim.name for claim in done.designs.claims],
            protections=done.designs.space.protections,
            seconds=done.seconds + proofs.seconds,
            command=done.order.command(),
        )
    )


def _one(order: Order, designs: Designs, protections: Protections, screen: Screen) -> tuple[bytes, int]:
    """One design, checked as `raceproof check` does: as JSON, and the exit code."""
    name = written(protections)
    line = ProgressLine(screen.errors.file, screen.width, name)
    try:
        prepared = designs.prepare(protections)
        verdicts = run(prepared, limits=limits(order.request, line))
    except (ModelError, InternalError) as error:
        error.add_note(f"while running: {order.command(protections)}")
        raise
    finally:
        line.clear()
    texts = [designs.space.protections[one].text for one in protections]
    variant = Variant(" ".join(texts) or "Without any protection.", lambda: designs.make(protections))
    subject = replace(designs.subject, variants={**designs.subject.variants, name: variant})
    unused = never_taken(prepared.lowered.system, verdicts)
    done = DesignRun(
        subject,
        name,
        order.request,
        prepared,
        verdicts,
        never_taken=unused,
        asked_everything=not order.properties,
        order=order,
        protections=protections,
    )
    Report(screen).show(done)
    return encode_results(done.results()), exit_code(verdicts)
