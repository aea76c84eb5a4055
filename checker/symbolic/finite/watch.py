"""A watch on Z3 while it works: its engines know of few limits, and the watch interrupts them at any."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

import z3

from raceproof.checker.limits import LimitReached, Meter

_SECONDS_BETWEEN_LOOKS = 0.05


@dataclass
class Watch:
    """Interrupts Z3 in this context when a limit is reached; `why` then says which."""

    context: z3.Context
    meter: Meter
    why: str = ""
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        meter = Meter(replace(self.meter.limits, on_progress=None), self.meter.started)
        while not self._over.wait(_SECONDS_BETWEEN_LOOKS):
            try:
                meter.look(0, 0, 0, 0)
            except LimitReached as limit:
                self.why = limit.why
                self.context.interrupt()
