"""Spots: where a process waits, as claims may ask for it, finer than by a label: inside which calls of helpers, and
with which items of the loops around.

`m.enactor[e].clean_up` stands for the call of a helper that is under way; `at("install", endpoint=Endpoint.fips)` for
the place in one turn of a loop. A name is that of the innermost function that has it.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from raceproof.checker.errors import Code, ModelError, did_you_mean, mistake
from raceproof.checker.language.processes import Member
from raceproof.checker.language.reading import names_stored
from raceproof.checker.lowering.items import Items, OpenItems, is_instance, key_of
from raceproof.checker.lowering.liveness import Names
from raceproof.checker.lowering.passing import passed
from raceproof.checker.lowering.source import Source, bind
from raceproof.checker.lowering.walk import Call, For, Walk

if TYPE_CHECKING:
    from raceproof.checker.lowering.places import Place


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the author's words: the helpers that are under way, and the loop variables and arguments that have one
    value there."""

    helpers: tuple[str, ...]
    known: Mapping[str, Any]

    def is_inside(self, helpers: Sequence[str]) -> bool:
        return self.helpers[: len(helpers)] == tuple(helpers)

    def shared(self, other: Spot) -> Spot:
        """What two instances have in common that wait at the same control location."""
        known = {
            name: value
            for name, value in self.known.items()
            if name in other.known and key_of(value) == key_of(other.known[name])
        }
        return Spot(self.helpers, known)


def spot_of(place: Place, instance: Sequence[Any]) -> Spot:
    """The spot of a place. What is known only because it is who acts is left out: that is not for the place to say."""
    own = {key_of(element) for element in instance}
    known: dict[str, Any] = {}
    helpers: list[str] = []
    turns: dict[str, Any] = {}
    depth = 0
    for frame in place.frames:
        match frame:
            case Call(source=source):
                helpers += [source.name] if depth else []
                named = {name: node.id for name, node in passed(frame).items() if isinstance(node, ast.Name)}
                same = {name: turns[given] for name, given in named.items() if given in turns}
                hide(known, source)
                held = {name: value for name, value in place.known[depth].items() if key_of(value) not in own}
                known.update(same | held)
                turns, depth = {}, depth + 1
            case For(node=node, items=Items() as items, at=at) if at > 0:
                taken: dict[str, Any] = {}
                bind(node.target, items[at - 1], taken, _source_of(place, depth))
                turns.update({name: taken[name] for name in names_stored(node.target)})
                known.update(turns)
            case _:
                pass
    return Spot(tuple(helpers), {name: value for name, value in known.items() if not is_instance(value)})


def hide(known: dict[str, Any], source: Source) -> None:
    """Forget what the functions around know by names that a function uses for its own."""
    for name in (*source.arguments, *source.locals):
        known.pop(name, None)


def _source_of(place: Place, depth: int) -> Source:
    return [frame.source for frame in place.frames if isinstance(frame, Call)][depth - 1]


def helper_named(cls: type, name: str) -> Callable[..., Any] | None:
    """The method of a model with this name that yields and is no process; None where there is none."""
    found = inspect.getattr_static(cls, name, None)
    return found if inspect.isgeneratorfunction(found) and not isinstance(found, Member) else None


def helpers_of(cls: type) -> list[str]:
    """The names of the methods of a model that yield and are no processes."""
    return [name for name in dir(cls) if not name.startswith("__") and helper_named(cls, name)]


def unknown_here(who: str, label: str, name: str, known: Iterable[str]) -> ModelError:
    """What is wrong with asking for a place by a name that has no one value there."""
    return mistake(
        f"'{name}' has no one value where {who} waits at '{label}'",
        f"at() tells the turns of a loop apart, and the calls of a helper; {did_you_mean(name, known)}",
        code=Code.CLAIM_ASKS,
    )


def open_loops(walk: Walk) -> list[Names]:
    """For each call under way, the variables of its loops over any number of members: where these loops are."""
    found: list[Names] = []
    for frame in walk.frames:
        if isinstance(frame, Call):
            found.append(frozenset())
        elif isinstance(frame, For) and isinstance(frame.items, OpenItems) and frame.at > 0:
            found[-1] |= names_stored(frame.node.target)
    return found


def asked_for(observed: Names, calls: Sequence[Call]) -> Names:
    """Of locals by path (`mine`, `clean_up.old`), the names of those that the innermost of these calls has."""
    path = ".".join((*(call.source.name for call in calls[1:]), ""))
    inside = {name.removeprefix(path) for name in observed if name.startswith(path)}
    source = calls[-1].source
    return frozenset(inside & (source.locals | (set(source.arguments[1:]) if path else set())))


def ended(observed: Names, place: Place, walk: Walk, set_anew: Iterable[str]) -> Names:
    """The paths of locals of helpers that a walk from a place leaves behind: their call has ended, and no call that is
    under way has set them anew."""
    calls = [frame for frame in place.frames if isinstance(frame, Call)]
    going_on = sum(one is other for one, other in zip(calls, walk.calls, strict=False))
    names = [call.source.name for call in calls[1:]]
    left = {path for path in observed if (inside := path.split(".")[:-1]) and names[: len(inside)] == inside}
    return frozenset(path for path in left - set(set_anew) if path.count(".") >= going_on)
