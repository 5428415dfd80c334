/* The steps of the checkout: one is open, those before it show what was chosen. */

const steps = [...document.querySelectorAll("[data-step]")];
let current = 0;

export const isLastStep = () => current === steps.length - 1;

/** Opens a step; what stands before it is done, what comes after waits. */
export function openStep(index) {
  current = index;
  document.querySelector("#form").classList.toggle("paying", isLastStep());
  steps.forEach((step, at) => {
    step.classList.toggle("open", at === index);
    step.classList.toggle("done", at < index);
    step.querySelector(".number").textContent = at < index ? "✓" : at + 1;
    const change = step.querySelector("[data-change]");
    if (change) change.hidden = at >= index;
    const heading = step.querySelector("h2");
    if (at === index) heading.setAttribute("aria-current", "step");
    else heading.removeAttribute("aria-current");
  });
}

/** Opens a step and moves there, so that a screen reader says where one is. */
export function goToStep(index) {
  openStep(index);
  steps[index].querySelector("h2").focus();
}

export const goToNextStep = () => goToStep(current + 1);

for (const [index, step] of steps.entries()) {
  step.querySelector("[data-change]")?.addEventListener("click", () => goToStep(index));
}
