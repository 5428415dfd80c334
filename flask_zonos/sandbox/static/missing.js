/* What an address still needs, said at each of its fields. */

import { say } from "./language.js";
import { make } from "./make.js";

const isMissing = (field) => !field.disabled && !field.validity.valid;

/** Says at a field that it is missing, or takes that back. */
export function mark(field) {
  const label = field.closest("label");
  label.querySelector(".error")?.remove();
  field.removeAttribute("aria-describedby");
  field.setAttribute("aria-invalid", String(isMissing(field)));
  if (!isMissing(field)) return;
  const id = `missing-${field.name}`;
  const name = label.querySelector("span").textContent.toLowerCase();
  const textContent = say("Please fill in the {field}.", { field: name });
  const message = make("small", { id, className: "error", textContent });
  message.setAttribute("aria-hidden", "true"); // it describes the field, not names it
  label.append(message);
  field.setAttribute("aria-describedby", id);
}

/** Marks all fields; returns the first that is missing. */
export function firstMissing(fields) {
  fields.forEach(mark);
  return fields.find(isMissing);
}
