/* A dialog that fills its frame: Tab goes round inside of it. */

const STOPS = "button, input, select, summary";
const isStop = (element) =>
  !element.disabled &&
  element.checkVisibility() &&
  (element.type !== "radio" || element.checked);

export function keepFocusInside() {
  addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const top = document.querySelector("dialog[open]") ?? document;
    const stops = [...top.querySelectorAll(STOPS)].filter(isStop);
    const [first, last] = [stops[0], stops.at(-1)];
    const edge = event.shiftKey ? first : last;
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  });
}
