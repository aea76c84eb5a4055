"""Layouts of random shapes: entries neither overlap nor straddle words, and states come back as they were packed."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raceproof.checker.explicit.layout import MARK, WORD, Layout, initial_states
from raceproof.checker.system.build import TRUE, number
from raceproof.checker.system.domain import BOOL, Domain, Kind
from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import Actor, Command, ProcessInfo, TransitionSystem, Write
from raceproof.checker.verdict import State

PLACE = Domain("Place", Kind.ID, 0, 3)
WORKER = Domain("Worker", Kind.ID, 0, 5)
AGE = Domain("Age", Kind.ORDINAL, 0, 4)
NOBODY = Domain("Nobody", Kind.ID, 0, 0)
KEYS = (BOOL, PLACE, WORKER, AGE, Domain("offset", Kind.INT, -2, 1))


def written(variables: tuple[Variable, ...], owners: tuple[Domain, ...] = ()) -> TransitionSystem:
    """A system that writes all of its variables, with a process for each of some domains."""
    writes = tuple(
        Write(v, tuple(number(code) for code in codes), number(v.domain.greatest))
        for v in variables
        for codes in v.codes()
    )
    return TransitionSystem(
        "shapes",
        variables,
        {variable: (variable.domain.low,) * variable.size for variable in variables},
        (),
        (Command(Actor("all"), 0, (), writes),),
        (),
        tuple(ProcessInfo(f"p{number}", (owner,), None) for number, owner in enumerate(owners)),
        TRUE,
        {},
    )


@st.composite
def systems(draw: st.DrawFn, most_bits: int = 40) -> TransitionSystem:
    """One to twelve variables, single ones and tables, of up to so many bits."""
    variables = []
    for position in range(draw(st.integers(1, 12))):
        low = draw(st.integers(-9, 9))
        size = draw(st.one_of(st.integers(1, 9), st.integers(0, most_bits).map(lambda bits: 1 << bits)))
        keys = tuple(draw(st.lists(st.sampled_from(KEYS), max_size=2)))
        variables.append(Variable(f"v{position}", keys, Domain("d", Kind.INT, low, low + size - 1)))
    return written(tuple(variables), tuple(draw(st.lists(st.sampled_from((PLACE, WORKER)), max_size=2, unique=True))))


def fields(layout: Layout) -> Iterator[tuple[int, int]]:
    """The first bit of each entry, and the one behind its last."""
    for variable, positions in layout.positions.items():
        yield from ((position, position + variable.domain.bits) for position in positions)


@given(system=systems(most_bits=100))
def test_no_two_entries_overlap(system: TransitionSystem) -> None:
    layout = Layout(system)
    ordered = sorted(fields(layout))

    assert [] == [pair for pair in pairwise(ordered) if pair[0][1] > pair[1][0]]
    assert all(end <= layout.bits for _, end in ordered)


@given(system=systems(most_bits=63))
def test_no_entry_straddles_two_words(system: TransitionSystem) -> None:
    assert [] == [(start, end) for start, end in fields(Layout(system)) if start // WORD != (end - 1) // WORD]


@given(system=systems())
def test_the_highest_bit_of_the_first_word_is_free(system: TransitionSystem) -> None:
    assert [] == [(start, end) for start, end in fields(Layout(system)) if start < WORD <= end]


@given(data=st.data(), system=systems(most_bits=100))
def test_states_come_back_as_they_were_packed(data: st.DataObject, system: TransitionSystem) -> None:
    layout = Layout(system)
    state: State = tuple(
        data.draw(st.integers(variable.domain.low, variable.domain.greatest))
        for variable in system.variables
        for _ in range(variable.size)
    )

    packed = layout.pack(state)

    assert state == layout.unpack(packed)
    assert 0 == packed & MARK or any(variable.domain.bits >= WORD for variable in system.variables)
    assert state == layout.unpack(packed | MARK) or any(variable.domain.bits >= WORD for variable in system.variables)


@given(data=st.data(), system=systems())
def test_an_entry_is_read_where_it_was_packed(data: st.DataObject, system: TransitionSystem) -> None:
    layout = Layout(system)
    variable = data.draw(st.sampled_from(system.variables))
    codes = data.draw(st.sampled_from(tuple(variable.codes())))
    state = [v.domain.low for v in system.variables for _ in range(v.size)]
    state[system.offsets[variable] + variable.slot(codes)] = variable.domain.greatest

    more = variable.domain.greatest - variable.domain.low

    expected = 0 if variable in layout.constants else more << layout.position(variable, codes)
    assert expected == layout.pack(tuple(state))


@given(system=systems())
def test_an_even_grid_agrees_with_the_positions(system: TransitionSystem) -> None:
    layout = Layout(system)
    for variable, positions in layout.positions.items():
        affine = layout.affine(variable)
        words = {position // WORD for position in positions}
        if affine is None:
            assert variable.keys
            continue
        found = [
            affine.base
            + sum(s * (c - k.members.start) for s, c, k in zip(affine.strides, codes, variable.keys, strict=True))
            for codes in variable.codes()
        ]
        assert list(positions) == found
        assert affine.word == (words.pop() if len(words) == 1 else None)


@given(system=systems(most_bits=12))
def test_the_entries_of_one_instance_are_neighbours_where_they_fit(system: TransitionSystem) -> None:
    layout = Layout(system)
    for members in layout.blocks.values():
        for block in members:
            spans = sorted((layout.positions[v][slot], layout.positions[v][slot] + v.domain.bits) for v, slot in block)
            if sum(variable.domain.bits for variable, _ in block) < WORD:
                assert [] == [pair for pair in pairwise(spans) if pair[0][1] != pair[1][0]]
                assert 1 == len({start // WORD for start, _ in spans})


@given(system=systems(most_bits=12))
def test_the_instances_of_one_domain_are_laid_out_alike(system: TransitionSystem) -> None:
    layout = Layout(system)
    for members in layout.blocks.values():
        if sum(variable.domain.bits for variable, _ in members[0]) < WORD:
            starts = [min(layout.positions[v][slot] for v, slot in block) for block in members]
            apart = [
                [layout.positions[v][s] - start for v, s in block] for block, start in zip(members, starts, strict=True)
            ]
            assert apart == [apart[0]] * len(apart)


def test_members_stand_from_the_highest_bits_down() -> None:
    table = Variable("table", (WORKER,), AGE)
    layout = Layout(written((table,), (WORKER,)))

    assert (12, 9, 6, 3, 0) == layout.positions[table]


def test_what_never_changes_takes_no_bits() -> None:
    kept, only, free, told, same = (Variable(name, (), AGE) for name in ("kept", "only", "free", "told", "same"))
    one = Variable("one", (), Domain("one", Kind.INT, 5, 5))
    initial: dict[Variable, tuple[int | None, ...]] = {kept: (3,), only: (0,), free: (None,), told: (2,), same: (4,)}
    initial[one] = (None,)
    commands = (Command(Actor("a"), 0, (), (Write(told, (), number(3)), Write(same, (), number(4)))),)
    layout = Layout(TransitionSystem("still", tuple(initial), initial, (), commands, (), (), TRUE, {}))

    assert {kept: 3, only: 0, same: 4, one: 5} == layout.constants
    assert {free, told} == set(layout.positions)


def test_a_table_without_entries_takes_no_bits() -> None:
    layout = Layout(written((Variable("none", (NOBODY,), AGE), Variable("some", (), BOOL))))

    assert [(0, 1)] == list(fields(layout))


def test_a_value_wider_than_a_word_has_words_of_its_own() -> None:
    wide = Variable("wide", (), Domain("wide", Kind.INT, 0, 1 << 100))
    others = tuple(Variable(f"other{number}", (), Domain("other", Kind.INT, 0, 1 << 58)) for number in range(3))
    layout = Layout(written((wide, *others)))

    assert 5 == layout.words
    assert [(0, 59), (64, 165), (192, 251), (256, 315)] == sorted(fields(layout))


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ((1, 0), [(1, 0)]),
        ((None, 2), [(1, 2), (2, 2), (3, 2)]),
        ((0, None), [(0, -1), (0, 0), (0, 1)]),
    ],
)
def test_initial_states_hold_any_member_where_nothing_is_said(
    starts: tuple[int | None, ...], expected: list[State]
) -> None:
    place, near = Variable("place", (), PLACE), Variable("near", (), Domain("near", Kind.INT, -1, 1))
    initial = {place: starts[:1], near: starts[1:]}

    assert expected == list(initial_states(TransitionSystem("", (place, near), initial, (), (), (), (), TRUE, {})))
