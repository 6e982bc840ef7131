// A button that shows the password while it is typed.
import { drawIcon } from "./draw-icon.js";

for (const box of document.querySelectorAll("[data-password]")) {
  const input = box.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.setAttribute("aria-label", box.dataset.show);
  button.setAttribute("aria-pressed", "false");
  button.append(drawIcon(box.dataset.icon));
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    input.focus();
  });
  input.form.addEventListener("submit", () => {
    input.type = "password";
  });
  box.append(button);
}
