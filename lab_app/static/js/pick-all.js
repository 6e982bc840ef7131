// One box ticks all boxes of a list; it shows itself only where there are scripts.
for (const master of document.querySelectorAll("[data-pick-all]")) {
  const boxes = [...document.querySelectorAll(`input[type=checkbox][name="${master.dataset.pickAll}"]`)];
  master.hidden = false;
  const label = master.closest("label");
  if (label) label.hidden = false;
  const agree = () => {
    const on = boxes.filter((box) => box.checked).length;
    master.checked = on === boxes.length && on > 0;
    master.indeterminate = on > 0 && on < boxes.length;
  };
  master.addEventListener("change", () => {
    for (const box of boxes) box.checked = master.checked;
  });
  for (const box of boxes) box.addEventListener("change", agree);
  agree();
}
