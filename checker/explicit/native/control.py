"""The control block: the words that the search and its compiled kernel share, and the records of what was seen."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

SLOTS = 7
"""States in a group: one cache line a word, whose eighth word holds the depths."""

BATCH = 64
"""States whose table lines are asked for before the first of them is looked at: as many misses overlap."""


RECENT = 1 << 12
"""States that a worker remembers as the last ones that it has met: most of those that are met again are met again soon,
and need not be looked up. It fits into the cache nearest to the processor but one."""


class Field(IntEnum):
    """The words of a control block."""

    FRONTIER = 0  # address of the chunk that is expanded, its length in states, the next one
    LENGTH = 1
    HEAD = 2
    OUT = 3  # address of the chunk that new states go to, its room, how many it has
    ROOM = 4
    FILLED = 5
    RAW = 6  # address of the batch, of its hashes; its length, the next one
    HASHES = 7
    PENDING = 8
    POSITION = 9
    PARTS = 10  # address of the tables' entries
    DEPTH = 11  # of the states that are found
    TRANSITIONS = 12
    WANTED_STATES = 13  # a bit for each term that is still asked of states, of steps; whether stuck states are wanted
    WANTED_STEPS = 14
    WANTED_STUCK = 15
    RECORDS = 16  # address of the records
    FIRED = 17  # address of a byte for each command
    FAULTY = 18  # address of the last state that had a step which goes wrong
    REDUCED = 19  # set when a state was expanded by the moves of some actors only
    MISFIT = 20  # set when a value was about to be stored outside of its domain
    SELF = 21  # the number of this worker
    OUTBOX = 22  # address of the addresses of the rings to every worker, of those from every worker
    INBOX = 23
    SPACE = 24  # states that a ring holds: a power of two
    DONE = 25  # address of a cache line for each worker: the round that it has finished
    ROUND = 26
    LAST = 27  # whether the worker has had its last chunk of the round
    SETTLED = 28  # whether every worker had finished the round when this one last looked
    RECENT = 29  # address of the states that were met last


class Part(IntEnum):
    """The words of a table's entry: its address, in how many groups states are at home, how many states it holds and
    may hold, the table of depths of more than one byte, if there is one, and how many groups there are in all."""

    TABLE = 0
    GROUPS = 1
    COUNT = 2
    LIMIT = 3
    DEPTHS = 4
    LINES = 5


PART_WORDS = 8


class Status(IntEnum):
    """Why the kernel has come back."""

    DONE = 0  # the chunk is expanded
    GROW = 1  # the worker's table has reached its limit
    OUT_FULL = 2  # the chunk for new states is full
    WAIT = 3  # nothing to do until other workers have gone on
    ROUND_OVER = 4  # every worker has finished the round, and nothing is on its way


def address(array: NDArray[np.uint64] | NDArray[np.uint8] | NDArray[np.uint32]) -> int:
    """Where an array's memory begins."""
    return int(array.ctypes.data)
