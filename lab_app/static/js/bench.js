// The bench: a reading's value, uncertainty, limit, margin and verdict follow the typing; leaving the row makes it a record.
//
// The page: an element [data-bench] (texts in data-saving, data-offline, data-stale, data-unsaved, data-glass) holds rows [data-row]: a table row,
// or a whole form when instruments and environment stand beside the grid. A row carries
//   data-preview-url   what the typed text would give; nothing is stored but the draft
//   data-record-url    makes the typed text a record; absent where only a button may (a correction needs its reason)
// and inside it the inputs (names as the server reads them), optionally [data-cells] (the cells Enter walks through), places for the
// answer
//   [data-out="value|u|pm|limit|bound|margin|room|verdict|recorded|formula|risk|guard|spread"]   texts;  [data-echo="field"]  what was understood
//   details[data-opens-for="gate …"] opens when one of these gates refuses
//   svg[data-gauge]  the margin gauge;   [data-refusal]  where a refusal is written
//   [data-pick="id"] an instrument that can be picked; [data-why] inside it says why it cannot
// and [data-readout] somewhere on the page shows the row in hand in large figures (same [data-out] names).
// The server answers {ok, ready, echo: {field: text}, value_text, u_text, pm_text, limit_text, bound_text, margin_text, margin_label, formula_text, risk_text, remark_text, guard_text, spread_text, verdict, verdict_text,
//   tone, gauge: {value_x, low_x, high_x, tone, label, shown}, refusal: {says, do, clauses, who, link, link_text, break_glass}, recorded_text,
//   title, version, errors: {field: text}, picks: {id: {off, why}}, next_url}. A key that is absent leaves its place as it was.
// A row is recorded on leaving only when the preview called it ready: half a row stays a draft, and no gate is bothered with it.
// Without scripts every row's fields belong to a plain form with its own button ([data-plain] buttons are for that case alone).
import { send, fieldsOf } from "./post.js";
import { drawIcon } from "./draw-icon.js";

const WAIT = 220;
const ICONS = { ok: "check-circle-fill", warn: "exclamation-triangle-fill", bad: "x-circle-fill", info: "hourglass-split" };
const TEXTS = { value: "value_text", u: "u_text", limit: "limit_text", margin: "margin_text", recorded: "recorded_text", formula: "formula_text", room: "margin_label", pm: "pm_text", bound: "bound_text", risk: "risk_text", remark: "remark_text", guard: "guard_text", spread: "spread_text" };

const iconHref = (tone) => "#i-" + (ICONS[tone] || "dash-circle");

function moveGauge(svg, gauge) {
  svg.classList.remove("g--ok", "g--warn", "g--bad", "g--hold");
  svg.classList.add("g--" + gauge.tone);
  svg.setAttribute("aria-label", gauge.label);
  const whisker = svg.querySelector(".g-u");
  whisker.setAttribute("x1", gauge.low_x);
  whisker.setAttribute("x2", gauge.high_x);
  const guard = svg.querySelector(".g-guard");
  if (guard && gauge.guard_x) guard.setAttribute("x1", gauge.guard_x);
  const tick = svg.querySelector(".g-v");
  tick.setAttribute("x1", gauge.value_x);
  tick.setAttribute("x2", gauge.value_x);
  tick.setAttribute("y1", gauge.shown ? "4" : "10");
  tick.setAttribute("y2", gauge.shown ? "16" : "10");
}

function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

function writeVerdict(place, answer) {
  const tone = answer.tone || "hold";
  if (place.classList.contains("verdict-word")) {
    place.classList.remove("is-ok", "is-warn", "is-bad", "is-hold", "is-info");
    place.classList.add("is-" + tone);
    place.replaceChildren(drawIcon(iconHref(tone)), " " + answer.verdict_text);
    return;
  }
  const badge = document.createElement("span");
  badge.className = "st" + (tone in ICONS ? " st--" + tone : "");
  badge.append(drawIcon(iconHref(tone)), answer.verdict_text);
  place.replaceChildren(badge);
}

function writeRefusal(place, stop) {
  place.replaceChildren();
  if (!stop) return;
  const box = document.createElement("div");
  box.className = "refuse refuse--bad";
  const head = document.createElement("p");
  head.className = "refuse__head";
  head.append(drawIcon(iconHref("bad")), " " + stop.says);
  for (const clause of stop.clauses || []) {
    const tag = document.createElement("span");
    tag.className = "clause";
    tag.textContent = clause;
    head.append(" ", tag);
  }
  box.append(head);
  const link = stop.link || stop.link_url;
  if (stop.do || stop.who || link) {
    const way = document.createElement("p");
    way.append([stop.do, stop.who].filter(Boolean).join(" "));
    if (link && link.startsWith("/")) {
      const a = document.createElement("a");
      a.href = link;
      a.textContent = stop.link_text || link;
      way.append(" ", a);
    }
    box.append(way);
  }
  const glass = place.closest("[data-glass]")?.dataset.glass;
  if (stop.break_glass && glass) {
    // Sent as a plain form: the page that answers holds the box where an emergency is declared and signed.
    const way = document.createElement("button");
    // No submit button: Enter in a field must never lead here.
    way.type = "button";
    way.className = "btn btn-plain";
    way.textContent = glass;
    way.addEventListener("click", () => {
      const form = place.closest("form");
      const what = document.createElement("input");
      Object.assign(what, { type: "hidden", name: "do", value: "record" });
      form.append(what);
      form.submit();
    });
    box.append(way);
  }
  place.append(box);
}

