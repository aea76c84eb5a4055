"""Spin as the peer: the twins compiled and run, and what pan says about its run, read strictly.

A run that Spin cut short, or that keeps hashes where states are wanted, is never a result: it is a `Failed` with the
reason. (Holzmann, "The Spin Model Checker", 2003; spinroot.com/spin/Man/Pan.html for the options.)
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Timer
from types import TracebackType

TWINS = Path(__file__).resolve().parent / "twins"
MEGABYTE = 2**20

MOST_STEPS = 20_000
"""The longest path that pan may follow; ten times what the twins need, in half a megabyte of stack."""

LEAST_MEASURABLE_SECONDS = 0.1
"""Below it pan's own clock, which ticks in hundredths, says too little: then the whole process is timed."""

_GRACE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Configuration:
    """A way to run Spin: options for the translation, for the compiler and for pan, and why one would."""

    name: str
    text: str
    translate: tuple[str, ...] = ()
    compile: tuple[str, ...] = ("-O3", "-DSAFETY", "-DNOREDUCE")
    run: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The options, as one would type them."""
        return " ".join((*self.translate, *self.compile, *self.run))


_EXACT = ("-O3", "-DSAFETY", "-DNOREDUCE")

EXACT = Configuration("exact", "every state and every transition, depth first")
CONFIGURATIONS = (
    EXACT,
    Configuration("uncompressed", "states kept as they are, not masked", compile=(*_EXACT, "-DNOCOMP")),
    Configuration("processes", "a process for each process of the model", ("-DPROCESSES",)),
    Configuration("reduction", "the same with partial-order reduction", ("-DPROCESSES",), ("-O3", "-DSAFETY")),
    Configuration("collapse", "the same with collapse compression", ("-DPROCESSES",), (*_EXACT, "-DCOLLAPSE")),
    Configuration("two cores", "depth first on two cores", compile=(*_EXACT, "-DNCORE=2")),
    Configuration(
        "two cores, breadth first",
        "breadth first on two cores, with states instead of their hashes",
        compile=(*_EXACT, "-DBFS_PAR", "-DNO_HC"),
        run=("-u2",),
    ),
)
SHORTEST = Configuration("shortest", "breadth first to the first violation", ("-DNEVER_EMPTY",), (*_EXACT, "-DBFS"))
FIRST = Configuration("first", "depth first to any violation", ("-DNEVER_EMPTY",))


@dataclass(frozen=True, slots=True)
class Found:
    """What pan counted in a whole run: distinct states, transitions with the arrival in the initial state, the depth
    of its search, violations, seconds by its own clock, bytes for states and hash table without the search stack, and
    the number of steps to the violation, the violating one included."""

    states: int
    transitions: int
    depth: int
    errors: int
    seconds: float
    memory_bytes: int
    steps: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """No result, and why, in a few words."""

    why: str


_CUT_SHORT = {
    "max search depth too small": f"deeper than {MOST_STEPS:,} steps",
    "search depth too small": f"deeper than {MOST_STEPS:,} steps",
    "truncated": "the search was truncated",
    "reached -DMEMLIM bound": "out of memory",
    "out of memory": "out of memory",
    "out of shared memory": "out of memory",
    "VECTORSZ is too small": "the state does not fit into VECTORSZ",
    "Bit statespace search": "keeps bits instead of states, so its counts are not exact",
    "Hash-Compact": "keeps hashes instead of states, so its counts are not exact",
}
_NUMBER = r"([\d.]+(?:e[+-]?\d+)?)"


def parse(output: str, violated: bool = False) -> Found | Failed:
    """What a run of pan found. `violated` says that the run was to stop at its first violation, and must have one."""
    for sign, why in _CUT_SHORT.items():
        if sign in output:
            return Failed(why)
    states = _number(rf"^\s*{_NUMBER} states, stored", output)
    transitions = _number(rf"^\s*{_NUMBER} transitions \(= (?:visited|stored)\+matched\)", output)
    errors = _number(rf"errors: {_NUMBER}", output)
    seconds = _number(rf"elapsed time {_NUMBER} seconds", output)
    depth = _number(rf"depth reached {_NUMBER}", output)
    if states is None or transitions is None or errors is None or seconds is None or depth is None:
        said = [line.strip() for line in output.splitlines() if line.strip()]
        return Failed(f"pan said: {said[-1]}" if said else "pan said nothing")
    if errors and not violated:
        return Failed("an error where none should be")
    if not errors and violated:
        return Failed("no violation found")
    if not errors and "Search not completed" in output:
        return Failed("the search was not completed")
    memory = _memory_megabytes(output)
    if memory is None:
        return Failed("pan did not say how much memory it used")
    before = _number(rf"\(at depth {_NUMBER}\)", output)
    steps = None if before is None else int(before) + 1
    return Found(int(states), int(transitions), int(depth), int(errors), seconds, int(memory * MEGABYTE), steps)


def _memory_megabytes(output: str) -> float | None:
    """What the run used, in one process or in several that share some of it, without the stack of the search."""
    lines = (r"total actual memory usage", r"memory usage \(Mbyte\)", r"total (?:non-)?shared memory usage")
    used = [float(number) for line in lines for number in re.findall(rf"^\s*{_NUMBER}\s+{line}", output, re.MULTILINE)]
    stack = _number(rf"^\s*{_NUMBER}\s+memory used for DFS stack", output)
    return sum(used) - (stack or 0) if used else None


def _number(pattern: str, output: str) -> float | None:
    found = re.search(pattern, output, re.MULTILINE)
    return float(found[1]) if found else None


@cache
def missing() -> str | None:
    """What there is to install before Spin can run, in words; None when all is here."""
    for tool in ("spin", "gcc"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    return None


def versions() -> Mapping[str, str]:
    """The versions of Spin and of the compiler, of those that are installed."""
    found = {}
    for tool, option in (("spin", "-V"), ("gcc", "--version")):
        if shutil.which(tool):
            said = subprocess.run([tool, option], capture_output=True, text=True, check=False).stdout
            number = re.search(r"\d+(?:\.\d+)+", said)
            found[tool] = number[0] if number else "unknown"
    return found


@dataclass(frozen=True, slots=True)
class Measured:
    """A run of pan: what it found, and the seconds of the whole process."""

    found: Found
    wall_seconds: float

    @property
    def seconds(self) -> float:
        """Pan's own clock where it is fine enough."""
        return self.found.seconds if self.found.seconds >= LEAST_MEASURABLE_SECONDS else self.wall_seconds


