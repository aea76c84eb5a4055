"""How the automation is built: a `Design` is one point in the space of what AWS had and of what people propose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Freshness(Enum):
    """When an enactor makes sure that its plan is not older than what is there."""

    ONCE = "once, before it starts"
    BEFORE_LOCK = "again at each endpoint, before it reads the lock"
    AFTER_LOCK = "again at each endpoint, after it has read the lock"
    IN_TRANSACTION = "inside each transaction"


class CleanUp(Enum):
    """How old trees are deleted."""

    BY_AGE = "whatever is old enough"
    LOOK_THEN_DELETE = "look whether it is in use; in a later step, delete"
    UNREFERENCED = "in one transaction, only if no name and no rollback record points to it"


class Lock(Enum):
    """What keeps enactors apart."""

    NONE = "nothing"
    PER_ENDPOINT = "a record for each endpoint, compared and swapped in the transaction"
    LEASE = "one lock for a whole plan, which expires"
    FENCED_LEASE = "the same, and every write carries its token"
    LEADER = "only one enactor ever works"

    @property
    def is_lease(self) -> bool:
        return self in (Lock.LEASE, Lock.FENCED_LEASE)

    @property
    def is_compared(self) -> bool:
        """Whether a transaction fails when somebody has written since the endpoint's lock was read."""
        return self in (Lock.PER_ENDPOINT, Lock.LEADER)


class Rollback(Enum):
    """What an install does when the tree that the rollback record would point to is gone."""

    STRICT = "the transaction fails"
    TOLERANT = "the rollback record is left as it is"


@dataclass(frozen=True, slots=True)
class Design:
    """Every choice is made when the model is built, so it costs no states.

    `freshness`, `clean_up`, `lock`, `rollback`: see their types. `keep`: how many generations below the one just
    applied are spared by clean-up; AWS says "significantly older", the number is not public (assumption: 0, the
    smallest model that shows the race). `atomic`: check, all installs and clean-up are one indivisible step.
    `never_zero`: a transaction that would leave a name without addresses is refused. `clean_up_at_once`: one
    transaction deletes all old trees of an endpoint; the public record does not say (assumption: one at a time).
    `clean_up_takes_lock`: a deletion compares and swaps the endpoint's lock as an install does; not public either
    (assumption: it does not). `operator_stops_first`: the operator switches the automation off before repairing, as on
    20 October.
    """

    freshness: Freshness = Freshness.ONCE
    clean_up: CleanUp = CleanUp.BY_AGE
    lock: Lock = Lock.PER_ENDPOINT
    rollback: Rollback = Rollback.STRICT
    keep: int = 0
    atomic: bool = False
    never_zero: bool = False
    clean_up_at_once: bool = False
    clean_up_takes_lock: bool = False
    operator_stops_first: bool = True

    def __post_init__(self) -> None:
        if self.keep < 0:
            raise ValueError(f"keep is {self.keep}; it counts generations and cannot be negative")
