"""Pages and drawings in a real browser: what is drawn where, what the keys do, and that nothing is requested.

Needs Chromium (`apt-get install chromium`), and for the sequence diagrams mermaid-cli (`npm install -g
@mermaid-js/mermaid-cli`); what there is not is skipped.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from raceproof.checker.formats import format_of
from raceproof.checker.formats.told import Told

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
MERMAID = shutil.which("mmdc") or ""
SECONDS = 60
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
NEEDS_BROWSER = pytest.mark.skipif(not BROWSER, reason="there is no Chromium: apt-get install chromium")
NEEDS_MERMAID = pytest.mark.skipif(
    not (BROWSER and MERMAID), reason="there is no mermaid-cli: npm install -g @mermaid-js/mermaid-cli"
)


def browse(page: str, folder: Path, *options: str, size: str = "1440,1000") -> str:
    """The page as the browser has it once its scripts have run."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    command = [
        BROWSER,
        *["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=3000"],
        *[f"--user-data-dir={folder / 'profile'}", f"--window-size={size}", "--dump-dom", *options],
        file.as_uri(),
    ]
    run = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
    return run.stdout.decode()


def asked(page: str, script: str, folder: Path, *options: str, size: str = "1440,1000") -> Any:
    """What a script finds in the page: it assigns to `found`. The page's policy forbids such a script, so it is left
    out here; a test of its own is about that."""
    tail = f"<script>{{let found = null;\n{script}\n"
    tail += 'document.body.append(Object.assign(document.createElement("output"),'
    tail += '{id: "found", textContent: JSON.stringify(found)}))}</script>'
    shown = browse(POLICY.sub("", page).replace("</body>", f"{tail}</body>"), folder, *options, size=size)
    (told,) = re.findall(r'<output id="found">(.*?)</output>', shown, re.DOTALL)
    return json.loads(html.unescape(told))


@pytest.fixture
def page(incident: Told) -> str:
    return format_of("html")(incident).decode()


@NEEDS_BROWSER
def test_the_page_runs_under_its_own_policy_and_shows_the_last_step(page: str, tmp_path: Path) -> None:
    shown = browse(page, tmp_path)

    assert '<h2 id="what">enactor 2: delete an old tree</h2>' in shown
    assert '<span class="where" id="where">step 11 of 11</span>' in shown
    assert "http-equiv" in shown


@NEEDS_BROWSER
def test_a_script_that_is_not_the_page_s_own_is_not_run(page: str, tmp_path: Path) -> None:
    evil = '<script>document.title = "run"</script><img src="x" onerror="document.title = \'run\'">'

    shown = browse(page.replace("</body>", f"{evil}</body>"), tmp_path)

    assert "<title>never_empty is violated in 11 steps</title>" in shown


@NEEDS_BROWSER
def test_hostile_texts_are_shown_and_not_run(all_hostile: tuple[Told, ...], tmp_path: Path) -> None:
    told = asked(
        format_of("html")(all_hostile[-1]).decode(),
        "found = [document.querySelectorAll('script').length, document.querySelectorAll('img').length,"
        "document.getElementById('what').textContent]",
        tmp_path,
    )

    text = all_hostile[-1].trace.steps[0].process
    assert [3, 0, f"{text}: {text}: {text}"] == told


@NEEDS_BROWSER
def test_keys_buttons_and_boxes_go_from_step_to_step(page: str, tmp_path: Path) -> None:
    script = """
    const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
    const click = (box) => box.dispatchEvent(new MouseEvent("click", {bubbles: true}));
    const where = () => document.getElementById("where").textContent;
    const see = (act) => { act(); return where(); };
    const marked = () => [document.querySelector("#steps [aria-current]").dataset.step,
      document.querySelector("#sequence .current")?.dataset.step ?? null];
    found = [
      ...["Home", "k", "j", "ArrowDown", "ArrowRight", "k", "ArrowUp", "G", "j", "g"]
        .map((key) => see(() => press(key))),
      see(() => document.getElementById("next").click()),
      see(() => click(document.querySelector('#sequence [data-step="8"] rect'))),
      marked(),
      see(() => document.querySelector('#claims [data-step="5"]').click()),
      see(() => document.querySelector('#steps [data-step="0"]').click()),
      marked(),
      location.hash,
    ];
    """

    assert [
        "start, 11 steps follow",
        "start, 11 steps follow",
        "step 1 of 11",
        "step 2 of 11",
        "step 3 of 11",
        "step 2 of 11",
        "step 1 of 11",
        "step 11 of 11",
        "step 11 of 11",
        "start, 11 steps follow",
        "step 1 of 11",
        "step 8 of 11",
        ["8", "8"],
        "step 5 of 11",
        "start, 11 steps follow",
        ["0", None],
        "#step-0",
    ] == asked(page, script, tmp_path)


