// On the demonstration's sign-in page: a button per account fills the form.
for (const line of document.querySelectorAll("[data-fill-email]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-plain";
  button.textContent = line.dataset.fillText;
  button.setAttribute("aria-label", `${line.dataset.fillText}: ${line.dataset.fillAbout}`);
  button.addEventListener("click", () => {
    const form = document.querySelector('main form input[type="password"]').form;
    form.querySelector('input[autocomplete="username"]').value = line.dataset.fillEmail;
    form.querySelector('input[autocomplete="current-password"]').value = line.dataset.fillPassword;
    form.querySelector("button.btn-primary").focus();
  });
  line.append(button);
}
