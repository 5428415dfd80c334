/* The shop's own words in the checkout: its message, and those of the success page. */

import { make } from "./make.js";

const LINK = /\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/g;

/** A line of text whose Markdown links are links; nothing else in it is markup. */
function line(text) {
  const parts = text.split(LINK); // text, label, address, text, ...
  const nodes = parts.map((part, index) => {
    if (index % 3 === 1) {
      const href = parts[index + 1];
      return make("a", { href, target: "_blank", rel: "noopener noreferrer", textContent: part });
    }
    return index % 3 === 0 ? part : "";
  });
  return make("span", {}, ...nodes);
}

export function drawMessage(lines) {
  const banner = document.querySelector("#message");
  banner.hidden = !lines?.length;
  banner.replaceChildren(...(lines ?? []).map(line));
}

export function drawSuccess({ title, subtitle, action } = {}) {
  const done = document.querySelector("#done");
  if (title) done.querySelector("h2").textContent = title;
  const lines = [subtitle ?? []].flat().map((text) => make("p", { textContent: text }));
  done.querySelector("#subtitle").replaceChildren(...lines);
  if (action) done.querySelector("button").textContent = action;
}