@NEEDS_BROWSER
def test_a_step_shows_its_changes_its_source_its_picture_and_what_was_stale(page: str, tmp_path: Path) -> None:
    script = """
    document.querySelector('#steps [data-step="8"]').click();
    const text = (id) => document.getElementById(id).textContent;
    const rows = (id) => [...document.querySelectorAll(`#${id} tr`)].map((row) => row.textContent);
    found = [rows("changes"), text("stale"), text("place"), text("lines"), text("drawn"), rows("claims")];
    """

    changes, stale, place, lines, drawn, claims = asked(page, script, tmp_path)

    assert [
        "alias[public]plan 2 → plan 1",
        "rollback[public]none → plan 2",
        "tree[public, plan 1]false → true",
        "lock_read[enactor 1, public]true → false",
        "enactor 1.atinstall → read the lock",
        "clients resolve public192.0.2.3/60 192.0.2.4/40 → 192.0.2.2/60 192.0.2.3/40",
    ] == changes
    assert "It acts upon mine, too late." == stale
    assert "automation.py:88" == place
    assert '87while True:88    yield until(self.may_plan, "write the next plan")' == lines
    assert "public -> plan 1" == drawn
    assert ["never_emptyholds", "never_goes_backbroken by this step", "automation_recoversto be recovered"] == claims


@NEEDS_BROWSER
def test_the_state_is_filtered_and_what_has_not_changed_is_hidden(page: str, tmp_path: Path) -> None:
    script = """
    document.querySelector('#steps [data-step="8"]').click();
    const filter = document.getElementById("filter");
    const rows = () => [...document.querySelectorAll("#state tr")].map((row) => row.textContent);
    const seek = (text) => {
      filter.value = text;
      filter.dispatchEvent(new Event("input"));
      return rows();
    };
    const all = rows().length;
    const fips = seek("FIPS, plan 2");
    const plan = seek("alias");
    const none = [seek("nothing like that").length, document.getElementById("state").textContent];
    seek("");
    document.getElementById("hide").click();
    const changed = rows().length;
    document.querySelector('#steps [data-step="0"]').click();
    found = [all, fips, plan, none, changed, document.getElementById("state").textContent];
    """

    assert [
        33,
        ["fips, plan 2false"],
        ["publicplan 2 → plan 1", "fipsnone"],
        [0, "No entry is like that."],
        5,
        "Nothing has changed.",
    ] == asked(page, script, tmp_path)


OVERLAPS = """
const within = (inner, outer) => inner.x >= outer.x - 0.5 && inner.x + inner.width <= outer.x + outer.width + 0.5;
const apart = (one, two) => one.x + one.width <= two.x + 0.5 || two.x + two.width <= one.x + 0.5 ||
  one.y + one.height <= two.y + 3 || two.y + two.height <= one.y + 3;
const faults = (drawing) => {
  const texts = [...drawing.querySelectorAll("text")].map((each) => [each.textContent, each.getBBox()]);
  const page = drawing.querySelector(".rp-page").getBBox();
  return [
    ...texts.filter(([, box]) => !within(box, page)).map(([text]) => `leaves the drawing: ${text}`),
    ...texts.flatMap(([text, box], number) => texts.slice(number + 1)
      .filter(([, other]) => !apart(box, other)).map(([other]) => `overlap: ${text} | ${other}`)),
    ...[...drawing.querySelectorAll(".rp-step")].flatMap((step) => {
      const rect = step.querySelectorAll("rect")[1].getBBox();
      return [...step.querySelectorAll(".rp-bold")].filter((text) => !within(text.getBBox(), rect))
        .map((text) => `leaves its box: ${text.textContent}`);
    }),
  ];
};
const drawings = [...document.querySelectorAll("svg")];
found = drawings.length ? drawings.flatMap(faults) : ["nothing is drawn"];
"""


