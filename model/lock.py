"""A lock: several workers of which at most one may work at a time.

The broken one looks whether the lock is free and then, a moment later, takes it: check-then-set. The fixed one does
both in a single step, which is the test-and-set instruction that processors have for the purpose.
(Herlihy, Shavit: "The Art of Multiprocessor Programming", chapter 7.)
"""

from raceproof.checker.language import Id, Model, Steps, Variant, process, until


class Worker(Id, size=2):
    """One of several interchangeable workers."""


class Lock(Model):
    """Every worker waits for the lock, takes it, works, and puts it back, for ever.

    With `fixed`, seeing that the lock is free and taking it are one step.
    """

    taken: bool = False

    def __init__(self, *, fixed: bool = False) -> None:
        self.fixed = fixed

    @process(each=Worker, fair="strong")
    def worker(self, me: Worker) -> Steps:
        """Works again and again, but only while it has the lock."""
        while True:
            yield until(lambda: not self.taken, "wait for the lock")
            if not self.fixed:
                yield "take the lock"
            self.taken = True
            yield "work"
            self.taken = False


VARIANTS = {
    "check-then-set": Variant("Seeing that the lock is free and taking it are two steps.", lambda: Lock()),
    "test-and-set": Variant("They are one step.", lambda: Lock(fixed=True)),
}
