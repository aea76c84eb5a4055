"""What is installed is what stands in the folders, under the import names that the folders map to."""

import re
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("checker", "model", "properties")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+")


def normalised(requirement: str) -> str:
    """The name of a requirement, as package indexes compare it."""
    name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> list[str]:
    lines = (ROOT / "requirements-ci.lock").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_every_folder_with_an_init_file_is_packaged() -> None:
    expected = {
        ".".join(("raceproof", *init.parent.relative_to(ROOT).parts))
        for folder in FOLDERS
        for init in (ROOT / folder).rglob("__init__.py")
    }

    assert sorted(expected) == sorted(PROJECT["tool"]["setuptools"]["packages"])


def test_every_folder_with_python_files_has_an_init_file() -> None:
    without = {
        str(source.parent.relative_to(ROOT))
        for folder in FOLDERS
        for source in (ROOT / folder).rglob("*.py")
        if not (source.parent / "__init__.py").exists()
    }

    assert set() == without


def test_no_name_outside_raceproof_is_installed() -> None:
    expected = {f"raceproof.{folder}": folder for folder in FOLDERS}

    assert expected == PROJECT["tool"]["setuptools"]["package-dir"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_installed_package_is_marked_as_typed(folder: str) -> None:
    assert files(f"raceproof.{folder}").joinpath("py.typed").is_file()


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_type_checkers_see_the_folder_under_its_import_name(folder: str) -> None:
    link = ROOT / "typings" / "raceproof" / folder

    assert Path("..", "..", folder) == link.readlink()
    assert ROOT / folder == link.resolve()


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_package_can_be_imported_from_any_directory(folder: str, tmp_path: Path) -> None:
    program = f"import raceproof.{folder} as package; print(package.__file__)"
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (0, "") == (run.returncode, run.stderr)
    assert ROOT / folder / "__init__.py" == Path(run.stdout.strip()).resolve()


def test_the_lock_holds_versions_and_nothing_else() -> None:
    assert [] == [line for line in pins() if not PIN.fullmatch(line)]


def test_the_lock_pins_every_declared_dependency() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    declared = [*PROJECT["project"]["dependencies"], *extras["dev"], *extras["notebooks"], *extras["docs"]]
    pinned = {normalised(line) for line in pins()}

    assert [] == [requirement for requirement in declared if normalised(requirement) not in pinned]
