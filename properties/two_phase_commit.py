"""What must hold of two-phase commit."""

from raceproof.checker.language import always, exists, forall, reachable
from raceproof.model.two_phase_commit import ResourceManager, Stage, TwoPhaseCommit


@always
def consistency(m: TwoPhaseCommit) -> bool:
    """No resource manager has committed while another has aborted."""
    return not (
        exists(ResourceManager, lambda r: m.stage[r] == Stage.COMMITTED)
        and exists(ResourceManager, lambda r: m.stage[r] == Stage.ABORTED)
    )


@always
def nobody_commits_without_a_promise_from_all(m: TwoPhaseCommit) -> bool:
    """Where one has committed, every resource manager had promised to."""
    return forall(ResourceManager, ResourceManager, lambda r, s: m.stage[r] != Stage.COMMITTED or m.prepared_sent[s])


@reachable
def all_commit(m: TwoPhaseCommit) -> bool:
    """The transaction can succeed."""
    return forall(ResourceManager, lambda r: m.stage[r] == Stage.COMMITTED)


@reachable
def all_abort(m: TwoPhaseCommit) -> bool:
    """The transaction can fail."""
    return forall(ResourceManager, lambda r: m.stage[r] == Stage.ABORTED)
