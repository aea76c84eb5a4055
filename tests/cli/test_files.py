"""Files are written whole or not at all."""

import os
from pathlib import Path

import pytest

from raceproof.checker.cli import files
from raceproof.checker.errors import UsageError


def test_a_file_appears_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    files.write(tmp_path / "result.json", b"new")

    assert {"result.json": b"new"} == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_a_file_that_exists_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    target.write_bytes(b"old and longer")
    target.chmod(0o640)

    files.write(target, b"new")

    assert (b"new", 0o640) == (target.read_bytes(), target.stat().st_mode & 0o777)


def test_what_a_link_points_to_is_replaced_and_not_the_link(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_bytes(b"old")
    (tmp_path / "link.json").symlink_to("real.json")

    files.write(tmp_path / "link.json", b"new")

    assert (True, b"new") == ((tmp_path / "link.json").is_symlink(), (tmp_path / "real.json").read_bytes())


def test_a_device_is_written_to_and_never_replaced() -> None:
    files.write("/dev/null", b"gone")

    assert Path("/dev/null").is_char_device()


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "result.json"
    target.write_bytes(b"old")

    def fail(self: Path, other: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)

    with pytest.raises(UsageError, match="cannot be written: No space left on device"):
        files.write(target, b"new")
    assert {"result.json": b"old"} == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for the superuser")
def test_a_read_only_folder_is_refused_before_anything_is_run(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(UsageError, match="permission denied"):
        files.check_writable(str(tmp_path / "result.json"))
    with pytest.raises(UsageError, match="permission denied"):
        files.make_folder(str(tmp_path))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system on which nothing can be made")
def test_a_folder_that_cannot_be_made_is_a_wrong_call() -> None:
    with pytest.raises(UsageError, match="the folder /proc/traces cannot be made: No such file or directory"):
        files.make_folder("/proc/traces")
    with pytest.raises(UsageError, match=r"/proc/trace.json cannot be written: "):
        files.write("/proc/trace.json", b"")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("dns", "incident", "never_empty"), "dns-incident-never_empty"),
        (("DNS", "Incident", "Never_Empty"), "dns-incident-never_empty"),
        (("../../etc", "pass/wd", "a b"), "etc-pass-wd-a-b"),
        (("é\x00", "..", ""), "unnamed-unnamed-unnamed"),
        (("a" * 200, "b", "c"), f"{'a' * 60}-b-c"),
    ],
)
def test_file_names_are_safe_on_every_system(parts: tuple[str, ...], expected: str) -> None:
    assert expected == files.safe_name(*parts)


def test_names_that_would_be_the_same_are_numbered() -> None:
    assert ["a", "a-2", "b", "a-3"] == files.distinct(["a", "a", "b", "a"])
