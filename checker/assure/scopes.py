"""Scopes: which sizes a claim is asked in, smallest first, and how they grow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise

Sizes = tuple[tuple[str, int], ...]
"""A scope: every domain with its size, by name."""


MOST_MORE = 10
"""How many members more than in the default scope a domain may get, unless its bounds say otherwise."""


def as_sizes(sizes: Mapping[str, int]) -> Sizes:
    """A scope from sizes by name."""
    return tuple(sorted(sizes.items()))


@dataclass(frozen=True, slots=True)
class Space:
    """The scopes of a model. `usual` has the size of every domain in the default scope; only those of `growing` take
    other sizes, from `least` to `most` where these say so, else from 1 on."""

    usual: Mapping[str, int]
    growing: tuple[str, ...]
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)

    @property
    def default(self) -> Sizes:
        return as_sizes(self.usual)

    def members(self, scope: Sizes) -> int:
        """How many members the domains that grow have together."""
        return sum(size for name, size in scope if name in self.growing)

    def is_within_default(self, scope: Sizes) -> bool:
        """Whether no domain has more members than in the default scope."""
        return all(size <= self.usual[name] for name, size in scope)

    def is_default_or_larger(self, scope: Sizes) -> bool:
        """Whether no domain has fewer members than in the default scope."""
        return all(size >= self.usual[name] for name, size in scope)

    def before(self, last: Sizes) -> Iterator[Sizes]:
        """All scopes that come before another: with fewer members in all, then those that are earlier in the order of
        their sizes, by name."""
        for total in range(self._fewest, self.members(last) + 1):
            for scope in self._of(total):
                if scope == last:
                    return
                yield scope

    def _of(self, total: int) -> Iterator[Sizes]:
        """The scopes with so many members, in order."""
        names = self.growing
        if not names:
            yield self.default
            return
        free = total - self._fewest
        for bars in combinations(range(free + len(names) - 1), len(names) - 1):
            edges = (-1, *bars, free + len(names) - 1)
            extra = [after - before - 1 for before, after in pairwise(edges)]
            sizes = {name: self._least(name) + more for name, more in zip(names, extra, strict=True)}
            if all(size <= self.most.get(name, size) for name, size in sizes.items()):
                yield as_sizes({**self.usual, **sizes})

    @property
    def _fewest(self) -> int:
        return sum(self._least(name) for name in self.growing)

    def _least(self, name: str) -> int:
        return self.least.get(name, 1)

    def larger(self, scope: Sizes) -> Iterator[Sizes]:
        """The scopes in which one domain has one member more, unless it has very many."""
        sizes = dict(scope)
        for name in self.growing:
            if sizes[name] < self.most.get(name, self.usual[name] + MOST_MORE):
                yield as_sizes({**sizes, name: sizes[name] + 1})


@dataclass(slots=True)
class Growth:
    """The scopes beyond the default one, those that should have the fewest states first.

    `states` has what was counted. That a domain's next member multiplies the states as its last one did, but not by
    much more than ten, is the guess by which they are ordered; no verdict depends on it.
    """

    space: Space
    states: dict[Sizes, int] = field(default_factory=dict)
    waiting: set[Sizes] = field(default_factory=set)

    def note(self, scope: Sizes, states: int) -> None:
        """A scope has been explored to its end. A larger one comes next once all that have one member less, and are not
        smaller than the default scope, have been: so "up to" a scope means everything between."""
        self.states[scope] = states
        for larger in self.space.larger(scope):
            before = [_less(larger, name, 1) for name, size in larger if size > self.space.usual[name]]
            is_larger = before and self.space.is_default_or_larger(larger)
            if is_larger and larger not in self.states and all(earlier in self.states for earlier in before):
                self.waiting.add(larger)

    def next(self) -> Sizes | None:
        """The scope that should have the fewest states; None if there is no other."""
        if not self.waiting:
            return None
        chosen = min(self.waiting, key=lambda scope: (self.expected(scope), self.space.members(scope), scope))
        self.waiting.remove(chosen)
        return chosen

    def expected(self, scope: Sizes) -> float:
        """How many states a scope should have."""
        return max((self._expected(scope, name) for name in self.space.growing), default=0.0)

    def _expected(self, scope: Sizes, name: str) -> float:
        """What the domain's last members make likely; 0 where that is not known."""
        before = self.states.get(_less(scope, name, 1), 0)
        earlier = self.states.get(_less(scope, name, 2))
        return before * (min(before / earlier, _MOST_FACTOR) if earlier else _UNKNOWN_FACTOR)


_UNKNOWN_FACTOR, _MOST_FACTOR = 8.0, 16.0


def _less(scope: Sizes, name: str, members: int) -> Sizes:
    return as_sizes({**dict(scope), name: dict(scope)[name] - members})
