// Under a number: what was understood of it ("hiểu là −33,4 dBm"), while it is typed.
import { understand, understandMoney } from "./number.js";

const language = document.documentElement.lang.slice(0, 2);

for (const line of document.querySelectorAll("[data-echo-of]")) {
  const input = document.getElementById(line.dataset.echoOf);
  if (!input) continue;
  const read = line.dataset.echoKind === "money" ? understandMoney : understand;
  input.addEventListener("input", () => {
    const value = read(input.value, language);
    line.classList.toggle("echo--unclear", value === null);
    if (value === null) line.textContent = line.dataset.unclear;
    else if (value === "") line.textContent = "";
    else line.textContent = line.dataset.understood.replace("{value}", value + (line.dataset.unit ? "\u00a0" + line.dataset.unit : ""));
  });
}
