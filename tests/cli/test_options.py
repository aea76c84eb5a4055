"""How the values of options are read."""

import click
import pytest

from raceproof.checker.check import DEFAULT_DEPTH as DEPTH_OF_CHECK
from raceproof.checker.check import ENGINES as ENGINES_OF_CHECK
from raceproof.checker.cli.options import DEFAULT_DEPTH, ENGINES, command_line, memory, seconds, size


def test_the_command_line_offers_what_check_offers() -> None:
    """The options must not import the checker, which takes its time."""
    assert (ENGINES_OF_CHECK, DEPTH_OF_CHECK) == (ENGINES, DEFAULT_DEPTH)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4GiB", 4 * 2**30),
        ("512MiB", 512 * 2**20),
        ("1e9", 10**9),
        ("1.5GB", 15 * 10**8),
        ("2 kb", 2000),
        ("3K", 3072),
        ("1T", 2**40),
        ("100", 100),
        ("7B", 7),
    ],
)
def test_memory_is_read_in_every_common_unit(text: str, expected: int) -> None:
    assert expected == memory(text)


@pytest.mark.parametrize("text", ["", "GiB", "4 parsecs", "-1GiB", "1e999", "inf", "0", "0.1B", "4GiB!", "١GiB "])
def test_what_is_no_amount_of_memory_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="memory"):
        memory(text)


@pytest.mark.parametrize(("text", "expected"), [("0.5", 0.5), ("60", 60.0), ("1e3", 1000.0)])
def test_seconds_are_a_number(text: str, expected: float) -> None:
    assert expected == seconds(text)


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "inf", "1 minute"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="number of seconds"):
        seconds(text)


def test_a_size_is_a_domain_and_a_number() -> None:
    assert ("Plan", 4) == size("Plan=4")
    assert ("Plan", 0) == size(" Plan = 0 ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plan", "'Plan' is no size of a domain; write it as Plan=4"),
        ("=4", "'=4' is no size of a domain; write it as Plan=4"),
        ("Plan=", "the size of Plan is '', which is not a whole number"),
        ("Plan=many", "the size of Plan is 'many', which is not a whole number"),
        ("Plan=2.5", "the size of Plan is '2.5', which is not a whole number"),
        ("Plan=٣", "the size of Plan is '٣', which is not a whole number"),
        ("Plan=-1", "the size of Plan is -1; it cannot be negative"),
    ],
)
def test_what_is_no_size_is_refused(text: str, expected: str) -> None:
    with pytest.raises(click.BadParameter) as refused:
        size(text)

    assert expected == refused.value.message


def test_a_command_line_can_be_pasted_into_a_shell() -> None:
    line = command_line("raceproof", "check", "my models/a.py", options=[("--depth", 3), ("--claims", None)])

    assert "raceproof check 'my models/a.py' --depth 3" == line
