"use strict";
(() => {
  for (const part of document.querySelectorAll("[data-script]")) part.hidden = false;

  const SVG = "http://www.w3.org/2000/svg";
  const EDGE = 14; // the room beside the first and the last mark, as it was drawn
  const STEP = 0.5;
  const BRIEF = 4; // a longer unit stands over the plot once
  const PAIR = /(-?[\d.]+),(-?[\d.]+)/g;
  const runs = document.querySelectorAll("#runs tbody tr");

  const made = (parent, tag, text, name) => {
    const one = document.createElement(tag);
    if (name) one.className = name;
    if (text !== undefined) one.textContent = text;
    parent.append(one);
    return one;
  };

  const drawn = (parent, tag, attributes, text) => {
    const one = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
    if (text !== undefined) one.textContent = text;
    parent.append(one);
    return one;
  };

  const numbers = (text) => (text ? text.split(" ").map(Number) : []);

  const places = (text) => text.split(" ").filter(Boolean).flatMap((part) => {
    const [first, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });

  // round numbers between two others: 1, 2 or 5 times a power of ten apart
  const ticks = (low, high) => {
    const rough = (high - low) / 6;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((times) => power * times >= rough * (1 - 1e-9));
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const found = [];
    for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at += 1) {
      const value = at * step;
      const text = digits > 6 || Math.abs(value) >= 1e9 ? value.toPrecision(3)
        : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
      found.push([value, text]);
    }
    return found;
  };

  const row = (at) => (runs[at] ? Array.from(runs[at].cells, (cell) => cell.textContent) : ["", "", ""]);

  const table = (figure, plot) => {
    const box = figure.querySelector("details.values");
    if (!box || box.querySelector("table")) return;
    box.addEventListener("toggle", () => {
      const scroll = made(box, "div", undefined, "scroll");
      scroll.tabIndex = 0;
      scroll.setAttribute("role", "group");
      scroll.setAttribute("aria-label", "Values");
      const whole = made(scroll, "table");
      const head = made(made(whole, "thead"), "tr");
      for (const name of ["Run", "Commit", "Value", "Subject"]) made(head, "th", name).scope = "col";
      const body = made(whole, "tbody");
      for (let at = plot.values.length - 1; at >= 0; at -= 1) {
        const [time, commit, subject] = row(plot.rows[at]);
        const line = made(body, "tr");
        made(line, "td", time);
        made(made(line, "td"), "code", commit);
        made(line, "td", plot.told(at));
        made(line, "td", subject);
      }
    }, { once: true });
  };

  const prepare = (figure) => {
    if (figure.dataset.ready) return;
    figure.dataset.ready = "yes";
    const svg = figure.querySelector("svg.plot");
    const area = svg.querySelector("svg.area");
    const [left, top, width, height] = ["x", "y", "width", "height"].map((name) => Number(area.getAttribute(name)));
    const values = numbers(svg.dataset.values);
    const rows = places(figure.dataset.runs);
    const unit = svg.dataset.unit;
    const all = svg.dataset.now ? [...values, Number(svg.dataset.now)] : values;
    const whole = { from: 0, to: Math.max(all.length - 1, 1), y: numbers(svg.dataset.y) };
    let view = { ...whole };
    const below = all.some((at) => at < 0);
    let current = -1;
    const told = (at) => `${all[at].toLocaleString("en", { maximumSignificantDigits: 5 })} ${unit}`.trim();
    table(figure, { values, rows, told });
    if (all.length < 2) return;

    const moving = Array.from(svg.querySelectorAll(".z, .zx, .zy, .head"), (shape) => ({
      shape,
      across: !shape.classList.contains("zy"),
      up: !shape.classList.contains("zx") && !shape.classList.contains("head"),
      head: shape.classList.contains("head"),
      d: shape.getAttribute("d"),
      x: Number(shape.getAttribute("x")),
      y: Number(shape.getAttribute("y")),
    }));
    const first = {
      ticks: Array.from(svg.querySelectorAll(".ticks > *")),
      dates: Array.from(svg.querySelectorAll(".dates > *")),
    };
    const cursor = drawn(area, "path", { class: "cursor" });
    const chosen = drawn(area, "rect", { class: "chosen", y: 0, height, width: 0 });
    const drawing = figure.querySelector(".drawing");
    drawing.tabIndex = 0;
    drawing.setAttribute("role", "group");
    drawing.setAttribute("aria-label", "History; the arrow keys go from run to run, plus and minus zoom");
    const tools = document.createElement("div");
    tools.className = "tools";
    const readout = made(tools, "p", undefined, "readout");
    readout.setAttribute("role", "status");
    drawing.after(tools);

    const across = (number, seen = view) => EDGE + ((number - seen.from) / (seen.to - seen.from)) * (width - 2 * EDGE);
    const number = (x, seen = view) => seen.from + ((x - EDGE) / (width - 2 * EDGE)) * (seen.to - seen.from);
    const up = (value, seen = view) => height - ((value - seen.y[0]) / (seen.y[1] - seen.y[0])) * height;
    const value = (y, seen) => seen.y[0] + ((height - y) / height) * (seen.y[1] - seen.y[0]);

    const point = () => {
      if (current < 0) {
        cursor.setAttribute("d", "");
        readout.textContent = "";
        return;
      }
      const x = across(current);
      cursor.setAttribute("d", `M${x},0v${height}M${x},${up(all[current])}m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z`);
      const [time, commit, subject] = current < values.length ? row(rows[current]) : ["this change", "", ""];
      readout.textContent = [told(current), commit, time, subject].filter(Boolean).join(" · ");
    };

    const axes = (isWhole) => {
      const [lines, dates] = [svg.querySelector(".ticks"), svg.querySelector(".dates")];
      lines.replaceChildren(...(isWhole ? first.ticks : []));
      dates.replaceChildren(...(isWhole ? first.dates : []));
      if (isWhole) return;
      for (const [at, text] of ticks(view.y[0], view.y[1])) {
        const y = top + up(at);
        if (at < 0 && !below) continue;
        drawn(lines, "path", { class: "grid", d: `M${left},${y}h${width}` });
        drawn(lines, "text", { class: "end", x: left - 6, y: y + 4 }, unit.length <= BRIEF ? `${text} ${unit}`.trim() : text);
      }
      const low = Math.max(Math.ceil(view.from), 0);
      const high = Math.min(Math.floor(view.to), values.length - 1);
      for (const at of new Set([0, 1, 2, 3].map((part) => Math.round(low + (part / 3) * (high - low))))) {
        if (!values.length || at < 0 || high < low) continue;
        const name = across(at) < 45 ? "" : across(at) > width - 45 ? "end" : "middle-of";
        drawn(dates, "text", { class: name, x: left + across(at), y: top + height + 20 }, row(rows[at])[0].slice(0, 10));
      }
    };

    const draw = () => {
      const isWhole = view.from === whole.from && view.to === whole.to;
      const seen = all.filter((_, at) => at >= Math.ceil(view.from) && at <= Math.floor(view.to));
      const [least, most] = [Math.min(...seen), Math.max(...seen)];
      const room = (most - least) * 0.12 || Math.abs(most) * 0.05 || 1;
      view.y = isWhole || !seen.length ? whole.y : [least - room, most + room];
      const moved = (x, y, one) => [
        one.across ? across(number(x, whole)) : x,
        one.up ? up(value(y, whole)) : y,
      ].map((at) => Math.round(at * 10) / 10);
      for (const one of moving) {
        if (one.d !== null) {
          one.shape.setAttribute("d", one.d.replace(PAIR, (_, x, y) => moved(Number(x), Number(y), one).join(",")));
        } else if (one.head) {
          const x = across(number(one.x - left, whole));
          one.shape.setAttribute("x", isWhole ? one.x : left + x);
          one.shape.classList.toggle("gone", x < 0 || x > width);
        } else {
          const [x, y] = moved(one.x, one.y, one);
          one.shape.setAttribute("x", x);
          one.shape.setAttribute("y", y);
        }
      }
      axes(isWhole);
      point();
      figure.dataset.seen = isWhole ? "all" : `${Math.ceil(view.from)}-${Math.floor(view.to)}`;
    };

    const look = (from, to) => {
      const wide = Math.min(Math.max(to - from, Math.min(3, whole.to)), whole.to);
      const start = Math.min(Math.max(from, 0), whole.to - wide);
      view = { ...view, from: start, to: start + wide };
      draw();
    };
    const zoom = (times) => {
      const wide = (view.to - view.from) * times;
      const about = current >= view.from && current <= view.to ? current : (view.from + view.to) / 2;
      const share = (about - view.from) / (view.to - view.from);
      look(about - share * wide, about + (1 - share) * wide);
    };
    const shift = (share) => {
      const by = share * (view.to - view.from);
      look(view.from + by, view.to + by);
    };
    const go = (at) => {
      current = Math.min(Math.max(at, 0), all.length - 1);
      const wide = view.to - view.from;
      if (current < view.from) look(current, current + wide);
      else if (current > view.to) look(current - wide, current);
      else point();
    };
    const back = () => {
      view = { ...whole };
      draw();
    };

    const BUTTONS = [
      ["+", "Look closer", () => zoom(STEP)], ["−", "Look from further off", () => zoom(1 / STEP)],
      ["‹", "Earlier runs", () => shift(-STEP)], ["›", "Later runs", () => shift(STEP)], ["All", "All runs", back],
    ];
    for (const [text, label, act] of BUTTONS) {
      const button = made(tools, "button", text);
      button.type = "button";
      button.setAttribute("aria-label", label);
      button.title = label;
      button.addEventListener("click", act);
    }

    drawing.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const from = current < 0 ? all.length : current;
      const acts = {
        ArrowLeft: () => go(from - 1), ArrowRight: () => go(from + 1), Home: () => go(0), End: () => go(all.length - 1),
        "+": () => zoom(STEP), "=": () => zoom(STEP), "-": () => zoom(1 / STEP), Escape: back,
      };
      if (!acts[event.key]) return;
      event.preventDefault();
      acts[event.key]();
    });

    const under = (event) => {
      const box = svg.getBoundingClientRect();
      return ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width - left;
    };
    let drag = null;
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      drag = { x: under(event), pan: event.shiftKey, view: { ...view } };
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      const x = Math.min(Math.max(under(event), 0), width);
      if (drag && drag.pan) {
        const by = ((drag.x - x) / (width - 2 * EDGE)) * (drag.view.to - drag.view.from);
        look(drag.view.from + by, drag.view.to + by);
        return;
      }
      if (drag) {
        chosen.setAttribute("x", Math.min(drag.x, x));
        chosen.setAttribute("width", Math.abs(drag.x - x));
      }
      current = Math.min(Math.max(Math.round(number(x)), 0), all.length - 1);
      point();
    });
    const ended = (event) => {
      const from = drag;
      drag = null;
      chosen.setAttribute("width", 0);
      const x = Math.min(Math.max(under(event), 0), width);
      if (!from || from.pan || event.type === "pointercancel" || Math.abs(x - from.x) < 8) return;
      look(number(Math.min(x, from.x)), number(Math.max(x, from.x)));
    };
    svg.addEventListener("pointerup", ended);
    svg.addEventListener("pointercancel", ended);
    svg.addEventListener("dblclick", back);
    svg.addEventListener("dragstart", (event) => event.preventDefault());
  };

  // a plot costs nothing until somebody opens it
  const open = (box) => {
    if (box.open && box.matches("details.benchmark")) box.querySelectorAll("figure.course").forEach(prepare);
  };
  document.addEventListener("toggle", (event) => open(event.target), true);
  document.querySelectorAll("details.benchmark[open]").forEach(open);

  const OPENED = 100;
  addEventListener("beforeprint", () => {
    const seen = Array.from(document.querySelectorAll("#list > li > details")).slice(0, OPENED);
    for (const box of seen) box.open = true;
  });

  const form = document.getElementById("filters");
  if (!form) return;
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const list = document.getElementById("list");
  const cards = Array.from(list.children, (card) => ({
    card, call: card.dataset.call, name: card.querySelector("h3").textContent.toLowerCase(),
  }));
  const filter = () => {
    const wanted = new Set(Array.from(form.querySelectorAll(":checked"), (box) => box.value));
    const words = search.value.trim().toLowerCase();
    const fitting = cards.filter(({ call, name }) => (wanted.size === 0 || wanted.has(call)) && name.includes(words));
    const count = fitting.length;
    // taken out rather than hidden: to hide a thousand closed details takes a browser seconds
    list.replaceChildren(...fitting.map(({ card }) => card));
    const of = cards.length.toLocaleString("en");
    status.textContent = count === cards.length ? `${of} benchmarks, all shown` : `${count.toLocaleString("en")} of ${of} benchmarks`;
    const kept = new URLSearchParams(Array.from(wanted, (call) => ["call", call]));
    if (search.value) kept.set("q", search.value);
    const next = kept.toString();
    history.replaceState(null, "", next ? `#${next}` : location.pathname + location.search);
  };
  const recall = () => {
    const kept = new URLSearchParams(location.hash.slice(1));
    const calls = new Set(kept.getAll("call"));
    for (const box of form.querySelectorAll("input[name=call]")) box.checked = calls.has(box.value);
    search.value = kept.get("q") || "";
    filter();
  };
  let waiting = 0;
  form.addEventListener("change", (event) => { if (event.target !== search) filter(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 150);
  });
  addEventListener("hashchange", () => {
    if (location.hash.includes("=")) recall(); // else it is a place of the page
  });
  recall();
})();
