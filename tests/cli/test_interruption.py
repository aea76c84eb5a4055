"""Ctrl-C is noticed whatever a library makes of it."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from raceproof.checker.interruption import held, interruptions


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def swallowed() -> int:
    """Pressed while an object was being deleted: Python drops it."""
    with suppress(KeyboardInterrupt):
        press()
    return 1


def disguised() -> int:
    """Pressed while ctypes converted an argument: it raises an error of its own."""
    try:
        press()
    except KeyboardInterrupt as error:
        raise ValueError("argument 2: KeyboardInterrupt") from error
    return 1


@pytest.mark.parametrize("call", [press, swallowed, disguised])
def test_ctrl_c_interrupts_a_call_that_loses_it(call: object) -> None:
    assert callable(call)
    with interruptions() as interruption, pytest.raises(KeyboardInterrupt):
        interruption.noticed(call)

    assert interruption.pressed


def test_without_it_a_call_is_as_it_is() -> None:
    def fails() -> None:
        raise ValueError("its own")

    with interruptions() as interruption:
        interruption.look()
        found = interruption.noticed(lambda: 7)
        with pytest.raises(ValueError, match="its own"):
            interruption.noticed(fails)

    assert (7, False) == (found, interruption.pressed)


def test_the_handler_from_before_is_back_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interruptions():
        assert before is not signal.getsignal(signal.SIGINT)

    assert before is signal.getsignal(signal.SIGINT)


def test_what_must_not_be_left_half_done_is_finished_first() -> None:
    done: list[str] = []

    def work() -> None:
        with held():
            press()
            done.append("finished")

    with pytest.raises(KeyboardInterrupt):
        work()

    assert ["finished"] == done
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_held_in_another_thread_changes_nothing() -> None:
    def work() -> object:
        with held():
            return signal.getsignal(signal.SIGINT)

    with ThreadPoolExecutor(1) as pool:
        assert signal.getsignal(signal.SIGINT) is pool.submit(work).result()
