"""Claims: plain Python predicates with a decorator that says when they must hold.

| decorator | holds when | counterexample |
|---|---|---|
| `@always` | it is true in every reachable state | shortest path to a bad state |
| `@each_step` | it is true of (before, after) for every transition | shortest path ending in the step |
| `@reachable` | it is true in some reachable state | none: the state is never reached |
| `@recoverable` | from every reachable state some continuation reaches it (AG EF of CTL) | path to a state with none |
| `@lemma` | it is true in every reachable state, and said to help a proof | shortest path to a bad state |

(Emerson and Clarke, "Using branching time temporal logic to synthesize synchronization skeletons", 1982.)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, overload

from raceproof.checker.errors import Code, Location, ModelError, definition_of, mistake
from raceproof.checker.system.transition import ClaimKind

Predicate = Callable[..., bool]


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """Something that must be true of a model, and when. `text` is its docstring's first line.

    `given` restricts a recoverable claim to the states in which it holds; `by` names the processes and actions whose
    moves may be counted on, None meaning everybody's. `helper`: nobody asks for it for its own sake; proofs may use it.
    """

    name: str
    kind: ClaimKind
    predicate: Predicate
    text: str
    location: Location | None
    given: Predicate | None = None
    by: frozenset[str] | None = None
    helper: bool = False

    def __call__(self, *states: Any) -> bool:
        """Ask the predicate of a state (of two, for a claim about steps)."""
        return self.predicate(*states)


def always(predicate: Callable[[Any], bool]) -> Claim:
    """The predicate holds in every reachable state."""
    return _claim(ClaimKind.ALWAYS, predicate, arguments=1)


def lemma(predicate: Callable[[Any], bool]) -> Claim:
    """The predicate holds in every reachable state, and helps to prove the claims: `prove` tries it with them."""
    return _claim(ClaimKind.ALWAYS, predicate, arguments=1, decorator="lemma", helper=True)


def each_step(predicate: Callable[[Any, Any], bool]) -> Claim:
    """The predicate holds of the states before and after every step."""
    return _claim(ClaimKind.EACH_STEP, predicate, arguments=2)


def reachable(predicate: Callable[[Any], bool]) -> Claim:
    """Some reachable state satisfies the predicate: guards against a model that proves things by doing nothing."""
    return _claim(ClaimKind.REACHABLE, predicate, arguments=1)


@overload
def recoverable(predicate: Callable[[Any], bool], /) -> Claim: ...
@overload
def recoverable(
    *, by: tuple[str, ...] | None = None, given: Callable[[Any], bool] | None = None
) -> Callable[[Callable[[Any], bool]], Claim]: ...
def recoverable(
    predicate: Callable[[Any], bool] | None = None,
    /,
    *,
    by: tuple[str, ...] | None = None,
    given: Callable[[Any], bool] | None = None,
) -> Claim | Callable[[Callable[[Any], bool]], Claim]:
    """From every reachable state (in which `given` holds), moves of `by` alone can lead to the predicate."""
    if isinstance(by, str):
        raise mistake(f'by="{by}" is a text, not names', f'write by=("{by}",)', code=Code.CLAIM)
    for name in by or ():
        if not isinstance(name, str):
            shown = getattr(name, "name", repr(name))
            raise mistake(f"by= holds {shown} itself, not its name", f'write "{shown}"', code=Code.CLAIM)
    if given is not None and not callable(given):
        raise mistake(f"given={given!r} is no function", "write given=lambda m: ...", code=Code.CLAIM)
    movers = None if by is None else frozenset(by)
    if predicate is not None:
        return _claim(ClaimKind.RECOVERABLE, predicate, arguments=1)
    return lambda function: _claim(ClaimKind.RECOVERABLE, function, arguments=1, given=given, by=movers)


def _claim(kind: ClaimKind, predicate: Any, arguments: int, *, decorator: str = "", **more: Any) -> Claim:
    decorator = decorator or kind.value
    code = getattr(predicate, "__code__", None)
    if code is None:
        raise mistake(f"@{decorator} needs a function", f"put @{decorator} above a def", code=Code.CLAIM)
    location = definition_of(predicate)
    if code.co_argcount != arguments:
        plural = "argument" if code.co_argcount == 1 else "arguments"
        raise ModelError(
            f"{predicate.__name__} takes {code.co_argcount} {plural}; a claim @{decorator} takes {arguments}",
            hint="(before, after) for @each_step, one state for the others",
            location=location,
            code=Code.CLAIM,
        )
    paragraph = (predicate.__doc__ or predicate.__name__).strip().split("\n\n")[0]
    return Claim(predicate.__name__, kind, predicate, re.sub(r"\s+", " ", paragraph), location, **more)


def _nothing(*_: Any) -> bool:
    return True


EVERY_STATE: Final = Claim(
    "every state", ClaimKind.ALWAYS, lambda _: True, "Never settled, so that no search ends early.", None
)

no_deadlock: Final = Claim(
    "no_deadlock", ClaimKind.DEADLOCK, _nothing, "Somebody can move, or everybody is done or idles.", None
)
"""Every reachable state has a next step, unless every process is done or waits where waiting for ever is fine."""

assertions: Final = Claim("assertions", ClaimKind.ASSERTION, _nothing, "No assert in a process fails.", None)
"""No `assert` in a process or action fails."""
