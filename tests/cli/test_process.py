"""The command line as a process: exit codes, pipes, encodings, signals, and what it imports."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = [sys.executable, "-c", "from raceproof.checker.cli.main import main; main()"]
ENVIRONMENT = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
ENDLESS = """
from raceproof.checker import Id, Model, Ordinal, Steps, always, each, forall, process, until

class Worker(Id, size=6): ...

class Number(Ordinal, size=60): ...

class Endless(Model):
    value: dict[Worker, Number] = each(Number.none)

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: self.value[me] < Number.last, "count", idle=True)
            self.value[me] += 1

@always
def in_range(m: Endless) -> bool:
    return forall(Worker, lambda w: m.value[w] <= Number.last)
"""


def run(folder: Path, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    environment = {**ENVIRONMENT, **more.pop("environment", {})}
    return subprocess.run(
        [*PROGRAM, *arguments], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", **more
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--help",), 0),
        (("--version",), 0),
        (("list",), 0),
        (("check", "die_hard", "--property", "no_deadlock"), 0),
        (("check", "queue_race"), 1),
        (("simulate", "queue_race", "--walks", "9"), 1),
        (("simulate", "queue_race", "--walks", "9", "--property", "no_deadlock"), 3),
        (("simulate", "queue_race", "--walks", "0"), 2),
        (("check", "nothing_of_the_kind"), 2),
        (("check", "--no-such-option"), 2),
        (("no-such-command",), 2),
        (("check", "queue_race", "--max-states", "3", "--property", "no_deadlock"), 3),
    ],
)
def test_every_way_to_end_has_its_exit_code(tmp_path: Path, arguments: tuple[str, ...], expected: int) -> None:
    assert expected == run(tmp_path, *arguments).returncode


def test_the_help_needs_no_engine_and_nothing_heavy(tmp_path: Path) -> None:
    heavy = ["z3", "networkx", "numpy", "rich", "msgspec", "raceproof.model", "raceproof.properties"]
    heavy += (f"raceproof.checker.{engine}" for engine in ("explicit", "bounded", "oracle"))
    program = (
        "import sys\n"
        "from raceproof.checker.cli.main import program\n"
        "program(['check', '--help'], standalone_mode=False)\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)

    assert "[]\n" == ended.stderr


def test_the_installed_command_is_this_one(tmp_path: Path) -> None:
    command = shutil.which("raceproof", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("raceproof is not installed beside this interpreter")

    assert "raceproof, " not in subprocess.run([command, "--version"], capture_output=True, text=True).stdout
    assert re.fullmatch(
        r"raceproof \d+\.\d+\S*\n", subprocess.run([command, "--version"], capture_output=True, text=True).stdout
    )


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = [*PROGRAM, "check", "queue_race", "--all-traces"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        errors = process.stderr.read()

    assert (141, b"") == (process.returncode, errors)


def test_a_full_disk_is_an_error_and_no_verdict(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with open("/dev/full", "wb") as full:
        ended = subprocess.run(
            [*PROGRAM, "check", "queue_race"], cwd=tmp_path, env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE
        )

    assert (2, b"error: [Errno 28] No space left on device\n") == (ended.returncode, ended.stderr)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_screen_that_knows_few_characters_is_given_plain_ones(tmp_path: Path, encoding: str) -> None:
    ended = subprocess.run(
        [*PROGRAM, "check", "queue_race"],
        cwd=tmp_path,
        env={**ENVIRONMENT, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
    )
    text = ended.stdout.decode(encoding)

    assert (1, b"") == (ended.returncode, ended.stderr)
    assert "x  active_plan_exists           violated in 11 steps" in text
    assert "+  no_deadlock                  holds" in text
    assert "newest: none -> plan 1" in text


def test_there_are_no_colours_in_a_pipe(tmp_path: Path) -> None:
    assert "\x1b" not in run(tmp_path, "check", "queue_race").stdout


def on_a_terminal(folder: Path, *arguments: str, **environment: str) -> str:
    """What a command shows on a pseudo-terminal of its own."""
    known = {name: value for name, value in ENVIRONMENT.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    main, other = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=folder,
        env={**known, "TERM": "xterm", **environment},
        stdin=other,
        stdout=other,
        stderr=other,
        close_fds=True,
    ):
        os.close(other)
        shown = b"".join(iter(lambda: read_terminal(main), b""))
    os.close(main)
    return shown.decode()


def read_terminal(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_colours_are_for_terminals_and_can_be_declined(tmp_path: Path) -> None:
    coloured = on_a_terminal(tmp_path, "check", "queue_race")
    plain = on_a_terminal(tmp_path, "check", "queue_race", NO_COLOR="1")

    assert "\x1b[31m✗" in coloured
    assert [] == re.findall(r"\x1b\[[0-9;]*3[0-9]m", plain)
    assert "✗" in plain


def interrupt_a_search(folder: Path, *arguments: str, sign: bytes = b" states, ") -> tuple[int, str, str]:
    """Start a search with its standard error on a terminal, send SIGINT at the first progress line, and return the exit
    code, the output and what stood on the terminal."""
    main, other = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, *arguments, "--max-seconds", "60"],
        cwd=folder,
        env={**ENVIRONMENT, "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=other,
        start_new_session=True,
    ) as process:
        os.close(other)
        seen = b""
        while sign not in seen:
            seen += os.read(main, 4096)
        process.send_signal(signal.SIGINT)
        assert process.stdout
        output = process.stdout.read().decode()
        seen += b"".join(iter(lambda: read_terminal(main), b""))
    os.close(main)
    return process.returncode, output, seen.decode()


def test_an_interrupted_search_says_how_far_it_came(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text(ENDLESS)

    code, output, terminal = interrupt_a_search(tmp_path, "check", "endless.py")

    assert 3 == code
    assert "?  in_range     undecided: interrupted" in output
    assert re.search(r"^native[^:]*: [0-9,]+ states, [0-9,]+ transitions, depth ", output, re.MULTILINE)
    assert terminal.endswith("\r\x1b[K")
    assert "Traceback" not in terminal


def test_an_interrupted_search_is_written_as_json_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text(ENDLESS)

    code, output, _ = interrupt_a_search(tmp_path, "check", "endless.py", "--json", "-")

    assert 3 == code
    assert {("undecided", "interrupted")} == {(result["verdict"], result["why"]) for result in json.loads(output)}


def test_an_interrupted_search_of_one_thread_can_be_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text(ENDLESS)

    code, output, _ = interrupt_a_search(tmp_path, "check", "endless.py", "--checkpoint", "run")

    assert 3 == code
    assert "note: to go on from here: raceproof resume run" in output
    assert ["search.checkpoint"] == [path.name for path in (tmp_path / "run").iterdir()]


def test_an_interrupted_simulation_shows_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text(ENDLESS)

    code, output, terminal = interrupt_a_search(tmp_path, "simulate", "endless.py", sign=b" walks, ")

    assert 3 == code
    assert "?  in_range     undecided: not violated in " in output
    assert "Stopped before its time: interrupted" in output
    assert terminal.endswith("\r\x1b[K")
    assert "Traceback" not in terminal


def test_an_interrupted_table_shows_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text(
        ENDLESS + "from raceproof.checker import Variant\n"
        "VARIANTS = {name: Variant(name, Endless) for name in ('first', 'second')}\n"
    )

    code, output, _ = interrupt_a_search(tmp_path, "table", "endless.py")

    assert 3 == code
    assert "Undecided, interrupted: 3 claims" in output
    assert "1 variant not looked at" in output


def test_an_interrupt_outside_of_a_search_ends_with_130(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import sys, time\nprint('loading', file=sys.stderr, flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen(
        [*PROGRAM, "check", "slow.py"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        assert "loading\n" == process.stderr.readline()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate()

    assert (130, "", "interrupted\n") == (process.returncode, output, errors)


def test_two_runs_can_write_the_same_traces_at_once(tmp_path: Path) -> None:
    command = [*PROGRAM, "check", "queue_race", "--traces", "traces", "--json", "results.json"]
    runs = [
        subprocess.Popen(command, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    ended = [(run.communicate()[1], run.returncode) for run in runs]

    assert [(b"", 1), (b"", 1)] == ended
    assert ["results.json", "traces"] == sorted(path.name for path in tmp_path.iterdir())
    assert [0, 0] == [run_show(tmp_path, path) for path in sorted((tmp_path / "traces").iterdir())]


def run_show(folder: Path, trace: Path) -> int:
    return run(folder, "show", str(trace)).returncode


def test_a_bug_of_raceproof_asks_to_be_reported_with_all_it_takes(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from raceproof.checker import check\n"
        "from raceproof.checker.cli import main\n"
        "from raceproof.checker.errors import InternalError\n"
        "import raceproof.checker.cli.runs as runs\n"
        "def fail(*_):\n"
        "    raise InternalError('two parts disagree')\n"
        "runs.run = fail\n"
        "sys.argv[1:] = ['check', 'queue_race', '--scope', 'Plan=3']\n"
        "main.main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True
    )

    assert (70, "") == (ended.returncode, ended.stdout)
    assert [
        "internal error: InternalError: two parts disagree",
        "This is a bug in raceproof, not in your model, and no verdict was given.",
        "Please report it with the model's source and everything below.",
        "",
        "command:  raceproof check queue_race --scope Plan=3",
        "          while running: raceproof check queue_race --scope Plan=3",
    ] == ended.stderr.splitlines()[:6]
    assert "Traceback (most recent call last):" in ended.stderr
