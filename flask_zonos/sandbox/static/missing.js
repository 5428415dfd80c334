/* What an address still needs, said at each of its fields. */

import { say } from "./language.js";
import { make } from "./make.js";

const LATIN = /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]*$/u;

const isForeign = (field, latinOnly) => latinOnly && !LATIN.test(field.value);
const isMissing = (field, latinOnly) =>
  !field.disabled && (!field.validity.valid || isForeign(field, latinOnly));

/** Says at a field that it is missing, or takes that back. */
export function mark(field, latinOnly = false) {
  const label = field.closest("label");
  label.querySelector(".error")?.remove();
  field.removeAttribute("aria-describedby");
  field.setAttribute("aria-invalid", String(isMissing(field, latinOnly)));
  if (!isMissing(field, latinOnly)) return;
  const id = `missing-${field.name}`;
  const name = label.querySelector("span").textContent.toLowerCase();
  const textContent = isForeign(field, latinOnly)
    ? say("Please write the {field} in Latin letters.", { field: name })
    : say("Please fill in the {field}.", { field: name });
  const message = make("small", { id, className: "error", textContent });
  message.setAttribute("aria-hidden", "true"); // it describes the field, not names it
  label.append(message);
  field.setAttribute("aria-describedby", id);
}

/** Marks all fields; returns the first that is missing, or not in Latin letters. */
export function firstMissing(fields, latinOnly) {
  for (const field of fields) mark(field, latinOnly);
  return fields.find((field) => isMissing(field, latinOnly));
}
