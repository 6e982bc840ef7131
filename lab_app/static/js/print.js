// The print button of a paper; without scripts the browser's own command does it, and the hint says so.
const button = document.querySelector("[data-print]");
if (button) {
  button.hidden = false;
  document.querySelector("[data-print-hint]")?.remove();
  button.addEventListener("click", () => window.print());
}
