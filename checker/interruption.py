"""Ctrl-C while something is at work that loses it, or that must not be left half done.

Python drops a KeyboardInterrupt that comes while an object is being deleted, and ctypes turns one that comes while it
converts an argument into an error of its own; Z3's interface does both all the time. So that it was pressed is noted,
and asked for whenever such a library has come back.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Interruption:
    """Whether Ctrl-C has been pressed."""

    pressed: bool = False

    def look(self) -> None:
        """Raises KeyboardInterrupt if it has."""
        if self.pressed:
            raise KeyboardInterrupt

    def noticed(self, call: Callable[[], T]) -> T:
        """What a call returns. Raises KeyboardInterrupt, whatever became of it inside, if Ctrl-C was pressed meanwhile,
        else what the call raises."""
        try:
            found = call()
        except Exception:
            self.look()
            raise
        self.look()
        return found


@contextmanager
def interruptions() -> Iterator[Interruption]:
    """Note whether Ctrl-C is pressed from here on; it interrupts as ever. Of the main thread only."""
    found = Interruption()

    def note(number: int, frame: FrameType | None) -> None:
        found.pressed = True
        signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield found
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def held() -> Iterator[None]:
    """Let Ctrl-C wait until what is within is done; then it interrupts as ever."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: came.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came and callable(before):
            before(*came[0])
