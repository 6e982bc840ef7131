// A photo of a label opens its record. The browser's own detector reads it where there is one, else the server does; without
// scripts the same form sends the photo and the server answers with the record's page.
import { send } from "./post.js";

async function readHere(file) {
  if (!("BarcodeDetector" in window)) return "";
  try {
    const found = await new window.BarcodeDetector({ formats: ["qr_code", "data_matrix", "code_128"] }).detect(
      await createImageBitmap(file),
    );
    return found.length ? found[0].rawValue : "";
  } catch {
    return "";
  }
}

for (const form of document.querySelectorAll("form[data-decode-url]")) {
  const input = form.querySelector('input[type="file"]');
  const status = form.querySelector('[role="status"]');
  const finder = form.closest("[data-camera]")?.querySelector("input[name=q]");
  form.querySelector("[data-plain]")?.remove();

  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    status.textContent = form.dataset.reading;
    const code = await readHere(file);
    if (code && finder) {
      finder.value = code;
      finder.form.requestSubmit();
      return;
    }
    const body = new FormData();
    body.append("image", file);
    const answer = await send(form.dataset.decodeUrl, body);
    if (answer.ok && answer.data.url && answer.data.url.startsWith("/")) {
      window.location.assign(answer.data.url);
    } else if (answer.ok && answer.data.code && finder) {
      finder.value = answer.data.code;
      finder.form.requestSubmit();
    } else {
      status.textContent = answer.data.says || form.dataset.unread;
      input.value = "";
    }
  });
}
