"""Which scopes come before others, and how they grow."""

from __future__ import annotations

from raceproof.checker.assure.scopes import Growth, Sizes, Space, as_sizes


def space(usual: dict[str, int], **bounds: dict[str, int]) -> Space:
    growing = tuple(name for name, size in sorted(usual.items()) if size)
    return Space(usual, growing, bounds.get("least", {}), bounds.get("most", {}))


def short(scopes: list[Sizes]) -> list[tuple[int, ...]]:
    return [tuple(size for _, size in scope) for scope in scopes]


def test_scopes_with_fewer_members_come_first_then_in_the_order_of_their_sizes() -> None:
    here = space({"A": 2, "B": 2})

    assert [(1, 1), (1, 2), (2, 1), (1, 3)] == short(list(here.before(here.default)))


def test_a_domain_that_does_not_grow_keeps_its_size() -> None:
    here = space({"A": 0, "B": 3})

    assert [(0, 1), (0, 2)] == short(list(here.before(here.default)))


def test_bounds_are_kept() -> None:
    here = space({"A": 3, "B": 2}, least={"A": 2}, most={"B": 2})

    assert [(2, 1), (2, 2), (3, 1), (3, 2)] == short(list(here.before((("A", 4), ("B", 1)))))


def test_nothing_comes_before_the_only_scope() -> None:
    here = space({})

    assert [] == list(here.before(here.default))


def test_scopes_grow_by_one_member_at_a_time_fewest_states_first() -> None:
    here = space({"A": 1, "B": 1}, most={"A": 3, "B": 2})
    growth, order = Growth(here), []
    growth.note(here.default, 60)
    while scope := growth.next():
        sizes = dict(scope)
        order.append(tuple(sizes.values()))
        growth.note(scope, 10 * 2 ** sizes["A"] * 3 ** sizes["B"])

    assert [(1, 2), (2, 1), (3, 1), (2, 2), (3, 2)] == order


def test_a_scope_waits_until_all_that_are_smaller_by_one_have_been_explored() -> None:
    here = space({"A": 1, "B": 1})
    growth = Growth(here)
    growth.note(here.default, 1)
    growth.note(as_sizes({"A": 2, "B": 1}), 2)

    assert as_sizes({"A": 2, "B": 2}) not in growth.waiting

    growth.note(as_sizes({"A": 1, "B": 2}), 2)

    assert as_sizes({"A": 2, "B": 2}) in growth.waiting


def test_a_domain_does_not_grow_for_ever() -> None:
    here = space({"A": 2})

    assert [(12,)] == short(list(here.larger(as_sizes({"A": 11}))))
    assert [] == short(list(here.larger(as_sizes({"A": 12}))))


def test_smaller_scopes_help_to_guess_and_do_not_grow() -> None:
    here = space({"A": 3})
    growth = Growth(here)
    growth.note(as_sizes({"A": 2}), 10)
    assert set() == growth.waiting

    growth.note(here.default, 30)

    assert 90.0 == growth.expected(as_sizes({"A": 4}))
