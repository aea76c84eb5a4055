"""The notebooks run, and what they show is what is committed. With WRITE_OUTPUTS=1 the outputs are written instead."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
TIMEOUT_SECONDS = 300
MOST_CODE_CELLS = 12
MOST_LINES_OF_A_CELL = 25
NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


class ThisPython(AsyncKernelManager):
    """Starts kernels of the interpreter that runs the tests, whichever ones are registered on the machine."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"])


def read(name: str) -> Any:
    return nbformat.read(NOTEBOOKS / name, as_version=4)  # type: ignore[no-untyped-call]


def paired(name: str) -> Any:
    """The notebook that the script beside it stands for, without outputs."""
    return jupytext.read(NOTEBOOKS / name.replace(".ipynb", ".py"))


def written(notebook: Any) -> str:
    return f"{nbformat.writes(notebook).rstrip()}\n"  # type: ignore[no-untyped-call]


def execute(notebook: Any) -> Any:
    """The notebook with fresh outputs. Raises CellExecutionError."""
    resources = {"metadata": {"path": str(NOTEBOOKS)}}
    NotebookClient(
        notebook,
        kernel_manager_class=ThisPython,
        resources=resources,
        timeout=TIMEOUT_SECONDS,
        record_timing=False,
        coalesce_streams=True,
    ).execute()
    return cleaned(notebook)


def cleaned(notebook: Any) -> Any:
    """The notebook without what differs from machine to machine: versions, and the metadata of an execution."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = nbformat.from_dict({"kernelspec": kernel, "language_info": {"name": "python"}})  # type: ignore[no-untyped-call]
    for number, cell in enumerate(notebook.cells, start=1):
        cell.metadata = {}
        cell.id = f"cell-{number}"
    for number, cell in enumerate(code_cells(notebook), start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number
    return notebook


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(notebook: Any) -> list[tuple[str, object]]:
    """What each code cell shows: its source and its outputs, texts in full, of a picture only that there is one."""
    return [(cell.source, [_shown(output) for output in cell.outputs]) for cell in code_cells(notebook)]


def _shown(output: Any) -> object:
    if output.output_type == "stream":
        return output.name, output.text
    if output.output_type == "error":
        return output.ename, output.evalue
    return {kind: data if kind.startswith("text/") else "a picture" for kind, data in output.data.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_run_shows_what_is_committed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    monkeypatch.delenv("MPLBACKEND", raising=False)

    fresh = execute(paired(name) if os.environ.get("WRITE_OUTPUTS") else read(name))
    if os.environ.get("WRITE_OUTPUTS"):
        (NOTEBOOKS / name).write_text(written(fresh), encoding="utf-8")

    assert shown(read(name)) == shown(fresh), "make outputs writes them anew"


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_file_holds_nothing_of_the_machine_or_the_moment(name: str) -> None:
    text = (NOTEBOOKS / name).read_text(encoding="utf-8")
    texts = repr(shown(read(name)))

    assert written(cleaned(read(name))) == text
    assert [] == re.findall(r"0x[0-9a-f]{6,}|/home/|/root/|site-packages|\d\.\d+ s\b", texts)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_the_script_beside_it(name: str) -> None:
    def sources(notebook: Any) -> list[tuple[str, str]]:
        return [(cell.cell_type, cell.source) for cell in notebook.cells]

    assert sources(paired(name)) == sources(read(name)), "make outputs writes the notebook anew"


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_stays_thin(name: str) -> None:
    lines = [len(cell.source.splitlines()) for cell in code_cells(read(name))]

    assert len(lines) <= MOST_CODE_CELLS
    assert max(lines) <= MOST_LINES_OF_A_CELL


def test_there_are_notebooks() -> None:
    assert NAMES
