// What a better browser adds to the look-up; without it the same forms send the same things.
// - a file dragged onto a form goes into its field, and the form is sent;
// - where the browser reads symbols itself (BarcodeDetector) a camera button appears and a chosen photo never leaves the machine.

const detector = "BarcodeDetector" in window ? new window.BarcodeDetector({ formats: ["qr_code"] }) : null;

function open(form, text) {
  const to = new URL(form.dataset.symbol, location.href);
  to.searchParams.set("q", text);
  location.assign(to);
}

// An address of ours is opened by its own path; every other text is asked of the server, which knows what is no paper of ours.
function ours(text) {
  try {
    return new URL(text).host.toLowerCase() === location.host.toLowerCase();
  } catch {
    return !text.includes("://");
  }
}

async function read(source) {
  try {
    const found = (await detector.detect(source)).map((one) => one.rawValue).filter(ours);
    return found.find((text) => !text.toUpperCase().includes("/V/")) || found[0] || "";
  } catch {
    return "";
  }
}

function camera(form) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-plain";
  button.textContent = form.dataset.camera;
  const says = document.createElement("p");
  says.setAttribute("role", "status");
  let stream = null;
  let video = null;
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    video?.remove();
    stream = video = null;
    button.textContent = form.dataset.camera;
    says.textContent = "";
  };
  button.addEventListener("click", async () => {
    if (stream) return stop();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      says.textContent = form.dataset.denied;
      return undefined;
    }
    video = document.createElement("video");
    video.muted = true;
    video.setAttribute("playsinline", "");
    video.className = "viewfinder";
    video.srcObject = stream;
    form.append(video);
    button.textContent = form.dataset.stop;
    says.textContent = form.dataset.looking;
    await video.play();
    const look = async () => {
      if (!stream) return;
      const text = await read(video);
      if (text) {
        stop();
        open(form, text);
      } else setTimeout(look, 250);
    };
    return look();
  });
  form.append(button, says);
  addEventListener("pagehide", stop);
}

for (const form of document.querySelectorAll("form[data-drop-file]")) {
  const input = form.querySelector("input[type=file]");
  const over = (on) => form.classList.toggle("drop--over", on);
  for (const kind of ["dragenter", "dragover"])
    form.addEventListener(kind, (event) => {
      if (![...(event.dataTransfer?.types || [])].includes("Files")) return;
      event.preventDefault();
      over(true);
    });
  form.addEventListener("dragleave", (event) => { if (!form.contains(event.relatedTarget)) over(false); });
  form.addEventListener("drop", (event) => {
    over(false);
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
  if (!form.dataset.symbol || !detector) continue;
  if (navigator.mediaDevices?.getUserMedia) camera(form);
  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    const text = await read(await createImageBitmap(file).catch(() => null));
    if (text) open(form, text);
  });
}
