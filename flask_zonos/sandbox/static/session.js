/* The checkout's session with the sandbox; its token lives in this module alone. */

import { say } from "./language.js";

export const checkout = { opened: null, session: null, total: "", currencyCode: "" };

/** What the sandbox has refused; `reason` is there where the checkout can do something. */
export class Refusal extends Error {
  constructor(message, reason = null) {
    super(message);
    this.reason = reason;
  }
}

/** Asks a route of the checkout. */
export async function ask(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  if (checkout.session) headers["Checkout-Session"] = checkout.session.token;
  let answer;
  try {
    const options = { method: "POST", headers, body: JSON.stringify(body) };
    answer = await fetch(`/checkout/${path}`, options);
  } catch {
    throw new Refusal(say("The sandbox cannot be reached. Please try again."));
  }
  const json = await answer.json().catch(() => null);
  const failed = "That did not work. Please try again.";
  if (!answer.ok) throw new Refusal(say(json?.message ?? failed), json?.reason);
  return json;
}

/** Opens the session of a cart, or of one made of the items that the shop has given. */
export async function openSession(opened) {
  const { customerAuthenticationToken, zonosApiKey, countryCode, currencyCode } = opened;
  if (opened.items) {
    const { items } = opened;
    Object.assign(opened, await ask("carts", { items, zonosApiKey }));
  }
  checkout.opened = opened;
  checkout.session = await ask("sessions", {
    cartId: opened.cartId,
    customerAuthenticationToken,
    zonosApiKey,
    countryCode,
    currencyCode,
  });
  checkout.currencyCode = checkout.session.currencyCode;
  opened.customerAuthenticationToken = null; // it has been redeemed
}
