/* What the checkout shows of a session: its items, its choices, its sums. */

import { countryName, language, say } from "./language.js";
import { make } from "./make.js";

export const money = (amount, currency) =>
  new Intl.NumberFormat(language === "da" ? "da" : navigator.language, {
    style: "currency",
    currency,
  }).format(amount);

// Where a postal code stands before its town, by Google's address metadata.
const CODE_FIRST = new Set(
  `AD AL AM AR AT AX AZ BA BE BG BL BY CH CL CV CY CZ DE DK DO DZ EC EE EH ES ET FI FO FR GE GF
  GL GN GP GR GT GW HR HT IS IT KG KW KZ LA LI LR LT LU MA MC MD ME MF MG MK MQ MU MX MY MZ NC
  NE NI NL NO OM PF PL PM PT PY RE RO RS SE SI SJ SK SM SN SV TJ TM TN TR TZ UY UZ VA WF YT
  ZM`.split(/\s+/),
);

/** An address in one line, with the town as its country writes it. */
export function lines(place) {
  const { locality, administrativeArea, postalCode, countryCode } = place;
  const names = [locality, administrativeArea];
  const parts = CODE_FIRST.has(countryCode) ? [postalCode, ...names] : [...names, postalCode];
  const town = [...new Set(parts)].filter(Boolean).join(" ");
  const all = [place.line1, place.line2, town, countryName(countryCode)];
  return all.filter(Boolean).join(", ");
}

function choice(group, value, checked, { title, text, end, hook }) {
  const input = make("input", { type: "radio", name: group, value, checked });
  const label = make(
    "label",
    { className: "choice" },
    input,
    make("strong", {}, title),
    end && make("span", { className: "end" }, end),
    text && make("small", { textContent: text }),
  );
  if (hook) label.setAttribute(hook, value);
  return label;
}

export const itemRows = ({ lines, currencyCode }) =>
  lines.map((item) => {
    const picture = /^(https?:|data:image)/.test(item.imageUrl ?? "")
      ? make("img", { src: item.imageUrl, alt: "", referrerPolicy: "no-referrer" })
      : make("div", { className: "blank" });
    const name = item.name || say("Item");
    const text = make("div", {}, make("b", { textContent: name }));
    const quantity = say("Quantity {number}", { number: item.quantity });
    text.append(make("small", { textContent: quantity }));
    const sum = money(item.sum, currencyCode);
    return make("li", {}, picture, text, make("span", { textContent: sum }));
  });

export const levelChoices = ({ serviceLevels, currencyCode }) =>
  serviceLevels.map(({ code, name, price, days }, index) =>
    choice("serviceLevel", code, index === 0, {
      title: say(name),
      text: say("{from} to {to} days", { from: days[0], to: days[1] }),
      end: money(price, currencyCode),
    }),
  );

const brand = (text) => make("span", { className: "brand", textContent: text });

function cardName({ brand, lastFour }) {
  const digits = make("span", { className: "digits", textContent: `•••• ${lastFour}` });
  return make("span", {}, `${brand} `, digits);
}

/** The saved cards, the last one chosen. */
export const savedChoices = ({ customer }) =>
  (customer?.paymentMethods ?? []).map((card, index, all) =>
    choice("payment", card.id, index === all.length - 1, {
      title: cardName(card),
      end: brand(say("Saved")),
      hook: "data-zonos-payment-method",
    }),
  );

export const testChoices = ({ testCards }, preselected) =>
  testCards.map((card, index) =>
    choice("payment", `test:${card.code}`, preselected && index === 0, {
      title: cardName(card),
      text: card.declined ? say("Is always declined") : null,
      end: brand(say("Test card")),
    }),
  );

/** The profile's addresses, of which the first is chosen, or another one. */
export function locationChoices({ customer }, another) {
  const places = (customer?.locations ?? []).map((place, index) =>
    choice("locationId", place.id, index === 0 && !another, {
      title: place.name || customer.name || say("Address"),
      text: lines(place),
      hook: "data-zonos-location",
    }),
  );
  if (!places.length) return [];
  return [...places, choice("locationId", "", another, { title: say("Another address") })];
}

export function sumCells(sums, currency) {
  const rows = [
    [say("Items"), sums.items],
    [say("Discounts"), sums.discounts],
    [say("Shipping"), sums.shipping],
    [say("Duties (made up)"), sums.duties],
    [say("Taxes (made up)"), sums.taxes],
    [say("Store credit"), sums.storeCredit],
    [say("Total"), sums.total, "total"],
  ].filter(([, amount], index) => amount || ![1, 5].includes(index));
  return rows.flatMap(([name, amount, className = ""]) => [
    make("dt", { className, textContent: name }),
    make("dd", { className, textContent: money(amount, currency) }),
  ]);
}
