// Typed text is kept as a draft while the person types: data-draft-url receives the form's fields when the keyboard rests, and
// once more when the page is left.
import { send, clockText } from "./post.js";

const REST = 1500; // milliseconds without typing

for (const form of document.querySelectorAll("form[data-draft-url]")) {
  const status = form.querySelector("[data-draft-status]");
  let timer = 0;
  let pending = false;
  let round = 0;

  const body = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  };

  const keep = async () => {
    const mine = ++round;
    pending = false;
    const answer = await send(form.dataset.draftUrl, body());
    if (mine !== round) return;
    if (answer.ok) {
      if (status) status.textContent = form.dataset.saved.replace("{time}", clockText());
      if (!pending) form.dispatchEvent(new Event("draft-kept"));
    } else {
      pending = true;
      if (status) status.textContent = form.dataset.unsaved;
      clearTimeout(timer);
      timer = setTimeout(keep, 10 * REST);
    }
  };

  form.addEventListener("input", () => {
    pending = true;
    clearTimeout(timer);
    timer = setTimeout(keep, REST);
  });
  // What was sent, or recorded by the bench, is no draft any more.
  for (const end of ["submit", "draft-done"]) {
    form.addEventListener(end, () => {
      clearTimeout(timer);
      pending = false;
      round += 1;
    });
  }
  window.addEventListener("pagehide", () => {
    if (pending) send(form.dataset.draftUrl, body(), { keepalive: true });
  });
}
