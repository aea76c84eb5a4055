"""The pages belong together: links lead somewhere, every name is on the reference page, the picture is up to date."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from raceproof import checker
from raceproof.checker import explain
from raceproof.checker.cli.main import program

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path.name for path in DOCS.glob("*.md"))
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", *(f"docs/{name}" for name in PAGES)]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = DOCS / "outage.svg"


def without_code(document: str) -> str:
    return re.sub(r"`[^`\n]*`", "code", re.sub(r"^```.*?^```$", "", document, flags=re.MULTILINE | re.DOTALL))


def anchors(page: Path) -> set[str]:
    """What a link may name after `#`, as Markdown makes it from the headings."""
    code_blocks_left_out = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", code_blocks_left_out, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_to_something(name: str) -> None:
    source = ROOT / name
    broken = []
    for link in LINK.findall(without_code(source.read_text(encoding="utf-8"))):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = (source.parent / path).resolve() if path else source
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)

    assert [] == broken


def test_every_page_is_reached_from_the_first_one() -> None:
    contents = re.findall(r"^```\{toctree\}\n(.*?)^```", (DOCS / "index.md").read_text(encoding="utf-8"), re.M | re.S)
    listed = [line for block in contents for line in block.splitlines() if line and not line.startswith(":")]

    assert sorted(name.removesuffix(".md") for name in PAGES if name != "index.md") == sorted(listed)


def test_the_reference_has_every_name_that_can_be_imported() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    named = set(
        re.findall(
            r"^\.\. (?:auto)?(?:class|function|decorator|exception|data):: ([\w.]+)(?:\(\))?$", text, re.MULTILINE
        )
    )
    explained = {f"raceproof.checker.explain.{name}" for name in explain.__all__}

    assert set() == (set(checker.__all__) | explained) - named


def test_the_picture_of_the_outage_is_what_the_command_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner()
    checked = run.invoke(program, ["check", "dns", "--property", "never_empty", "--traces", "traces"])
    shown = run.invoke(program, ["show", "traces/dns-incident-never_empty.json", "--as", "svg", "-o", "outage.svg"])
    assert (1, 0) == (checked.exit_code, shown.exit_code)
    drawn = Path("outage.svg").read_text(encoding="utf-8")
    if os.environ.get("WRITE_OUTPUTS"):
        PICTURE.write_text(drawn, encoding="utf-8")

    assert drawn == PICTURE.read_text(encoding="utf-8")
