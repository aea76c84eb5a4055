"""Two-phase commit: resource managers that all commit or all abort, led by a transaction manager.

From Gray and Lamport, "Consensus on Transaction Commit" (ACM Transactions on Database Systems 31(1), 2006), section 3.
Messages are never lost and may arrive in any order, late, or twice: they form a set that only grows, and whoever has
once been sent something may receive it again and again. So every move here is one that may happen in any state that
allows it, and there are no processes with a place of their own.
"""

from enum import Enum

from raceproof.checker.language import Id, Model, Variant, action, each, forall, require


class ResourceManager(Id, size=3):
    """One of the databases that take part in the transaction."""


class Stage(Enum):
    """How far a resource manager has got."""

    WORKING = "working"
    PREPARED = "prepared"
    COMMITTED = "committed"
    ABORTED = "aborted"


class Decision(Enum):
    """What the transaction manager has decided."""

    OPEN = "open"
    COMMIT = "commit"
    ABORT = "abort"


class TwoPhaseCommit(Model):
    """The protocol without crashes. With `hasty`, a resource manager that has promised to commit may still give up on
    its own, as one with a time-out would: the promise is what the protocol rests on."""

    stage: dict[ResourceManager, Stage] = each(Stage.WORKING)
    decision: Decision = Decision.OPEN
    known_prepared: dict[ResourceManager, bool] = each(False)  # whose promise the transaction manager has received
    prepared_sent: dict[ResourceManager, bool] = each(False)  # the messages sent so far
    commit_sent: bool = False
    abort_sent: bool = False

    def __init__(self, *, hasty: bool = False) -> None:
        self.hasty = hasty

    @action(each=ResourceManager)
    def receive_prepared(self, who: ResourceManager) -> None:
        """The transaction manager receives a promise."""
        require(self.decision == Decision.OPEN and self.prepared_sent[who])
        self.known_prepared[who] = True

    @action
    def decide_to_commit(self) -> None:
        """The transaction manager has everybody's promise."""
        require(self.decision == Decision.OPEN and forall(ResourceManager, lambda r: self.known_prepared[r]))
        self.decision = Decision.COMMIT
        self.commit_sent = True

    @action
    def decide_to_abort(self) -> None:
        """The transaction manager may give up at any time before it has decided."""
        require(self.decision == Decision.OPEN)
        self.decision = Decision.ABORT
        self.abort_sent = True

    @action(each=ResourceManager)
    def prepare(self, who: ResourceManager) -> None:
        """A resource manager promises to commit when it is told to."""
        require(self.stage[who] == Stage.WORKING)
        self.stage[who] = Stage.PREPARED
        self.prepared_sent[who] = True

    @action(each=ResourceManager)
    def abort_alone(self, who: ResourceManager) -> None:
        """A resource manager gives up, which it may do as long as it has promised nothing. It tells nobody."""
        stage = self.stage[who]
        require(stage == Stage.WORKING or (self.hasty and stage == Stage.PREPARED))
        self.stage[who] = Stage.ABORTED

    @action(each=ResourceManager)
    def receive_commit(self, who: ResourceManager) -> None:
        """A resource manager does as it is told."""
        require(self.commit_sent)
        self.stage[who] = Stage.COMMITTED

    @action(each=ResourceManager)
    def receive_abort(self, who: ResourceManager) -> None:
        """A resource manager does as it is told."""
        require(self.abort_sent)
        self.stage[who] = Stage.ABORTED


VARIANTS = {
    "published": Variant("Who has promised to commit keeps the promise.", lambda: TwoPhaseCommit()),
    "hasty": Variant("Who has promised to commit may still give up.", lambda: TwoPhaseCommit(hasty=True)),
}