class Pan:
    """A twin, translated and compiled in a folder of its own, which goes when the context is left.

    `memory_bytes` is compiled in; pan stops when it has used so much.
    """

    def __init__(
        self, twin: str, sizes: Mapping[str, int], configuration: Configuration, memory_bytes: int, *more: str
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="raceproof-spin-")
        self._configuration = configuration
        defines = [f"-D{name}={size}" for name, size in sizes.items()]
        started = time.perf_counter()
        self.failed = self._build(TWINS / twin, [*defines, *more, *configuration.translate], memory_bytes)
        self.build_seconds = time.perf_counter() - started

    def __enter__(self) -> Pan:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def _build(self, twin: Path, defines: list[str], memory_bytes: int) -> Failed | None:
        why = missing()
        if why:
            return Failed(why)
        folder = Path(self._folder.name)
        shutil.copy(twin, folder)
        translated = _said(["spin", "-a", *defines, twin.name], folder)
        source = folder / "pan.c"
        if not source.exists():
            return Failed(f"spin said: {translated}")
        # Eight digits are what pan prints, and ten to the eighth has nine.
        source.write_text(source.read_text(encoding="latin-1").replace("%9.8g", "%9.0f"), encoding="latin-1")
        limit = f"-DMEMLIM={memory_bytes // MEGABYTE}"
        compiled = _said(["gcc", "-w", *self._configuration.compile, limit, "-o", "pan", "pan.c"], folder)
        return None if (folder / "pan").exists() else Failed(f"gcc said: {compiled}")

    def run(self, states: int, seconds: float, violated: bool = False) -> Measured | Failed:
        """One run, with a hash table of at least as many slots as `states` are expected, for at most `seconds`."""
        if self.failed:
            return self.failed
        slots = max(states - 1, 2**16 - 1).bit_length()
        command = ["./pan", f"-m{MOST_STEPS}", f"-w{slots}", *self._configuration.run]
        output, wall_seconds, stopped = _watched(command, Path(self._folder.name), seconds)
        if stopped:
            return Failed(f"more than {seconds:g} seconds")
        found = parse(output, violated)
        return Measured(found, wall_seconds) if isinstance(found, Found) else found


def _said(command: list[str], folder: Path) -> str:
    """The first line of what a command says."""
    done = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False
    )
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    return lines[0] if lines else "nothing"


def _watched(command: list[str], folder: Path, seconds: float) -> tuple[str, float, bool]:
    """What a command and its children say, how long they took, and whether they had to be stopped."""
    stopped = False
    with (folder / "output").open("w+", errors="replace") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)

        def stop() -> None:
            nonlocal stopped
            stopped = True
            _signal(process, signal.SIGINT)

        timers = (Timer(seconds, stop), Timer(seconds + _GRACE_SECONDS, _signal, (process, signal.SIGKILL)))
        for timer in timers:
            timer.daemon = True
            timer.start()
        try:
            process.wait()
        finally:
            for timer in timers:
                timer.cancel()
            if process.poll() is None:
                # Asked first, because pan on two cores gives back its shared memory only when it is asked.
                _signal(process, signal.SIGINT)
                try:
                    process.wait(_GRACE_SECONDS)
                except subprocess.TimeoutExpired:
                    _signal(process, signal.SIGKILL)
                    process.wait()
        wall_seconds = time.perf_counter() - started
        output.seek(0)
        return output.read(), wall_seconds, stopped


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)
