// A menu made of <details> closes on Escape (focus back on its button), on a click elsewhere and when focus leaves it.
for (const menu of document.querySelectorAll("details[data-menu], details.ask, details.finder__more")) {
  const button = menu.querySelector("summary");
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      button.focus();
    }
  });
  if (!menu.matches("[data-menu]")) continue;
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("focusout", (event) => {
    if (menu.open && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

// The small form of a button opens to the left of its right edge; where that would leave the page, to the right.
for (const ask of document.querySelectorAll("details.ask")) {
  const box = ask.querySelector(".ask__box");
  ask.addEventListener("toggle", () => {
    if (!ask.open) return;
    box.classList.remove("ask__box--start");
    const page = document.getElementById("main").getBoundingClientRect();
    if (box.getBoundingClientRect().left < page.left) box.classList.add("ask__box--start");
    box.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  });
}
