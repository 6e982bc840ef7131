// A file dragged onto the panel is put into its file field; the form is sent as it would be after choosing one. Hook: [data-drop].
for (const place of document.querySelectorAll("[data-drop]")) {
  const field = place.querySelector("input[type=file]");
  const over = (on) => place.classList.toggle("drop--over", on);
  for (const kind of ["dragenter", "dragover"])
    place.addEventListener(kind, (event) => {
      if (![...(event.dataTransfer?.types || [])].includes("Files")) return;
      event.preventDefault();
      over(true);
    });
  place.addEventListener("dragleave", (event) => { if (!place.contains(event.relatedTarget)) over(false); });
  place.addEventListener("drop", (event) => {
    over(false);
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    const form = field.form, instrument = form.elements.instrument;
    if (instrument && !instrument.value) { instrument.focus(); return; }
    form.requestSubmit();
  });
}
