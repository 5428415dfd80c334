/* How much of their store credit the shopper pays with. */

import { money } from "./drawing.js";
import { say } from "./language.js";

const field = document.querySelector("#credit");
const chosen = () => field.querySelector(":checked").value;

export function drawCredit({ storeCredit, currencyCode }) {
  field.hidden = storeCredit <= 0;
  const balance = money(storeCredit, currencyCode);
  field.querySelector("#credit-balance").textContent = say("You have {balance}.", { balance });
  onCredit();
}

export function onCredit() {
  field.querySelector("#credit-amount").hidden = chosen() !== "PARTIAL";
}

/** The shopper's choice as the sandbox reads it. */
export function storeCredit() {
  const amount = field.querySelector("[name=creditAmount]").valueAsNumber;
  return field.hidden ? null : { choice: chosen(), amount: Number.isNaN(amount) ? 0 : amount };
}
