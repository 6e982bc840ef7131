// Typed text is not lost by a slip: leaving a form that was changed and neither sent nor kept as a draft asks first.
const guarded = [...document.querySelectorAll("form[data-guard]")];
const changed = new Set();
for (const form of guarded) {
  form.addEventListener("input", () => changed.add(form));
  for (const safe of ["draft-kept", "draft-done"]) form.addEventListener(safe, () => changed.delete(form));
  form.addEventListener("submit", () => changed.clear());
}
window.addEventListener("beforeunload", (event) => {
  if (changed.size) event.preventDefault();
});

// A form is sent once, however often the button is pressed. A page that comes back from the browser's memory is ready again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "1";
  setTimeout(() => delete form.dataset.sending, 8000); // an answer that is a download leaves the page standing
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) delete form.dataset.sending;
});
