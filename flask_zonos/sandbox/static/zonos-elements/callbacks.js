/* What the shop is asked and told while its shopper is in the checkout. */

import { report } from "./console.js";

/**
 * Asks the shop whether the items can be had: the message that stops the order, or null.
 * @param {Function | undefined} check
 * @param {object[]} items whole cart items
 * @param {{zonosApiRoute: string, translate: Function}} helpers
 * @param {boolean} asList whether the parameter is a list that has `items`, too
 */
export async function checkInventory(check, items, helpers, asList) {
  if (!check) return null;
  try {
    const given = asList ? Object.assign([...items], { items }) : { items };
    const answer = await check(given, helpers);
    if (answer instanceof Error) throw answer;
    return typeof answer === "string" && answer ? answer : null;
  } catch (error) {
    report("onInventoryCheck failed.", error);
    return "The stock could not be checked. Please try again.";
  }
}

/** Whether the page goes on before there is an order; onOrderSuccess is not called then. */
export const leavesAtOnce = ({ successBehavior, successRedirectUrl }) =>
  successBehavior === "CLOSE_MODAL" && Boolean(successRedirectUrl);

/** Goes to the shop's own page, with parameters that say for what. */
export function goTo(address, parameters) {
  const url = new URL(address, location.href);
  for (const [name, value] of Object.entries(parameters)) {
    if (value) url.searchParams.set(name, value);
  }
  location.assign(url);
}

/** Tells the shop of an order, which is null where it has not come in time. */
export async function tellOfOrder({ onOrderSuccess }, zonosApiRoute, zonosOrder) {
  try {
    await onOrderSuccess?.({ zonosApiRoute, zonosOrder });
  } catch (error) {
    report("onOrderSuccess failed.", error);
  }
}
