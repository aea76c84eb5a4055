"""What the author's own code raises, as errors of the model with their line."""

from __future__ import annotations

from bdb import BdbQuit
from collections.abc import Iterator
from contextlib import contextmanager

from raceproof.checker.errors import Code, ModelError, RaceproofError, author_location_of
from raceproof.checker.language.steps import Blocked
from raceproof.checker.lowering.forking import StepFault, told

_OUR_NAMES = {
    "'Symbol' object": "a value of the state",
    "'Symbol'": "a value of the state",
    "'SymbolicTable' object": "a table of the state",
    "'SymbolicTable'": "a table of the state",
}


class NotKept(Exception):
    """A claim asks for a local that no state holds yet: the model is lowered once more, and the claim asked again."""


@contextmanager
def translating() -> Iterator[None]:
    """Turn exceptions of the author's code into ModelErrors. Those of raceproof's own pass."""
    try:
        yield
    except (RaceproofError, StepFault, Blocked, NotKept, BdbQuit):
        raise
    except RecursionError as error:
        message, hint = "the model's code calls itself without end", "a step is finite: write a loop over a domain"
        raise ModelError(message, hint=hint, location=author_location_of(error), code=Code.ENDLESS_STEP) from error
    except NameError as error:
        message, hint = (
            f"uses {error.name}, which has no value here",
            "check the spelling; a local needs a value on every way to this line",
        )
        raise ModelError(message, hint=hint, location=author_location_of(error), code=Code.NO_VALUE) from error
    except Exception as error:
        text = told(error)
        for name, shown in _OUR_NAMES.items():
            text = text.replace(name, shown)
        raise ModelError(
            text,
            hint="the step failed while raceproof read it; run it under pdb with the oracle to look closer",
            location=author_location_of(error),
            code=Code.EXCEPTION,
        ) from error
