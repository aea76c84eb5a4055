"""@picture: what a model draws of a state."""

from __future__ import annotations

from typing import Any

import pytest

from raceproof.checker import Id, Model, ModelError, Steps, each, picture, process, view
from raceproof.checker.check import prepare


class Lamp(Id, size=2, names=("left", "right")):
    """Something that shines."""


class Lamps(Model):
    lit: dict[Lamp, bool] = each(False)

    @process(each=Lamp)
    def lamp(self, me: Lamp) -> Steps:
        yield "light up"
        self.lit[me] = True

    @view
    def any_light(self) -> str:
        return "yes" if self.lit[Lamp.first] or self.lit[Lamp.last] else "no"

    @picture
    def floor(self) -> str:
        return "-----  \n  |"

    @picture(each=Lamp)
    def shade(self, lamp: Lamp) -> str:
        return f"{lamp!r}: {'*' if self.lit[lamp] else '.'}"


class Broken(Lamps):
    @picture
    def floor(self) -> str:
        raise RuntimeError("no ink")


def test_pictures_are_drawn_in_their_order_member_by_member() -> None:
    oracle = prepare(Lamps(), ()).oracle()
    (first,) = oracle.initial_states()
    lit = oracle.step(first, next(iter(oracle.actors(first))))

    assert lit is not None
    assert ["-----", "  |", "left: .", "right: ."] == oracle.pictures(first)
    assert ["-----", "  |", "left: *", "right: ."] == oracle.pictures(lit)


def test_a_picture_is_no_view_of_a_trace() -> None:
    oracle = prepare(Lamps(), ()).oracle()
    (first,) = oracle.initial_states()

    assert {"any light": "no"} == oracle.views(first)


def test_a_model_without_pictures_draws_nothing(subject: Any) -> None:
    oracle = prepare(subject("lock").make("test-and-set"), ()).oracle()

    assert [] == oracle.pictures(next(oracle.initial_states()))


def test_a_picture_that_goes_wrong_is_the_models_mistake() -> None:
    oracle = prepare(Broken(), ()).oracle()

    with pytest.raises(ModelError) as wrong:
        oracle.pictures(next(oracle.initial_states()))

    assert "raised RuntimeError: no ink" == wrong.value.message
