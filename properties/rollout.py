"""What must hold of a roll-out, however many versions are published."""

from raceproof.checker.language import always, each_step, exists, forall, reachable, recoverable
from raceproof.checker.language import no_deadlock as no_deadlock
from raceproof.model.rollout import Rollout, Version, Worker


@always
def live_version_is_stored(m: Rollout) -> bool:
    """The files of the live version are there."""
    return m.live == Version.none or m.stored[m.live]


@each_step
def never_back_to_an_older_version(before: Rollout, after: Rollout) -> bool:
    """The live version only ever becomes newer."""
    return before.live <= after.live


@recoverable(by=("worker",))
def newest_version_goes_live(m: Rollout) -> bool:
    """Whatever has happened, the workers alone can bring the newest version to life."""
    return m.live == m.newest


@reachable
def old_version_is_still_stored(m: Rollout) -> bool:
    """There is something to delete: files of a version that is older than the live one."""
    return exists(Version, lambda v: m.stored[v] and v < m.live)


@reachable
def all_workers_are_late(m: Rollout) -> bool:
    """Every worker holds another version than the newest: the publisher runs ahead of them."""
    return forall(Worker, lambda w: m.worker[w].at("make it live") and m.worker[w].mine < m.newest)