function fill(scope, answer) {
  for (const place of scope.querySelectorAll("[data-out]")) {
    const what = place.dataset.out;
    if (what === "verdict") {
      if (answer.verdict_text !== undefined) writeVerdict(place, answer);
    } else if (what === "title") {
      if (answer.title !== undefined) write(place, answer.title);
    } else if (answer[TEXTS[what]] !== undefined) {
      write(place, answer[TEXTS[what]] || "");
    }
  }
  if (answer.gauge) for (const svg of scope.querySelectorAll("svg[data-gauge]")) moveGauge(svg, answer.gauge);
}

function markFields(row, errors) {
  for (const input of row.querySelectorAll("input[name], select[name], textarea[name]")) {
    const field = input.closest(".field");
    const text = errors && errors[input.name];
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (field) field.classList.toggle("field--bad", Boolean(text));
    if (text) input.closest("details")?.setAttribute("open", "");
    let place = row.querySelector(`[data-error="${CSS.escape(input.name)}"]`);
    if (!place && text && field && input.id) {
      place = document.createElement("span"); // as the form's macro writes it after a refusal
      place.className = "err";
      place.id = input.id + "-live";
      place.dataset.error = input.name;
      field.append(place);
      input.setAttribute("aria-describedby", [input.getAttribute("aria-describedby"), place.id].filter(Boolean).join(" "));
    }
    if (place) write(place, text || "");
  }
}

function nextCell(bench, row, from) {
  const own = row.querySelector("[data-cells]");
  const scope = own ? [own] : [...bench.querySelectorAll("[data-row]")];
  const cells = scope
    .flatMap((part) => [...part.querySelectorAll("input:not([type=hidden]), select, textarea")])
    .filter((c) => !c.disabled && !c.readOnly && c.offsetParent !== null);
  return cells[cells.indexOf(from) + 1] || null;
}

function markPicks(row, picks) {
  for (const item of row.querySelectorAll("[data-pick]")) {
    const answer = picks[item.dataset.pick];
    if (!answer) continue;
    const box = item.querySelector("input");
    item.classList.toggle("off", answer.off);
    item.classList.toggle("on", !answer.off && box.checked);
    box.disabled = answer.off && !box.checked && !box.closest("[data-emergency]"); // a picked one stays, so that the refusal names it
    const why = item.querySelector("[data-why]");
    if (why) why.replaceChildren(...(answer.off ? [drawIcon("#i-lock-fill"), " "] : []), answer.why);
  }
}

function lock(row) {
  for (const control of row.querySelectorAll("input:not([type=hidden]), textarea")) control.readOnly = true;
  for (const control of row.querySelectorAll("select, input[type=checkbox], input[type=radio], button:not([data-keep])")) control.disabled = true;
}

