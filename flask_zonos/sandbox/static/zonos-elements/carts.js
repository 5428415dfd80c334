/* The shop's cart, in all forms in which its callbacks may give it. */

import { warn } from "./console.js";
import { countryInAddress } from "./country.js";

/**
 * The cart of a click: `{cartId}` or `{items}`, and what goes with it.
 * @param {object} checkout the shop's checkoutSettings
 * @param {object} country what buildCartDetail is told
 * @param {object[] | null} items what `zonos--init-cart-info` has brought
 */
export async function askForCart({ createCartId, buildCartDetail }, country, items) {
  if (createCartId) return normalised(await createCartId());
  if (!buildCartDetail && !items) {
    throw new TypeError("checkoutSettings has neither createCartId nor buildCartDetail");
  }
  const given = items ?? (await buildCartDetail(country));
  if (!Array.isArray(given)) throw new TypeError("buildCartDetail must give a list of items");
  return { items: given };
}

function normalised(answer) {
  const cart = typeof answer === "string" ? { cartId: answer } : { ...answer };
  if (typeof cart.cartId !== "string" || !cart.cartId) {
    throw new TypeError("createCartId must give a cart's id, or an object with cartId");
  }
  const { cartId, customMessage, customerAuthenticationToken, shippingData, ...others } = cart;
  for (const name of Object.keys(others)) warn(`createCartId gives ${name}, which is not known.`);
  return {
    cartId,
    customMessage: lines(customMessage),
    customerAuthenticationToken: customerAuthenticationToken || null,
    shippingData: shippingData ? withCountry(shippingData) : null,
  };
}

function lines(message) {
  if (message == null) return [];
  if (Array.isArray(message)) return message.map(String);
  warn("createCartId's customMessage must be a list of texts.");
  return [];
}

const REQUIRED = `customerFirstName customerLastName customerEmail customerPhone
  customerAddress1 customerZip`.split(/\s+/);

function withCountry(data) {
  for (const name of REQUIRED) {
    const hasOldName = /Name$/.test(name) && data.customerName;
    if (data[name] == null && !hasOldName) warn(`shippingData has no ${name}, which is required.`);
  }
  const country = data.customerCountry || countryInAddress("zCountry", "country", "customerCountry");
  return { ...data, customerCountry: country };
}
