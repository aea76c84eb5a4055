"""The arrows between the packages, read off the import statements: they point one way.

properties → model → checker.language, and engines → checker.system. Nothing in the checker knows a model.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Rule:
    """What the files below one folder may import.

    `only` names the packages of this project that they may use; None permits all but those in `never`.
    `standard` restricts everything else to the standard library.
    """

    folder: str
    only: tuple[str, ...] | None = None
    never: tuple[str, ...] = ()
    standard: bool = False


RULES = (
    Rule("model", only=("raceproof.checker.language", "raceproof.model"), standard=True),
    Rule(
        "properties",
        only=("raceproof.checker.language", "raceproof.model", "raceproof.properties"),
        standard=True,
    ),
    Rule("checker", never=("raceproof.model", "raceproof.properties")),
    Rule("checker/system", only=("raceproof.checker.errors", "raceproof.checker.system")),
    Rule(
        "checker/explicit",
        never=(
            "raceproof.checker.bounded",
            "raceproof.checker.language",
            "raceproof.checker.lowering",
            "raceproof.checker.oracle",
        ),
    ),
    Rule(
        "checker/bounded",
        never=(
            "raceproof.checker.explicit",
            "raceproof.checker.language",
            "raceproof.checker.lowering",
            "raceproof.checker.oracle",
        ),
    ),
)


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: the line, the module that the statement loads, the full dotted name."""

    line: int
    module: str
    name: str


def imports(tree: ast.AST, package: str) -> Iterator[Import]:
    """Everything that the code of a module in `package` imports, wherever in the file it does so."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield Import(node.lineno, alias.name, alias.name)
            case ast.ImportFrom(module=stated, names=names, level=level):
                parts = package.split(".")
                base = parts[: len(parts) - level + 1] if level else []
                module = ".".join([*base, *([stated] if stated else [])])
                for alias in names:
                    yield Import(node.lineno, module, f"{module}.{alias.name}")
            case _:
                pass


def permits(rule: Rule, imported: Import, modules: frozenset[str]) -> bool:
    """Whether the rule lets a file import this name, given the dotted names of the project's modules.

    A name taken from a package's own `__init__` may come from anywhere below that package, so an
    engine that must not use `raceproof.checker.language` must not import from `raceproof.checker` either.
    """
    name = imported.name
    if not is_within(name, "raceproof"):
        return not rule.standard or name.split(".")[0] in sys.stdlib_module_names
    if rule.only is not None:
        return any(is_within(name, allowed) for allowed in rule.only)
    source = name if name in modules else imported.module
    return not any(is_within(name, banned) or is_within(banned, source) for banned in rule.never)


def broken_imports(rule: Rule, code: str, package: str, modules: frozenset[str]) -> list[str]:
    """Every import in the code that the rule forbids, as `line: name`."""
    return [
        f"{imported.line}: {imported.name}"
        for imported in imports(ast.parse(code), package)
        if not permits(rule, imported, modules)
    ]


def find_modules(root: Path) -> frozenset[str]:
    """The dotted names of the packages and modules in the three folders below root."""
    paths = (path for folder in ("checker", "model", "properties") for path in (root / folder).rglob("*.py"))
    parts = (path.relative_to(root).with_suffix("").parts for path in paths)
    return frozenset(".".join(("raceproof", *part)).removesuffix(".__init__") for part in parts)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.folder)
def test_imports_point_one_way(rule: Rule) -> None:
    folder = ROOT / rule.folder
    if not folder.is_dir():
        pytest.skip(f"there is no {rule.folder}/")
    modules = find_modules(ROOT)

    broken = [
        f"{path.relative_to(ROOT)}:{found}"
        for path in sorted(folder.rglob("*.py"))
        for found in broken_imports(
            rule,
            path.read_text(encoding="utf-8"),
            ".".join(("raceproof", *path.parent.relative_to(ROOT).parts)),
            modules,
        )
    ]

    assert [] == broken


@pytest.mark.parametrize(
    ("folder", "code", "expected"),
    [
        ("model", "import raceproof.checker", ["1: raceproof.checker"]),
        ("model", "from raceproof.checker import Model", ["1: raceproof.checker.Model"]),
        ("model", "from raceproof.checker.system import Guard", ["1: raceproof.checker.system.Guard"]),
        ("model", "from raceproof.properties.dns import never", ["1: raceproof.properties.dns.never"]),
        ("model", "\nimport numpy as np", ["2: numpy"]),
        ("model", "from ..checker.system import Guard", ["1: raceproof.checker.system.Guard"]),
        (
            "properties",
            "from raceproof.checker.explicit import search",
            ["1: raceproof.checker.explicit.search"],
        ),
        ("checker", "from raceproof import model", ["1: raceproof.model"]),
        ("checker", "def load():\n    import raceproof.properties.dns", ["2: raceproof.properties.dns"]),
        ("checker", "import raceproof", ["1: raceproof"]),
        (
            "checker/system",
            "from raceproof.checker.limits import Limits",
            ["1: raceproof.checker.limits.Limits"],
        ),
        ("checker/system", "from .. import verdict", ["1: raceproof.checker.verdict"]),
        ("checker/explicit", "from raceproof.checker import language", ["1: raceproof.checker.language"]),
        ("checker/explicit", "from raceproof.checker import Model", ["1: raceproof.checker.Model"]),
        (
            "checker/explicit",
            "from raceproof.checker.bounded import unroll",
            ["1: raceproof.checker.bounded.unroll"],
        ),
        ("checker/bounded", "from ..oracle import replay", ["1: raceproof.checker.oracle.replay"]),
    ],
)
def test_an_import_against_the_arrows_is_found(folder: str, code: str, expected: list[str]) -> None:
    (rule,) = (rule for rule in RULES if rule.folder == folder)
    package = "raceproof." + folder.replace("/", ".")

    assert expected == broken_imports(rule, code, package, frozenset())


@pytest.mark.parametrize(
    ("folder", "code"),
    [
        ("model", "from raceproof.checker.language import Model"),
        ("model", "from raceproof.checker import language"),
        ("model", "from dataclasses import dataclass"),
        ("model", "from .dns import DnsAutomation"),
        ("properties", "from raceproof.model.dns import DnsAutomation"),
        ("checker", "from raceproof.modelling import shape"),
        ("checker", "from raceproof.checker import language"),
        ("checker/system", "from raceproof.checker.errors import ModelError"),
        ("checker/explicit", "from raceproof.checker.system import TransitionSystem"),
        ("checker/explicit", "from raceproof.checker import verdict"),
        ("checker/explicit", "import numpy as np"),
        ("checker/bounded", "import z3"),
    ],
)
def test_an_import_along_the_arrows_is_permitted(folder: str, code: str) -> None:
    (rule,) = (rule for rule in RULES if rule.folder == folder)
    package = "raceproof." + folder.replace("/", ".")

    assert [] == broken_imports(rule, code, package, frozenset({"raceproof.checker.verdict"}))
