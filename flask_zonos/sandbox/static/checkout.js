/* The checkout in its frame. Cart and password come by one message from the page's
 * script; the session's token lives in this module and nowhere else. */

import { countryName } from "./countries.js";
import { keepFocusInside } from "./focus.js";

const $ = (selector) => document.querySelector(selector);
const form = $("#form");
const pay = $("[data-zonos-pay]");

const checkout = { port: null, opened: null, session: null, level: null, quotes: 0 };

// ------------------------------------------------------------------- the page's script

addEventListener("message", ({ source, data, ports }) => {
  const fromThePage = source === parent && parent !== window;
  if (!fromThePage || checkout.port || data?.type !== "zonos-sandbox:open") return;
  checkout.port = ports[0]; // everything after this goes through this private channel
  tell("ready");
  open(data);
});

const tell = (type, data = {}) => checkout.port?.postMessage({ type, ...data });
const close = () => tell("close");

function inventoryMessage(items) {
  return new Promise((resolve) => {
    checkout.port.onmessage = ({ data }) => resolve(data.message);
    tell("inventory-check", { items });
  });
}

// ------------------------------------------------------------------------ the sandbox

async function ask(path, body) {
  const headers = { "Content-Type": "application/json" };
  if (checkout.session) headers["Checkout-Session"] = checkout.session.token;
  let answer;
  try {
    const options = { method: "POST", headers, body: JSON.stringify(body) };
    answer = await fetch(`/checkout/${path}`, options);
  } catch {
    throw new Error("The sandbox cannot be reached. Please try again.");
  }
  const json = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error(json?.message ?? "That did not work. Please try again.");
  return json;
}

async function open(opened) {
  checkout.opened = opened;
  try {
    const { cartId, customerAuthenticationToken, zonosApiKey } = opened;
    checkout.session = await ask("sessions", {
      cartId,
      customerAuthenticationToken,
      zonosApiKey,
    });
  } catch (error) {
    $("#reason").textContent = `${error.message}${/[.]$/.test(error.message) ? "" : "."}`;
    show("#failed");
    return;
  }
  opened.customerAuthenticationToken = null; // it has been redeemed
  draw();
  show("#form");
  await requote();
}

function show(part) {
  for (const each of ["#waiting", "#failed", "#form", "#done"]) {
    $(each).hidden = each !== part;
  }
  const target = $(part);
  (target.querySelector("input:checked, input, button") ?? target).focus();
}

// ---------------------------------------------------------------------------- drawing

const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.filter((child) => child != null));
  return element;
};
const money = (amount) =>
  new Intl.NumberFormat(navigator.language, {
    style: "currency",
    currency: checkout.session.currencyCode,
  }).format(amount);

function choice(group, value, checked, { title, text, end, hook }) {
  const input = make("input", { type: "radio", name: group, value, checked });
  const label = make(
    "label",
    { className: "choice" },
    input,
    make("strong", { textContent: title }),
    end && make("span", { className: "end" }, end),
    text && make("small", { textContent: text }),
  );
  if (hook) label.setAttribute(hook, value);
  return label;
}

function draw() {
  const { customer } = checkout.session;
  drawCountries();
  drawItems();
  drawLevels();
  drawCards(customer);
  drawLocations(customer);
  prefill(customer);
}

function drawCountries() {
  const codes = checkout.session.countries.map((code) => [countryName(code), code]);
  codes.sort(([a], [b]) => a.localeCompare(b));
  const options = codes.map(([name, code]) => new Option(name, code));
  form.countryCode.replaceChildren(...options);
  form.countryCode.value = checkout.opened.countryCode;
}

function drawItems() {
  const rows = checkout.session.items.map((item) => {
    const picture = /^(https?:|data:image)/.test(item.imageUrl ?? "")
      ? make("img", { src: item.imageUrl, alt: "", referrerPolicy: "no-referrer" })
      : make("div", { className: "blank" });
    const name = item.name || item.sku || item.productId || "Item";
    const text = make("div", {}, make("b", { textContent: name }));
    text.append(make("small", { textContent: `Quantity ${item.quantity}` }));
    const line = make("span", { textContent: money(item.amount * item.quantity) });
    return make("li", {}, picture, text, line);
  });
  $("#items").replaceChildren(...rows);
}

function drawLevels() {
  const levels = checkout.session.serviceLevels.map(({ code, name, price, days }, index) =>
    choice("serviceLevel", code, index === 0, {
      title: name,
      text: `${days[0]} to ${days[1]} days`,
      end: money(price),
    }),
  );
  $("#levels").replaceChildren(...levels);
}

function drawCards(customer) {
  const brand = (text) => make("span", { className: "brand", textContent: text });
  const saved = (customer?.paymentMethods ?? []).map((card, index, all) =>
    choice("payment", card.id, index === all.length - 1, {
      title: `${card.brand} •••• ${card.lastFour}`,
      end: brand("Saved"),
      hook: "data-zonos-payment-method",
    }),
  );
  const tests = checkout.session.testCards.map((card, index) =>
    choice("payment", `test:${card.code}`, !saved.length && index === 0, {
      title: `${card.brand} •••• ${card.lastFour}`,
      text: card.declined ? "Is always declined" : null,
      end: brand("Test card"),
    }),
  );
  $("#cards").replaceChildren(...saved, ...(saved.length ? [] : tests));
  $("#test-cards").replaceChildren(...(saved.length ? tests : []));
  $("#more-cards").hidden = !saved.length;
  onPayment();
}

