/* The language of the sandbox's own pages: English, or Danish where it is asked for. */

import { DANISH } from "./danish.js";

export let language = "en";
let translations = {};

/** The chosen language's words, by what they are in English. */
export const words = () => translations;

/** A sentence in the chosen language, its {names} filled in. */
export const say = (sentence, values = {}) =>
  (translations[sentence] ?? sentence).replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** Chooses a language, such as "da-DK", and says in it what the page has in English. */
export function speak(wanted) {
  if (!/^da\b/i.test(wanted ?? "")) return;
  language = "da";
  translations = DANISH;
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-say]")) {
    element.textContent = say(element.textContent);
  }
  for (const element of document.querySelectorAll("[data-say-label]")) {
    element.setAttribute("aria-label", say(element.getAttribute("aria-label")));
  }
}

/** A country's code as people say it. */
export function countryName(code) {
  try {
    return new Intl.DisplayNames([language], { type: "region" }).of(code);
  } catch {
    return code; // the schema has codes that are no region's, such as IC
  }
}

/** Countries as the options of a select, by their names. */
export function countryOptions(codes) {
  const named = codes.map((code) => [countryName(code), code]);
  named.sort(([a], [b]) => a.localeCompare(b, language));
  return named.map(([name, code]) => new Option(name, code));
}
