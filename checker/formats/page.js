"use strict";
// Steps through the trace that is embedded as data. Every text is set as text, never as markup.
(() => {
  const told = JSON.parse(document.getElementById("told").textContent);
  const last = told.steps.length;
  const byId = (id) => document.getElementById(id);
  let current = 0;

  // The entries of every state: each step is stored as what it changed.
  const states = [told.initial];
  const views = [told.views];
  for (const step of told.steps) {
    states.push({ ...states.at(-1), ...Object.fromEntries(step.entries) });
    views.push({ ...views.at(-1), ...Object.fromEntries(step.views) });
  }

  function element(name, kind, ...content) {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    made.append(...content);
    return made;
  }

  function changed(number, all) {
    if (number === 0) return [];
    const [before, after] = [all[number - 1], all[number]];
    return Object.keys(after).filter((name) => before[name] !== after[name]);
  }

  function showChanges() {
    const rows = [];
    if (current === 0) {
      for (const [name, said] of Object.entries(views[0])) {
        rows.push(element("tr", "shown", element("td", "", name), element("td", "", said)));
      }
    }
    for (const [all, kind] of [[states, ""], [views, "shown"]]) {
      for (const name of changed(current, all)) {
        const before = element("span", "before", `${all[current - 1][name] ?? "nothing"} → `);
        rows.push(element("tr", kind, element("td", "", name), element("td", "", before, all[current][name])));
      }
    }
    const nothing = current === 0 ? "This is how it starts." : "This step changes nothing.";
    const failure = current > 0 && told.steps[current - 1].failure;
    byId("changes").replaceChildren(
      ...(failure ? [element("p", "note", failure)] : []),
      rows.length ? element("table", "change", ...rows) : element("p", "quiet", nothing),
    );
  }

  // What stands between two backticks is the author's code.
  function withCode(text) {
    return text.split("`").map((part, number) => (number % 2 ? element("code", "", part) : part));
  }

  function showStale() {
    const notes = told.stale.filter((link) => link.steps.includes(current));
    byId("stale").replaceChildren(...notes.map((link) => element("p", "stale", ...withCode(link.sentence))));
  }

  function showSource() {
    const step = current > 0 ? told.steps[current - 1] : null;
    const found = step && step.source !== null ? told.sources[step.source] : null;
    byId("source").hidden = !step;
    byId("place").textContent = found ? `${found.file}:${found.line}` : step ? step.at : "";
    const lines = (found ? found.lines : []).map((text, index) => {
      const number = found.first + index;
      const shown = element("span", "line", element("span", "number", String(number)), text);
      if (number === found.line) shown.classList.add("here");
      return shown;
    });
    byId("lines").hidden = !lines.length;
    byId("lines").replaceChildren(...lines);
  }

  function showPicture() {
    const drawn = told.pictures[current] ?? "";
    byId("picture").hidden = !drawn;
    byId("drawn").textContent = drawn;
  }

  const words = {
    always: ["false here", "holds"],
    each_step: ["broken by this step", "holds"],
    reachable: ["not reached", "reached"],
    recoverable: ["to be recovered", "good"],
    deadlock: ["stuck", "not stuck"],
  };

  function showClaims() {
    byId("claims-section").hidden = !told.claims.length;
    const rows = told.claims.map((claim) => {
      const value = claim.values[current];
      const grave = value === false && claim.kind !== "reachable" && claim.kind !== "recoverable";
      const said = value === null ? "–" : (words[claim.kind] ?? ["false", "true"])[Number(value)];
      const strip = element("div", "strip", ...claim.values.map((one, number) => {
        const bad = claim.kind === "reachable" || claim.kind === "recoverable" ? "" : "no";
        const cell = element("i", one === null ? "" : one ? "yes" : bad);
        cell.dataset.step = String(number);
        cell.title = number === 0 ? "start" : `step ${number}`;
        if (number === current) cell.classList.add("at");
        return cell;
      }));
      strip.setAttribute("aria-hidden", "true");
      const name = element("th", "", claim.name);
      name.title = claim.text;
      return element("tr", "", name, element("td", grave ? "false" : "", said), element("td", "", strip));
    });
    byId("claims").replaceChildren(...rows);
  }

  function groupOf(name) {
    const bracket = name.indexOf("[");
    if (bracket > 0 && name.endsWith("]")) return [name.slice(0, bracket), name.slice(bracket + 1, -1)];
    const owner = told.owners.find((one) => name.startsWith(`${one}.`));
    return owner ? [owner, name.slice(owner.length + 1)] : ["", name];
  }

  const closed = new Set();

  function showState() {
    const wanted = byId("filter").value.trim().toLowerCase();
    const hide = byId("hide").checked;
    const fresh = new Set(changed(current, states));
    const groups = new Map();
    for (const [name, value] of Object.entries(states[current])) {
      if (wanted && !`${name} ${value}`.toLowerCase().includes(wanted)) continue;
      if (hide && !fresh.has(name)) continue;
      const [group, entry] = groupOf(name);
      const row = element("tr", fresh.has(name) ? "new" : "", element("th", "", entry));
      row.append(element("td", "", ...(fresh.has(name)
        ? [element("span", "before", `${states[current - 1][name] ?? "nothing"} → `), value] : [value])));
      if (!groups.has(group)) groups.set(group, []);
      groups.get(group).push(row);
    }
    const shown = [...groups].map(([group, rows]) => {
      const table = element("table", "", ...rows);
      if (!group) return table;
      const box = element("details", "", element("summary", "", group), table);
      box.open = wanted !== "" || hide || !closed.has(group);
      box.addEventListener("toggle", () => (box.open ? closed.delete(group) : closed.add(group)));
      return box;
    });
    const none = hide && !wanted ? "Nothing has changed." : "No entry is like that.";
    byId("state").replaceChildren(...(shown.length ? shown : [element("p", "quiet", none)]));
  }

  function select(number, scroll = true) {
    current = Math.min(Math.max(number, 0), last);
    const step = current > 0 ? told.steps[current - 1] : null;
    byId("where").textContent = step ? `step ${current} of ${last}` : `start, ${last} steps follow`;
    byId("what").textContent = step ? `${step.who}: ${step.label}` : "Start";
    byId("previous").disabled = current === 0;
    byId("next").disabled = current === last;
    for (const one of document.querySelectorAll("#steps button")) {
      const here = Number(one.dataset.step) === current;
      if (here) one.setAttribute("aria-current", "step");
      else one.removeAttribute("aria-current");
      if (here && scroll) one.scrollIntoView({ block: "nearest" });
    }
    for (const one of document.querySelectorAll("#sequence .rp-step")) {
      const here = Number(one.dataset.step) === current;
      one.classList.toggle("current", here);
      if (here && scroll) one.scrollIntoView({ block: "nearest" });
    }
    showChanges();
    showStale();
    showPicture();
    showSource();
    showClaims();
    showState();
    try {
      history.replaceState(null, "", `#step-${current}`);
    } catch { /* in a notebook's frame, which has no address of its own */ }
  }

  const moves = {
    j: () => current + 1, ArrowDown: () => current + 1, ArrowRight: () => current + 1,
    k: () => current - 1, ArrowUp: () => current - 1, ArrowLeft: () => current - 1,
    Home: () => 0, g: () => 0, End: () => last, G: () => last,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
    if (event.target.closest("input")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key in moves) select(moves[event.key]());
    else if (event.key === "/") byId("filter").focus();
    else if (event.key === "u") byId("hide").click();
    else if (event.key === "?") byId("help").showModal();
    else if ((event.key === "Enter" || event.key === " ") && event.target.closest("svg [data-step]")) {
      select(Number(event.target.closest("[data-step]").dataset.step));
    } else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-step]");
    if (chosen) select(Number(chosen.dataset.step));
  });
  byId("previous").addEventListener("click", () => select(current - 1));
  byId("next").addEventListener("click", () => select(current + 1));
  byId("keys").addEventListener("click", () => byId("help").showModal());
  byId("filter").addEventListener("input", showState);
  byId("hide").addEventListener("change", showState);
  for (const one of document.querySelectorAll("#sequence .rp-step")) {
    one.setAttribute("tabindex", "0");
    one.setAttribute("role", "button");
  }
  const drawing = document.querySelector("#sequence svg");
  drawing.style.minWidth = `${0.72 * drawing.viewBox.baseVal.width}px`;
  drawing.style.minHeight = `${0.72 * drawing.viewBox.baseVal.height}px`;

  const asked = /^#step-(\d{1,6})$/.exec(location.hash);
  // Where the page is one long column, it is first shown from its top.
  select(asked ? Number(asked[1]) : last, matchMedia("(min-width:761px)").matches);
  window.addEventListener("hashchange", () => {
    const wanted = /^#step-(\d{1,6})$/.exec(location.hash);
    if (wanted && Number(wanted[1]) !== current) select(Number(wanted[1]));
  });
})();
