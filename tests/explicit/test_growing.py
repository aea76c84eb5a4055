"""Tables that grow where they are: every state is where a look-up goes, with its depth, and there once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from raceproof.checker.errors import InternalError
from raceproof.checker.explicit.layout import WORD
from raceproof.checker.explicit.native import memory
from raceproof.checker.explicit.native.control import SLOTS
from raceproof.checker.explicit.native.search import Search
from raceproof.checker.explicit.questions import Questions
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options
from raceproof.checker.system.build import TRUE, add, mod, number, read
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem

WHOLE = Property("all", ClaimKind.ALWAYS, TRUE, TRUE)
COUNTERS = 5


@pytest.fixture(scope="module")
def counters(system: Callable[..., TransitionSystem]) -> TransitionSystem:
    """Five counters to nine, each of which moves on when it likes: a state's depth is the sum of its digits."""
    digits = [Variable(f"digit {n}", (), Domain("digit", Kind.INT, 0, 9)) for n in range(COUNTERS)]
    moves = [(f"step {n}", (), {d: mod(add(read(d), number(1)), number(10))}) for n, d in enumerate(digits)]
    return system(dict.fromkeys(digits, (0,)), moves)


def searched(system: TransitionSystem, workers: int) -> Search:
    search = Search(Questions(system, (WHOLE,)), Limits(), Options(workers, symmetry=False, partial_order=False))
    search.run()
    return search


def groups_of(search: Search, worker: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint64]]:
    """The states of a table's groups, as they are stored."""
    table = search.partitions.table(worker).view(np.uint64)
    return table.reshape(-1, SLOTS + 1)[:, :SLOTS]


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("reserved", [None, 0])
def test_every_state_is_where_a_look_goes(
    workers: int, reserved: int | None, counters: TransitionSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing reserved, a table has to be copied whenever it grows."""
    if reserved is not None:
        monkeypatch.setattr(memory, "_RESERVED", reserved)
    monkeypatch.setattr(memory, "SMALL", 0)
    monkeypatch.setattr(memory, "LARGE", 0)
    search = searched(counters, workers)
    everything: set[int] = set()
    for worker in range(workers):
        groups, lines = search.partitions.groups(worker), groups_of(search, worker)
        for line, stored in enumerate(lines.tolist()):
            assert sorted(stored, key=lambda hash: hash == 0) == stored, "the first slots are taken first"
            for hash in filter(None, stored):
                share = hash * workers
                home = (share % (1 << WORD)) * groups >> WORD
                assert share >> WORD == worker
                assert home <= line
                assert all(lines[home:line].reshape(-1)), "a group before it has a free slot"
                everything.add(hash)

    assert 10**COUNTERS == len(everything) == search.partitions.states


@pytest.mark.parametrize("workers", [1, 3])
def test_depths_stay_with_their_states(workers: int, counters: TransitionSystem) -> None:
    search = searched(counters, workers)
    ways = np.zeros(9 * COUNTERS + 1, np.int64)
    for worker in range(workers):
        table = search.partitions.table(worker)
        taken = groups_of(search, worker) != 0
        depths = table.reshape(-1, 8 * (SLOTS + 1))[:, 8 * SLOTS : 9 * SLOTS]
        ways += np.bincount(depths[taken], minlength=len(ways))

    digits = np.ones(10, np.int64)
    expected = np.ones(1, np.int64)
    for _ in range(COUNTERS):
        expected = np.convolve(expected, digits)
    assert expected.tolist() == ways.tolist()


def test_a_table_that_cannot_grow_ends_the_search(counters: TransitionSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_STASH", "SMALL", "LARGE"):
        monkeypatch.setattr(memory, name, 0)

    with pytest.raises(InternalError, match="could not grow"):
        searched(counters, 1)
