"""A roll-out of configurations: versions are published for ever, and workers bring them to life.

A worker takes the newest version, puts its files into the store, is delayed for however long, makes the version live,
and deletes the files of older ones. A slow worker can bring back an old version whose files a fast one has deleted.
There is no last version: what holds, holds for any number of them. The race is that of the DynamoDB outage of 19
October 2025 without its details; see `raceproof.model.dns`.
"""

from raceproof.checker.language import Id, Model, Ordinal, Steps, Variant, each, process, until


class Worker(Id, size=2):
    """One of several interchangeable workers."""


class Version(Ordinal, size=6, endless=True):
    """A version of the configuration; there is always a newer one, and a state may remember six at once."""


class Rollout(Model):
    """With `fixed`, a worker makes its version live only if it is newer than the live one, and deletes only what is
    older than the live one. Both are decided in the step that does it."""

    newest: Version = Version.none
    live: Version = Version.none
    stored: dict[Version, bool] = each(False)

    def __init__(self, *, fixed: bool = False) -> None:
        self.fixed = fixed

    @process(fair="weak")
    def publisher(self) -> Steps:
        """Publishes one version after the other, and never stops."""
        while True:
            yield "publish"
            self.newest += 1

    @process(each=Worker, fair="weak")
    def worker(self, me: Worker) -> Steps:
        """Brings the newest version to life, however late, and cleans up."""
        while True:
            yield until(lambda: self.newest > self.live, "store the newest version")
            mine = self.newest
            self.stored[mine] = True
            yield "make it live"
            if mine > self.live or not self.fixed:
                self.live = mine
            yield "delete old versions"
            for old in Version:
                if old < (self.live if self.fixed else mine):
                    self.stored[old] = False


VARIANTS = {
    "whatever comes": Variant("A worker makes its version live, however late.", lambda: Rollout()),
    "only newer": Variant("It does so only if its version is newer than the live one.", lambda: Rollout(fixed=True)),
}
