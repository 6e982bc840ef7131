// The paper as it would look by what is being typed. [data-paper-preview] names a form (data-form) and where a picture of it is drawn
// (data-url). Without this script the form's own button opens the preview as a PDF.
const WAIT = 700;

for (const box of document.querySelectorAll("[data-paper-preview]")) {
  const form = document.getElementById(box.dataset.form);
  const image = box.querySelector("img");
  const says = box.querySelector("[data-says]");
  let timer = 0;
  let latest = 0;
  let shown = "";

  const draw = async () => {
    const turn = ++latest;
    says.textContent = says.dataset.waiting;
    let answer;
    try {
      answer = await fetch(box.dataset.url, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    } catch {
      answer = null;
    }
    if (turn !== latest) return;
    if (!answer || !answer.ok) {
      says.textContent = says.dataset.refused;
      return;
    }
    const fresh = URL.createObjectURL(await answer.blob());
    if (turn !== latest) {
      URL.revokeObjectURL(fresh);
      return;
    }
    if (shown) URL.revokeObjectURL(shown);
    shown = fresh;
    image.src = fresh;
    image.hidden = false;
    says.textContent = "";
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, WAIT);
  });
  draw();
}
