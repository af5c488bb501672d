"use strict";
(() => {
  const find = (id) => document.getElementById(id);

  const copy = async (button) => {
    const code = button.parentElement.querySelector("code");
    let done = false;
    try {
      await navigator.clipboard.writeText(code.textContent);
      done = true;
    } catch {
      const range = document.createRange();
      range.selectNodeContents(code);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      done = document.execCommand("copy");
    }
    button.textContent = done ? "Copied" : "Selected";
    find("copied").textContent = done ? "The command is copied" : "The command is selected";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  for (const part of document.querySelectorAll("[data-script]")) part.hidden = false;

  const source = find("findings-data");
  if (!source) return; // a page without findings has commands alone

  const PAGE = 50;
  const KINDS = ["gate", "level", "state"];
  const data = JSON.parse(source.textContent);
  const texts = data.texts;
  // a finding: [gate, level, state, fails, message, standing, rule, fingerprint, labels and texts of its answers ...]
  const findings = data.findings;
  const list = find("list");
  const form = find("filters");
  const status = find("status");
  const more = find("more");
  const search = find("search");
  const template = find("finding").content.firstElementChild;
  let matching = [];
  let shown = 0;
  const searched = new Array(findings.length);

  const add = (parent, tag, text, name) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    parent.append(made);
    return made;
  };

  // what stands between backticks is code; the last backtick may have no partner
  const prose = (parent, text) => {
    const parts = text.split("`");
    if (parts.length % 2 === 0) parts.push(parts.splice(-2).join("`"));
    parts.forEach((part, at) => {
      if (at % 2) add(parent, "code", part);
      else if (part) parent.append(part);
    });
  };

  const command = (parent, text) => {
    const box = add(parent, "div", undefined, "command");
    add(box, "code", text);
    const button = add(box, "button", "Copy");
    button.type = "button";
    button.setAttribute("aria-label", "Copy the command");
    button.dataset.copy = "";
  };

  const card = (finding) => {
    const [gate, level, state, fails, message, standing, rule, fingerprint, ...answers] = finding;
    const made = template.cloneNode(true);
    const tone = data.tones[level];
    made.className = `card finding ${tone} ${fails ? "loud" : "rest"}`;
    const [badge, told] = made.querySelectorAll(".line > span");
    badge.textContent = data.levels[level];
    told.textContent = fails ? `fails the change · ${data.gates[gate]}` : `${texts[standing]} · ${data.gates[gate]}`;
    prose(made.querySelector("h3"), texts[message]);
    const rows = made.querySelector("dl");
    for (let at = 0; at < answers.length; at += 2) {
      const [label, kind] = data.labels[answers[at]];
      const text = texts[answers[at + 1]];
      add(rows, "dt", label);
      const cell = add(rows, "dd");
      if (kind === "command") command(cell, text);
      else if (kind === "prose") prose(cell, text);
      else if (kind === "text") cell.textContent = text;
      else add(cell, "code", text);
    }
    if (!fails) {
      // what does not fail the change is told in short, under its place
      const folded = document.createElement("details");
      add(add(folded, "summary"), "code", texts[answers[1]]);
      rows.replaceWith(folded);
      folded.append(rows);
    }
    const last = made.querySelector(".rule");
    add(last, "code", texts[rule]);
    last.append(` · ${fingerprint}`);
    return made;
  };

  const chosen = () => {
    const wanted = {};
    for (const kind of KINDS) {
      const boxes = form.querySelectorAll(`input[name="${kind}"]:checked`);
      wanted[kind] = new Set(Array.from(boxes, (box) => Number(box.value)));
    }
    return wanted;
  };

  const text = (at) => {
    if (searched[at] === undefined) {
      const finding = findings[at];
      const parts = [texts[finding[4]], texts[finding[6]], finding[7]];
      for (let place = 9; place < finding.length; place += 2) parts.push(texts[finding[place]]);
      searched[at] = parts.join("\n").toLowerCase();
    }
    return searched[at];
  };

  const number = (count) => count.toLocaleString("en");

  const say = () => {
    const all = findings.length;
    const noun = all === 1 ? "finding" : "findings";
    const filtered = matching.length !== all;
    let told = `${number(all)} ${noun}, all shown`;
    if (filtered && !matching.length) told = `None of ${number(all)} ${noun} matches`;
    else if (filtered && shown === matching.length) told = `${number(shown)} of ${number(all)} ${noun} match, all shown`;
    else if (filtered) told = `The first ${number(shown)} of ${number(matching.length)} that match, of ${number(all)} ${noun}`;
    else if (shown < all) told = `The first ${number(shown)} of ${number(all)} ${noun}`;
    status.textContent = told;
    const left = matching.length - shown;
    more.hidden = left <= 0;
    more.textContent = `Show ${number(Math.min(PAGE, left))} more`;
    find("reset").hidden = !filtered && !form.querySelector(":checked") && !search.value;
  };

  const extend = () => {
    const part = document.createDocumentFragment();
    const end = Math.min(shown + PAGE, matching.length);
    const from = shown;
    for (; shown < end; shown += 1) part.append(card(findings[matching[shown]]));
    list.append(part);
    say();
    return from;
  };

  const filter = () => {
    const wanted = chosen();
    const words = search.value.trim().toLowerCase();
    const fits = (set, value) => set.size === 0 || set.has(value);
    matching = [];
    for (let at = 0; at < findings.length; at += 1) {
      const finding = findings[at];
      if (fits(wanted.gate, finding[0]) && fits(wanted.level, finding[1]) && fits(wanted.state, finding[2])
        && (!words || text(at).includes(words))) matching.push(at);
    }
    list.replaceChildren();
    shown = 0;
    extend();
  };

  const remember = () => {
    const told = new URLSearchParams();
    for (const kind of KINDS) {
      const names = Array.from(form.querySelectorAll(`input[name="${kind}"]:checked`), (box) => box.dataset.name);
      for (const name of names) told.append(kind, name);
    }
    if (search.value) told.set("q", search.value);
    const next = told.toString();
    history.replaceState(null, "", next ? `#${next}` : location.pathname + location.search);
  };

  const recall = () => {
    const told = new URLSearchParams(location.hash.slice(1));
    for (const kind of KINDS) {
      const names = new Set(told.getAll(kind));
      for (const box of form.querySelectorAll(`input[name="${kind}"]`)) box.checked = names.has(box.dataset.name);
    }
    search.value = told.get("q") || "";
    filter();
  };

  const changed = () => {
    filter();
    remember();
  };

  let waiting = 0;
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(changed, 150);
  });
  find("reset").addEventListener("click", () => {
    form.reset();
    search.value = "";
    for (const box of form.querySelectorAll(":checked")) box.checked = false;
    changed();
    search.focus();
  });
  more.addEventListener("click", () => {
    const from = extend();
    const first = list.children[from];
    first.tabIndex = -1;
    first.focus();
  });
  addEventListener("beforeprint", () => {
    for (const folded of list.querySelectorAll("details")) folded.open = true;
  });
  addEventListener("hashchange", () => {
    if (!location.hash || location.hash.includes("=")) recall(); // else it is a place of the page
  });
  find("filter").open = location.hash.includes("=") || matchMedia("(min-width: 50rem)").matches;
  recall();
})();
