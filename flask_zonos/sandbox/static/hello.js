/* The choice of country and currency, in its frame. */

import { close, tell, whenOpened } from "./frame.js";
import { countryOptions } from "./language.js";

const form = document.querySelector("#form");
let currencyOf = {};

function draw({ countryCode, currencyCode, currencies }) {
  const codes = [...form.countryCode.options].map((option) => option.value);
  form.countryCode.replaceChildren(...countryOptions(codes));
  form.countryCode.value = countryCode;
  currencyOf = currencies;
  const known = [...new Set([...Object.values(currencies), "EUR", "USD", currencyCode])];
  form.currencyCode.replaceChildren(...known.sort().map((code) => new Option(code)));
  form.currencyCode.value = currencyCode;
  form.countryCode.focus();
}

form.countryCode.addEventListener("change", () => {
  form.currencyCode.value = currencyOf[form.countryCode.value] ?? "USD";
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { countryCode, currencyCode } = Object.fromEntries(new FormData(form));
  tell("country", { countryCode, currencyCode });
});
document.querySelector("#cancel").addEventListener("click", close);
whenOpened(draw);
