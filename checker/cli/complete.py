"""What the tab key offers: names read off the text of models and claims, which are never run for it."""

from __future__ import annotations

import ast
import importlib.util
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from click import Argument, Context, Parameter
from click.shell_completion import CompletionItem

from raceproof.checker.codes import Code

CLAIMS = ("always", "each_step", "reachable", "recoverable", "lemma")
BUILT_IN_CLAIMS = ("no_deadlock", "assertions")
DOMAINS = ("Id", "Ordinal")
_MOST_BYTES = 2**20
_SIZES_OFFERED = 3


@dataclass(frozen=True, slots=True)
class Names:
    """The variants and claims that a text defines, each with what it says, and the default size of each domain."""

    variants: dict[str, str] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    domains: dict[str, int] = field(default_factory=dict)


def models(ctx: Context, param: Parameter, incomplete: str) -> list[CompletionItem]:
    """The built-in models, and the Python files that begin like this."""
    found = [CompletionItem(name, help="built in") for name in _modules("model") if name.startswith(incomplete)]
    folder, slash, start = incomplete.rpartition("/")
    files = sorted(file.name for file in Path(folder + slash or ".").glob("*.py"))
    found += [CompletionItem(folder + slash + name) for name in files if name.startswith(start)]
    return found or [CompletionItem(incomplete, type="file")]


def variants(ctx: Context, param: Parameter, incomplete: str) -> list[CompletionItem]:
    """The variants of the model that the command line names so far."""
    return _starting(incomplete, _names(ctx).variants)


def claims(ctx: Context, param: Parameter, incomplete: str) -> list[CompletionItem]:
    """The claims and lemmas about the model, or those of --claims."""
    return _starting(incomplete, _names(ctx).claims | dict.fromkeys(BUILT_IN_CLAIMS, "asked of every model"))


def sizes(ctx: Context, param: Parameter, incomplete: str) -> list[CompletionItem]:
    """`Plan=4`: each domain with its default size and some larger ones."""
    offered = {
        f"{name}={size + more}": "" if more else "the default"
        for name, size in _names(ctx).domains.items()
        for more in range(_SIZES_OFFERED)
    }
    return _starting(incomplete, offered)


def ranges(ctx: Context, param: Parameter, incomplete: str) -> list[CompletionItem]:
    """`Plan=1..4`: each domain, from one member to one more than by default."""
    return _starting(incomplete, {f"{name}=1..{size + 1}": "" for name, size in _names(ctx).domains.items()})


def codes(ctx: Context, param: Parameter, incomplete: str) -> list[CompletionItem]:
    """The codes of errors."""
    return _starting(incomplete.upper(), dict.fromkeys(Code, ""))


def files(ctx: Context, param: Parameter, incomplete: str) -> list[CompletionItem]:
    """Files: left to the shell."""
    return [CompletionItem(incomplete, type="file")]


def folders(ctx: Context, param: Parameter, incomplete: str) -> list[CompletionItem]:
    """Folders: left to the shell."""
    return [CompletionItem(incomplete, type="dir")]


def _starting(incomplete: str, offered: dict[str, str]) -> list[CompletionItem]:
    return [CompletionItem(name, help=text or None) for name, text in offered.items() if name.startswith(incomplete)]


def _folder(name: str) -> Path | None:
    """The folder of `raceproof.model` or `raceproof.properties`, which is not imported to find it."""
    found = importlib.util.find_spec(f"raceproof.{name}")
    places = (found and found.submodule_search_locations) or ()
    return next(map(Path, places), None)


def _modules(name: str) -> list[str]:
    folder = _folder(name)
    return sorted(found.name for found in pkgutil.iter_modules([str(folder)])) if folder else []


def _names(ctx: Context) -> Names:
    """What the model of a command line defines, and what is claimed of it."""
    default = next((param.default for param in ctx.command.params if param.name == "model"), None)
    # While an option lacks its value, click has left the arguments aside.
    arguments = [param.name for param in ctx.command.params if isinstance(param, Argument)]
    given = {**ctx.params, **dict(zip(arguments, ctx.args, strict=False))}
    model, claims_file = given.get("model") or default, given.get("claims_file")
    found = Names()
    if not isinstance(model, str):
        return found
    for text in (*_texts(model), *(_texts(claims_file) if claims_file else ())):
        _read(text, found)
    return found


def _texts(model: str) -> Iterator[str]:
    """The sources of a file, or of a built-in model and its claims; none of what cannot be read."""
    name, _, _ = model.partition(":")
    if name.endswith(".py"):
        paths = [Path(name)]
    else:
        module = name.replace("-", "_")
        if module not in _modules("model"):
            return
        homes = [home for home in map(_folder, ("model", "properties")) if home]
        paths = [path for home in homes for path in (home / f"{module}.py", *sorted((home / module).glob("*.py")))]
    for path in paths:
        try:
            if path.is_file() and path.stat().st_size <= _MOST_BYTES:
                yield path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue


def _read(text: str, found: Names) -> None:
    """Add what one source defines at its top level."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    for statement in tree.body:
        match statement:
            case ast.ClassDef(name=name, bases=[base, *_]) if _called(base) in DOMAINS:
                found.domains[name] = _default_size(statement)
            case ast.FunctionDef(name=name, decorator_list=decorators):
                if any(_called(decorator) in CLAIMS for decorator in decorators):
                    found.claims[name] = _first_line(ast.get_docstring(statement))
            case (
                ast.Assign(targets=[ast.Name(id="VARIANTS")], value=ast.Dict(keys=keys, values=values))
                | ast.AnnAssign(target=ast.Name(id="VARIANTS"), value=ast.Dict(keys=keys, values=values))
            ):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        found.variants[key.value] = _said_by(value)
            case _:
                pass


def _called(node: ast.expr) -> str:
    """The last name of `always`, `checker.always` and `recoverable(by=...)`."""
    match node:
        case ast.Call(func=function):
            return _called(function)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def _default_size(domain: ast.ClassDef) -> int:
    for keyword in domain.keywords:
        match keyword:
            case ast.keyword(arg="size", value=ast.Constant(value=int(size))):
                return size
            case _:
                pass
    return 1


def _said_by(variant: ast.expr) -> str:
    match variant:
        case ast.Call(args=[ast.Constant(value=str(text)), *_]):
            return text
        case _:
            return ""


def _first_line(document: str | None) -> str:
    return (document or "").partition("\n")[0]