function drawLocations(customer) {
  const places = (customer?.locations ?? []).map((place, index) => {
    const region = [place.locality, place.administrativeArea, place.postalCode];
    const lines = [place.line1, place.line2, region.filter(Boolean).join(" ")];
    return choice("locationId", place.id, index === 0 && !overrides(), {
      title: place.name || customer.name || "Address",
      text: [...lines, countryName(place.countryCode)].filter(Boolean).join(", "),
      hook: "data-zonos-location",
    });
  });
  if (places.length) {
    places.push(choice("locationId", "", Boolean(overrides()), { title: "Another address" }));
  }
  $("#locations").replaceChildren(...places);
  $("#locations").hidden = !places.length;
  onLocation();
}

/** Whether the shop's own address goes before those of the profile. */
const overrides = () => checkout.opened.shippingDataWins && checkout.opened.shippingData;

function prefill(customer) {
  const { shippingData } = checkout.opened;
  const given = customer && !overrides()
    ? { name: customer.name, email: customer.email, phone: customer.phone }
    : shippingData && {
        name: shippingData.customerName,
        email: shippingData.customerEmail,
        phone: shippingData.customerPhone,
        line1: shippingData.customerAddress1,
        line2: shippingData.customerAddress2,
        locality: shippingData.customerCity,
        administrativeArea: shippingData.customerState,
        postalCode: shippingData.customerZip,
        countryCode: shippingData.customerCountry,
      };
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value) form.elements[name].value = value;
  }
  const greeting = $("#greeting");
  greeting.hidden = !customer;
  if (customer) {
    const email = customer.email ? ` (${customer.email})` : "";
    greeting.textContent = `Welcome back, ${customer.name || "customer"}${email}`;
  }
}

// --------------------------------------------------------------------------- choosing

const chosen = (name) => new FormData(form).get(name);

function onLocation() {
  const known = Boolean(chosen("locationId"));
  $("#address").hidden = known;
  for (const field of $("#address").querySelectorAll("input, select")) {
    field.disabled = known;
  }
}

function onPayment() {
  const isTest = (chosen("payment") ?? "").startsWith("test:");
  $("#keep").hidden = !checkout.session.customer || !isTest;
}

function destination() {
  const id = chosen("locationId");
  const place = checkout.session.customer?.locations.find((each) => each.id === id);
  return place?.countryCode ?? form.countryCode.value;
}

async function requote() {
  const turn = ++checkout.quotes;
  pay.disabled = true;
  const wanted = { countryCode: destination(), serviceLevel: chosen("serviceLevel") };
  try {
    const sums = await ask("quote", wanted);
    if (turn !== checkout.quotes) return; // another choice has come since
    drawSums(sums);
    fail("");
  } catch (error) {
    fail(error.message);
  }
  pay.disabled = false;
}

function drawSums(sums) {
  const rows = [
    ["Items", sums.items],
    ["Discounts", sums.discounts],
    ["Shipping", sums.shipping],
    ["Duties (made up)", sums.duties],
    ["Taxes (made up)", sums.taxes],
  ].filter(([name, amount]) => amount || name !== "Discounts");
  const cells = rows.flatMap(([name, amount]) => [
    make("dt", { textContent: name }),
    make("dd", { textContent: money(amount) }),
  ]);
  cells.push(make("dt", { className: "total", textContent: "Total" }));
  cells.push(make("dd", { className: "total", textContent: money(sums.total) }));
  $("#sums").replaceChildren(...cells);
  pay.textContent = `Pay ${money(sums.total)}`;
}

// ----------------------------------------------------------------------------- paying

const fail = (text) => {
  $("#error").textContent = text;
};

function firstMissing() {
  const fields = [...$("#address").querySelectorAll("input, select")];
  for (const field of fields) {
    field.setAttribute("aria-invalid", String(!field.disabled && !field.validity.valid));
  }
  return fields.find((field) => field.getAttribute("aria-invalid") === "true");
}

async function placeOrder() {
  const missing = firstMissing();
  if (missing) {
    const name = missing.closest("label").firstChild.textContent.trim().toLowerCase();
    fail(`Please fill in the ${name}.`);
    missing.focus();
    return;
  }
  const items = checkout.session.items.map(({ sku, productId, quantity, name }) => ({
    sku,
    productId,
    quantity,
    name,
  }));
  const stopped = await inventoryMessage(items);
  if (stopped) {
    fail(stopped);
    return;
  }
  const card = chosen("payment") ?? "";
  const isTest = card.startsWith("test:");
  const typed = Object.fromEntries(
    [...$("#address").querySelectorAll("input, select")].map((f) => [f.name, f.value]),
  );
  const { order } = await ask("orders", {
    ...(chosen("locationId") ? { locationId: chosen("locationId") } : { address: typed }),
    serviceLevel: chosen("serviceLevel"),
    payment: isTest ? { testCard: card.slice(5) } : { id: card },
    saveCard: isTest && Boolean(checkout.session.customer) && form.saveCard.checked,
  });
  $("#number").textContent = order.zonosOrderId;
  $("#receipt").textContent = `${pay.textContent.replace("Pay", "You paid")}, in play.`;
  show("#done");
  tell("order", { order });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (pay.disabled) return;
  fail("");
  pay.disabled = true;
  form.setAttribute("aria-busy", "true");
  try {
    await placeOrder();
  } catch (error) {
    fail(error.message);
  }
  form.removeAttribute("aria-busy");
  pay.disabled = false;
});

form.addEventListener("change", ({ target }) => {
  if (target.name === "locationId") onLocation();
  if (target.name === "payment") onPayment();
  if (["locationId", "serviceLevel", "countryCode"].includes(target.name)) requote();
});

// ---------------------------------------------------------------------------- closing

$("#close").addEventListener("click", close);
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", close);
}
addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
keepFocusInside();
