// Send a form's fields to the server with the CSRF token. Answers {ok, status, data}; status 0 means no connection.
export function csrf() {
  const meta = document.querySelector('meta[name="csrf-token"]');
  return meta ? meta.content : "";
}

export async function send(url, body, options = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrf() };
  try {
    const response = await fetch(url, { method: "POST", body, headers, credentials: "same-origin", ...options });
    let data = {};
    if ((response.headers.get("Content-Type") || "").includes("json")) data = await response.json();
    return { ok: response.ok, status: response.status, data };
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return { ok: false, status: 0, data: {} };
  }
}

// The named, enabled controls inside an element as form data (a table row is no form).
export function fieldsOf(element) {
  const data = new FormData();
  for (const control of element.querySelectorAll("input[name], select[name], textarea[name]")) {
    if (control.disabled || control.type === "file") continue;
    if ((control.type === "checkbox" || control.type === "radio") && !control.checked) continue;
    data.append(control.name, control.value);
  }
  return data;
}

export function clockText() {
  const now = new Date();
  return [now.getHours(), now.getMinutes(), now.getSeconds()].map((n) => String(n).padStart(2, "0")).join(":");
}
