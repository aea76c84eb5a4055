"""The sizes that keep a file to one idea."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("checker", "model", "properties")
MOST_LINES_OF_A_SOURCE_FILE = 300
MOST_LINES_OF_A_DOCUMENT = {"ARCHITECTURE.md": 80}


def count_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def find_long_files(root: Path, most: int) -> dict[str, int]:
    """The Python files below the three folders of root with more than `most` lines, and their lines."""
    lines = {
        path.relative_to(root).as_posix(): count_lines(path)
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*.py"))
    }
    return {name: count for name, count in lines.items() if count > most}


def test_no_source_file_has_more_than_300_lines() -> None:
    assert {} == find_long_files(ROOT, MOST_LINES_OF_A_SOURCE_FILE)


def test_a_source_file_that_grew_too_long_is_named(tmp_path: Path) -> None:
    (tmp_path / "checker").mkdir()
    (tmp_path / "checker" / "short.py").write_text("pass\n" * 300, encoding="utf-8")
    (tmp_path / "checker" / "long.py").write_text("pass\n" * 301, encoding="utf-8")

    assert {"checker/long.py": 301} == find_long_files(tmp_path, MOST_LINES_OF_A_SOURCE_FILE)


@pytest.mark.parametrize("name", MOST_LINES_OF_A_DOCUMENT)
def test_a_document_stays_short_enough_to_be_read(name: str) -> None:
    document = ROOT / name
    if not document.exists():
        pytest.skip(f"there is no {name}")

    assert count_lines(document) <= MOST_LINES_OF_A_DOCUMENT[name]
