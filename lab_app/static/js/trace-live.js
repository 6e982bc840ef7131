// While the factors of a trace are chosen, the results follow: the form's address is read again and its part of the page put in place.
// Without script the button of the form does the same. Hooks: form[data-trace-form], [data-live].
import { start } from "./trace-plot.js";

const form = document.querySelector("form[data-trace-form]");
let asked = 0, waiting = 0;

async function follow(whole) {
  const mine = (asked += 1);
  const url = form.action + "?" + new URLSearchParams(new FormData(form)).toString();
  const place = document.querySelector("[data-live]");
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (mine !== asked) return;
    if (!answer.ok || answer.redirected) { window.location.assign(url); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("[data-live]");
    if (!found) { window.location.assign(url); return; }
    if (whole) { window.location.replace(url); return; }
    place.replaceWith(document.importNode(found, true));
    for (const one of page.querySelectorAll("symbol[id]"))
      if (!document.getElementById(one.id)) document.querySelector("symbol")?.parentNode.append(document.importNode(one, true));
    history.replaceState(null, "", url);
    start(document.querySelector("[data-live]"));
  } catch {
    place.removeAttribute("aria-busy");
  }
}

if (form) {
  // Another choice of limits may ask for other factors, so the whole page is opened again.
  form.addEventListener("change", (event) => follow(event.target.name === "parameters"));
  form.addEventListener("input", (event) => {
    if (event.target.tagName !== "TEXTAREA" && event.target.type !== "text") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => follow(false), 500);
  });
}
