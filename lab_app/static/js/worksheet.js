// A worksheet: a table of inputs walked through by keyboard alone, filled by pasting from a spreadsheet, tried out while somebody types
// and recorded at once.
//
// The page: [data-sheet] (addresses in data-preview-url, data-draft-url, data-record-url; texts in data-saved, data-unsaved, data-offline,
// data-saving, data-done) inside a form; rows tr[data-row="id"] with inputs and selects named c.<id>.<field>.<n>, places
// [data-out="value|pm|bound|margin|spread|verdict"], svg[data-gauge], [data-says]; [data-status] for what happened; [data-record] the button.
// An input is in one of two states: over it (arrows move to the next cell, typing replaces what stands there) or in it (after F2 or a click:
// arrows move in the text). Escape gives the cell back what stood there when it was entered.
// Without scripts the same inputs are a plain form.
import { send, csrf, clockText } from "./post.js";
import { drawIcon } from "./draw-icon.js";

const WAIT = 250; // milliseconds without typing before the rows are tried out
const REST = 1200; // and before they are kept as a draft
const ICONS = { ok: "check-circle-fill", warn: "exclamation-triangle-fill", bad: "x-circle-fill" };

function write(place, text) {
  if (place && place.textContent !== text) place.textContent = text;
}

function badge(tone, text) {
  const box = document.createElement("span");
  box.className = "st" + (tone in ICONS ? " st--" + tone : "");
  box.append(drawIcon("#i-" + (ICONS[tone] || "dash-circle")), text);
  return box;
}

function moveGauge(svg, gauge) {
  svg.classList.remove("g--ok", "g--warn", "g--bad", "g--hold");
  svg.classList.add("g--" + gauge.tone);
  svg.setAttribute("aria-label", gauge.label);
  svg.querySelector(".g-guard")?.setAttribute("x1", gauge.guard_x);
  const whisker = svg.querySelector(".g-u");
  whisker.setAttribute("x1", gauge.low_x);
  whisker.setAttribute("x2", gauge.high_x);
  const tick = svg.querySelector(".g-v");
  for (const [name, value] of Object.entries({ x1: gauge.value_x, x2: gauge.value_x, y1: gauge.shown ? "4" : "10", y2: gauge.shown ? "16" : "10" })) tick.setAttribute(name, value);
}

