// How far a long work is, every few seconds; the page itself opens again when its state changed. Without scripts a link does it.
const bar = document.querySelector("[data-progress]");
const WAIT = 3000;

async function look() {
  try {
    const response = await fetch(bar.dataset.progress, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!response.ok) return;
    const now = await response.json();
    if (now.status !== bar.dataset.status) {
      window.location.reload();
      return;
    }
    bar.value = now.done;
    bar.max = now.all;
    const text = document.querySelector("[data-progress-text]");
    if (text) text.textContent = bar.dataset.words.replace("{done}", now.done).replace("{all}", now.all);
  } finally {
    window.setTimeout(look, WAIT);
  }
}

if (bar && bar.dataset.running === "1") window.setTimeout(look, WAIT);
