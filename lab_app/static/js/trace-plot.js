// The picture of a trace: lowest and highest level of every column on a canvas, limit lines, numbered peaks; zoom by pointer, wheel and
// keys. The server sends the columns of the span that is looked at (Hz and hundredths of the unit), so forty thousand points cost a
// screen's width. Hook: [data-trace-plot] with data-url; without script the still picture stays.
const PAD = { left: 58, right: 14, top: 14, bottom: 34 };
const HEIGHT = 380;
const DASHES = { AV: [8, 4], CAV: [8, 4], RAV: [8, 4], PK: [2, 3], RMS: [11, 3, 2, 3] };

export class TracePlot {
  constructor(root) {
    this.root = root;
    this.box = root.querySelector("[data-trace-canvas]");
    this.canvas = this.box.querySelector("canvas");
    this.status = root.querySelector("[data-trace-status]");
    this.span = null;
    this.drag = null;
    this.listen();
    this.load();
  }

  async load() {
    const asked = (this.asked = (this.asked || 0) + 1);
    const url = new URL(this.root.dataset.url, window.location.href);
    if (this.span) {
      url.searchParams.set("from", Math.floor(this.span[0]));
      url.searchParams.set("to", Math.ceil(this.span[1]));
    }
    url.searchParams.set("columns", Math.max(200, Math.round(this.width() * (window.devicePixelRatio || 1))));
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const data = await answer.json();
      if (asked !== this.asked) return;
      this.data = data;
    } catch {
      if (!this.data) this.status.textContent = this.root.dataset.failed;
      return;
    }
    this.show();
  }

  width() {
    return Math.max(280, Math.round(this.root.getBoundingClientRect().width));
  }

  show() {
    this.box.hidden = false;
    this.root.querySelector("[data-trace-bar]").hidden = false;
    this.root.querySelector("[data-trace-still]").hidden = true;
    this.draw();
    this.root.dataset.drawn = String(this.data.f.length);
    const { low, high } = this.data;
    this.status.textContent = this.root.dataset.shown.replace("{low}", this.mega(low)).replace("{high}", this.mega(high)).replace("{n}", this.count(this.data.points));
  }

  // ---- places

  x(hertz) {
    const { low, high, log } = this.data;
    const share = log ? Math.log(hertz / low) / Math.log(high / low) : (hertz - low) / (high - low);
    return PAD.left + share * (this.w - PAD.left - PAD.right);
  }

  hertz(x) {
    const { low, high, log } = this.data;
    const share = Math.min(1, Math.max(0, (x - PAD.left) / (this.w - PAD.left - PAD.right)));
    return log ? low * (high / low) ** share : low + share * (high - low);
  }

  y(level) {
    return PAD.top + ((this.most - level) / (this.most - this.least)) * (HEIGHT - PAD.top - PAD.bottom);
  }

  range() {
    const { lo, hi, limits, low, high } = this.data;
    let least = Infinity, most = -Infinity;
    for (const v of lo) if (v < least) least = v;
    for (const v of hi) if (v > most) most = v;
    for (const limit of limits) {
      const shown = [...limit.levels];
      for (const [a, b, c, d] of limit.pieces) if (b >= low && a <= high) shown.push(c, d);
      for (const v of shown) { least = Math.min(least, v); most = Math.max(most, v); }
    }
    if (!Number.isFinite(least)) [least, most] = [0, 100];
    const room = Math.max(most - least, 100) * 0.06;
    this.least = least - room;
    this.most = most + room * 1.5;
  }

  // ---- drawing

  draw() {
    const style = getComputedStyle(this.root);
    const tone = (name) => this.colour(name);
    const ratio = window.devicePixelRatio || 1;
    this.w = this.width();
    this.canvas.width = this.w * ratio;
    this.canvas.height = HEIGHT * ratio;
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.w, HEIGHT);
    pen.font = `12px ${style.fontFamily}`;
    this.range();
    this.grid(pen, tone);
    pen.save();
    pen.beginPath();
    pen.rect(PAD.left, PAD.top, this.w - PAD.left - PAD.right, HEIGHT - PAD.top - PAD.bottom);
    pen.clip();
    this.trace(pen, tone("--accent"));
    for (const limit of this.data.limits) this.limit(pen, limit, tone("--bad"));
    pen.restore();
    for (const peak of this.data.peaks) this.peak(pen, peak, tone);
    if (this.drag && this.drag.to !== undefined) {
      pen.fillStyle = tone("--accent");
      pen.globalAlpha = 0.15;
      pen.fillRect(Math.min(this.drag.from, this.drag.to), PAD.top, Math.abs(this.drag.to - this.drag.from), HEIGHT - PAD.top - PAD.bottom);
      pen.globalAlpha = 1;
    }
  }

  colour(name) {
    // A canvas knows no light-dark(): the colour that counts is read from an element that wears it.
    this.probe ||= this.root.appendChild(Object.assign(document.createElement("span"), { hidden: true }));
    this.probe.style.color = `var(${name})`;
    return getComputedStyle(this.probe).color;
  }

  grid(pen, tone) {
    pen.lineWidth = 1;
    pen.strokeStyle = tone("--line");
    pen.fillStyle = tone("--ink-2");
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const level of ticks(this.least / 100, this.most / 100, 6)) {
      const y = Math.round(this.y(level * 100)) + 0.5;
      line(pen, PAD.left, y, this.w - PAD.right, y);
      pen.fillText(this.number(level), PAD.left - 6, y);
    }
    pen.textAlign = "center";
    pen.textBaseline = "top";
    let last = -Infinity;
    for (const [hertz, named] of this.frequencies()) {
      const x = Math.round(this.x(hertz)) + 0.5;
      line(pen, x, PAD.top, x, HEIGHT - PAD.bottom);
      const word = this.mega(hertz), half = pen.measureText(word).width / 2;
      if (named && x - half > last + 8 && x + half < this.w) {
        pen.fillText(word, x, HEIGHT - PAD.bottom + 5);
        last = x + half;
      }
    }
    pen.strokeStyle = tone("--line-2");
    pen.strokeRect(PAD.left + 0.5, PAD.top + 0.5, this.w - PAD.left - PAD.right - 1, HEIGHT - PAD.top - PAD.bottom - 1);
    pen.textAlign = "left";
    pen.fillText(this.root.dataset.frequency, PAD.left, HEIGHT - 13);
    pen.textBaseline = "alphabetic";
    pen.fillText(this.data.unit, 2, PAD.top - 2);
  }

  * frequencies() {
    const { low, high, log } = this.data;
    if (!log) {
      for (const mhz of ticks(low / 1e6, high / 1e6, Math.max(3, Math.round(this.w / 130)))) yield [mhz * 1e6, true];
      return;
    }
    for (let decade = Math.floor(Math.log10(low)); decade <= Math.ceil(Math.log10(high)); decade += 1)
      for (let step = 1; step < 10; step += 1) {
        const hertz = step * 10 ** decade;
        if (hertz >= low * 0.999999 && hertz <= high * 1.000001) yield [hertz, [1, 2, 3, 5].includes(step)];
      }
  }

  trace(pen, colour) {
    const { f, lo, hi } = this.data;
    pen.strokeStyle = colour;
    pen.lineWidth = 1.25;
    pen.lineJoin = "round";
    pen.setLineDash([]);
    pen.beginPath();
    for (let i = 0; i < f.length; i += 1) {
      const x = this.x(f[i]);
      if (i === 0) pen.moveTo(x, this.y(lo[i]));
      pen.lineTo(x, this.y(lo[i]));
      if (hi[i] !== lo[i]) pen.lineTo(x, this.y(hi[i]));
    }
    pen.stroke();
  }

  limit(pen, limit, colour) {
    const { low, high } = this.data;
    pen.strokeStyle = colour;
    pen.fillStyle = colour;
    pen.lineWidth = 2;
    pen.setLineDash(DASHES[limit.detector] || []);
    let named = false;
    const name = (x, y) => { if (!named) pen.fillText(limit.name, x + 4, y - 5); named = true; };
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    for (const level of limit.levels) { line(pen, PAD.left, this.y(level), this.w - PAD.right, this.y(level)); name(PAD.left, this.y(level)); }
    let before = null;
    pen.beginPath();
    for (const [a, b, c, d] of limit.pieces) {
      const start = Math.max(a, low), end = Math.min(b, high);
      if (end <= start) continue;
      const at = (hertz) => c + (d - c) * (c === d ? 0 : limit.log ? Math.log(hertz / a) / Math.log(b / a) : (hertz - a) / (b - a));
      const steps = c === d ? 1 : 48;
      for (let n = 0; n <= steps; n += 1) {
        const hertz = this.data.log ? start * (end / start) ** (n / steps) : start + ((end - start) * n) / steps;
        if (n === 0 && before !== start) pen.moveTo(this.x(hertz), this.y(at(hertz)));
        else pen.lineTo(this.x(hertz), this.y(at(hertz)));
        if (n === 0) name(this.x(hertz), this.y(at(hertz)));
      }
      before = b;
    }
    pen.stroke();
    pen.setLineDash([]);
  }

  peak(pen, peak, tone) {
    const { low, high } = this.data;
    if (peak.f < low || peak.f > high) return;
    const x = this.x(peak.f), y = Math.max(PAD.top + 4, this.y(peak.l));
    if (!peak.kept) {
      pen.strokeStyle = tone("--ink-2");
      pen.lineWidth = 1.25;
      line(pen, x - 3.5, y - 3.5, x + 3.5, y + 3.5);
      line(pen, x - 3.5, y + 3.5, x + 3.5, y - 3.5);
      return;
    }
    pen.fillStyle = tone("--ink");
    pen.beginPath();
    pen.arc(x, y, 3.5, 0, 2 * Math.PI);
    pen.fill();
    pen.textAlign = "center";
    pen.textBaseline = "alphabetic";
    pen.fillText(String(peak.n), x, Math.max(y - 7, PAD.top + 10));
  }

  // ---- words

  number(value) {
    return String(Number(value.toPrecision(9))).replace("-", "\u2212").replace(".", this.root.dataset.mark);
  }

  count(n) {
    return n < 10000 ? String(n) : String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  }

  mega(hertz) {
    return this.number(Number((hertz / 1e6).toPrecision(7)));
  }

  // ---- zoom

  listen() {
    for (const button of this.root.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => this.zoom(button.dataset.zoom));
    this.box.addEventListener("keydown", (event) => {
      const what = { "+": "in", "=": "in", "-": "out", ArrowLeft: "left", ArrowRight: "right", 0: "all", Home: "all" }[event.key];
      if (!what || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.zoom(what);
    });
    this.box.addEventListener("wheel", (event) => {
      if (!event.ctrlKey || !this.data) return; // a page must still scroll
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? "in" : "out", this.hertz(event.offsetX));
    }, { passive: false });
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      this.drag = { from: event.offsetX };
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!this.data) return;
      if (this.drag) { this.drag.to = event.offsetX; this.draw(); } else this.point(event.offsetX);
    });
    this.canvas.addEventListener("pointerup", () => {
      const { drag } = this;
      this.drag = null;
      if (!drag || drag.to === undefined) return;
      if (Math.abs(drag.to - drag.from) < 6) { this.draw(); return; }
      this.look(this.hertz(Math.min(drag.from, drag.to)), this.hertz(Math.max(drag.from, drag.to)));
    });
    new ResizeObserver(() => { if (this.data && this.width() !== this.w) this.draw(); }).observe(this.root);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.data && this.draw());
  }

  point(x) {
    const { f, lo, hi, unit, peaks } = this.data;
    if (!f.length) return;
    const near = peaks.find((p) => Math.abs(this.x(p.f) - x) < 6);
    if (near) { this.status.textContent = (near.kept ? near.n + ": " : "") + near.t; return; }
    const wanted = this.hertz(x);
    let low = 0, high = f.length - 1;
    while (high - low > 1) { const middle = (low + high) >> 1; if (f[middle] < wanted) low = middle; else high = middle; }
    const i = wanted - f[low] < f[high] - wanted ? low : high;
    this.status.textContent = this.root.dataset.here.replace("{f}", this.mega(f[i])).replace("{low}", this.number(lo[i] / 100)).replace("{high}", this.number(hi[i] / 100)).replace("{unit}", unit);
  }

  zoom(what, about) {
    if (!this.data) return;
    const { low, high, first, last, log } = this.data;
    if (what === "all") { this.look(first, last); return; }
    const to = log ? Math.log : (v) => v, from = log ? Math.exp : (v) => v;
    const [a, b] = [to(low), to(high)];
    const width = b - a, centre = about === undefined ? (a + b) / 2 : to(about);
    const spans = {
      in: [centre - width / 4, centre + width / 4], out: [centre - width, centre + width], left: [a - width / 4, b - width / 4],
      right: [a + width / 4, b + width / 4],
    };
    this.look(...spans[what].map(from));
  }

  look(low, high) {
    const { first, last } = this.data;
    const width = Math.min(high - low, last - first);
    if (low < first) [low, high] = [first, Math.max(high, first + width)];
    if (high > last) [low, high] = [Math.min(low, last - width), last];
    this.span = [Math.max(low, first), Math.min(high, last)];
    if (this.span[1] - this.span[0] < 10) return;
    this.load();
  }
}

function line(pen, x1, y1, x2, y2) {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}

export function ticks(low, high, count) {
  if (!(high > low)) return [low];
  const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw * 0.999999);
  const out = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) out.push(k * step);
  return out;
}

export function start(within = document) {
  for (const root of within.querySelectorAll("[data-trace-plot]")) if (!root.plot) root.plot = new TracePlot(root);
}

start();
