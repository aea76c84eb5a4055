"""The lost update: several workers add one to a shared counter, and some of the additions disappear.

Reading the counter and writing it back are two steps, and another worker may write in between. It is the oldest race
there is; see for example Gray and Reuter, "Transaction Processing" (1993), section 7.3.
"""

from typing import Annotated

from raceproof.checker.language import Id, Model, Steps, Variant, process

Number = Annotated[int, range(9)]
"""A small number: a check may have up to eight workers."""


class Worker(Id, size=2):
    """One of several interchangeable workers."""


class LostUpdate(Model):
    """Every worker adds one to the counter and is done.

    With `fixed`, it writes by compare-and-swap: only if the counter still is what it has read; or else it starts again.
    """

    counter: Number = 0

    def __init__(self, *, fixed: bool = False) -> None:
        self.fixed = fixed

    @process(each=Worker, fair="weak")
    def worker(self, me: Worker) -> Steps:
        """Adds one to the counter."""
        while True:
            yield "read"
            seen: Number = self.counter
            yield "write"
            if not self.fixed or self.counter == seen:
                self.counter = seen + 1
                return


VARIANTS = {
    "read-then-write": Variant("A worker writes one more than it has read.", lambda: LostUpdate()),
    "compare-and-swap": Variant("It writes only if nobody has written since.", lambda: LostUpdate(fixed=True)),
}
