// A date is typed dd/mm/yyyy; beside it a button opens the browser's own calendar and writes the choice in that form.
import { drawIcon } from "./draw-icon.js";

for (const box of document.querySelectorAll("[data-date]")) {
  const input = box.querySelector("input");
  if (!input || input.readOnly || input.disabled || !("showPicker" in HTMLInputElement.prototype)) continue;
  const moment = box.dataset.date === "moment";
  const native = document.createElement("input");
  native.type = moment ? "datetime-local" : "date";
  native.className = "native";
  native.tabIndex = -1;
  native.setAttribute("aria-hidden", "true");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.setAttribute("aria-label", box.dataset.pick);
  button.append(drawIcon(box.dataset.icon));
  button.addEventListener("click", () => {
    const typed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s+(\d{1,2}):(\d{2}))?$/.exec(input.value.trim());
    if (typed) {
      const [, day, month, year, hour = "0", minute = "00"] = typed;
      const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
      native.value = moment ? `${iso}T${hour.padStart(2, "0")}:${minute}` : iso;
    }
    native.showPicker();
  });
  native.addEventListener("change", () => {
    const chosen = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?/.exec(native.value);
    if (!chosen) return;
    input.value = `${chosen[3]}/${chosen[2]}/${chosen[1]}${moment ? " " + chosen[4] : ""}`;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });
  box.append(native, button);
}
