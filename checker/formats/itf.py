"""A trace in the Informal Trace Format of Apalache and Quint, for the tools around them.

Tables are maps, `true` and `false` truth values, whole numbers `#bigint`, everything else a string; the places and
locals of processes are maps by process. Who took which step stands where Quint puts it, in `mbt::actionTaken` and
`mbt::nondetPicks`. (apalache-mc.org/docs/adr/015adr-trace.html)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from raceproof.checker.errors import Code, UsageError
from raceproof.checker.formats.told import Told
from raceproof.checker.results import StepResult

ACTION_TAKEN: Final = "mbt::actionTaken"
PICKS: Final = "mbt::nondetPicks"
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_DESCRIPTION = "https://apalache-mc.org/docs/adr/015adr-trace.html"


def to_itf(told: Told) -> bytes:
    """The trace, with the model, variant, scope and claim that it is about among its metadata. Raises UsageError for an
    entry whose name ITF keeps for itself."""
    result = told.stored
    initial, steps = result.initial or {}, result.trace or ()
    places = _places(initial, steps)
    states = [
        {"#meta": {"index": 0}, **_state(initial, places), ACTION_TAKEN: "init", PICKS: _picks(None)},
        *(
            {"#meta": {"index": number}, **_state(step.state, places), ACTION_TAKEN: step.label, PICKS: _picks(step)}
            for number, step in enumerate(steps, start=1)
        ),
    ]
    meta = {
        "format": "ITF",
        "format-description": _DESCRIPTION,
        "source": result.model,
        "status": "violation" if told.violated else "ok",
        "description": told.headline,
        "variant": result.variant,
        "scope": result.scope,
        "property": result.property,
        "claims": result.claims,
    }
    names = dict.fromkeys(variable for variable, _ in places.values())
    data = {"#meta": meta, "vars": [*names, ACTION_TAKEN, PICKS], "states": states}
    return msgspec.json.format(msgspec.json.encode(data), indent=2) + b"\n"


def _places(initial: Mapping[str, str], steps: tuple[StepResult, ...]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """For each entry, the variable that holds it, and its key there: `alias` at `public`, `enactor.mine` at
    `enactor 1`."""
    actors = sorted((name.removesuffix(".at") for name in initial if name.endswith(".at")), key=len, reverse=True)
    processes = {step.actor: step.process for step in steps}
    kinds = {actor: _process_of(actor, processes) for actor in actors}
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for name in initial:
        owner = next((actor for actor in actors if name.startswith(f"{actor}.")), None)
        table, bracket, key = name.partition("[")
        if name.startswith("#") or "::" in name:
            raise UsageError(
                f"the entry {name!r} cannot be written as ITF, which keeps such names for itself", code=Code.ITF
            )
        if owner is not None:
            process, path = kinds[owner], name[len(owner) + 1 :]
            found[name] = (name, ()) if process in (None, owner) else (f"{process}.{path}", (owner,))
        elif bracket and name.endswith("]"):
            found[name] = (table, tuple(key[:-1].split(", ")))
        else:
            found[name] = (name, ())
    return found


def _process_of(actor: str, processes: Mapping[str, str]) -> str | None:
    """The process of an instance, as far as the file knows: those that never move are known by their likes."""
    if actor in processes:
        return processes[actor]
    return next((process for process in processes.values() if re.match(rf"{re.escape(process)}[ (]", actor)), None)


def _state(entries: Mapping[str, str], places: Mapping[str, tuple[str, tuple[str, ...]]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, (variable, key) in places.items():
        value = _value(entries.get(name, ""))
        if not key:
            found[variable] = value
            continue
        keyed = _value(key[0]) if len(key) == 1 else {"#tup": [_value(part) for part in key]}
        found.setdefault(variable, {"#map": []})["#map"].append([keyed, value])
    return found


def _value(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    return {"#bigint": text} if _WHOLE.fullmatch(text) else text


def _picks(step: StepResult | None) -> dict[str, Any]:
    """Who moved and what was chosen, as the options of Quint."""
    picked = {"process": step.actor if step else None, "choice": step.choice_text if step else None}
    return {
        name: {"tag": "None", "value": {"#tup": []}} if text is None else {"tag": "Some", "value": _value(text)}
        for name, text in picked.items()
    }
