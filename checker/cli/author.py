"""Loading what the author wrote: modules by name and files by path, with their mistakes told as theirs."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from raceproof.checker.errors import Code, Location, ModelError, RaceproofError, UsageError, author_location_of

PROJECT = "raceproof"
FOLDERS = ("model", "properties")
_SIMILAR_ENOUGH = 0.8


@contextmanager
def author_code(what: str) -> Iterator[None]:
    """Run code of the author's: whatever it raises becomes a ModelError with the author's file and line. `what` is what
    then could not be done, as in "toy.py cannot be loaded"."""
    try:
        yield
    except RaceproofError:
        raise
    except SyntaxError as error:
        place = Location(error.filename, error.lineno, _columns(error)) if error.filename and error.lineno else None
        raise ModelError(f"{what}: {error.msg}", location=place, code=Code.NOT_LOADED) from error
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise ModelError(f"{what}: {said}", location=author_location_of(error), code=Code.NOT_LOADED) from error


def _columns(error: SyntaxError) -> tuple[int, int] | None:
    """Where on its line a mistake of syntax is. Python counts from 1, sometimes characters and sometimes bytes."""
    if not error.text or not error.text.isascii() or not error.offset:
        return None
    end = error.end_offset if error.end_lineno == error.lineno and error.end_offset else 0
    return error.offset - 1, max(end - 1, error.offset)


def load_module(name: str) -> ModuleType:
    """A module by its dotted name. Raises ModelError where its code goes wrong."""
    with author_code(f"{name} cannot be loaded"):
        return importlib.import_module(name)


def load_file(given: str) -> ModuleType:
    """The module in a Python file, under the name by which the author's other files import it.

    The folder of its outermost package goes to the front of `sys.path`, as Python does for a script. Raises UsageError
    where there is no such file, ModelError where its code goes wrong.
    """
    path = Path(given)
    if not path.is_file():
        raise UsageError(_missing(path), code=Code.NOT_LOADED)
    path = path.resolve()
    name, root = _import_name(path)
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    with author_code(f"{given} cannot be loaded"):
        known = sys.modules.get(name)
        if known is None and name.split(".")[0] not in sys.stdlib_module_names and _is_found_at(name, path):
            known = importlib.import_module(name)
        if known is not None and _file_of(known) == path:
            return known
        return _load_apart(path)


def _missing(path: Path) -> str:
    if path.is_dir():
        return f"{path} is a folder; give a Python file"
    if not path.parent.is_dir():
        return f"there is no file {path}: its folder does not exist"
    known = [entry.stem for entry in path.parent.iterdir() if entry.suffix == ".py"]
    near = difflib.get_close_matches(path.stem, known, n=1, cutoff=_SIMILAR_ENOUGH)
    return f"there is no file {path}" + "".join(f"; did you mean '{name}.py'?" for name in near)


def _import_name(path: Path) -> tuple[str, Path]:
    """The dotted name of a file and the folder it counts from."""
    for folder in FOLDERS:
        for home in load_module(f"{PROJECT}.{folder}").__path__:
            if path.is_relative_to(Path(home).resolve()):
                inside = path.relative_to(Path(home).resolve()).with_suffix("")
                return ".".join((PROJECT, folder, *inside.parts)).removesuffix(".__init__"), path.parent
    root, parts = path.parent, [path.stem]
    while (root / "__init__.py").is_file() and root.parent != root:
        parts.insert(0, root.name)
        root = root.parent
    return ".".join(parts).removesuffix(".__init__"), root


def _is_found_at(name: str, path: Path) -> bool:
    """Whether importing the name would load this very file."""
    if name.startswith(f"{PROJECT}."):
        return True
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    return spec is not None and spec.origin is not None and Path(spec.origin).resolve() == path


def _file_of(module: ModuleType) -> Path | None:
    file = getattr(module, "__file__", None)
    return Path(file).resolve() if file else None


def _load_apart(path: Path) -> ModuleType:
    """A file whose name is taken, by the standard library say, under a name of its own."""
    name = f"raceproof_author_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} is no Python file", code=Code.NOT_LOADED)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
