"""Mistakes of whoever asks, and models that grow beyond what can be read: what is wrong and what to do instead."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest

from raceproof.checker.check import check
from raceproof.checker.errors import Location, ModelError, UsageError
from raceproof.checker.language import UNBOUNDED, Id, Model, Ordinal, Steps, action, always, each, process
from raceproof.checker.lowering import forking, places


class Plan(Ordinal, size=3):
    """A generation."""


class Worker(Id, size=2):
    """Somebody."""


class Stranger(Id, size=2):
    """A domain that no model uses."""


def hidden() -> Any:
    class Stray(Id, size=2):
        """A domain that nobody else sees."""

    return Stray


class Busy(Model):
    newest: Plan = Plan.none

    @process(each=Worker)
    def work(self, me: Worker) -> Steps:
        yield "work"
        self.newest = Plan.first


@always
def whatever(m: Model) -> bool:
    """True of every state."""
    return True


SCOPES: list[tuple[Any, str]] = [
    ({"Pln": 3}, "the scope names Pln, which is no domain of the model; did you mean 'Plan'?"),
    ({int: 3}, "the scope names int, which is no domain: use a class derived from Id or Ordinal"),
    ({Plan: -1}, "the size of Plan is -1; it must be a whole number from 0 to 1000000"),
    ({Plan: 2.5}, "the size of Plan is 2.5; it must be a whole number from 0 to 1000000"),
    ({Plan: True}, "the size of Plan is True; it must be a whole number from 0 to 1000000"),
    ({Plan: 10**7}, "the size of Plan is 10000000; it must be a whole number from 0 to 1000000"),
    ({Worker: UNBOUNDED}, "Worker cannot be unbounded: only an Ordinal can"),
    ({hidden(): 3}, "the scope sizes Stray, which Busy does not use"),
]


@pytest.mark.parametrize(("scope", "expected"), SCOPES, ids=[expected for _, expected in SCOPES])
def test_a_scope_is_refused_with_what_is_wrong(scope: Any, expected: str) -> None:
    with pytest.raises(UsageError) as caught:
        check(Busy(), whatever, scope=scope)

    assert expected == str(caught.value)


def test_the_size_in_a_class_is_refused_like_one_in_a_scope() -> None:
    with pytest.raises(UsageError, match="the size of Job is -1; it must be a whole number from 0 to 1000000"):

        class Job(Id, size=-1):
            """Fewer than none."""


def test_a_function_without_a_decorator_is_no_claim() -> None:
    def good(m: Busy) -> bool:
        return True

    with pytest.raises(UsageError) as caught:
        check(Busy(), [good])  # type: ignore[list-item]

    expected = "good is no claim: decorate its function with @always, @each_step, @reachable or the like"
    assert expected == str(caught.value)


def refused(model: Model) -> tuple[str, str, str]:
    with pytest.raises(ModelError) as caught:
        check(model, whatever)
    error = caught.value
    return error.message, error.hint, error.location.text if error.location else ""


class Branching(Model):
    bits: dict[Annotated[int, range(10)], bool] = each(False)
    odd: bool = False

    @action
    def count(self) -> None:
        for number in range(10):
            if self.bits[number]:
                self.odd = not self.odd


def test_a_step_that_branches_in_too_many_ways_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forking, "MOST_PATHS", 500)
    message = "one step branches in more than 500 ways"
    hint = "split it with a yield, or ask with forall, exists or count instead of a loop of ifs"

    assert (message, hint, "def count(self) -> None:") == refused(Branching())


class Unrolled(Model):
    number: Annotated[int, range(100)] = 0

    @process
    def work(self) -> Steps:
        for number in range(100):
            yield "count"
            self.number = number


def test_a_loop_that_is_unrolled_too_far_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST_PLACES", 50)
    message = "work has more than 50 places"
    hint = "a for loop with a yield is unrolled: loop over fewer things, or keep the position in a variable"

    assert (message, hint, 'yield "count"') == refused(Unrolled())


WITHOUT_A_FILE = """
class Typed(Model):
    busy: bool = False

    @process
    def work(self):
        yield "work"
        self.busy = True
"""


@pytest.mark.parametrize("name", ["builtins", "a_module_that_does_not_exist"])
def test_a_model_without_a_file_is_refused(name: str) -> None:
    namespace: dict[str, Any] = {"Model": Model, "process": process, "__name__": name}
    exec(WITHOUT_A_FILE, namespace)
    message = "the source of work cannot be read"
    hint = "models live in files (or notebook cells), not in exec() or a plain interactive prompt"

    assert (message, hint, "") == refused(namespace["Typed"]())


def test_an_error_shows_its_place_its_line_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text("first\n    second\n")

    error = ModelError("is wrong", hint="write it right", location=Location(str(path), 2))

    assert "model.py:2: is wrong\n    second\n  help: write it right" == str(error)