function sheetOf(panel) {
  const form = panel.closest("form");
  const status = form.querySelector("[data-status]");
  const typed = new Set(); // rows that changed since they were tried out
  const unsaved = new Set(); // cells that changed since the draft was kept
  const before = new WeakMap(); // what stood in a cell when it was entered
  let inside = null; // the cell whose text is being edited
  let trying = 0;
  let keeping = 0;
  let asking = null;

  const rows = () => [...panel.querySelectorAll("tbody tr[data-row]")];
  const cellsOf = (row) => [...row.children].map((td) => td.querySelector("input[name], select[name]"));
  const place = (cell) => {
    const row = cell.closest("tr");
    return [rows().indexOf(row), [...row.children].indexOf(cell.closest("td"))];
  };

  const enter = (cell) => {
    if (!cell) return false;
    inside = null;
    cell.focus();
    if (cell.select) cell.select();
    return true;
  };

  // The next cell that can be typed in, straight on; null at the edge.
  const along = (cell, down, right) => {
    const [y, x] = place(cell);
    const all = rows();
    for (let j = y + down, i = x + right; j >= 0 && j < all.length; j += down, i += right) {
      const found = cellsOf(all[j]);
      if (i < 0 || i >= found.length) return null;
      if (found[i]) return found[i];
      if (!down && !right) return null;
    }
    return null;
  };

  const ends = () => {
    const all = [...panel.querySelectorAll("tbody input[name], tbody select[name]")];
    return [all[0], all[all.length - 1]];
  };

  const head = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (!name.startsWith("c.") && typeof value === "string") data.append(name, value);
    return data;
  };

  const withCells = (cells) => {
    const data = head();
    for (const cell of cells) data.append(cell.name, cell.value);
    return data;
  };

  const mark = (row, answer) => {
    for (const what of ["value", "pm", "bound", "margin", "spread"]) {
      if (answer[what + "_text"] !== undefined) write(row.querySelector(`[data-out=${what}]`), (answer[what + "_text"] || "").replace(/^–$/, ""));
    }
    if (answer.verdict_text !== undefined) {
      const shown = answer.value_text && answer.value_text !== "–" ? [badge(answer.tone, answer.verdict_text)] : [];
      row.querySelector("[data-out=verdict]").replaceChildren(...shown);
    }
    const svg = row.querySelector("svg[data-gauge]");
    if (svg && answer.gauge) moveGauge(svg, answer.gauge);
    const errors = answer.errors || {};
    const says = row.querySelector("[data-says]");
    for (const cell of row.querySelectorAll("input[name], select[name]")) {
      const wrong = Object.keys(errors).some((name) => name && cell.name.startsWith(name.replace(/\.0$/, ".")));
      if (wrong) {
        cell.setAttribute("aria-invalid", "true");
        cell.setAttribute("aria-describedby", says.id);
      } else {
        cell.removeAttribute("aria-invalid");
        cell.removeAttribute("aria-describedby");
      }
    }
    write(says, [answer.says, ...Object.values(errors)].filter(Boolean).join(" "));
  };

  const tryOut = async () => {
    const wanted = [...typed];
    typed.clear();
    if (!wanted.length) return;
    asking?.abort();
    asking = new AbortController();
    const cells = wanted.flatMap((row) => cellsOf(row).filter(Boolean));
    try {
      const answer = await send(panel.dataset.previewUrl, withCells(cells), { signal: asking.signal });
      if (answer.ok) {
        for (const row of wanted) {
          const found = answer.data.rows[row.dataset.row];
          mark(row, found || { value_text: "", pm_text: "", margin_text: "", spread_text: "", verdict_text: "", errors: {} });
        }
      }
    } catch (error) {
      if (error.name !== "AbortError") throw error;
      wanted.forEach((row) => typed.add(row)); // a newer question takes them along
    }
  };

  const keep = async () => {
    const wanted = [...unsaved];
    if (!wanted.length) return;
    unsaved.clear();
    const answer = await send(panel.dataset.draftUrl, withCells(wanted));
    if (answer.ok) write(status, panel.dataset.saved.replace("{time}", clockText()));
    else {
      wanted.forEach((cell) => unsaved.add(cell));
      write(status, panel.dataset.unsaved);
    }
  };

  const changed = (cell) => {
    typed.add(cell.closest("tr"));
    unsaved.add(cell);
    clearTimeout(trying);
    clearTimeout(keeping);
    trying = setTimeout(tryOut, WAIT);
    keeping = setTimeout(keep, REST);
  };

  const freeze = (row) => {
    for (const cell of cellsOf(row).filter(Boolean)) {
      const text = cell.tagName === "SELECT" ? cell.selectedOptions[0].textContent : cell.value;
      const td = cell.closest("td");
      unsaved.delete(cell);
      td.classList.add("num");
      td.textContent = text;
    }
    row.querySelector("[data-off]")?.remove();
    row.classList.add("wdone");
  };

  let recording = false;
  const record = async () => {
    if (recording) return;
    recording = true;
    clearTimeout(trying);
    clearTimeout(keeping);
    write(status, panel.dataset.saving);
    const focused = document.activeElement?.closest?.("tr[data-row]");
    const cells = rows().filter((row) => cellsOf(row).some((cell) => cell && cell.value.trim())).flatMap((row) => cellsOf(row).filter(Boolean));
    const answer = await send(panel.dataset.recordUrl, withCells(cells));
    recording = false;
    if (answer.status === 0) {
      write(status, panel.dataset.offline);
      return;
    }
    for (const row of rows()) {
      const found = answer.data.rows?.[row.dataset.row];
      if (!found) continue;
      typed.delete(row);
      mark(row, found);
      if (found.done) freeze(row);
    }
    const stop = answer.data.refusal;
    const says = answer.data.says || [stop?.says, stop?.do, ...Object.values(answer.data.errors || {})].filter(Boolean).join(" ");
    write(status, says);
    form.dispatchEvent(new Event("draft-kept")); // what was recorded is no unsent text
    const open = panel.querySelector("tbody [aria-invalid=true]") || panel.querySelector("tbody input[name], tbody select[name]");
    if (!open) window.location.reload();
    else if (!focused || focused.classList.contains("wdone")) enter(open);
  };

  panel.addEventListener("focusin", (event) => {
    const cell = event.target;
    if (cell.name) before.set(cell, cell.value);
  });
  panel.addEventListener("mousedown", (event) => {
    if (event.target === document.activeElement) inside = event.target;
  });
  panel.addEventListener("input", (event) => {
    if (event.target.name) changed(event.target);
  });

  panel.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      record();
      return;
    }
    if (!cell.name) return;
    const select = cell.tagName === "SELECT";
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (event.key === "F2" && !select) {
      event.preventDefault();
      inside = inside === cell ? null : cell;
      if (inside) cell.setSelectionRange(cell.value.length, cell.value.length);
      else cell.select();
    } else if (event.key === "Escape") {
      event.preventDefault();
      inside = null;
      if (cell.value !== before.get(cell)) {
        cell.value = before.get(cell) ?? "";
        changed(cell);
      }
      if (cell.select) cell.select();
    } else if (event.key === "Enter") {
      event.preventDefault();
      before.set(cell, cell.value);
      enter(along(cell, event.shiftKey ? -1 : 1, 0)) || (cell.select && cell.select());
    } else if ((event.key === "Home" || event.key === "End") && event.ctrlKey) {
      event.preventDefault();
      enter(ends()[event.key === "Home" ? 0 : 1]);
    } else if (moves[event.key] && inside !== cell && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) {
      if (select && moves[event.key][0]) return; // the arrows choose in a list
      const next = moves[event.key][1] ? sideways(cell, moves[event.key][1]) : along(cell, ...moves[event.key]);
      if (next) {
        event.preventDefault();
        enter(next);
      }
    }
  });

  const sideways = (cell, step) => {
    const found = cellsOf(cell.closest("tr"));
    for (let i = found.indexOf(cell) + step; i >= 0 && i < found.length; i += step) if (found[i]) return found[i];
    return null;
  };

  // A block from a spreadsheet: lines are rows, tabs part cells; cells that cannot be typed in are passed over.
  panel.addEventListener("paste", (event) => {
    const cell = event.target;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!cell.name || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    const all = rows();
    const [top, left] = place(cell);
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    let last = cell;
    lines.forEach((line, down) => {
      const row = all[top + down];
      if (!row) return;
      const free = cellsOf(row).slice(left).filter((one) => one && one.tagName !== "SELECT");
      line.split("\t").forEach((piece, right) => {
        if (!free[right]) return;
        free[right].value = piece.trim();
        last = free[right];
        changed(last);
      });
    });
    enter(last);
  });

  form.addEventListener("submit", (event) => {
    if (event.submitter && !event.submitter.hasAttribute("data-record")) return; // a row taken off: a plain post
    event.preventDefault();
    event.stopImmediatePropagation();
    record();
  }, true);
  for (const box of form.querySelectorAll("[name=instruments], [name=environment], [name=measured_at], [name=late_reason]")) {
    box.addEventListener("change", () => {
      rows().filter((row) => cellsOf(row).some((cell) => cell && cell.value.trim())).forEach((row) => typed.add(row));
      clearTimeout(trying);
      trying = setTimeout(tryOut, WAIT);
      const first = panel.querySelector("tbody input[name]");
      if (first) {
        unsaved.add(first);
        clearTimeout(keeping);
        keeping = setTimeout(keep, REST);
      }
    });
  }
  window.addEventListener("pagehide", () => {
    if (unsaved.size) fetch(panel.dataset.draftUrl, { method: "POST", body: withCells([...unsaved]), headers: { "X-CSRFToken": csrf() }, credentials: "same-origin", keepalive: true });
  });
  rows().filter((row) => cellsOf(row).some((cell) => cell && cell.value.trim())).forEach((row) => typed.add(row));
  if (typed.size) trying = setTimeout(tryOut, 0); // what the draft brought back
}

for (const panel of document.querySelectorAll("[data-sheet]")) sheetOf(panel);
