"""The cache of compiled modules: what is kept, what is trusted, and that a search goes on without it."""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from raceproof.checker import caching
from raceproof.checker.caching import cache_folder
from raceproof.checker.explicit.native import machine
from raceproof.checker.explicit.native.assembly import SHOWN
from raceproof.checker.explicit.native.machine import Machine, read_cached, write_cached

CHECKSUM_BYTES = 32


def text(number: int) -> str:
    """A module of one function, which returns the number."""
    return f"define i64 @{SHOWN}answer() {{\nret i64 {number}\n}}"


def answer(module: Machine) -> int:
    return module.function("answer")()


def files(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir())


def test_a_module_is_compiled_once(cache_folder: Path) -> None:
    first, second = Machine(text(42)), Machine(text(42))

    assert [False, True] == [first.from_cache, second.from_cache]
    assert [42, 42] == [answer(first), answer(second)]
    assert [".o"] == files(cache_folder)


def test_another_text_is_another_module(cache_folder: Path) -> None:
    Machine(text(1))
    other = Machine(text(2))

    assert (False, 2) == (other.from_cache, answer(other))
    assert [".o", ".o"] == files(cache_folder)


def test_another_machine_compiles_anew(cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Machine(text(3))
    monkeypatch.setattr(machine, "_machine_words", lambda: ("another", "machine", "+fast"))

    assert not Machine(text(3)).from_cache


@pytest.mark.parametrize("damage", ["cut", "empty", "changed", "other checksum", "too short for a checksum"])
def test_a_damaged_file_is_compiled_anew(damage: str, cache_folder: Path) -> None:
    Machine(text(5))
    (path,) = cache_folder.iterdir()
    whole = path.read_bytes()
    damaged = {
        "cut": whole[:-1],
        "empty": b"",
        "changed": whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:],
        "other checksum": bytes([whole[0] ^ 1]) + whole[1:],
        "too short for a checksum": whole[: CHECKSUM_BYTES - 1],
    }
    path.write_bytes(damaged[damage])
    again, last = Machine(text(5)), Machine(text(5))

    assert [(False, 5), (True, 5)] == [(again.from_cache, answer(again)), (last.from_cache, answer(last))]
    assert whole == path.read_bytes()


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o720, 0o702])
def test_a_folder_that_others_can_write_to_is_not_used(mode: int, cache_folder: Path) -> None:
    Machine(text(6))
    cache_folder.chmod(mode)
    again = Machine(text(6))

    assert (False, 6) == (again.from_cache, answer(again))
    assert caching.cache_folder() is None


def test_a_folder_of_somebody_else_is_not_used(cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Machine(text(7))
    other = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: other)

    assert not Machine(text(7)).from_cache
    assert caching.cache_folder() is None


def test_an_empty_setting_is_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("RACEPROOF_CACHE", "")

    assert [False, False] == [Machine(text(8)).from_cache for _ in range(2)]
    assert [] == list(tmp_path.iterdir())


def test_without_a_setting_the_cache_is_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RACEPROOF_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    set_by_xdg = cache_folder_now()
    monkeypatch.delenv("XDG_CACHE_HOME")
    set_by_home = cache_folder_now()

    assert [tmp_path / "caches/raceproof", tmp_path / "home/.cache/raceproof"] == [set_by_xdg, set_by_home]
    assert [0o700, 0o700] == [folder.stat().st_mode & 0o777 for folder in (set_by_xdg, set_by_home)]


def cache_folder_now() -> Path:
    found = cache_folder()
    assert found is not None
    return found


def test_a_file_in_the_place_of_the_folder_is_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a folder")
    for place in ("file", "file/below"):
        monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path / place))

        assert 9 == answer(Machine(text(9)))
        assert caching.cache_folder() is None


def test_a_folder_that_cannot_be_written_to_is_no_error(cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("read-only file system")

    Machine(text(10))
    cache_folder.chmod(0o500)
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)  # for the superuser may write all the same
    kept, new = Machine(text(10)), Machine(text(11))

    assert [(True, 10), (False, 11)] == [(kept.from_cache, answer(kept)), (new.from_cache, answer(new))]
    cache_folder.chmod(0o700)
    assert [".o"] == files(cache_folder)


def test_a_full_disk_leaves_nothing_behind(cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    Machine(text(12))

    assert [] == files(cache_folder)


def test_no_more_than_some_files_are_kept(cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_KEPT_FILES", 3)
    for number in range(6):
        write_cached(f"module {number}", b"code")
        os.utime(cache_folder / f"module {number}.o", (number, number))
    write_cached("newest", b"code")

    assert ["module 4", "module 5", "newest"] == sorted(path.stem for path in cache_folder.iterdir())
    assert [None, b"code"] == [read_cached("module 3"), read_cached("newest")]


def test_two_processes_at_once_get_the_same_answer(cache_folder: Path) -> None:
    code = (
        "import sys\n"
        "from raceproof.checker.explicit.native.machine import Machine\n"
        "modules = [Machine(text) for text in sys.argv[1:]]\n"
        "print([module.function('answer')() for module in modules])"
    )
    command = [sys.executable, "-c", code, *map(text, range(12))]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    assert [f"{list(range(12))}\n"] * 2 == [process.communicate()[0] for process in both]
    assert [".o"] * 12 == files(cache_folder)


def test_the_checksum_stands_before_the_code(cache_folder: Path) -> None:
    write_cached("name", b"machine code")

    assert hashlib.sha256(b"machine code").digest() + b"machine code" == (cache_folder / "name.o").read_bytes()


def test_a_function_that_is_not_there_is_a_mistake(cache_folder: Path) -> None:
    with pytest.raises(KeyError, match="question"):
        Machine(text(13)).function("question")
