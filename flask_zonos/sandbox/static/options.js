/* The form of the settings: each field is sent when it changes, and shows what holds. */

const form = document.querySelector("#options");
const state = document.querySelector("#option-state");
const error = document.querySelector("#option-error");
const fieldsOf = (option) => [...option.querySelectorAll("input, select")];
const options = [...form.querySelectorAll("[data-option]")];

function read(option) {
  const fields = fieldsOf(option);
  const [{ value, checked }] = fields;
  const numbers = (text) => text.split(/[\s,;]+/).filter(Boolean).map(Number);
  switch (option.dataset.kind) {
    case "bool":
      return checked;
    case "int":
    case "float":
      return value.trim() === "" ? null : Number(value);
    case "list":
      return fields.length > 1
        ? fields.filter((field) => field.checked).map((field) => field.value)
        : numbers(value);
    default:
      return value.trim();
  }
}

function write(option, value) {
  for (const field of fieldsOf(option)) {
    if (field === document.activeElement && field.type !== "checkbox") continue;
    if (field.type !== "checkbox") field.value = [value].flat().join(", ");
    else field.checked = Array.isArray(value) ? value.includes(field.value) : value;
  }
}

/** Shows the values that hold, and how many of each part are no defaults. */
export function drawOptions(values, defaults) {
  const differs = ({ dataset: { option } }) =>
    JSON.stringify(values[option]) !== JSON.stringify(defaults[option]);
  for (const option of options) {
    write(option, values[option.dataset.option]);
    option.classList.toggle("changed", differs(option));
  }
  for (const part of form.querySelectorAll("[data-part]")) {
    const count = part.querySelectorAll(".changed").length;
    part.querySelector("[data-changed]").textContent = count ? `${count} changed` : "";
  }
}

/** Sends what is changed in the form: `send` takes the changed values. */
export function sendOptions(send) {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", async ({ target }) => {
    const option = target.closest("[data-option]");
    const name = option.dataset.option;
    try {
      await send({ [name]: read(option) });
      target.removeAttribute("aria-invalid");
      state.textContent = `${name} is set.`;
      error.textContent = "";
    } catch (refused) {
      target.setAttribute("aria-invalid", "true");
      state.textContent = "";
      error.textContent = `${refused.message}.`;
    }
  });
}
