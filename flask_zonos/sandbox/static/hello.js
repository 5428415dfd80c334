/* The choice of country and currency, in its frame. */

import { keepFocusInside } from "./focus.js";
import { countryOptions, speak } from "./language.js";

const form = document.querySelector("#form");
let port = null;

addEventListener("message", ({ source, data, ports }) => {
  const fromThePage = source === parent && parent !== window;
  if (!fromThePage || port || data?.type !== "zonos-sandbox:open") return;
  port = ports[0];
  port.postMessage({ type: "ready" });
  speak(data.language);
  draw(data);
});

const close = () => port?.postMessage({ type: "close" });

function draw({ countryCode, currencyCode, currencies }) {
  const codes = [...form.countryCode.options].map((option) => option.value);
  form.countryCode.replaceChildren(...countryOptions(codes));
  form.countryCode.value = countryCode;
  const known = [...new Set([...Object.values(currencies), "EUR", "USD", currencyCode])];
  form.currencyCode.replaceChildren(...known.sort().map((code) => new Option(code)));
  form.currencyCode.value = currencyCode;
  form.countryCode.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { countryCode, currencyCode } = Object.fromEntries(new FormData(form));
  port?.postMessage({ type: "country", countryCode, currencyCode });
});
document.querySelector("#cancel").addEventListener("click", close);
addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
keepFocusInside();
