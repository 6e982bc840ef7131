// Compares a PDF on the visitor's own machine with the issued file: the file never leaves the machine.

async function digest(file) {
  const bytes = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

for (const place of document.querySelectorAll("[data-compare]")) {
  if (!globalThis.crypto?.subtle) continue; // needs a secure context
  const label = document.createElement("label");
  label.className = "btn btn-plain";
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("class", "i");
  icon.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", place.dataset.icon);
  icon.append(use);
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "application/pdf";
  input.className = "visually-hidden";
  label.append(icon, ` ${place.dataset.label}`, input);
  const says = document.createElement("p");
  says.className = "strong";
  says.setAttribute("role", "status");
  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    // A paper has more than one true file when a time-stamp was added to its signature: each has its hash here.
    const known = place.dataset.compare.split(" ");
    says.textContent = known.includes(await digest(file)) ? place.dataset.same : place.dataset.other;
  });
  place.prepend(label);
  place.after(says);
}
