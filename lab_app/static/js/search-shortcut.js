// "/" puts the cursor into the search box. A scanner types fast and ends with Enter: when that happens outside any field, what
// it typed goes to the search box too, so that a label can be scanned anywhere.
const box = document.getElementById("find-anything");
const FAST = 50; // milliseconds between two characters: no person types a whole code at this pace
const SHORTEST = 5;
let typed = "";
let last = 0;

function inField(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

if (box) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || inField(event.target)) return;
    if (event.key === "/") {
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    const now = performance.now();
    if (now - last > FAST) typed = "";
    last = now;
    if (event.key === "Enter") {
      if (typed.length >= SHORTEST) {
        event.preventDefault();
        box.value = typed;
        box.form.requestSubmit();
      }
      typed = "";
    } else if (event.key.length === 1) {
      typed += event.key;
    }
  });
}