@NEEDS_BROWSER
def test_no_text_of_a_drawing_overlaps_another_or_leaves_its_place(incident: Told, tmp_path: Path) -> None:
    drawn = f"<!DOCTYPE html><body>{format_of('svg')(incident).decode()}</body>"

    assert [] == asked(drawn, OVERLAPS, tmp_path)


@NEEDS_BROWSER
def test_no_hostile_text_of_a_drawing_overlaps_another_or_leaves_its_place(
    all_hostile: tuple[Told, ...], tmp_path: Path
) -> None:
    drawn = "".join(format_of("svg")(told).decode() for told in all_hostile)

    assert [] == asked(f"<!DOCTYPE html><body>{drawn}</body>", OVERLAPS, tmp_path)


@NEEDS_BROWSER
@pytest.mark.parametrize(("scheme", "paper"), [(1, [255, 255, 255]), (0, [15, 20, 26])], ids=["light", "dark"])
def test_the_empty_name_is_red_on_the_picture_itself(
    incident: Told, tmp_path: Path, scheme: int, paper: list[int]
) -> None:
    picture = base64.b64encode(format_of("svg")(incident)).decode()
    script = f"""
    const image = new Image();
    image.src = "data:image/svg+xml;base64,{picture}";
    const told = Object.assign(document.createElement("output"), {{id: "pixels"}});
    document.body.append(told);
    image.decode().then(() => {{
      const canvas = Object.assign(document.createElement("canvas"), {{width: image.width, height: image.height}});
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0);
      const at = (x, y) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3);
      told.textContent = JSON.stringify([at(660, image.height - 30), at(660, 200), at(5, 5)]);
    }});
    """
    shown = browse(
        f"<!DOCTYPE html><body><script>{script}</script></body>",
        tmp_path,
        f"--blink-settings=preferredColorScheme={scheme}",
    )
    (pixels,) = re.findall(r'<output id="pixels">(.*?)</output>', shown)
    marked, earlier, corner = json.loads(html.unescape(pixels))

    assert [198, 40, 40] == marked
    assert [198, 40, 40] != earlier
    assert paper == corner


@NEEDS_BROWSER
@pytest.mark.parametrize("size", ["1440,900", "1280,720", "800,600", "500,900"])
def test_a_page_is_never_wider_than_the_window(page: str, tmp_path: Path, size: str) -> None:
    script = "found = document.documentElement.scrollWidth - window.innerWidth;"

    assert asked(page, script, tmp_path, size=size) <= 0


@NEEDS_MERMAID
def test_the_sequence_diagram_is_drawn(incident: Told, tmp_path: Path) -> None:
    assert "never_empty is violated" in diagram(incident, tmp_path)


@NEEDS_MERMAID
def test_a_diagram_of_hostile_texts_is_drawn(all_hostile: tuple[Told, ...], tmp_path: Path) -> None:
    drawn = diagram(all_hostile[-1], tmp_path)

    assert "alert" in drawn
    assert "alert(1)</script>" not in drawn


def diagram(told: Told, folder: Path) -> str:
    """The drawing that mermaid makes of the document."""
    (folder / "browser.json").write_text(json.dumps({"executablePath": BROWSER, "args": ["--no-sandbox"]}))
    (folder / "trace.md").write_bytes(format_of("markdown")(told))
    command = [MERMAID, "-p", "browser.json", "-i", "trace.md", "-o", "drawn.md"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=SECONDS, env=dict(os.environ))
    return (folder / "drawn-1.svg").read_text(encoding="utf-8")