function live(bench, row) {
  const readout = document.querySelector("[data-readout]");
  let timer = 0;
  let asking = null;
  let dirty = false;
  const form = row.dataset.scope === "form" ? row.closest("form") : null;
  const body = () => fieldsOf(form || row);
  let ready = !row.hasAttribute("data-needs-preview");
  let recording = Promise.resolve(true);

  const show = (answer) => {
    fill(row, answer);
    if (readout && (bench.dataset.current === row.id || row.contains(document.activeElement))) fill(readout, answer);
    for (const place of row.querySelectorAll("[data-echo]")) {
      if (answer.echo && place.dataset.echo in answer.echo) write(place, answer.echo[place.dataset.echo] || "");
    }
    const refusal = row.querySelector("[data-refusal]") || bench.querySelector(`[data-refusal-of="${CSS.escape(row.id)}"]`);
    if (refusal && "refusal" in answer) writeRefusal(refusal, answer.refusal);
    for (const fold of row.querySelectorAll("details[data-opens-for]")) {
      if (answer.refusal && fold.dataset.opensFor.split(" ").includes(answer.refusal.gate)) fold.open = true;
    }
    if ("errors" in answer) markFields(row, answer.errors);
    if (answer.picks) markPicks(row, answer.picks);
    if ("ready" in answer) ready = answer.ready;
    if (answer.version !== undefined) {
      const version = row.querySelector("input[name=version]");
      if (version) version.value = answer.version;
    }
  };

  const preview = async () => {
    if (!row.dataset.previewUrl) return;
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      const answer = await send(row.dataset.previewUrl, body(), { signal: asking.signal });
      if (answer.status) show(answer.data);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };

  // Answers true (recorded, or nothing to record), null (not ready: stays a draft), false (refused or not reached).
  const record = async () => {
    if (!dirty) return true;
    if (!row.dataset.recordUrl) return null;
    clearTimeout(timer);
    if (row.hasAttribute("data-needs-preview")) {
      await preview();
      if (!ready) return null;
    }
    dirty = false;
    form?.dispatchEvent(new Event("draft-done"));
    row.dataset.state = "saving";
    const saved = row.querySelector("[data-out=recorded]");
    if (saved && bench.dataset.saving) write(saved, bench.dataset.saving);
    const answer = await send(row.dataset.recordUrl, body());
    if (answer.ok && answer.data.ok !== false) {
      show({ refusal: null, errors: {}, ...answer.data });
      if (!dirty) row.dataset.state = "recorded";
      if (answer.data.next_url) {
        row.dataset.nextUrl = answer.data.next_url;
        delete row.dataset.recordUrl;
        lock(row);
      }
      bench.dispatchEvent(new CustomEvent("recorded", { bubbles: true, detail: answer.data }));
      return true;
    }
    dirty = true;
    form?.dispatchEvent(new Event("input")); // refused: it is a draft again
    row.dataset.state = "unsaved";
    if (answer.status === 0) {
      if (saved) write(saved, bench.dataset.offline || "");
    } else {
      if (saved) write(saved, answer.status === 409 ? bench.dataset.stale || "" : bench.dataset.unsaved || "");
      const stop = answer.data.refusal || (answer.data.says ? answer.data : undefined);
      show(stop ? { ...answer.data, refusal: stop } : answer.data);
    }
    return false;
  };
  const settle = () => (recording = recording.then(record));

  const typed = () => {
    dirty = true;
    row.dataset.state = "typing";
    clearTimeout(timer);
    timer = setTimeout(preview, WAIT);
  };
  row.addEventListener("input", typed);
  row.addEventListener("focusin", () => {
    if (row.hasAttribute("data-has-draft")) {
      row.removeAttribute("data-has-draft");
      dirty = true; // what the draft brought back waits to be recorded like text just typed
    }
    if (bench.dataset.current === row.id) return;
    bench.dataset.current = row.id;
    for (const other of bench.querySelectorAll("[data-row][aria-current]")) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    if (readout && row.dataset.title) fill(readout, { title: row.dataset.title });
    preview();
  });
  row.addEventListener("focusout", (event) => {
    if (event.relatedTarget && row.contains(event.relatedTarget)) return;
    if (!event.relatedTarget && !document.hasFocus()) return; // another window came to the front: nobody left the row
    settle();
  });
  row.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter" || event.isComposing || ["TEXTAREA", "BUTTON", "SUMMARY", "A"].includes(event.target.tagName)) return;
    event.preventDefault();
    const next = nextCell(bench, row, event.target);
    if (next) {
      next.focus();
      if (next.select) next.select();
      return;
    }
    if (!row.querySelector("[data-cells]")) {
      event.target.blur();
      return;
    }
    if ((await settle()) && row.dataset.nextUrl) window.location.assign(row.dataset.nextUrl);
  });
  if (row.hasAttribute("data-has-draft")) preview();
  return {
    isDirty: () => dirty,
    isBusy: () => Boolean(row.dataset.recordUrl) && (dirty || row.dataset.state === "saving"),
    keepsDraft: () => Boolean(form),
    settle,
  };
}

for (const bench of document.querySelectorAll("[data-bench]")) {
  for (const button of bench.querySelectorAll("[data-plain]")) button.remove();
  const rows = [...bench.querySelectorAll("[data-row]")].map((row) => live(bench, row));
  window.addEventListener("online", () => rows.forEach((row) => row.isDirty() && row.settle()));
  window.addEventListener("beforeunload", (event) => {
    if (rows.some((row) => row.isDirty() && !row.keepsDraft())) event.preventDefault();
  });
  // A link or a button pressed while the row is being recorded waits for the answer, so that the next page shows it.
  for (const what of ["click", "submit"]) {
    document.addEventListener(what, async (event) => {
      const target = what === "click" ? event.target.closest?.("a[href]") : event.target;
      if (!target || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || bench.contains(target) && what === "submit") return;
      const busy = rows.filter((row) => row.isBusy());
      if (!busy.length || target.dataset.settled) return;
      event.preventDefault();
      target.dataset.settled = "1";
      const answers = await Promise.all(busy.map((row) => row.settle()));
      if (answers.includes(false)) return; // the refusal, or that the server was not reached, is on the page: read it first
      if (what === "submit") target.requestSubmit();
      else window.location.assign(target.href);
    });
  }
}
