"""A stored trace is data from others: whatever its texts are, a format shows them as texts and nothing else."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from raceproof.checker.errors import UsageError
from raceproof.checker.formats import format_of
from raceproof.checker.formats.harmless import printable
from raceproof.checker.formats.html import html_of
from raceproof.checker.formats.told import Insight, Origin, Told
from raceproof.checker.results import decode

ORIGIN = Origin((("raceproof.model.dns", "VARIANTS"),), 'VARIANTS["incident"].make()', "never_empty")
DIAGRAM = re.compile(
    r"sequenceDiagram|end|rect rgba\(220, 50, 50, 0\.18\)"
    r"|participant [pt]\d+ as \S.*"
    r"|Note over [pt]\d+(,[pt]\d+)?: \S.*"
    r"|p\d+->>t\d+: \S.*"
)
DOT = re.compile(r'( *)(digraph |\d+ -> \d+ |\d+ |node |edge )?(\[?)("([^"\\]|\\.)*"|[^"])*')


class Tags(HTMLParser):
    """The elements of a page with their attributes' names, and the text that is shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, ...]] = []
        self.texts: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}",))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))

    def handle_data(self, data: str) -> None:
        self.texts[data] += 1


def read(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    tags.close()
    return tags


def without_lines(found: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The elements of a drawing without its texts: how many lines there are depends on how long they are."""
    return [tag for tag in found if tag[0] not in ("text", "/text")]


def svg_tags(data: bytes) -> list[str]:
    return [element.tag for element in ElementTree.fromstring(data).iter() if not element.tag.endswith("}text")]


def text_of(told: Told) -> str:
    """The hostile text as it may be shown."""
    return printable(told.stored.property)


def test_a_page_has_the_same_elements_whatever_the_texts_are(hostile: Told, harmless: Told) -> None:
    actual = read(format_of("html")(hostile).decode())
    expected = read(format_of("html")(harmless).decode())

    assert without_lines(expected.found) == without_lines(actual.found)
    assert text_of(hostile) in actual.texts


def test_the_data_of_a_page_are_the_texts_themselves(hostile: Told) -> None:
    page = format_of("html")(hostile).decode()
    (data,) = re.findall(r'<script type="application/json" id="told">(.*?)</script>', page, re.DOTALL)

    assert not set("<>&") & set(data)
    assert text_of(hostile) == json.loads(data)["steps"][0]["who"]


def test_a_piece_for_a_notebook_has_no_script_and_the_same_elements(hostile: Told, harmless: Told) -> None:
    actual, expected = read(html_of(hostile)), read(html_of(harmless))

    assert without_lines(expected.found) == without_lines(actual.found)
    assert "script" not in {tag for tag, *_ in actual.found}


def test_a_drawing_is_xml_with_the_same_elements(hostile: Told, harmless: Told) -> None:
    actual = format_of("svg")(hostile)

    assert svg_tags(format_of("svg")(harmless)) == svg_tags(actual)
    title = ElementTree.fromstring(actual).find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert (title.text or "").startswith(f"{text_of(hostile)} is violated in 11 steps")


def test_markdown_shows_the_texts_and_makes_no_link_no_list_and_no_element(hostile: Told, harmless: Told) -> None:
    def shapes(told: Told) -> list[str]:
        parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(format_of("markdown")(told).decode())
        return [
            token.type
            for block in parsed
            for token in (block, *(block.children or ()))
            if token.type not in ("text", "text_special")
        ]

    assert shapes(harmless) == shapes(hostile)


def test_markdown_writes_no_address_that_a_site_would_make_a_link(hostile: Told) -> None:
    document = format_of("markdown")(hostile).decode()
    outside = re.sub(r"(?s)```mermaid.*?```|(`+).*?\1", "", document)

    assert None is re.search(r"https?://|(?<!\\)@|www\.", outside)


def test_a_line_of_a_diagram_is_one_message_or_note_with_no_sign_of_its_own(hostile: Told) -> None:
    document = format_of("markdown")(hostile).decode()
    (diagram,) = re.findall(r"```mermaid\n(.*?)\n```", document, re.DOTALL)

    assert [] == [line for line in diagram.split("\n") if not DIAGRAM.fullmatch(line.strip())]
    said = "".join(re.findall(r"(?:as|:) (.*)", diagram)).replace("<br/>", "")
    assert None is re.search(r"[;#<>&%{}\"'`\\]", re.sub(r"#\d+;", "", said))


def test_a_graph_of_graphviz_has_whole_strings_on_each_line(hostile: Told) -> None:
    lines = format_of("dot")(hostile).decode().splitlines()

    assert "}" == lines[-1]
    assert [] == [line for line in lines if not DOT.fullmatch(line)]


def test_a_graph_in_xml_has_the_same_elements(hostile: Told, harmless: Told) -> None:
    def tags(told: Told) -> list[str]:
        return [element.tag for element in ElementTree.fromstring(format_of("graphml")(told)).iter()]

    assert tags(harmless) == tags(hostile)


def test_a_test_holds_the_texts_as_literals_and_runs_nothing_of_them(hostile: Told) -> None:
    told = replace(hostile, insight=Insight("", origin=ORIGIN))
    module = ast.parse(format_of("pytest")(told))
    (schedule,) = (
        node.value
        for node in module.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SCHEDULE"
    )
    assert isinstance(schedule, ast.Tuple)
    moves = [[ast.literal_eval(value) for value in move.args] for move in schedule.elts if isinstance(move, ast.Call)]

    assert [[hostile.stored.property] * 3] * 11 == moves
    kinds = ["Expr", "ImportFrom", "ImportFrom", "Assign", "Assign", "FunctionDef"]
    assert kinds == [type(node).__name__ for node in module.body]


def test_json_keeps_every_text_as_it_is(hostile: Told) -> None:
    assert (hostile.stored,) == decode(format_of("json")(hostile))


def test_itf_keeps_every_text_as_it_is_or_refuses_the_name(hostile: Told) -> None:
    text = hostile.stored.property
    if text.startswith("#"):
        with pytest.raises(UsageError, match="cannot be written as ITF, which keeps such names for itself"):
            format_of("itf")(hostile)
        return
    state = json.loads(format_of("itf")(hostile))["states"][11]

    assert text == state["mbt::actionTaken"]
    assert text == state["mbt::nondetPicks"]["process"]["value"]
    assert text in (state[f"{text}.at"], state.get(text))


def test_a_text_says_control_characters_and_does_not_send_them(hostile: Told) -> None:
    shown = format_of("text")(hostile).decode()

    assert "" == "".join(c for c in shown if not c.isprintable() and c != "\n")
