// After a refusal the cursor stands where the work goes on: in the first refused field, else on the refusal's box.
const first = document.querySelector('[aria-invalid="true"]:not([type="hidden"])');
const box = document.querySelector('[data-error-summary], .refuse[role="alert"]');
const place = first || box;
if (place) {
  place.focus({ preventScroll: true });
  (box || place).scrollIntoView({ block: "nearest" });
  if (first && first.getBoundingClientRect().bottom > window.innerHeight) first.scrollIntoView({ block: "center" });
}
// A link of the summary puts the cursor into its field, whatever the browser does with fragments.
for (const link of document.querySelectorAll('[data-error-summary] a[href^="#"]')) {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const control = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea");
    (control || field).focus();
  });
}
