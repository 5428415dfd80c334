// A click on a sample shopper fills the form.
for (const button of document.querySelectorAll("[data-fill-email]")) {
  button.addEventListener("click", () => {
    document.querySelector("#email").value = button.dataset.fillEmail;
    document.querySelector("#password").value = button.dataset.fillPassword;
    document.querySelector("[data-test=sign-in]").focus();
  });
}
