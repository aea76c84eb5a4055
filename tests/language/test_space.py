"""A design space: which sets of protections there are, what each makes, and how a wrong declaration is told."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from raceproof.checker.errors import ModelError, UsageError
from raceproof.checker.language import Id, Model, Protection, Space, Steps, process
from raceproof.checker.language.space import written


class Door(Id, size=2):
    """Something to lock."""


class House(Model):
    """Doors are locked, one way or another."""

    open: bool = True
    bolted: bool = False

    def __init__(self, *, lock: str = "none", dog: bool = False, bolted: bool = False) -> None:
        self.lock = lock
        self.dog = dog
        self.bolted = bolted

    @process(each=Door)
    def shut(self, me: Door) -> Steps:
        yield "shut"
        self.open = False


SPACE = Space(
    House,
    {
        "latch": Protection("A latch.", {"lock": "latch"}),
        "dog": Protection("A dog.", {"dog": True}),
        "key": Protection("A key.", {"lock": "key"}),
        "fortress": Protection("Everything at once.", {"lock": "gate", "dog": True}),
        "bolt": Protection("It is bolted from the start.", {"bolted": True}),
    },
)


def test_sets_come_smaller_ones_first_and_without_any_two_that_choose_the_same() -> None:
    assert (
        (),
        ("latch",),
        ("dog",),
        ("key",),
        ("fortress",),
        ("bolt",),
        ("latch", "dog"),
        ("latch", "bolt"),
        ("dog", "key"),
        ("dog", "bolt"),
        ("key", "bolt"),
        ("fortress", "bolt"),
        ("latch", "dog", "bolt"),
        ("dog", "key", "bolt"),
    ) == SPACE.sets


def test_a_set_makes_the_model_with_the_choices_of_all_its_protections() -> None:
    def made(*protections: str) -> tuple[str, bool, bool]:
        model = SPACE.model(protections)
        assert isinstance(model, House)
        return model.lock, model.dog, model.bolted

    assert ("none", False, False) == made()
    assert ("key", True, False) == made("dog", "key")
    assert ("gate", True, True) == made("fortress", "bolt")


def test_every_set_is_read_as_it_is_written() -> None:
    assert list(SPACE.sets) == [SPACE.read(written(protections)) for protections in SPACE.sets]
    assert "baseline" == written(())
    assert "latch+dog" == written(("latch", "dog"))


def test_a_set_may_be_written_in_any_order_and_with_blanks() -> None:
    assert ("latch", "dog") == SPACE.read(" dog + latch")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("latch+dug", "there is no protection 'dug'; did you mean 'dog'?"),
        ("latch+key", "latch and key exclude each other"),
        ("dog+fortress", "dog and fortress exclude each other"),
        ("latch+baseline", "there is no protection 'baseline'; there is bolt, dog, fortress, key, latch"),
        ("", "there is no protection ''; there is bolt, dog, fortress, key, latch"),
    ],
)
def test_a_set_that_is_none_of_the_space_is_refused(text: str, expected: str) -> None:
    with pytest.raises(UsageError) as caught:
        SPACE.read(text)

    assert expected == str(caught.value)


@pytest.mark.parametrize("protections", SPACE.sets, ids=written)
def test_the_set_that_makes_a_model_is_found_again(protections: tuple[str, ...]) -> None:
    assert protections == SPACE.find(SPACE.model(protections))


def test_of_the_sets_that_make_a_model_the_smallest_is_found() -> None:
    same = Space(House, {"dog": Protection("", {"dog": True}), "unlocked": Protection("", {"lock": "none"})})

    assert ("dog",) == same.find(House(dog=True))


def test_a_model_that_no_set_makes_is_not_found() -> None:
    assert None is SPACE.find(House(lock="chain"))


def test_a_protection_may_exclude_others_by_name() -> None:
    space = Space(
        House,
        {
            "dog": Protection("A dog.", {"dog": True}),
            "key": Protection("A key.", {"lock": "key"}, excludes=("dog",)),
            "bolt": Protection("A bolt.", {"bolted": True}),
        },
    )

    assert ((), ("dog",), ("key",), ("bolt",), ("dog", "bolt"), ("key", "bolt")) == space.sets
    with pytest.raises(UsageError, match="dog and key exclude each other"):
        space.read("key+dog")


GUARD = Protection("A guard.", {"dog": True})


@pytest.mark.parametrize(
    ("declare", "message", "hint"),
    [
        (
            lambda: Space(House(), {"guard": GUARD}),  # type: ignore[arg-type]
            "a Space takes what makes its model, not <",
            "give the class, or a function with the choices as keyword arguments: Space(MyModel, "
            '{"guarded": Protection("what it adds", {"guard": True})})',
        ),
        (
            lambda: Space(House, {}),
            "a Space has no protections",
            'list at least one: Space(MyModel, {"guarded": Protection("what it adds", {"guard": True})})',
        ),
        (
            lambda: Space(House, {"guard+dog": GUARD}),
            "'guard+dog' is no name for a protection",
            "use letters, digits, '-', '_' and '.'; 'baseline' is the set without any",
        ),
        (
            lambda: Space(House, {"baseline": GUARD}),
            "'baseline' is no name for a protection",
            "use letters, digits, '-', '_' and '.'; 'baseline' is the set without any",
        ),
        (
            lambda: Space(House, {"guard": {"dog": True}}),  # type: ignore[dict-item]
            "the protection 'guard' is {'dog': True}",
            'write "guarded": Protection("what it adds", {"guard": True})',
        ),
        (
            lambda: Space(House, {"guard": Protection("A guard.", {})}),
            "the protection 'guard' chooses nothing",
            'write "guarded": Protection("what it adds", {"guard": True})',
        ),
        (
            lambda: Space(House, {"dog": Protection("", {"dog": True}, excludes=("cat",)), "cap": GUARD}),
            "the protection 'dog' excludes 'cat'",
            "name other protections of the space; did you mean 'cap'?",
        ),
        (
            lambda: Space(House, {"dog": Protection("", {"dog": True}, excludes=("dog",)), "key": GUARD}),
            "the protection 'dog' excludes 'dog'",
            "name other protections of the space; there is key",
        ),
        (
            lambda: Space(House, {f"p{number}": Protection("", {f"p{number}": True}) for number in range(17)}),
            "17 protections have more than 100,000 sets",
            "list fewer; protections that give the same argument exclude each other",
        ),
    ],
)
def test_a_wrong_declaration_is_told_at_its_line(declare: Callable[[], Space], message: str, hint: str) -> None:
    with pytest.raises(ModelError) as caught:
        declare()
    error = caught.value

    assert error.message.startswith(message)
    assert hint == error.hint
    assert error.location is not None
    assert "test_space.py" == error.location.short.partition(":")[0]
    assert "Space(" in error.location.text


def test_a_space_takes_any_mapping() -> None:
    class Table(dict[str, Any]):
        """A dict of the author's."""

    protections: Mapping[str, Protection] = Table(guard=GUARD)

    assert ((), ("guard",)) == Space(House, protections).sets
