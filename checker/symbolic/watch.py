"""A watch on Z3 while it works: its engines know of few limits, and the watch interrupts them at any."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

import z3

from raceproof.checker.limits import LimitReached, Meter

_SECONDS_BETWEEN_LOOKS = 0.05


@dataclass
class Watch:
    """Interrupts Z3 when a limit is reached: Spacer itself knows of no limit but time, and looks at it now and then."""

    context: z3.Context
    meter: Meter
    why: str = ""
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Watch:
        quiet = replace(self.meter.limits, on_progress=None)
        self._thread = threading.Thread(target=self._look, args=(Meter(quiet, self.meter.started),), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self, meter: Meter) -> None:
        while not self._over.wait(_SECONDS_BETWEEN_LOOKS):
            try:
                meter.look(0, 0, 0, 0)
            except LimitReached as limit:
                self.why = limit.why
                self.context.interrupt()
