"""Workers bring the newest version of a configuration to its clients. What can go wrong: an old one comes back.

Check it: raceproof check rollout.py
"""

from raceproof.checker import Id, Model, Ordinal, Steps, each_step, process, reachable, until


class Worker(Id, size=2):
    """One of several interchangeable workers; `--scope Worker=3` checks three."""


class Version(Ordinal, size=3):
    """none < version 1 < version 2 < version 3; `--scope Version=4` checks four."""


class Rollout(Model):
    """The attributes are what everybody sees: the state."""

    newest: Version = Version.none  # the newest version that was published
    live: Version = Version.none  # the version that clients get

    @process
    def publisher(self) -> Steps:
        """Publishes one version after the other."""
        while True:
            # Wait until this is true. idle=True: to wait here for ever is no deadlock.
            yield until(lambda: self.newest < Version.last, "publish", idle=True)
            self.newest += 1

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        """Takes the newest version and, some time later, installs it."""
        while True:
            yield until(lambda: self.live < self.newest, "take the newest", idle=True)
            mine = self.newest
            # At a yield anybody else may run, for however long. From one yield to the next is one atomic step.
            yield "install"
            if mine > self.live:  # look again, in the same step. To break it, write `!=` instead of `>`
                self.live = mine


@each_step
def never_goes_back(before: Rollout, after: Rollout) -> bool:
    """Clients never get an older version than before."""
    return before.live <= after.live


@reachable
def gets_there(m: Rollout) -> bool:
    """The last version goes live in some run: the model does something."""
    return m.live == Version.last
