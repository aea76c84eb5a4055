"""Every violation of every built-in model is explained, and what the explanation says is so in the trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from raceproof.checker.check import prepare, run
from raceproof.checker.cli.subject import built_in_names, find, is_about
from raceproof.checker.explain import Explanation, Reason, explain
from raceproof.checker.verdict import Violated

ROOT = Path(__file__).resolve().parent.parent.parent
MODELS = [name for name in built_in_names() if name != "die_hard"]
"""All but the puzzle, in which what is violated is the claim that it cannot be solved: nobody races."""


@cache
def explained(model: str) -> tuple[tuple[str, Explanation], ...]:
    """Every violation of every variant of a model, with its explanation."""
    found = []
    subject = find(model)
    for variant in subject.variants:
        made = subject.make(variant)
        prepared = prepare(made, [claim for claim in subject.claims if is_about(claim, made)])
        for verdict in run(prepared, "portable"):
            if isinstance(verdict, Violated) and verdict.path is not None:
                found.append((f"{variant} {verdict.claim.name}", explain(prepared, verdict)))
    return tuple(found)


def state(found: Explanation, step: int) -> Mapping[str, str]:
    """The state after a step, as the trace has it."""
    return found.trace.steps[step - 1].state if step else found.trace.initial


def reasons(reason: Reason | None) -> Iterator[Reason]:
    if reason is not None:
        yield reason
        for part in reason.because:
            yield from reasons(part)


def source_at(place: str) -> set[str]:
    """The lines from a place on, without spaces, in every file of that name."""
    name, _, line = place.partition(":")
    found = [path for folder in ("properties", "model", "model/dns") for path in (ROOT / folder).glob(name)]
    return {"".join("".join(path.read_text().splitlines()[int(line) - 1 :][:12]).split()) for path in found}


@pytest.mark.parametrize("model", MODELS)
def test_what_a_stale_decision_says_is_so_in_the_trace(model: str) -> None:
    wrong: list[Any] = []
    for name, found in explained(model):
        for d in found.decisions:
            last = len(found.trace) if d.kind == "permission" else d.use - 1
            actors = [found.trace.steps[number - 1].process for number in (d.check, d.overwritten, d.use)]
            changed = {change.name for change in found.trace.steps[d.overwritten - 1].changes}
            so = (
                (d.check < d.overwritten < d.use or (d.kind == "permission" and d.overwritten <= d.use))
                and [d.actor, d.overwriter] == actors[:2]
                and (d.kind == "permission" or d.actor == actors[2])
                and d.actor != d.overwriter
                and d.entry in changed
                and state(found, d.check)[d.entry] == d.known
                and state(found, d.overwritten)[d.entry] == state(found, last)[d.entry] == d.now != d.known
            )
            if not so:
                wrong.append((name, d))

    assert [] == wrong


@pytest.mark.parametrize("model", MODELS)
def test_every_condition_is_quoted_from_where_it_stands(model: str) -> None:
    wrong: list[Any] = []
    for name, found in explained(model):
        conditions = [condition for note in found.steps for condition in note.conditions]
        for reason in (part for asked in (found.conjuncts, *conditions) for part in reasons(asked)):
            quoted = "".join(reason.text.removesuffix("…").split())
            if not any(quoted in source for source in source_at(reason.place)):
                wrong.append((name, reason))

    assert [] == wrong


@pytest.mark.parametrize("model", MODELS)
def test_the_false_part_of_a_claim_is_false_and_the_last_step_matters(model: str) -> None:
    for name, found in explained(model):
        assert found.conjuncts is None or not found.conjuncts.holds, name
        assert not found.steps or found.steps[-1].matters, name
        assert len(found.steps) == len(found.trace), name
        assert "" != found.sentence, name
