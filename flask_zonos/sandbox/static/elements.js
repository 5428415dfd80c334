/* The inspector's building blocks: rows, tags, times. */

import { make } from "./make.js";

export const text = (name, className, value) =>
  make(name, { className, textContent: value });
export const clockTime = (moment) => new Date(moment).toLocaleTimeString("en-GB");
export const when = (moment) => text("time", "when", clockTime(moment));
export const tag = (value, mood = "") => text("span", `tag ${mood}`, value);
export const line = (...children) => make("div", "top", ...children);

/** A number and what it counts: `1 card`, `2 cards`. */
export const count = (number, one, many = `${one}s`) =>
  `${number} ${number === 1 ? one : many}`;

export function row(key, summary, details) {
  if (!details) return make("div", "row", summary);
  const element = make("details", "row", make("summary", "", summary), details);
  element.dataset.key = key;
  return element;
}

export function fields(pairs) {
  const lines = pairs
    .filter(([, value]) => value != null && value !== "")
    .map(([name, value]) => make("li", "", text("strong", "", `${name} `), String(value)));
  return make("ul", "", ...lines);
}

export function button(label, action) {
  const element = text("button", "small", label);
  element.type = "button";
  element.addEventListener("click", action);
  return element;
}

/** A choice and the button that carries it out. */
export function choose(label, values, selected, verb, action) {
  const select = make("select", "small");
  select.append(...values.map((value) => new Option(value, value, false, value === selected)));
  const named = make("label", "top", text("span", "soft", label), select);
  return line(named, button(verb, () => action(select.value)));
}
